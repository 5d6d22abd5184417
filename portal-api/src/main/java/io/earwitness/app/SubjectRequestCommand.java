package io.earwitness.app;

import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Request;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin subject-request}. */
@Command(
    name = "subject-request",
    description = "Requests of people who were recorded.",
    mixinStandardHelpOptions = true)
final class SubjectRequestCommand extends AdminCommand.Base {
  private static final int MOST = 200;

  @Command(description = "Lists requests, the newest first.")
  int list(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--closed", description = "Those that were answered or taken back.")
          boolean closed)
      throws Exception {
    return with(
        (installation, _) ->
            installation.database().subjectRequests().list(tenant, closed, null, MOST).stream()
                .map(request -> json ? request : line(request))
                .toList());
  }

  private static String line(Request request) {
    return "%s  %s  %s, received %s, to be answered before %s"
        .formatted(
            request.id(),
            request.state().wireName(),
            request.kind().wireName(),
            request.received(),
            request.due());
  }

  @Command(description = "Shows a request, and what becomes of each recording.")
  int show(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Parameters(paramLabel = "REQUEST") UUID id)
      throws Exception {
    return with(
        (installation, _) -> {
          SubjectRequests requests = installation.database().subjectRequests();
          Request request =
              requests
                  .find(tenant, id)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "tenant %s has no request %s".formatted(tenant, id)));
          List<Item> items = requests.items(tenant, id, null, Integer.MAX_VALUE);
          return json
              ? Map.of("request", request, "items", items)
              : line(request)
                  + "\n"
                  + String.join("\n", items.stream().map(SubjectRequestCommand::line).toList());
        });
  }

  private static String line(Item item) {
    return "  %s  %s, %s%s"
        .formatted(
            item.recording(),
            item.decision() == null ? "undecided" : item.decision().wireName(),
            item.outcome().wireName(),
            item.because() == null ? "" : ": " + item.because());
  }
}

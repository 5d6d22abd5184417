package io.earwitness.app;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Matter;
import io.earwitness.access.Person;
import io.earwitness.access.Team;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.retention.HoldMatching;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin hold}. */
@Command(name = "hold", description = "A tenant's legal holds.", mixinStandardHelpOptions = true)
final class HoldCommand extends AdminCommand.Base {
  private static final int MOST = 200;

  @Command(
      description =
          "Places a hold on calls with any of the persons, teams or numbers, and on single"
              + " recordings; with none of these, on all calls between the times. A hold by a"
              + " query is placed in the portal, whose index answers it.")
  int place(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--reason", required = true) String reason,
      @Option(names = "--matter", description = "Name of an open matter.") @Nullable String matter,
      @Option(names = "--person", description = "Name of a user; may be repeated.")
          @Nullable List<String> persons,
      @Option(names = "--team", description = "Name of a team; may be repeated.")
          @Nullable List<String> teams,
      @Option(
              names = "--number",
              description = "Any party's; * behind for all that begin so; may be repeated.")
          @Nullable List<String> numbers,
      @Option(names = "--recording", description = "Id of a recording; may be repeated.")
          @Nullable List<String> recordings,
      @Option(
              names = "--from",
              description = "The first start of a call, such as 2026-05-01T00:00:00Z.")
          @Nullable Instant from,
      @Option(names = "--until", description = "Calls that began before.") @Nullable Instant until,
      @Option(
              names = "--grace-days",
              defaultValue = "7",
              description = "For which it still holds after its release; at least 7.")
          int graceDays)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          AccessSnapshot directory = installation.database().access().snapshot(tenant);
          HoldScope scope =
              new HoldScope(
                  ids(persons, directory.people().values(), Person::name, Person::id, "user"),
                  ids(teams, directory.teams().values(), Team::name, Team::id, "team"),
                  numbers == null ? List.of() : numbers,
                  null,
                  recordings == null
                      ? Set.of()
                      : recordings.stream().map(RecordingId::parse).collect(Collectors.toSet()),
                  from,
                  until);
          UUID of =
              matter == null
                  ? null
                  : UUID.fromString(
                      ids(
                              List.of(matter),
                              directory.matters().values(),
                              Matter::name,
                              each -> each.id().toString(),
                              "matter")
                          .iterator()
                          .next());
          HoldMatching matching =
              new HoldMatching(
                  installation.database().holds(),
                  (_, _, _, _, _) -> {},
                  installation.disposed(),
                  Clock.systemUTC());
          HoldMatching.Placed placed =
              provisioning.placeHold(
                  matching,
                  tenant,
                  new NewHold(UUID.randomUUID(), name, of, reason, graceDays, scope));
          Map<String, Object> result = new LinkedHashMap<>();
          result.put("id", placed.hold().id());
          result.put("recordings", placed.hold().recordings());
          result.put("gone", placed.gone().size());
          return json
              ? result
              : "hold %s is on %,d recordings; %,d of its scope were gone already"
                  .formatted(placed.hold().id(), placed.hold().recordings(), placed.gone().size());
        });
  }

  private static <T> Set<String> ids(
      @Nullable List<String> names,
      Collection<T> known,
      Function<T, String> name,
      Function<T, String> id,
      String what) {
    Set<String> ids = new HashSet<>();
    for (String each : names == null ? List.<String>of() : names) {
      ids.add(
          known.stream()
              .filter(one -> name.apply(one).equalsIgnoreCase(each))
              .map(id)
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "there is no %s '%s' in this tenant".formatted(what, each))));
    }
    return ids;
  }

  @Command(description = "Lists holds, the newest first: at most 200.")
  int list(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--released", description = "Those that were released, not those in force.")
          boolean released)
      throws Exception {
    return with(
        (installation, _) -> {
          List<Hold> found =
              installation.database().holds().list(tenant, released, null, null, MOST);
          return json
              ? found
              : found.stream()
                  .map(
                      hold ->
                          "%s  %s  placed %s by %s, on %,d recordings"
                              .formatted(
                                  hold.id(),
                                  hold.name(),
                                  hold.placedAt(),
                                  hold.placedBy(),
                                  hold.recordings()))
                  .toList();
        });
  }

  @Command(description = "Shows a hold as JSON.")
  int show(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--id", required = true) UUID id)
      throws Exception {
    return with(
        (installation, _) -> {
          Hold hold = find(installation.database().holds(), tenant, id);
          return json ? hold : Json.text(hold);
        });
  }

  private static Hold find(LegalHolds holds, TenantSlug tenant, UUID id) throws CommandFailure {
    return holds
        .find(tenant, id)
        .orElseThrow(
            () -> new CommandFailure(ExitCode.FAILED, "there is no hold %s".formatted(id)));
  }

  @Command(
      description =
          "Releases nothing: that needs two persons, who do it in the portal (Legal holds) or by"
              + " POST /api/v1/holds/{id}/release.")
  int release(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--id", required = true) UUID id)
      throws Exception {
    return with(
        (installation, _) -> {
          Hold hold = find(installation.database().holds(), tenant, id);
          throw new CommandFailure(
              ExitCode.FAILED,
              "a release of '%s' needs two persons: ask for it in the portal (Legal holds) or by POST /api/v1/holds/%s/release"
                  .formatted(hold.name(), id));
        });
  }
}

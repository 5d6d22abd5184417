package io.earwitness.app;

import io.earwitness.archive.catalog.BreakGlass;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.BreakGlassCodes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin break-glass}. */
@Command(
    name = "break-glass",
    description = "Sealed one-time codes that make a locked-out person a tenant admin for a day.",
    mixinStandardHelpOptions = true)
final class BreakGlassCommand extends AdminCommand.Base {
  private static final int MOST = 20;

  @Command(
      description =
          "Makes codes and prints them, this once: print them on paper and lay them in a safe.")
  int create(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(
              names = "--count",
              defaultValue = "5",
              description = "1 to 20. Default: ${DEFAULT-VALUE}.")
          int count)
      throws Exception {
    if (count < 1 || count > MOST) {
      throw new CommandFailure(ExitCode.USAGE, "--count is 1 to " + MOST);
    }
    return with(
        (installation, provisioning) -> {
          BreakGlassCodes codes = new BreakGlassCodes();
          Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
          List<BreakGlassCodes.Drawn> drawn = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            drawn.add(codes.draw(tenant, now));
          }
          provisioning.breakGlass(
              installation.database().breakGlass(),
              tenant,
              drawn.stream().map(BreakGlassCodes.Drawn::code).toList());
          SecondPerson.bypassed(
              installation.database().alarms(),
              tenant,
              count + " sealed codes were made",
              provisioning.actor());
          return drawn.stream().map(BreakGlassCommand::sealed).toList();
        });
  }

  private static Map<String, Object> sealed(BreakGlassCodes.Drawn drawn) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("code", drawn.text());
    shown.put("expires", drawn.code().expiresAt().toString());
    return shown;
  }

  @Command(description = "Lists codes by their first part, without what is secret of them.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) ->
            installation.database().breakGlass().codes(tenant).stream()
                .map(BreakGlassCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(BreakGlass.Code code) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("code", code.selector());
    shown.put("created", code.createdAt().toString());
    shown.put("expires", code.expiresAt().toString());
    Instant used = code.usedAt();
    shown.put("used", used == null ? null : used.toString());
    return shown;
  }
}

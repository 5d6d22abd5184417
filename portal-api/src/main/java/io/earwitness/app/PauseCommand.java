package io.earwitness.app;

import io.earwitness.archive.catalog.Pauses;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin pause}. */
@Command(
    name = "pause",
    description = "How a tenant's recordings are paused, and whether digits are kept.",
    mixinStandardHelpOptions = true)
final class PauseCommand extends AdminCommand.Base {
  @Command(description = "Shows the settings.")
  int show(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with((installation, _) -> shown(installation.database().pauses().settings(tenant)));
  }

  @Command(description = "Sets all of them, for calls that begin from now.")
  int set(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(
              names = "--limit-seconds",
              defaultValue = "900",
              description = "A pause ends by itself after so long: 5 to 86400.")
          int limitSeconds,
      @Option(
              names = "--keep-digits",
              description = "Digits that are pressed outside of pauses are kept.")
          boolean keepDigits,
      @Option(names = "--pause-code", description = "2 to 8 keys, such as *71.")
          @Nullable String pauseCode,
      @Option(names = "--resume-code", description = "2 to 8 keys, such as *72.")
          @Nullable String resumeCode,
      @Option(
              names = "--code-side",
              defaultValue = "own",
              paramLabel = "own|other|any",
              description = "Who may press them.")
          String codeSide)
      throws Exception {
    PauseSettings settings =
        new PauseSettings(
            limitSeconds,
            keepDigits,
            pauseCode,
            resumeCode,
            WireName.parse(PauseSettings.CodeSide.class, codeSide));
    return with(
        (installation, provisioning) -> {
          provisioning.pauses(installation.database().pauses(), tenant, settings);
          return shown(settings);
        });
  }

  private static Map<String, Object> shown(PauseSettings settings) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("limitSeconds", settings.limitSeconds());
    shown.put("keepDigits", settings.keepDigits());
    if (settings.pauseCode() != null) {
      shown.put("pauseCode", settings.pauseCode());
    }
    if (settings.resumeCode() != null) {
      shown.put("resumeCode", settings.resumeCode());
    }
    shown.put("codeSide", settings.codeSide().wireName());
    return shown;
  }

  /** Makes the change, under an act of the trail. */
  static void change(AuditedActs acts, Pauses pauses, TenantSlug tenant, PauseSettings settings) {
    acts.run(
        tenant,
        "pause-settings.set",
        "pause-settings:" + tenant,
        Map.of(
            "limitSeconds",
            Integer.toString(settings.limitSeconds()),
            "keepDigits",
            Boolean.toString(settings.keepDigits()),
            "codes",
            Boolean.toString(settings.pauseCode() != null),
            "codeSide",
            settings.codeSide().wireName()),
        () -> {
          pauses.setSettings(tenant, settings, acts.actor());
          return settings;
        });
  }
}

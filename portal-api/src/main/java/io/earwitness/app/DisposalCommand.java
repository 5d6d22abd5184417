package io.earwitness.app;

import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.Settings;
import io.earwitness.archive.catalog.RetentionPolicies.ConflictException;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.json.Json;
import io.earwitness.retention.FallingDue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin disposal}. */
@Command(
    name = "disposal",
    description = "What is deleted when it falls due.",
    mixinStandardHelpOptions = true)
final class DisposalCommand extends AdminCommand.Base {
  private static final int NEWEST = 200;

  @Command(
      description =
          "Shows the settings, or changes them with the options given. What lets more be deleted"
              + " than before is refused: that is asked for in the portal, and needs a second"
              + " person.")
  int settings(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--mode", description = "off, by-approval or automatic.")
          @Nullable String mode,
      @Option(names = "--cdr", description = "kept, tokenised or removed.") @Nullable String cdr,
      @Option(names = "--officer", description = "Id of a user who is told; may be repeated.")
          @Nullable List<String> officers,
      @Option(names = "--every-days", description = "How often a run is announced.")
          @Nullable Integer everyDays)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          Disposals disposals = installation.database().disposals();
          Settings present = disposals.settings(tenant);
          Settings wanted =
              new Settings(
                  present.version(),
                  mode == null ? present.mode() : WireName.parse(Mode.class, mode),
                  officers == null ? present.officers() : officers.stream().sorted().toList(),
                  cdr == null ? present.cdr() : WireName.parse(CdrFate.class, cdr),
                  everyDays == null ? present.everyDays() : everyDays,
                  present.changedAt(),
                  present.changedBy());
          if (!wanted.equals(present)) {
            if (present.deletesLessThan(wanted)) {
              throw new CommandFailure(
                  ExitCode.FAILED,
                  "it lets more be deleted than before, or tells fewer: that needs a second person;"
                      + " ask for it in the portal (Disposal) or by POST"
                      + " /api/v1/disposal/settings/ask");
            }
            present = change(provisioning, disposals, tenant, wanted);
          }
          return json ? present : Json.text(present);
        });
  }

  private static Settings change(
      Provisioning provisioning, Disposals disposals, TenantSlug tenant, Settings wanted)
      throws CommandFailure {
    try {
      return provisioning.disposal(
          tenant,
          "disposal-settings.set",
          "disposal-settings:" + tenant,
          Map.of("mode", wanted.mode().wireName(), "cdr", wanted.cdr().wireName()),
          actor -> disposals.set(tenant, wanted, actor));
    } catch (ConflictException e) {
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }

  @Command(description = "Says what falls due and is in no run yet.")
  int preview(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--days", defaultValue = "30", description = "How far ahead.") int days)
      throws Exception {
    return with(
        (installation, _) -> {
          Map<String, long[]> classes = new TreeMap<>();
          new FallingDue(
                  installation.database().disposals(),
                  installation.database().retention(),
                  installation.database().holds())
              .forEach(
                  tenant,
                  Instant.now().plus(Duration.ofDays(days)),
                  item -> {
                    long[] sums = classes.computeIfAbsent(item.basis().keep(), _ -> new long[2]);
                    sums[0]++;
                    sums[1] += item.bytes();
                    return true;
                  });
          Map<String, Object> result = new LinkedHashMap<>();
          classes.forEach(
              (keep, sums) -> result.put(keep, Map.of("recordings", sums[0], "bytes", sums[1])));
          return json ? result : Json.text(result);
        });
  }

  @Command(description = "Lists runs, the newest first.")
  int runs(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) ->
            installation.database().disposals().runs(tenant, NEWEST).stream()
                .map(run -> json ? run : line(run))
                .toList());
  }

  private static String line(Run run) {
    return "%s  %s  %s, announced %s, not before %s, %s"
        .formatted(
            run.id(),
            run.state().wireName(),
            run.mode().wireName(),
            run.openedAt(),
            run.notBefore(),
            run.approvedBy() == null ? "not approved" : "approved by " + run.approvedBy());
  }

  @Command(description = "Shows what became of the recordings of a run.")
  int show(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Parameters(paramLabel = "RUN") UUID run)
      throws Exception {
    return with(
        (installation, _) -> {
          Disposals disposals = installation.database().disposals();
          Run found =
              disposals
                  .run(tenant, run)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "tenant %s has no run of disposal %s".formatted(tenant, run)));
          List<Item> items = disposals.items(tenant, run, null, null, Disposals.MOST);
          return json
              ? Map.of("run", found, "items", items)
              : line(found)
                  + "\n"
                  + String.join("\n", items.stream().map(DisposalCommand::line).toList());
        });
  }

  private static String line(Item item) {
    String problem = item.problem() == null ? "" : ": " + item.problem();
    return "  %s  %s, %s, due %s%s"
        .formatted(
            item.recording(), item.state().wireName(), item.basis().keep(), item.until(), problem);
  }

  @Command(description = "Objects to the disposal of a recording: places a legal hold on it.")
  int veto(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--reason", required = true) String reason,
      @Parameters(paramLabel = "RECORDING") String recording)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingId id = RecordingId.parse(recording);
          UUID hold = UUID.randomUUID();
          provisioning.disposal(
              tenant,
              "recording.veto-disposal",
              "recording:" + id,
              Map.of("reason", reason, "hold", hold.toString()),
              actor -> installation.database().disposals().veto(tenant, id, hold, reason, actor));
          return json
              ? Map.of("hold", hold)
              : "the recording %s is under legal hold %s".formatted(id, hold);
        });
  }

  @Command(description = "Writes the signed certificate of a run to a file.")
  int certificate(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(
              names = {"-o", "--output"},
              required = true)
          Path file,
      @Parameters(paramLabel = "RUN") UUID run)
      throws Exception {
    return with(
        (installation, _) -> {
          byte[] certificate =
              installation
                  .database()
                  .disposals()
                  .certificate(tenant, run)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "tenant %s has no run of disposal %s that is done"
                                  .formatted(tenant, run)));
          Files.write(file, certificate);
          return changed(true, "certificate in " + file);
        });
  }
}

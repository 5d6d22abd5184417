package io.earwitness.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.catalog.RetentionPolicies.ConflictException;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.retention.Lengthening;
import io.earwitness.retention.PolicyComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin retention}. */
@Command(
    name = "retention",
    description = "For how long a tenant's calls are kept.",
    mixinStandardHelpOptions = true)
final class RetentionCommand extends AdminCommand.Base {
  @Command(description = "Shows the policy as JSON, in the form that set-policy takes.")
  int policy(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) -> {
          RetentionPolicy policy = installation.database().retention().history(tenant).newest();
          return json ? policy : Json.text(policy);
        });
  }

  @Command(
      name = "set-policy",
      description =
          "Makes the next version of the policy out of a file as 'policy' gives it; its version"
              + " is the one that was changed. What may shorten is refused: that is asked for in"
              + " the portal, and needs a second person.")
  int setPolicy(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--file", required = true, description = "JSON.") Path file,
      @Option(
              names = "--extend-existing",
              description = "Also lengthens the recordings that are there; shortens none.")
          boolean extending)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RetentionPolicy read = read(file);
          RetentionPolicy given = read.as(read.version(), extending);
          RetentionPolicies policies = installation.database().retention();
          if (policies.history(tenant).newest().mayBeShortenedBy(given)) {
            throw new CommandFailure(
                ExitCode.FAILED,
                "it may keep some calls for a shorter time than before, or lock them for a shorter"
                    + " time at first: that needs a second person;"
                    + " ask for it in the portal (Retention) or by PUT /api/v1/policies/retention");
          }
          try {
            RetentionPolicy policy = provisioning.setRetention(policies, tenant, given);
            return changed(
                policy.version() != given.version(),
                "policy of retention of %s, version %d".formatted(tenant, policy.version()));
          } catch (ConflictException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
          }
        });
  }

  @Command(
      description =
          "Says how many of the recordings that are there would be kept for longer, or for a"
              + " shorter time, had they been made under the policy of a file; and how many of them"
              + " would really be lengthened by --extend-existing.")
  int simulate(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--file", required = true, description = "JSON.") Path file)
      throws Exception {
    return with(
        (installation, _) -> {
          RetentionPolicies policies = installation.database().retention();
          RetentionHistory history = policies.history(tenant);
          PolicyComparison comparison =
              new PolicyComparison(history.newest(), read(file), history.zone());
          Lengthening lengthening = new Lengthening(history, read(file));
          policies.forEach(
              tenant,
              call -> {
                comparison.add(call.id(), call.end(), call.facts(), call.bytes());
                lengthening.add(call);
              });
          Map<String, Object> result = new LinkedHashMap<>();
          result.put("longer", shown(comparison.longer()));
          result.put("shorter", shown(comparison.shorter()));
          result.put("same", shown(comparison.same()));
          result.put("lengthened", shown(lengthening.change()));
          return json ? result : Json.text(result);
        });
  }

  @Command(
      description =
          "Says how many recordings wait for their full lock, how far lengthening them came, and"
              + " whether the tenant is on trial.")
  int locks(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) -> {
          CatalogDatabase database = installation.database();
          Map<String, Object> result = new LinkedHashMap<>();
          RetentionLocks.Counts counts = database.retentionLocks().counts(tenant);
          result.put("waiting", counts.waiting());
          result.put("failing", counts.failing());
          result.put("mode", database.lockModes().of(tenant));
          database.retentionTrials().of(tenant).ifPresent(trial -> result.put("trial", trial));
          database
              .retentionLengthenings()
              .newest(tenant)
              .ifPresent(progress -> result.put("lengthening", progress));
          return json ? result : Json.text(result);
        });
  }

  @Command(
      name = "comply",
      description =
          "Locks what a tenant records in COMPLIANCE mode from now on: nobody can delete it before"
              + " its time, whatever happens. There is no way back.")
  int comply(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(
              names = "--existing",
              description = "Also strengthens the locks of the recordings that are there.")
          boolean existing)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                toldOf(
                    provisioning.comply(installation.database().lockModes(), tenant, existing),
                    installation,
                    provisioning,
                    tenant,
                    "lock-mode.set"),
                "mode of the locks of " + tenant));
  }

  @Command(
      name = "go-live",
      description =
          "Ends a tenant's trial: all that was recorded in it is locked for as long as it is kept.")
  int goLive(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--signed-by", required = true, description = "Who signed for it.")
          String signedBy,
      @Option(names = "--reason", required = true) String reason)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning.goLive(
                    installation.database().retentionTrials(), tenant, signedBy, reason),
                "trial of " + tenant));
  }

  private static Map<String, Long> shown(PolicyComparison.Change change) {
    Map<String, Long> shown = new LinkedHashMap<>();
    shown.put("recordings", change.recordings());
    shown.put("bytes", change.bytes());
    shown.put("days", change.days());
    shown.put("endless", change.endless());
    return shown;
  }

  private static RetentionPolicy read(Path file) throws IOException {
    try {
      return Json.read(Files.readAllBytes(file), RetentionPolicy.class);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + " does not exist", e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }
}

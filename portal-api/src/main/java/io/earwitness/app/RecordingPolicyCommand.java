package io.earwitness.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.earwitness.archive.catalog.RecordingPolicies;
import io.earwitness.archive.catalog.RecordingPolicies.PolicyVersion;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.RecordingSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin recording-policy}. */
@Command(
    name = "recording-policy",
    description = "What is recorded of a tenant's calls.",
    mixinStandardHelpOptions = true)
final class RecordingPolicyCommand extends AdminCommand.Base {
  private static final Duration MONTH = Duration.ofDays(31);

  @Command(description = "Prints the policy, or an earlier version of it.")
  int show(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--policy-version") @Nullable Integer version)
      throws Exception {
    return with(
        (installation, _) -> {
          List<PolicyVersion> versions =
              installation.database().recordingPolicies().versions(tenant);
          RecordingPolicy policy =
              version == null
                  ? newest(versions)
                  : versions.stream()
                      .map(PolicyVersion::policy)
                      .filter(each -> each.version() == version)
                      .findFirst()
                      .orElseThrow(
                          () ->
                              new IllegalArgumentException(
                                  "the policy has no version %d".formatted(version)));
          return json ? policy : Json.text(policy);
        });
  }

  private static RecordingPolicy newest(List<PolicyVersion> versions) {
    return versions.stream()
        .findFirst()
        .map(PolicyVersion::policy)
        .orElseGet(RecordingPolicy::none);
  }

  @Command(
      description =
          "Makes the next version of the policy out of a file as 'show' gives it; its version is"
              + " the one that was changed. What may record some call less is refused: that is"
              + " asked for in the portal, and needs a second person.")
  int set(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--file", required = true, description = "JSON.") Path file)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingPolicy given = read(file);
          RecordingPolicies policies = installation.database().recordingPolicies();
          if (newest(policies.versions(tenant)).mayBeReducedBy(given)) {
            throw new CommandFailure(
                ExitCode.FAILED,
                "it may record some calls less than before: that needs a second person; ask for it"
                    + " in the portal (What is recorded) or by POST /api/v1/policies/recording/reduce");
          }
          try {
            RecordingPolicy policy = provisioning.setRecordingPolicy(policies, tenant, given);
            return changed(
                policy.version() != given.version(),
                "policy of recording of %s, version %d".formatted(tenant, policy.version()));
          } catch (RecordingPolicies.ConflictException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
          }
        });
  }

  private static RecordingPolicy read(Path file) throws IOException {
    try {
      return Json.read(Files.readAllBytes(file), RecordingPolicy.class);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no file " + file, e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  @Command(description = "Says what would happen to a call, and why.")
  int simulate(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--from", description = "The caller: a number or an address.")
          @Nullable String from,
      @Option(names = "--to", description = "The called party.") @Nullable String to,
      @Option(names = "--at", description = "Such as 2026-11-27T08:30:00Z; now if missing.")
          @Nullable Instant at,
      @Option(names = "--call-id", description = "By which selective rules choose.")
          @Nullable String callId,
      @Option(names = "--file", description = "A draft to ask in place of the policy.")
          @Nullable Path file)
      throws Exception {
    return with(
        (installation, _) -> {
          if (from == null && to == null) {
            throw new IllegalArgumentException("give --from, --to or both");
          }
          RecordingPolicy policy =
              file == null
                  ? newest(installation.database().recordingPolicies().versions(tenant))
                  : read(file);
          RecordingSimulator.Answer answer =
              new RecordingSimulator(installation.directory())
                  .simulate(
                      tenant,
                      policy,
                      new RecordingSimulator.Planned(
                          from, to, at == null ? Instant.now() : at, callId));
          RecordingDecision decision = answer.decision();
          if (!json) {
            return decision.reason();
          }
          boolean open = decision.action() == RecordingAction.SELECTIVE && callId == null;
          Map<String, Object> shown = new LinkedHashMap<>();
          shown.put("action", decision.action());
          shown.put("recorded", open ? null : decision.recorded());
          shown.put("rule", decision.rule());
          shown.put("keepMinutes", decision.keepMinutes());
          shown.put("reason", decision.reason());
          shown.put("policyVersion", decision.policyVersion());
          shown.put("direction", answer.direction());
          return shown;
        });
  }

  @Command(
      name = "dry-run",
      description = "Asks a draft about the calls of the last 31 days, and counts what differs.")
  int dryRun(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--file", required = true, description = "The draft, as JSON.") Path file)
      throws Exception {
    return with(
        (installation, _) -> {
          Instant now = Instant.now();
          RecordingSimulator.DryRun run =
              RecordingSimulator.dryRun(
                  installation.database().calls(),
                  tenant,
                  newest(installation.database().recordingPolicies().versions(tenant)),
                  read(file),
                  now.minus(MONTH),
                  now);
          if (json) {
            return run;
          }
          List<String> lines = new ArrayList<>();
          lines.add("calls looked at: %d".formatted(run.calls()));
          run.changes()
              .forEach(
                  change ->
                      lines.add(
                          "%s → %s: %d"
                              .formatted(
                                  word(change.before()), word(change.after()), change.calls())));
          return lines;
        });
  }

  private static String word(RecordingSimulator.Fate fate) {
    return fate.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

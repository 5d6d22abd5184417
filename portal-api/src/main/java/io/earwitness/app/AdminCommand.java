package io.earwitness.app;

import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Drains;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.CallLimits;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.Refusal;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.nodeapi.RevokedClients;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Sets up tenants, people and what they may hear, numbers, SRCs and keys, on the machine itself.
 */
@Command(
    name = "admin",
    description =
        "Sets up tenants, people and what they may hear, numbers, SRCs and keys. Adding what is"
            + " there changes nothing.",
    mixinStandardHelpOptions = true,
    subcommands = {
      AdminCommand.TenantCommand.class,
      UserCommand.class,
      TeamCommand.class,
      GrantCommand.class,
      MatterCommand.class,
      NumberCommand.class,
      RecordingCommand.class,
      SrcCommand.class,
      AllocateCommand.class,
      AdminCommand.KeyCommand.class,
      AdminCommand.QuarantineCommand.class,
      AdminCommand.NodeCommand.class,
      AlarmsCommand.class,
      AlarmChannelCommand.class,
      AuditDestinationCommand.class,
      IdentityProviderCommand.class,
      ImportCommand.class,
      BreakGlassCommand.class,
      GuestCommand.class,
      AnnouncementCommand.class,
      PauseCommand.class,
      RecordingPolicyCommand.class,
      RetentionCommand.class,
      DeliveryCommand.class,
      HoldCommand.class,
      DisposalCommand.class,
      SubjectRequestCommand.class,
      LicencesCommand.class,
      StorageCommand.class,
    })
final class AdminCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Name what to set up: %s."
            .formatted(String.join(", ", spec.commandLine().getSubcommands().keySet())));
  }

  /** What every subcommand has: configuration, output, and the run against the installation. */
  abstract static class Base {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin ConfigOptions config = new ConfigOptions();

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON.")
    boolean json;

    interface Work {
      Object run(Installation installation, Provisioning provisioning) throws Exception;
    }

    final int with(Work work) throws Exception {
      try (Installation installation = Installation.join(config.read())) {
        Object result =
            work.run(
                installation, installation.provisioning("cli:" + System.getProperty("user.name")));
        print(result);
        return ExitCode.DONE;
      } catch (IllegalArgumentException | DateTimeException e) {
        throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
      }
    }

    /** Tells privileged people of what needs a second person in the portal, if it was done. */
    static boolean toldOf(
        boolean done,
        Installation installation,
        Provisioning provisioning,
        TenantSlug tenant,
        String what) {
      if (done) {
        SecondPerson.bypassed(installation.database().alarms(), tenant, what, provisioning.actor());
      }
      return done;
    }

    private void print(Object result) {
      var out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.text(result));
      } else if (result instanceof List<?> rows) {
        rows.forEach(out::println);
      } else {
        out.println(result);
      }
    }

    static Map<String, Object> changed(boolean changed, String what) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("changed", changed);
      result.put("what", what);
      return result;
    }

    static Map<String, Object> added(boolean isNew, String what) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("added", isNew);
      result.put("what", what);
      return result;
    }
  }

  /** {@code admin tenant}. */
  @Command(name = "tenant", description = "Tenants.", mixinStandardHelpOptions = true)
  static final class TenantCommand extends Base {
    @Command(description = "Adds a tenant, with a managed RSA and a managed EC key.")
    int add(
        @Option(names = "--slug", required = true, description = "Its name for ever: a-z 0-9 -.")
            TenantSlug slug,
        @Option(names = "--name", required = true, description = "For people.") String name,
        @Option(
                names = "--zone",
                defaultValue = "UTC",
                description = "IANA zone, as Europe/Berlin.")
            String zone,
        @Option(names = "--domain", description = "A host name of its addresses of record.")
            @Nullable Set<String> domains,
        @Option(names = "--retention-years", defaultValue = "1", description = "1 to 100.")
            int years,
        @Option(
                names = "--trial",
                description =
                    "Locks what it records for a week at a time, until 'admin retention go-live'.")
            boolean trial,
        @Option(
                names = "--lock-mode",
                defaultValue = "governance",
                description =
                    "governance, or compliance: nobody can delete what it records before its time,"
                        + " and there is no way back.")
            LockMode mode)
        throws Exception {
      if (trial && mode == LockMode.COMPLIANCE) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "--trial and --lock-mode compliance don't go together: what is recorded in a trial must"
                + " remain removable; after go-live there is 'admin retention comply'");
      }
      return with(
          (installation, provisioning) -> {
            boolean added =
                provisioning.tenant(
                    new Directory.Tenant(
                        slug, name, ZoneId.of(zone), domains == null ? Set.of() : domains, years),
                    trial,
                    installation.database());
            boolean complies =
                mode == LockMode.COMPLIANCE
                    && provisioning.comply(installation.database().lockModes(), slug, false);
            return added(added || complies, "tenant " + slug);
          });
    }

    @Command(
        name = "own-calls",
        description = "Lets a tenant's users hear their own calls, or no longer.")
    int ownCalls(
        @Option(names = "--slug", required = true) TenantSlug slug,
        @Option(names = "--allowed", required = true, arity = "1", paramLabel = "true|false")
            boolean allowed)
        throws Exception {
      return with(
          (installation, provisioning) ->
              changed(
                  provisioning.access(installation.database().access()).ownCalls(slug, allowed),
                  "own calls of " + slug));
    }

    @Command(description = "Sets a tenant's quotas, and whether its numbers are screened.")
    int set(
        @Option(names = "--slug", required = true) TenantSlug slug,
        @Option(
                names = "--guaranteed-calls",
                description = "Places that are kept for it; unchanged if missing.")
            @Nullable Integer guaranteed,
        @Option(
                names = "--max-calls",
                paramLabel = "N|none",
                description = "More are refused; unchanged if missing.")
            @Nullable String max,
        @Option(
                names = "--number-screening",
                arity = "1",
                paramLabel = "true|false",
                description =
                    "Whether calls that claim a number outside of its ranges are flagged; unchanged"
                        + " if missing.")
            @Nullable Boolean screened)
        throws Exception {
      if (guaranteed == null && max == null && screened == null) {
        throw new CommandFailure(
            ExitCode.USAGE, "give --guaranteed-calls, --max-calls or --number-screening");
      }
      return with(
          (installation, provisioning) -> {
            Directory.Tenant now =
                installation
                    .directory()
                    .tenant(slug)
                    .orElseThrow(
                        () -> new IllegalArgumentException("there is no tenant '" + slug + "'"));
            CallLimits before = now.limits();
            CallLimits limits =
                new CallLimits(
                    guaranteed == null ? before.guaranteed() : guaranteed,
                    max == null ? before.max() : highest(max));
            Map<String, Object> result = new LinkedHashMap<>();
            boolean screening = screened != null && provisioning.numberScreening(slug, screened);
            boolean others = guaranteed != null || max != null;
            boolean limited = others && provisioning.callLimits(slug, limits);
            result.put("changed", screening || limited);
            result.put("tenant", slug.value());
            result.put("guaranteedCalls", limits.guaranteed());
            result.put("maxCalls", limits.max() == null ? "none" : limits.max());
            result.put("numberScreening", screened == null ? now.numberScreening() : screened);
            return result;
          });
    }

    private static @Nullable Integer highest(String text) {
      if (text.equals("none")) {
        return null;
      }
      try {
        return Integer.valueOf(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "--max-calls: '%s' is neither a number nor none".formatted(text), e);
      }
    }

    @Command(
        description =
            "Closes a tenant: nothing is recorded from a day on; what was recorded is exported,"
                + " and goes as it falls due.")
    int close(
        @Option(names = "--slug", required = true) TenantSlug slug,
        @Option(
                names = "--stop-at",
                required = true,
                description = "At least a day ahead, as 2027-01-01T00:00:00Z.")
            Instant stopAt,
        @Option(
                names = "--keys",
                defaultValue = "keep",
                paramLabel = "keep|hand-over",
                description =
                    "Managed private keys: destroyed with the last recording, or once the customer"
                        + " has shown that it has them.")
            Closings.Keys keys)
        throws Exception {
      return with(
          (installation, provisioning) -> {
            provisioning.close(installation.database().closings(), slug, stopAt, keys);
            return changed(
                toldOf(true, installation, provisioning, slug, "tenant.close"),
                "closing of " + slug);
          });
    }

    @Command(
        name = "withdraw-closing",
        description = "Takes a closing back, until the day on which recording stops.")
    int withdrawClosing(@Option(names = "--slug", required = true) TenantSlug slug)
        throws Exception {
      return with(
          (installation, provisioning) ->
              changed(
                  provisioning.withdrawClosing(installation.database().closings(), slug),
                  "closing of " + slug));
    }

    @Command(name = "closing-status", description = "Says how far a tenant's closing is.")
    int closingStatus(@Option(names = "--slug", required = true) TenantSlug slug) throws Exception {
      return with(
          (installation, _) -> {
            Closings closings = installation.database().closings();
            Closings.Closing closing =
                closings
                    .of(slug)
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "tenant %s is not being closed".formatted(slug)));
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("state", closing.state(Instant.now()));
            result.put("closing", closing);
            result.put("progress", closings.progress(slug));
            return json ? result : Json.text(result);
          });
    }

    @Command(description = "Lists tenants.")
    int list() throws Exception {
      return with((installation, _) -> installation.directory().tenants());
    }
  }

  /** {@code admin key}. */
  @Command(name = "key", description = "Encryption recipients.", mixinStandardHelpOptions = true)
  static final class KeyCommand extends Base {
    @Command(description = "Adds a customer's certificate, or draws a managed key pair.")
    int add(
        @Option(names = "--tenant", required = true) TenantSlug tenant,
        @Option(names = "--certificate", paramLabel = "PEM") @Nullable Path certificate,
        @Option(
                names = "--generate",
                paramLabel = "rsa-3072|ec-p256",
                description = "Managed custody.")
            @Nullable ManagedKeyKind kind)
        throws Exception {
      if ((certificate == null) == (kind == null)) {
        throw new CommandFailure(ExitCode.USAGE, "give either --certificate or --generate");
      }
      return with(
          (installation, provisioning) -> {
            if (certificate != null) {
              boolean isNew = provisioning.customerKey(tenant, Certificates.read(certificate));
              return added(
                  toldOf(isNew, installation, provisioning, tenant, "key.add"), "key of " + tenant);
            }
            Directory.Key key = provisioning.managedKey(tenant, kind);
            return added(
                toldOf(true, installation, provisioning, tenant, "key.generate"),
                "key " + key.id());
          });
    }

    @Command(description = "Lists keys.")
    int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
      return with((installation, _) -> installation.directory().keys(tenant));
    }
  }

  /** {@code admin quarantine}. */
  @Command(
      name = "quarantine",
      description =
          "Calls and refused INVITEs that no rule gave to a tenant; nobody can hear them.",
      mixinStandardHelpOptions = true)
  static final class QuarantineCommand extends Base {
    @Command(description = "Lists them, oldest first; the list is entered in the audit trail.")
    int list(
        @Option(
                names = "--days",
                defaultValue = "7",
                description = "How far back, 1 to 3660. Default: ${DEFAULT-VALUE}.")
            int days,
        @Option(
                names = "--messages",
                description = "Show the INVITE of each that was refused, secrets replaced.")
            boolean messages)
        throws Exception {
      if (days < 1 || days > 3_660) {
        throw new CommandFailure(ExitCode.USAGE, "--days is 1 to 3660");
      }
      Instant now = Instant.now();
      return with(
          (installation, provisioning) ->
              provisioning
                  .quarantined(installation.calls(), now.minus(Duration.ofDays(days)), now)
                  .stream()
                  .map(call -> shown(call, messages))
                  .toList());
    }

    @Command(
        description =
            "Runs what is in quarantine through the present rules, and gives to the tenants what is"
                + " theirs; the 200 oldest calls.")
    int run(
        @Option(names = "--dry-run", description = "Only tell whose each call would be.")
            boolean dry,
        @Option(
                names = "--recording",
                split = ",",
                description = "Only these; all if it is missing.")
            @Nullable List<String> recordings)
        throws Exception {
      List<String> ids = recordings == null ? List.of() : recordings;
      return with(
          (installation, provisioning) ->
              provisioning.quarantineRun(
                  ids,
                  dry,
                  () ->
                      RecordingCommand.runQuarantine(
                          installation, config.read(), provisioning.actor(), ids, dry)));
    }

    private static Map<String, Object> shown(CallSummary call, boolean messages) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("id", call.id().toString());
      shown.put("state", call.state().wireName());
      shown.put("start", call.start().toString());
      shown.put("numbers", call.parties().stream().map(Party::number).toList());
      shown.put("callIds", call.callIds());
      shown.put("node", call.node());
      shown.put("rule", call.matchedRule());
      Refusal refusal = call.refusal();
      if (refusal != null) {
        shown.put("refusal", refusal.status() + " " + refusal.reason());
        if (messages) {
          shown.put("invite", refusal.message());
        }
      }
      return shown;
    }
  }

  /** {@code admin node}. */
  @Command(name = "node", description = "The recorders' nodes.", mixinStandardHelpOptions = true)
  static final class NodeCommand extends Base {
    @Command(description = "Lists all nodes as they last said of themselves.")
    int list() throws Exception {
      return with(
          (installation, _) ->
              installation.database().nodes().list().stream().map(NodeCommand::shown).toList());
    }

    private static Map<String, Object> shown(Nodes.Node node) {
      Nodes.Heartbeat said = node.said();
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("name", said.name());
      shown.put("state", node.absent() ? "absent" : "present");
      shown.put("heartbeat", node.heartbeatAt().toString());
      shown.put("region", said.region());
      shown.put("version", said.version());
      shown.put("started", said.startedAt().toString());
      shown.put("runningCalls", said.runningCalls());
      shown.put("spoolFreeBytes", said.spoolFreeBytes());
      shown.put("spoolUsedBytes", said.spoolUsedBytes());
      Duration fullIn = said.spoolFullIn();
      shown.put("spoolFullInHours", fullIn == null ? null : fullIn.toSeconds() / 3600.0);
      Duration offset = said.clockOffset();
      shown.put("clockOffsetMs", offset == null ? null : offset.toMillis());
      return shown;
    }

    @Command(description = "Lets a node take no new calls, until undrain; running ones go on.")
    int drain(
        @Option(names = "--node", description = "Its name. Default: this machine's.")
            @Nullable String node,
        @Option(names = "--wait", description = "Wait until it records nothing any more.")
            boolean wait,
        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "3600",
                description = "How long to wait at most. Default: ${DEFAULT-VALUE}.")
            int seconds)
        throws Exception {
      String name = name(node);
      return with(
          (installation, provisioning) -> {
            Drains drains = installation.database().drains();
            boolean changed = provisioning.drain(drains, name);
            return NodeDrain.shown(
                changed,
                wait
                    ? NodeDrain.await(drains, name, Duration.ofSeconds(seconds))
                    : drains.of(name));
          });
    }

    @Command(description = "Lets a node take calls again.")
    int undrain(
        @Option(names = "--node", description = "Its name. Default: this machine's.")
            @Nullable String node)
        throws Exception {
      String name = name(node);
      return with(
          (installation, provisioning) -> {
            Drains drains = installation.database().drains();
            boolean changed = provisioning.undrain(drains, name);
            return NodeDrain.shown(changed, drains.of(name));
          });
    }

    @Command(
        description = {
          "Makes a certificate and key for a program that is to use the node API: it may pause and"
              + " resume the running recordings of one tenant."
        })
    int client(
        @Option(names = "--tenant", required = true) TenantSlug tenant,
        @Option(names = "--name", required = true, description = "The program's, for the trail.")
            String name,
        @Option(names = "--out", required = true, paramLabel = "FOLDER") Path folder)
        throws Exception {
      Config.NodeApi api = config.read().nodes().api();
      return with(
          (installation, provisioning) -> {
            NodeClientFiles files = new NodeClientFiles(folder, name);
            PlatformKeys.TlsKey issued =
                provisioning.nodeClient(installation.platformKeys(), tenant, name, files);
            return files.shown(tenant, issued.certificate(), api);
          });
    }

    @Command(
        description = {
          "Has this node take a program's certificate no more, at once. Run it on each node."
        })
    int revoke(
        @Option(names = "--tenant", required = true) TenantSlug tenant,
        @Option(
                names = "--certificate",
                required = true,
                paramLabel = "SHA-256",
                description = "Its fingerprint, as it stands in the trail (node-client.issue).")
            String certificate)
        throws Exception {
      RevokedClients revoked = new RevokedClients(config.read().data());
      return with(
          (_, provisioning) -> {
            boolean changed = provisioning.revokeNodeClient(revoked, tenant, certificate);
            return Map.of("list", revoked.file().toString(), "changed", changed);
          });
    }

    @Command(description = "Lists which nodes are to drain, and how far they are.")
    int drains() throws Exception {
      return with(
          (installation, _) ->
              installation.database().drains().list().stream()
                  .map(drain -> NodeDrain.shown(null, drain))
                  .toList());
    }

    private String name(@Nullable String given) throws Exception {
      return given == null ? config.read().node() : given;
    }
  }
}

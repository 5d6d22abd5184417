package io.earwitness.app;

import io.earwitness.alarm.Alarms;
import io.earwitness.archive.catalog.Annotations;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Corrections;
import io.earwitness.archive.catalog.Corrections.Correcting;
import io.earwitness.archive.catalog.Corrections.Named;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.MisplacedCalls.HandOver;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.catalog.Restrictions.Restriction;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Tags;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.HandOverDesk;
import io.earwitness.portal.QuarantineDesk;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin recording}. */
@Command(
    name = "recording",
    description =
        "Recordings that may be another tenant's: blocks them, hands them over; restricts"
            + " originals; corrects parties; tags and notes.",
    mixinStandardHelpOptions = true)
final class RecordingCommand extends AdminCommand.Base {
  private static TenantSlug tenant(MisplacedCalls calls, RecordingId id) {
    TenantSlug tenant =
        calls
            .tenant(id)
            .orElseThrow(() -> new IllegalArgumentException("there is no recording " + id));
    if (tenant.equals(TenantSlug.PLATFORM)) {
      throw new IllegalArgumentException(
          "recording %s is in quarantine, where nobody hears it; see: admin quarantine run"
              .formatted(id));
    }
    return tenant;
  }

  @Command(description = "Blocks a recording at once: nobody is shown or hears anything of it.")
  int block(
      @Option(names = "--recording", required = true) String recording,
      @Option(names = "--reason", required = true) String reason)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingId id = RecordingId.parse(recording);
          MisplacedCalls calls = installation.database().misplaced();
          provisioning.block(
              calls,
              tenant(calls, id),
              id,
              new CallCatalog.Block(
                  Instant.now(), provisioning.actor(), filled("reason", reason), true, false));
          return changed(true, "block of recording " + id);
        });
  }

  @Command(
      description =
          "Lifts a block without a second person; the privileged people are told. In the portal it"
              + " is asked for and approved.")
  int unblock(@Option(names = "--recording", required = true) String recording) throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingId id = RecordingId.parse(recording);
          MisplacedCalls calls = installation.database().misplaced();
          TenantSlug tenant = tenant(calls, id);
          provisioning.unblock(calls, tenant, id);
          return changed(
              toldOf(true, installation, provisioning, tenant, "recording.unblock"),
              "block of recording " + id);
        });
  }

  @Command(
      description =
          "Restricts a recording's original without a second person; the privileged people are told."
              + " A running server makes the masked derivative. In the portal it is asked for and"
              + " approved; there alone it is opened or lifted.")
  int restrict(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--recording", required = true) String recording,
      @Option(
              names = "--mask",
              defaultValue = "all",
              description =
                  "What is silent in its place, such as '1:05-1:20 left, 2:00-2:03.500'; all of it"
                      + " unless given.")
          String spans,
      @Option(
              names = "--legal-basis",
              required = true,
              description = "Such as a law's article, or a court's file number.")
          String basis,
      @Option(names = "--reason", required = true) String reason)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingId id = RecordingId.parse(recording);
          provisioning.restrict(
              installation.database().restrictions(),
              tenant,
              id,
              new Restriction(
                  filled("reason", reason), filled("legal-basis", basis), MaskedSpan.parse(spans)));
          return changed(
              toldOf(true, installation, provisioning, tenant, "recording.restrict"),
              "restriction of recording " + id);
        });
  }

  @Command(description = "Lists a tenant's restricted recordings.")
  int restricted(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) ->
            installation.database().restrictions().restricted(tenant, null, 1_000).stream()
                .map(RecordingCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(Restricted restricted) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", restricted.recording().toString());
    shown.put("since", restricted.at().toString());
    shown.put("by", restricted.by());
    shown.put("reason", restricted.restriction().reason());
    shown.put("legalBasis", restricted.restriction().legalBasis());
    shown.put("masked", MaskedSpan.text(restricted.restriction().spans()));
    shown.put("derivative", restricted.derivative().wireName());
    if (restricted.problem() != null) {
      shown.put("problem", restricted.problem());
    }
    return shown;
  }

  @Command(description = "Lists what is blocked, of all tenants.")
  int blocked() throws Exception {
    return with(
        (installation, _) ->
            installation.database().misplaced().blocked(1_000).stream()
                .map(RecordingCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(CallEntry entry) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", entry.summary().id().toString());
    shown.put("tenant", entry.summary().tenant().value());
    shown.put("start", entry.summary().start().toString());
    CallCatalog.Block block = entry.block();
    if (block != null) {
      shown.put("since", block.at().toString());
      shown.put("by", block.actor());
      shown.put("reason", block.reason());
      shown.put("handedOver", block.handedOver());
    }
    return shown;
  }

  @Command(
      name = "hand-over",
      description =
          "Asks both tenants to approve that a blocked recording becomes that of the tenant whose"
              + " call it is. A running server does it once both have.")
  int handOver(
      @Option(names = "--recording", required = true) String recording,
      @Option(names = "--tenant", required = true, description = "Whose call it is.")
          TenantSlug tenant,
      @Option(
              names = "--operator",
              required = true,
              description = "The account name of the operator on whose behalf it is asked.")
          String operator,
      @Option(names = "--reason", required = true) String reason)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingId id = RecordingId.parse(recording);
          String userId = Names.user(installation, TenantSlug.PLATFORM, operator).id();
          HandOverDesk.Asking asking = new HandOverDesk.Asking(userId, provisioning.actor());
          HandOverDesk desk =
              installation.handOvers(
                  (_, _) -> {
                    throw new IOException("a running server does that");
                  },
                  new SimpleMeterRegistry(),
                  config.read().approvals().expiry());
          try {
            return shown(
                provisioning.handOver(
                    id, tenant, () -> desk.ask(asking, id, tenant, filled("reason", reason))));
          } catch (HandOverDesk.RefusedException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
          }
        });
  }

  private static Map<String, Object> shown(HandOver handOver) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", handOver.id().toString());
    shown.put("recording", handOver.call().toString());
    shown.put("from", handOver.from().value());
    shown.put("to", handOver.to().value());
    shown.put("becomes", handOver.newCall().toString());
    shown.put("state", handOver.state().wireName());
    return shown;
  }

  @Command(description = "Corrects who a call's parties are; what was stays beside it.")
  int correct(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--recording", required = true) String recording,
      @Option(
              names = "--party",
              paramLabel = "NUMBER|NAME|ACCOUNT",
              description =
                  "Who a party is, each part may be empty; once for every party, in their order.")
          @Nullable List<String> parties,
      @Option(names = "--swap-sides", description = "Left and right are the wrong way round.")
          boolean swapSides,
      @Option(names = "--reason", required = true) String reason)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingId id = unblocked(installation, tenant, recording);
          List<Named> named = new ArrayList<>();
          for (String party : parties == null ? List.<String>of() : parties) {
            named.add(named(installation, tenant, party));
          }
          Corrections.Correction made =
              provisioning.correct(
                  installation.database().corrections(),
                  tenant,
                  id,
                  new Correcting(
                      parties == null ? null : named, swapSides, filled("reason", reason)));
          Map<String, Object> shown = new TreeMap<>(changed(true, "parties of recording " + id));
          shown.put("number", made.number());
          shown.put("after", made.after());
          return shown;
        });
  }

  private static Named named(Installation installation, TenantSlug tenant, String text) {
    String[] parts = text.split("\\|", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "--party '%s': expected a number, a name and an account with | between them"
              .formatted(text));
    }
    String account = parts[2].strip();
    return new Named(
        parts[0].isBlank() ? null : parts[0].strip(),
        parts[1].isBlank() ? null : parts[1].strip(),
        account.isEmpty() ? null : Names.user(installation, tenant, account).id());
  }

  @Command(
      description =
          "Puts a tag on a recording. A rule of retention that names it may keep it for longer.")
  int tag(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--recording", required = true) String recording,
      @Option(names = "--tag", required = true) String tag)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingId id = unblocked(installation, tenant, recording);
          return changed(
              provisioning.tag(installation.database().annotations(), tenant, id, Tags.normal(tag)),
              "tag of recording " + id);
        });
  }

  @Command(description = "Takes a tag off a recording; until when it is kept stays.")
  int untag(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--recording", required = true) String recording,
      @Option(names = "--tag", required = true) String tag)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          RecordingId id = unblocked(installation, tenant, recording);
          return changed(
              provisioning.untag(
                  installation.database().annotations(), tenant, id, Tags.normal(tag)),
              "tag of recording " + id);
        });
  }

  @Command(description = "Writes a note on a recording.")
  int note(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--recording", required = true) String recording,
      @Option(names = "--text", required = true) String text,
      @Option(names = "--offset-ms", description = "The place in the audio that it is about.")
          @Nullable Long offsetMs)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          if (text.isBlank() || text.length() > Annotations.LONGEST_NOTE) {
            throw new IllegalArgumentException(
                "--text has 1 to %d characters".formatted(Annotations.LONGEST_NOTE));
          }
          if (offsetMs != null && offsetMs < 0) {
            throw new IllegalArgumentException("--offset-ms is 0 or more");
          }
          RecordingId id = unblocked(installation, tenant, recording);
          Annotations.Note note =
              provisioning.note(
                  installation.database().annotations(), tenant, id, text.strip(), offsetMs);
          Map<String, Object> shown = new TreeMap<>(changed(true, "notes of recording " + id));
          shown.put("note", note.id().toString());
          return shown;
        });
  }

  private static RecordingId unblocked(
      Installation installation, TenantSlug tenant, String recording) {
    RecordingId id = RecordingId.parse(recording);
    if (installation.calls().find(tenant, id).filter(e -> e.block() != null).isPresent()) {
      throw new IllegalArgumentException("recording %s is blocked".formatted(id));
    }
    return id;
  }

  private static String filled(String name, String text) {
    if (text.isBlank() || text.length() > 1_000) {
      throw new IllegalArgumentException("--%s has 1 to 1,000 characters".formatted(name));
    }
    return text.strip();
  }

  /** {@code admin quarantine run}: the same as the portal's. */
  static List<Map<String, Object>> runQuarantine(
      Installation installation,
      Config config,
      String actor,
      List<String> recordings,
      boolean dry) {
    List<RecordingId> ids = recordings.stream().map(RecordingId::parse).toList();
    try (ObjectStore store = Stores.open(config)) {
      return installation
          .quarantine(
              store, installation.manifests(), installation.announcements(Alarms.NONE).book())
          .run(
              Set.copyOf(ids),
              actor,
              dry
                  ? null
                  : QuarantineDesk.entering(
                      installation.database().audit(),
                      Clock.systemUTC(),
                      new SimpleMeterRegistry(),
                      actor))
          .stream()
          .map(
              outcome -> {
                Map<String, Object> shown = new LinkedHashMap<>();
                shown.put("id", outcome.id().toString());
                shown.put("tenant", outcome.tenant() == null ? null : outcome.tenant().value());
                shown.put("rule", outcome.rule());
                shown.put("released", outcome.released());
                shown.put("problem", outcome.problem());
                return shown;
              })
          .toList();
    }
  }
}

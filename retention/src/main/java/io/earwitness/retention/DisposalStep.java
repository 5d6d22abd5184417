package io.earwitness.retention;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.RecordingRemoval;
import io.earwitness.archive.RecordingRemoval.Contents;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Found;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.archive.cdr.DisposedCdr;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Disposes of one recording, in steps that may each be the last before the process dies: look at
 * what is there and its locks; ask what keeps it and mark it as falling; enter the act; delete;
 * make the call a tombstone; enter the end. Done again, it goes on where it was.
 */
final class DisposalStep {
  static final String JOB = "job:disposal";

  /** When a store that keeps something is asked again. */
  private static final Duration REFUSED = Duration.ofDays(1);

  /** When a store that failed is asked again. */
  private static final Duration FAILED = Duration.ofHours(1);

  private final Disposals disposals;
  private final MisplacedCalls calls;
  private final FallingDue due;
  private final RecordingRemoval removal;
  private final Function<TenantSlug, Tokens> tokens;
  private final AuditLog audit;
  private final Alarms alarms;
  private final InstantSource clock;

  DisposalStep(
      Disposals disposals,
      MisplacedCalls calls,
      FallingDue due,
      RecordingRemoval removal,
      Function<TenantSlug, Tokens> tokens,
      AuditLog audit,
      Alarms alarms,
      InstantSource clock) {
    this.disposals = disposals;
    this.calls = calls;
    this.due = due;
    this.removal = removal;
    this.tokens = tokens;
    this.audit = audit;
    this.alarms = alarms;
    this.clock = clock;
  }

  /** Does what can be done of an item that is due, refused or falling. */
  void dispose(Run run, Item item, CdrFate cdr) {
    Found found = item.state() == ItemState.FALLING ? item.found() : mark(run, item);
    if (found != null) {
      remove(run, item, found, cdr);
    }
  }

  /** Returns what there is of it; null if it stays for now. */
  private @Nullable Found mark(Run run, Item item) {
    TenantSlug tenant = run.tenant();
    RecordingId id = item.recording();
    Contents contents;
    try {
      contents = removal.look(tenant, id);
    } catch (ObjectStoreException e) {
      String problem = String.valueOf(e.getMessage());
      disposals.set(tenant, run.id(), id, ItemState.REFUSED, problem, clock.instant().plus(FAILED));
      refused(run, id);
      return null;
    }
    String kept =
        disposals.fall(
            tenant,
            run.id(),
            id,
            contents.found(),
            () -> {
              Optional<CallEntry> call = calls.whole(tenant, id);
              return call.isEmpty()
                  ? "it is not in the catalog"
                  : keeps(run, call.get(), contents.lockedUntil());
            });
    if (kept == null) {
      return contents.found();
    }
    if (run.mode() == Mode.CORRECTION) {
      // It is to go all the same, once what keeps it has ended
      disposals.set(tenant, run.id(), id, ItemState.REFUSED, kept, clock.instant().plus(FAILED));
    } else {
      disposals.set(tenant, run.id(), id, ItemState.KEPT, kept, null);
    }
    return null;
  }

  private @Nullable String keeps(Run run, CallEntry call, @Nullable Instant lockedUntil) {
    Instant now = clock.instant();
    return run.mode() == Mode.CORRECTION
        ? due.keepsCorrected(run.tenant(), call, lockedUntil, now)
        : due.keeps(run.tenant(), call, lockedUntil, now);
  }

  private void remove(Run run, Item item, Found found, CdrFate cdr) {
    TenantSlug tenant = run.tenant();
    RecordingId id = item.recording();
    begin(run, item, found);
    try {
      removal.remove(tenant, id);
    } catch (ObjectStoreException e) {
      String problem = String.valueOf(e.getMessage());
      Duration wait = e instanceof LockedException ? REFUSED : FAILED;
      disposals.note(tenant, run.id(), id, problem, clock.instant().plus(wait));
      refused(run, id);
      end(run, id, "failed: the store did not delete it; it is tried again");
      return;
    }
    CallEntry call = calls.whole(tenant, id).orElseThrow();
    disposals.bury(tenant, item, rest(call, cdr), Objects.requireNonNull(run.approvedBy()), JOB);
    finish(run, id);
  }

  /** After an erasure nothing tells whose call it was. */
  private Tombstones.Rest rest(CallEntry call, CdrFate cdr) {
    CallSummary summary = call.summary();
    Tokens keyed = tokens.apply(summary.tenant());
    return disposals.isToBeErased(summary.tenant(), summary.id())
        ? new Tombstones.Rest(keyed.keyId(), List.of(), null)
        : DisposedCdr.rest(call, keyed, cdr);
  }

  /** Enters the end of what is gone. */
  void finish(Run run, RecordingId id) {
    end(run, id, "done");
    disposals.entered(run.tenant(), run.id(), id);
  }

  private void refused(Run run, RecordingId id) {
    alarms.raise(
        AlarmKind.DISPOSAL_REFUSED,
        AlarmObject.disposal(run.id()),
        run.tenant(),
        "recording %s".formatted(id));
  }

  private void begin(Run run, Item item, Found found) {
    Map<String, String> details = new TreeMap<>();
    details.put("run", run.id().toString());
    details.put("class", item.basis().keep());
    if (item.basis().rule() != null) {
      details.put("rule", item.basis().rule());
    }
    details.put("until", item.until().toString());
    details.put("objects", Integer.toString(found.objects()));
    details.put("bytes", Long.toString(found.bytes()));
    details.put("approvedBy", String.valueOf(run.approvedBy()));
    if (run.reason() != null) {
      details.put("correction", run.reason());
    }
    append(act(run, item.recording()), run, item.recording(), null, null, details);
  }

  private void end(Run run, RecordingId id, String outcome) {
    UUID act = act(run, id);
    append(named(act + " " + outcome), run, id, act, outcome, Map.of());
  }

  private static UUID act(Run run, RecordingId id) {
    return named("dispose %s %s".formatted(run.id(), id));
  }

  private static UUID named(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private void append(
      UUID id,
      Run run,
      RecordingId recording,
      @Nullable UUID act,
      @Nullable String outcome,
      Map<String, String> details) {
    try {
      audit.append(
          new AuditEntry(
              id,
              clock.instant(),
              run.tenant(),
              JOB,
              "recording.dispose",
              "recording:" + recording,
              act,
              outcome,
              details));
    } catch (IllegalArgumentException _) {
      // The id is taken: it was entered before the process died
    }
  }
}

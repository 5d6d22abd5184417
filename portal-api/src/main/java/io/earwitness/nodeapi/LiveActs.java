package io.earwitness.nodeapi;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditLog.AuditUnavailableException;
import io.earwitness.call.RecordingId;
import io.earwitness.recorder.srs.PauseOutcome;
import io.earwitness.recorder.srs.RecordingServer;
import io.earwitness.recorder.srs.RunningRecording;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What clients of the node API do with running recordings. A pause stops the writing first and is
 * entered in the audit trail after; all else is entered before it happens, and does not happen if
 * that takes too long. Thread-safe.
 */
final class LiveActs {
  private static final long ENTRY_MILLIS = 2_000;
  private static final int WRITERS = 16;

  private final RecordingServer recorder;
  private final AuditLog log;
  private final LateEntries late;
  private final InstantSource clock;
  private final Semaphore writers = new Semaphore(WRITERS);

  /**
   * What became of one recording.
   *
   * @param paused whether it is paused now
   * @param changed false if it was so already
   */
  record Change(RecordingId id, boolean paused, boolean changed) {}

  LiveActs(RecordingServer recorder, AuditLog log, LateEntries late, InstantSource clock) {
    this.recorder = recorder;
    this.log = log;
    this.late = late;
    this.clock = clock;
  }

  /**
   * Pauses all running recordings of the client's tenant that are known by an id.
   *
   * @return one for each; empty if there is none
   */
  List<Change> pause(NodeClient client, String id) {
    List<Change> changes = new ArrayList<>();
    for (RunningRecording one : known(client, id)) {
      Instant at = clock.instant();
      PauseOutcome outcome = recorder.pause(client.tenant(), one.id(), client.by());
      if (outcome != PauseOutcome.NOT_RUNNING) {
        AuditEntry act = act(client, "live.pause", one.id(), id, at);
        late.add(act);
        late.add(outcome(act, outcome));
        changes.add(new Change(one.id(), true, outcome == PauseOutcome.DONE));
      }
    }
    return changes;
  }

  /**
   * Resumes all running recordings of the client's tenant that are known by an id.
   *
   * @return one for each; empty if there is none
   * @throws AuditUnavailableException if that could not be entered: they stay as they are
   */
  List<Change> resume(NodeClient client, String id) {
    Instant at = clock.instant();
    List<AuditEntry> acts = new ArrayList<>();
    List<RunningRecording> known = known(client, id);
    known.forEach(one -> acts.add(act(client, "live.resume", one.id(), id, at)));
    if (known.isEmpty()) {
      return List.of();
    }
    enter(acts);
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < acts.size(); i++) {
      RecordingId recording = known.get(i).id();
      PauseOutcome outcome = recorder.resume(client.tenant(), recording, client.by());
      late.add(outcome(acts.get(i), outcome));
      if (outcome != PauseOutcome.NOT_RUNNING) {
        changes.add(new Change(recording, false, outcome == PauseOutcome.DONE));
      }
    }
    return changes;
  }

  /**
   * What of the client's tenant runs on this node.
   *
   * @throws AuditUnavailableException if that could not be entered
   */
  List<RunningRecording> list(NodeClient client) {
    AuditEntry act = act(client, "live.list", null, null, clock.instant());
    enter(List.of(act));
    List<RunningRecording> running = recorder.running(client.tenant());
    late.add(outcome(act, PauseOutcome.DONE));
    return running;
  }

  private List<RunningRecording> known(NodeClient client, String id) {
    return recorder.running(client.tenant()).stream().filter(one -> one.isKnownAs(id)).toList();
  }

  /** Enters acts that are to follow, or gives up soon: whoever asks waits for it. */
  private void enter(List<AuditEntry> acts) {
    if (!writers.tryAcquire()) {
      throw away(null);
    }
    CompletableFuture<Void> entered = new CompletableFuture<>();
    Thread.startVirtualThread(() -> write(acts, entered));
    try {
      entered.get(ENTRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // What gets into the trail after all must not stand there as if it had been done
      var _ = entered.thenRun(() -> acts.forEach(act -> late.add(notDone(act))));
      throw away(e);
    } catch (ExecutionException e) {
      throw away(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var _ = entered.thenRun(() -> acts.forEach(act -> late.add(notDone(act))));
      throw away(e);
    }
  }

  private void write(List<AuditEntry> acts, CompletableFuture<Void> entered) {
    List<AuditEntry> written = new ArrayList<>();
    try {
      for (AuditEntry act : acts) {
        log.append(act);
        written.add(act);
      }
      entered.complete(null);
    } catch (RuntimeException e) {
      written.forEach(act -> late.add(notDone(act)));
      entered.completeExceptionally(e);
    } finally {
      writers.release();
    }
  }

  private static AuditUnavailableException away(@Nullable Exception cause) {
    return new AuditUnavailableException(
        "the audit trail can't be written at present",
        cause == null ? new IllegalStateException("too many entries wait for it") : cause);
  }

  private static AuditEntry act(
      NodeClient client,
      String action,
      @Nullable RecordingId recording,
      @Nullable String asked,
      Instant at) {
    return new AuditEntry(
        UUID.randomUUID(),
        at,
        client.tenant(),
        client.actor(),
        action,
        recording == null ? null : "recording:" + recording,
        null,
        null,
        asked == null ? Map.of() : Map.of("asked", asked));
  }

  private AuditEntry notDone(AuditEntry act) {
    return outcome(act, "failed: the audit trail could not be written in time", Map.of());
  }

  private AuditEntry outcome(AuditEntry act, PauseOutcome outcome) {
    return switch (outcome) {
      case DONE -> outcome(act, "done", Map.of());
      case WAS_SO -> outcome(act, "done", Map.of("changed", "false"));
      case NOT_RUNNING -> outcome(act, "failed: the recording runs no more", Map.of());
    };
  }

  private AuditEntry outcome(AuditEntry act, String outcome, Map<String, String> details) {
    return new AuditEntry(
        UUID.randomUUID(),
        clock.instant(),
        act.tenant(),
        act.actor(),
        act.action(),
        act.object(),
        act.id(),
        outcome,
        details);
  }
}

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
import java.util.TreeMap;
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
   * @param reason for people; null for none
   * @return one for each; empty if there is none
   */
  List<Change> pause(NodeClient client, String id, @Nullable String reason) {
    List<Change> changes = new ArrayList<>();
    for (RunningRecording one : known(client, id)) {
      Instant at = clock.instant();
      PauseOutcome outcome = recorder.pause(client.tenant(), one.id(), client.by(), reason);
      if (outcome != PauseOutcome.NOT_RUNNING) {
        AuditEntry act = act(client, "live.pause", one.id(), id, reason, at);
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
  List<Change> resume(NodeClient client, String id, @Nullable String reason) {
    Instant at = clock.instant();
    List<AuditEntry> acts = new ArrayList<>();
    List<RunningRecording> known = known(client, id);
    known.forEach(one -> acts.add(act(client, "live.resume", one.id(), id, reason, at)));
    if (known.isEmpty()) {
      return List.of();
    }
    enter(acts);
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < acts.size(); i++) {
      RecordingId recording = known.get(i).id();
      PauseOutcome outcome = recorder.resume(client.tenant(), recording, client.by(), reason);
      late.add(outcome(acts.get(i), outcome));
      if (outcome != PauseOutcome.NOT_RUNNING) {
        changes.add(new Change(recording, false, outcome == PauseOutcome.DONE));
      }
    }
    return changes;
  }

  /** What became of a signal for one recording; {@code changed} is false if it was told before. */
  record Signal(RecordingId id, boolean changed) {}

  /**
   * Notes in all running recordings of the client's tenant that are known by an id that their
   * announcement has been played to its end.
   *
   * @return one for each; empty if there is none
   * @throws AuditUnavailableException if that could not be entered: nothing is noted
   */
  List<Signal> announcementEnded(NodeClient client, String id) {
    Instant at = clock.instant();
    List<RunningRecording> known = known(client, id);
    if (known.isEmpty()) {
      return List.of();
    }
    List<AuditEntry> acts = new ArrayList<>();
    known.forEach(one -> acts.add(act(client, "live.announcement-ended", one.id(), id, null, at)));
    enter(acts);
    List<Signal> signals = new ArrayList<>();
    for (int i = 0; i < acts.size(); i++) {
      RecordingId recording = known.get(i).id();
      PauseOutcome outcome = recorder.announcementEnded(client.tenant(), recording, client.by());
      late.add(outcome(acts.get(i), outcome));
      if (outcome != PauseOutcome.NOT_RUNNING) {
        signals.add(new Signal(recording, outcome == PauseOutcome.DONE));
      }
    }
    return signals;
  }

  /**
   * What of the client's tenant runs on this node.
   *
   * @throws AuditUnavailableException if that could not be entered
   */
  List<RunningRecording> list(NodeClient client) {
    AuditEntry act = act(client, "live.list", null, null, null, clock.instant());
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
      @Nullable String reason,
      Instant at) {
    Map<String, String> details = new TreeMap<>();
    if (asked != null) {
      details.put("asked", asked);
    }
    if (reason != null) {
      details.put("reason", reason);
    }
    return new AuditEntry(
        UUID.randomUUID(),
        at,
        client.tenant(),
        client.actor(),
        action,
        recording == null ? null : "recording:" + recording,
        null,
        null,
        details);
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

package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.RetentionLengthenings;
import io.earwitness.archive.catalog.RetentionLengthenings.Batch;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.catalog.RetentionLocks.Due;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the store's locks as the rules want them: lengthens recordings where a policy says so,
 * renews locks that are shorter than their recordings are kept, before they end, and strengthens
 * those that are to be COMPLIANCE ones. It never shortens any. One in the whole installation is at
 * it at a time; whatever stops it, the next one goes on from there: the store is told first, the
 * catalog what the store confirmed. Thread-safe.
 */
public final class LockKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(LockKeeper.class);

  /** Who lengthens, for the audit trail and the journal. */
  private static final String ACTOR = "job:retention";

  private static final int RECORDINGS = 200;
  private static final int LOCKS = 40;
  private static final int THREADS = 4;

  /** After so many batches another node may go on. */
  private static final int BATCHES = 50;

  private static final Duration FIRST_DELAY = Duration.ofMinutes(1);
  private static final Duration LONGEST_DELAY = Duration.ofHours(1);

  private final Claims claims;
  private final RetentionLocks locks;
  private final RetentionLengthenings lengthenings;
  private final AuditLog audit;
  private final InstantSource clock;

  /**
   * @param protocol over the store whose locks are kept
   */
  public LockKeeper(
      CommitProtocol protocol,
      RetentionLocks locks,
      RetentionLengthenings lengthenings,
      AuditLog audit,
      InstantSource clock) {
    this.claims = protocol.claims();
    this.locks = locks;
    this.lengthenings = lengthenings;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Does what is due, or a good part of it.
   *
   * @return how many batches it did; 0 if nothing was due, or another node is at it
   * @throws CatalogUnavailableException if the catalog failed; try again
   */
  public int run() {
    return locks.alone(
        () -> {
          int done = 0;
          while (done < BATCHES && !Thread.currentThread().isInterrupted() && step()) {
            done++;
          }
          return done;
        });
  }

  /** Locks come first: one that ends can't be made good. */
  private boolean step() {
    List<Due> due = locks.due(LOCKS);
    if (!due.isEmpty()) {
      return renew(due);
    }
    Optional<Batch> batch = lengthenings.next(RECORDINGS);
    batch.ifPresent(this::lengthen);
    return batch.isPresent();
  }

  private void lengthen(Batch batch) {
    if (batch.changes().isEmpty()) {
      lengthenings.apply(batch, ACTOR);
      return;
    }
    UUID act = UUID.randomUUID();
    enter(
        batch,
        act,
        null,
        null,
        Map.of(
            "policyVersion",
            Integer.toString(batch.policyVersion()),
            "recordings",
            Integer.toString(batch.changes().size()),
            "first",
            batch.changes().getFirst().recording().toString(),
            "last",
            batch.changes().getLast().recording().toString()));
    String outcome = "failed";
    try {
      lengthenings.apply(batch, ACTOR);
      outcome = "done";
    } finally {
      enter(batch, UUID.randomUUID(), act, outcome, Map.of());
    }
  }

  private void enter(
      Batch batch,
      UUID id,
      @Nullable UUID act,
      @Nullable String outcome,
      Map<String, String> details) {
    audit.append(
        new AuditEntry(
            id,
            clock.instant(),
            batch.tenant(),
            ACTOR,
            "retention.lengthen",
            "retention-policy:" + batch.tenant(),
            act,
            outcome,
            details));
  }

  /** Returns whether any of them could be renewed: where none can, the store is likely away. */
  private boolean renew(List<Due> due) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofVirtual().name("lock-renewal-", 0).factory())) {
      boolean any = false;
      for (Future<Boolean> each :
          threads.invokeAll(
              due.stream().map(one -> (Callable<Boolean>) () -> renew(one)).toList())) {
        any |= each.get();
      }
      return any;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  private boolean renew(Due due) {
    Instant wanted = due.term().wanted(clock.instant());
    Instant locked = due.lockedUntil();
    try {
      if (wanted != null && (wanted.isAfter(locked) || due.strengthen())) {
        locked =
            claims.extend(
                due.tenant(),
                due.recording(),
                due.generation(),
                due.manifestVersionId(),
                wanted,
                due.strengthen());
      }
    } catch (CatalogUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      // One recording's trouble must not keep the others from being renewed
      LOG.warn(
          "the lock of recording {}, which ends at {}, could not be renewed: {}",
          due.recording(),
          due.lockedUntil(),
          e.getMessage());
      locks.failed(due, String.valueOf(e.getMessage()), clock.instant().plus(delay(due)));
      return false;
    }
    locks.renewed(due, locked);
    return true;
  }

  private static Duration delay(Due due) {
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(due.failures(), 6));
    return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
  }
}

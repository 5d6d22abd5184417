package io.earwitness.archive.catalog;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Interactions;
import io.earwitness.call.RecordingId;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls in the catalog. Every write that changes a call puts a row into the outbox in the same
 * transaction, so that readers of the {@link ChangeFeed} see it. Thread-safe; throws {@link
 * CatalogUnavailableException} where the database can't be reached.
 */
public interface CallCatalog {
  /**
   * Inserts or updates a call as the recorder reports it. A call never goes back: a report of
   * {@code live} after {@code closed}, or of either after an outcome, changes nothing. Two outcomes
   * are not the last word: a call that was {@code lost} becomes {@code closed} when its capture
   * turns up, and of one that was archived from rescue copies {@code closed} says that its whole
   * capture is there, to be archived too. Its tenant stays, but for a live call of {@link
   * TenantSlug#PLATFORM}, which later metadata may give one.
   */
  void report(CallSummary summary);

  /**
   * Takes a call that nobody works on. In this order: one that is closed, of this node, or of one
   * that is absent or has no capture of it; one that is live of such a node; one that was archived
   * from rescue copies and whose capture this node has; one whose archive was not read back yet.
   * The lease keeps others away for that long.
   */
  Optional<Work> take(String node, Duration lease);

  /** Lets a lease last that long from now; one that went to another worker stays that one's. */
  void extend(Work work, Duration lease);

  /** Gives work back before its lease ends, to be tried again after {@code delay}. */
  void release(Work work, Duration delay, String why);

  /**
   * Records that a call was archived. Of two calls for the same recording and generation the first
   * wins; the second changes nothing. Whoever works on the call keeps it: it is to be read back.
   */
  void archived(ArchivedCall archived);

  /**
   * Records that an archive was read back and found right, and ends the lease on its call. The
   * first time stays; it changes nothing that readers of the feed show.
   *
   * @throws IllegalArgumentException if there is no such archive
   */
  void verified(TenantSlug tenant, RecordingId id, int generation, Instant at);

  /** Ends a call of which nothing is archived: {@code lost} and the like. */
  void finish(RecordingId id, CallState outcome, Set<CallFlag> flags);

  /** One call of a tenant; another tenant's is not found. */
  Optional<CallEntry> find(TenantSlug tenant, RecordingId id);

  /** Calls of a tenant; missing ones, and other tenants', are left out. */
  List<CallEntry> find(TenantSlug tenant, Collection<RecordingId> ids);

  /** Calls of any tenant, for the index and the lake; missing ones are left out. */
  List<CallEntry> load(Collection<RecordingId> ids);

  /** A tenant's calls that started in {@code [from, to)}, by start, then id. */
  List<CallEntry> started(TenantSlug tenant, Instant from, Instant to);

  /**
   * A tenant's recordings of one interaction, by start, then id. Recordings are joined once they
   * have ended, and again when one is archived.
   *
   * @see Interactions
   */
  List<CallEntry> interaction(TenantSlug tenant, RecordingId interaction);

  /** All ids in the catalog that are in this state, oldest first. */
  List<RecordingId> inState(CallState state);

  /**
   * A call that waits to be archived, or its archive to be read back.
   *
   * @param unverified the generation that is to be read back; null if the call is to be archived
   * @param node in whose spool the capture should be
   * @param absentFor for how long that node has not said that it is there; null if it is
   * @param captureMissing whether it said that it has no such capture
   */
  record Work(
      RecordingId id,
      TenantSlug tenant,
      @Nullable Integer unverified,
      int attempts,
      Instant leasedUntil,
      String node,
      @Nullable Duration absentFor,
      boolean captureMissing) {}

  /**
   * A call with what became of it.
   *
   * @param version grows with every change of this call
   * @param place the interaction that it belongs to; null if it is the only recording
   */
  record CallEntry(
      CallSummary summary,
      long version,
      @Nullable ArchivedCall archive,
      Interactions.@Nullable Place place) {
    /** A call that is the only recording of its conversation. */
    public CallEntry(CallSummary summary, long version, @Nullable ArchivedCall archive) {
      this(summary, version, archive, null);
    }
  }

  /**
   * Where the objects of an archived call are.
   *
   * @param outcome {@code archived}, {@code archived-partial}, {@code quarantined}, or {@code
   *     no-media} where the call record is archived alone
   * @param manifestKey object key of the manifest in the lock bucket
   * @param manifestVersionId its version id
   * @param audioStart the instant that offset 0 of the audio stands for
   * @param verifiedAt when it was read back and found right; null if it was not yet
   */
  record ArchivedCall(
      RecordingId id,
      TenantSlug tenant,
      CallState outcome,
      int generation,
      String attempt,
      String manifestKey,
      String manifestVersionId,
      Instant archivedAt,
      Instant keepUntil,
      @Nullable Instant audioStart,
      long durationMs,
      int channels,
      String codec,
      long mediaBytes,
      List<StreamQuality> quality,
      Set<CallFlag> flags,
      @Nullable Instant verifiedAt) {}

  /** The database can't be reached or refuses; trying again later may help. */
  final class CatalogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CatalogUnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}

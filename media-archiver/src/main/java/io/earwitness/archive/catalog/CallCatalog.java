package io.earwitness.archive.catalog;

import io.earwitness.call.Announcement;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.Interactions;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
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

  /**
   * Ends a held call that nobody marked in time: it is {@code not-recorded-by-policy}, and its
   * capture may go. Whoever marks it before this is decided keeps it; what is blocked stays held.
   *
   * @return false if it is kept, may still be marked, or has an outcome already
   */
  boolean notKept(RecordingId id);

  /** One call of a tenant; another tenant's is not found. */
  Optional<CallEntry> find(TenantSlug tenant, RecordingId id);

  /** Calls of a tenant; missing ones, and other tenants', are left out. */
  List<CallEntry> find(TenantSlug tenant, Collection<RecordingId> ids);

  /** Calls of any tenant, for the index and the lake; missing ones are left out. */
  List<CallEntry> load(Collection<RecordingId> ids);

  /**
   * Calls of other tenants that are in the captures of these recordings, too; none for most.
   *
   * @param captures of recordings that have a capture of their own
   */
  List<CallEntry> sharing(Collection<RecordingId> captures);

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
   * @param capture the recording whose capture it is; most often the call's own
   * @param kept whether somebody marked it, so that it is archived also where that is on demand
   */
  record Work(
      RecordingId id,
      TenantSlug tenant,
      @Nullable Integer unverified,
      int attempts,
      Instant leasedUntil,
      String node,
      @Nullable Duration absentFor,
      boolean captureMissing,
      RecordingId capture,
      boolean kept) {
    /** One that nobody marked. */
    public Work(
        RecordingId id,
        TenantSlug tenant,
        @Nullable Integer unverified,
        int attempts,
        Instant leasedUntil,
        String node,
        @Nullable Duration absentFor,
        boolean captureMissing,
        RecordingId capture) {
      this(
          id,
          tenant,
          unverified,
          attempts,
          leasedUntil,
          node,
          absentFor,
          captureMissing,
          capture,
          false);
    }

    /** A call with a capture of its own. */
    public Work(
        RecordingId id,
        TenantSlug tenant,
        @Nullable Integer unverified,
        int attempts,
        Instant leasedUntil,
        String node,
        @Nullable Duration absentFor,
        boolean captureMissing) {
      this(id, tenant, unverified, attempts, leasedUntil, node, absentFor, captureMissing, id);
    }
  }

  /**
   * A call with what became of it.
   *
   * @param version grows with every change of this call
   * @param place the interaction that it belongs to; null if it is the only recording
   * @param keeping of an on-demand call that has ended or was marked, else null
   * @param block why nothing of it is shown; then the summary says no more than its id, times and
   *     state. Null if it is not blocked
   * @param tags that people put on it, in their order
   */
  record CallEntry(
      CallSummary summary,
      long version,
      @Nullable ArchivedCall archive,
      Interactions.@Nullable Place place,
      @Nullable Keeping keeping,
      @Nullable Block block,
      List<String> tags) {
    /** One without tags. */
    public CallEntry(
        CallSummary summary,
        long version,
        @Nullable ArchivedCall archive,
        Interactions.@Nullable Place place,
        @Nullable Keeping keeping,
        @Nullable Block block) {
      this(summary, version, archive, place, keeping, block, List.of());
    }

    /** One that is neither on demand nor blocked. */
    public CallEntry(
        CallSummary summary,
        long version,
        @Nullable ArchivedCall archive,
        Interactions.@Nullable Place place) {
      this(summary, version, archive, place, null, null);
    }

    /** A call that is the only recording of its conversation. */
    public CallEntry(CallSummary summary, long version, @Nullable ArchivedCall archive) {
      this(summary, version, archive, null);
    }
  }

  /**
   * Since when and why nobody is shown what was recorded: it may be another tenant's.
   *
   * @param byPlatform whether the platform's operator blocked it, and not the tenant
   * @param handedOver whether it was sealed anew for the tenant whose call it is; then it stays
   *     blocked
   */
  record Block(Instant at, String actor, String reason, boolean byPlatform, boolean handedOver) {
    /** The same, of a call that was handed over. */
    Block withHandedOver() {
      return new Block(at, actor, reason, byPlatform, true);
    }
  }

  /**
   * Until when an on-demand call may be marked, and who marked it.
   *
   * @param heldUntil null while it runs
   * @param keptAt null, with what follows, if nobody did
   */
  record Keeping(
      @Nullable Instant heldUntil,
      @Nullable Instant keptAt,
      @Nullable String keptBy,
      @Nullable String reason) {}

  /**
   * Where the objects of an archived call are.
   *
   * @param outcome {@code archived}, {@code archived-partial}, {@code quarantined}, or {@code
   *     no-media} where the call record is archived alone
   * @param manifestKey object key of the manifest in the lock bucket
   * @param manifestVersionId its version id
   * @param audioStart the instant that offset 0 of the audio stands for
   * @param verifiedAt when it was read back and found right; null if it was not yet
   * @param announcement what it shows of the announcement; null where there was no policy
   * @param retention by what {@code keepUntil} was decided; null if that is not known
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
      @Nullable Instant verifiedAt,
      @Nullable Announcement announcement,
      @Nullable RetentionBasis retention) {
    /** Whether it was made of rescue copies, so that the capture may still turn up. */
    public boolean isRescued() {
      return generation == Generation.RESCUED
          || (generation >= Generation.MASKED && flags.contains(CallFlag.RESCUED));
    }

    /** Of a call without a policy of announcement or of retention. */
    public ArchivedCall(
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
        @Nullable Instant verifiedAt) {
      this(
          id,
          tenant,
          outcome,
          generation,
          attempt,
          manifestKey,
          manifestVersionId,
          archivedAt,
          keepUntil,
          audioStart,
          durationMs,
          channels,
          codec,
          mediaBytes,
          quality,
          flags,
          verifiedAt,
          null,
          null);
    }
  }

  /** The database can't be reached or refuses; trying again later may help. */
  final class CatalogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CatalogUnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}

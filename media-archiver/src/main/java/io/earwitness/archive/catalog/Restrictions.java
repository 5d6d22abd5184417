package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Recordings whose original nobody hears, takes away or is delivered, but those for whom two
 * persons open it for a while; a masked derivative may take its place. Every change is written with
 * its journal entry in one transaction. Who may do what is not decided here. Thread-safe.
 */
public interface Restrictions {
  /** For how long an original may be opened at most. */
  Duration LONGEST_OPENING = Duration.ofHours(72);

  /** What takes the original's place, and how far that is. */
  enum Derivative implements WireName {
    /** Nothing is to. */
    NONE("none"),
    /** It is being made. */
    WANTED("wanted"),
    MADE("made"),
    /** It can't be made, for a reason that stays. */
    IMPOSSIBLE("impossible");

    private final String wireName;

    Derivative(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** What is removed of a recording that is corrected within its settling time. */
  enum Correction implements WireName {
    /** All of it. */
    REMOVE("remove"),
    /** What a masked derivative takes the place of. */
    REPLACE("replace");

    private final String wireName;

    Correction(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * A correction, which is for good.
   *
   * @param askedBy in the audit trail's words
   * @param settlesAt when the first locks end, and removal begins
   * @param removedAt when what was replaced was removed; null before, and of what is removed whole
   */
  record Correcting(
      Correction what, String askedBy, Instant settlesAt, @Nullable Instant removedAt) {}

  /**
   * What is to be restricted, and why.
   *
   * @param legalBasis such as a law's article, or the matter
   * @param spans what is silent in what takes the original's place; none if nothing does
   */
  record Restriction(String reason, String legalBasis, List<MaskedSpan> spans) {
    public Restriction {
      spans = List.copyOf(spans);
    }
  }

  /**
   * A recording that is, or was, restricted.
   *
   * @param approval of two persons; null if another act of theirs led to it
   * @param generation of the derivative; null if there is to be none
   * @param source the generation that it was made of; null before
   * @param problem why the derivative can't be made, or not yet
   * @param liftedAt null, with by whom, while it is in force
   * @param correcting null if it is no correction
   */
  record Restricted(
      UUID id,
      RecordingId recording,
      Restriction restriction,
      Instant at,
      String by,
      @Nullable UUID approval,
      Derivative derivative,
      @Nullable Integer generation,
      @Nullable Integer source,
      @Nullable String problem,
      @Nullable Instant liftedAt,
      @Nullable String liftedBy,
      @Nullable Correcting correcting) {}

  /**
   * Restricts a recording; one that is in force already ends by that, in the same transaction.
   *
   * @param approval of two persons; null if another act of theirs led to it
   * @throws IllegalArgumentException if the tenant has no such archived recording, or something is
   *     wrong with the restriction
   */
  Restricted restrict(
      TenantSlug tenant,
      RecordingId recording,
      Restriction restriction,
      @Nullable UUID approval,
      String actor);

  /**
   * Corrects a recording within its settling time: it is restricted, its first locks are renewed no
   * more, and what is to be removed is so when they end and no legal hold is on it.
   *
   * @param spans none to remove all of it, else what is silent in what takes its place
   * @param askedBy in the audit trail's words; {@code actor} is who approved it
   * @throws IllegalArgumentException as {@link #restrict}, or if its settling time is over
   */
  Restricted correct(
      TenantSlug tenant,
      RecordingId recording,
      String reason,
      List<MaskedSpan> spans,
      UUID approval,
      String askedBy,
      String actor);

  /**
   * When the settling time of a recording ends, in which it can be corrected: then its first lock
   * is renewed. Empty if it has none any more.
   */
  Optional<Instant> settling(TenantSlug tenant, RecordingId recording);

  /** Corrections whose original may be removed by now, or whose removal has begun. */
  List<Restricted> replaced(TenantSlug tenant, int limit);

  /**
   * Notes that the removal of a replaced original begins. Nobody places a hold meanwhile.
   *
   * @return why it must not; null if it may, and is noted
   */
  @Nullable String removing(TenantSlug tenant, UUID restriction);

  /** Notes that nothing of a replaced original is left. */
  void removed(TenantSlug tenant, UUID restriction, String actor);

  /**
   * Lifts it: the original is what it was before.
   *
   * @return false if it is not restricted
   * @throws IllegalArgumentException if it is a correction
   */
  boolean lift(TenantSlug tenant, RecordingId recording, String actor);

  /** The restriction that is in force; empty if none is. */
  Optional<Restricted> of(TenantSlug tenant, RecordingId recording);

  /** Restrictions in force, by recording, after one. */
  List<Restricted> restricted(TenantSlug tenant, @Nullable RecordingId after, int limit);

  /** What counts of a recording but for its masked derivatives; empty if nothing is archived. */
  Optional<ArchivedCall> original(TenantSlug tenant, RecordingId recording);

  /**
   * An original that some may hear for a while.
   *
   * @param id of the approval
   * @param users ids of those who may, if they may hear the call at all
   */
  record Opening(
      UUID id,
      RecordingId recording,
      Set<String> users,
      Instant openedAt,
      Instant until,
      String reason,
      String legalBasis,
      String openedBy) {
    public Opening {
      users = Set.copyOf(users);
    }
  }

  /**
   * Opens the original. Done again with the same approval, it changes nothing.
   *
   * @param lasts not longer than {@link #LONGEST_OPENING}
   * @throws IllegalArgumentException if the recording is not restricted, or something is wrong
   */
  void open(
      TenantSlug tenant,
      RecordingId recording,
      UUID approval,
      Set<String> users,
      Duration lasts,
      String reason,
      String legalBasis,
      String actor);

  /** By which opening somebody may hear the original of a restricted recording now. */
  Optional<Opening> opening(TenantSlug tenant, RecordingId recording, String userId);

  /** All that ever was opened of a recording, the newest first. */
  List<Opening> openings(TenantSlug tenant, RecordingId recording);

  /**
   * Tenants of which a derivative is to be made or has taken a place: only of these is there work.
   */
  List<TenantSlug> masking();

  /**
   * Restrictions whose derivative is to be made now: also anew, where a better copy of the original
   * came.
   */
  List<Restricted> wanted(TenantSlug tenant, int limit);

  /** Notes that the derivative was made, of a generation of the original: it is played now. */
  void made(TenantSlug tenant, UUID restriction, int generation, int source, String actor);

  /**
   * Notes why a derivative can't be made.
   *
   * @param again when that is tried again; null if never
   */
  void notMade(TenantSlug tenant, UUID restriction, String problem, @Nullable Instant again);

  /** Has one node at a time make what is wanted; 0 if another one is at it. */
  int alone(IntSupplier work);
}

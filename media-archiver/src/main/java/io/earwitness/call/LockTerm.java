package io.earwitness.call;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Until when the store should refuse to delete a recording, as time goes by: for as long as it is
 * kept, but at first, in its settling time, on trial, or until its audio is moved to the tenant's
 * storage, for a short time only, which is renewed before it ends. Pure; immutable.
 *
 * @param end of the call
 * @param keepUntil by the rules; for a recording without an end, as far as a lock can reach
 * @param firstLock until when it was locked at first; null if for as long as it is kept
 * @param notSettling whether that is not for its settling time, but because the tenant was on
 *     trial, or its audio was to be moved
 * @param onTrial whether the tenant still is on trial
 * @param moving whether its audio still is to be moved
 */
public record LockTerm(
    Instant end,
    Instant keepUntil,
    @Nullable Instant firstLock,
    boolean notSettling,
    boolean onTrial,
    boolean moving) {
  /** How long a lock on trial, or before a move, lasts, each time. */
  public static final Duration SHORT = Duration.ofDays(7);

  /** How long before its end a short lock is renewed, where that is later than half of it. */
  public static final Duration EARLY = Duration.ofDays(2);

  /** Why a lock is shorter than the recording is kept, if it is. */
  public enum Phase implements WireName {
    /** It lasts as long as the recording is kept. */
    FULL("full"),
    /** The recording is in its settling time. */
    SETTLING("settling"),
    /** The tenant is on trial. */
    TRIAL("trial"),
    /** Its audio is to be moved to the tenant's storage. */
    MOVING("moving"),
    /** It is to be renewed now, or as soon as the store lets it. */
    DUE("due");

    private final String wireName;

    Phase(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** Of a recording whose audio is not to be moved. */
  public LockTerm(
      Instant end,
      Instant keepUntil,
      @Nullable Instant firstLock,
      boolean madeOnTrial,
      boolean onTrial) {
    this(end, keepUntil, firstLock, madeOnTrial, onTrial, false);
  }

  /**
   * What is to be locked until when by what was decided as it was archived.
   *
   * @param moves whether its audio is to be moved yet, if that was decided then
   */
  public static LockTerm of(
      Instant end,
      Instant keepUntil,
      @Nullable RetentionBasis basis,
      boolean onTrial,
      boolean moves) {
    return basis == null
        ? new LockTerm(end, keepUntil, null, false, onTrial)
        : new LockTerm(
            end,
            keepUntil,
            basis.firstLock(),
            basis.trial() || basis.moving(),
            basis.trial() && onTrial,
            basis.moving() && moves);
  }

  /**
   * The first lock of a recording.
   *
   * @param settlingDays of the policy in force at the call's end
   * @param weekly whether the tenant is on trial, or its recordings are moved
   * @return null if it is to be locked for as long as it is kept
   */
  public static @Nullable Instant first(
      Instant end, Instant keepUntil, int settlingDays, boolean weekly, Instant now) {
    if (!weekly && settlingDays == 0) {
      return null;
    }
    // Stores keep whole seconds
    Instant first =
        (weekly ? now.plus(SHORT) : end.plus(Duration.ofDays(settlingDays)))
            .truncatedTo(ChronoUnit.SECONDS);
    // One that is over before it begins, or reaches as far as the full one, is none
    return first.isAfter(now) && first.isBefore(keepUntil) ? first : null;
  }

  /** Until when the lock should last at a moment; null if nothing is kept any more. */
  public @Nullable Instant wanted(Instant now) {
    if (!keepUntil.isAfter(now)) {
      return null;
    }
    if (isWeekly()) {
      Instant week = now.plus(SHORT);
      return week.isBefore(keepUntil) ? week : keepUntil;
    }
    Instant first = firstLock;
    return first != null && !notSettling && now.isBefore(settled(first)) ? first : keepUntil;
  }

  /**
   * When a lock is to be renewed: a short one when half of it or two days are left, whichever comes
   * later.
   *
   * @param locked until when it lasts
   * @return null if it never is, as it reaches as far as the recording is kept; in the past, if at
   *     once
   */
  public @Nullable Instant due(Instant locked) {
    if (!locked.isBefore(keepUntil)) {
      return null;
    }
    if (isWeekly()) {
      return locked.minus(EARLY);
    }
    Instant first = firstLock;
    return first != null && !notSettling && !locked.isBefore(first) ? settled(first) : end;
  }

  /** Why a lock that lasts until then does so, at a moment. */
  public Phase phase(Instant locked, Instant now) {
    Instant due = due(locked);
    if (due == null) {
      return Phase.FULL;
    }
    if (!due.isAfter(now)) {
      return Phase.DUE;
    }
    if (moving) {
      return Phase.MOVING;
    }
    return isWeekly() ? Phase.TRIAL : Phase.SETTLING;
  }

  private boolean isWeekly() {
    return moving || notSettling && onTrial;
  }

  /** When a first lock is renewed. */
  private Instant settled(Instant first) {
    Instant half = end.plus(Duration.between(end, first).dividedBy(2));
    Instant early = first.minus(EARLY);
    return half.isAfter(early) ? half : early;
  }
}

package io.earwitness.call;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has of a class of licence, as the platform's operator set it. A class for which
 * nothing was set is without limits. Immutable.
 *
 * @param extensions how many may be recorded in a month, 0 to 10,000,000
 * @param until when it ends; null if no end is known
 * @param graceDays for how long after that it goes on, 0 to 366
 * @param suspended whether the operator suspended it
 * @param stopsRecording whether recording stops once every class was set for the tenant, is
 *     suspended or ended, and says so
 */
public record LicenceTerms(
    Licence licence,
    int extensions,
    @Nullable Instant until,
    int graceDays,
    boolean suspended,
    boolean stopsRecording) {
  public static final int MOST_EXTENSIONS = 10_000_000;
  public static final int MOST_GRACE = 366;

  /** How long before its end people are told. */
  public static final Duration NOTICE = Duration.ofDays(30);

  public LicenceTerms {
    if (extensions < 0 || extensions > MOST_EXTENSIONS) {
      throw new IllegalArgumentException(
          "a licence is for 0 to %,d extensions, not %,d".formatted(MOST_EXTENSIONS, extensions));
    }
    if (graceDays < 0 || graceDays > MOST_GRACE) {
      throw new IllegalArgumentException(
          "the grace of a licence is 0 to %d days, not %d".formatted(MOST_GRACE, graceDays));
    }
  }

  /**
   * How it stands.
   *
   * @param recorded extensions of this class that were recorded this month
   */
  public LicenceState state(long recorded, Instant now) {
    if (suspended) {
      return LicenceState.SUSPENDED;
    }
    if (until != null && !now.isBefore(until)) {
      return now.isBefore(until.plus(Duration.ofDays(graceDays)))
          ? LicenceState.GRACE
          : LicenceState.ENDED;
    }
    return recorded > extensions ? LicenceState.OVER_USE : LicenceState.ACTIVE;
  }

  /** Whether it has ended, is suspended, or ends soon. */
  public boolean isToBeTold(Instant now) {
    return suspended || (until != null && !now.isBefore(until.minus(NOTICE)));
  }

  /** Whether it would let recording stop. */
  public boolean stops(Instant now) {
    return stopsRecording && state(0, now).mayStop();
  }
}

package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Failed sign-ins of local accounts in a row, the same on all nodes. Those of a browser that signed
 * in to the account before are counted apart from those of strangers, so that nobody is locked out
 * of an own browser by others. Thread-safe.
 */
public interface SignInFailures {
  /** The device of whoever shows none that is known. */
  String STRANGER = "";

  /**
   * How failures are answered: the first ones cost nothing, those that follow a wait of one second
   * and twice as long each time, and those from {@code locking} on a lock. After a lock it begins
   * anew. Pure.
   *
   * @param free so many cost nothing
   * @param locking so many lock the account
   * @param lock for how long
   * @param forgotten so long after the last one they no longer count
   */
  record Policy(int free, int locking, Duration lock, Duration forgotten) {
    /** Until when nothing is tried after so many failures. */
    public Instant waitUntil(int failures, Instant last) {
      if (failures < free) {
        return last;
      }
      Duration wait = Duration.ofSeconds(1L << Math.min(failures - free, 20));
      return last.plus(failures >= locking || wait.compareTo(lock) > 0 ? lock : wait);
    }

    /** How many still count. */
    public int counted(int failures, Instant last, Instant now) {
      boolean past =
          last.plus(forgotten).isBefore(now)
              || (failures >= locking && !waitUntil(failures, last).isAfter(now));
      return past ? 0 : failures;
    }
  }

  /**
   * An attempt.
   *
   * @param failures in a row with this one, if it fails
   * @param waitUntil until when nothing is tried; then this one was not counted. Null if it may be
   *     tried now.
   */
  record Attempt(int failures, @Nullable Instant waitUntil) {}

  /** Counts an attempt as failed until {@link #succeeded}, so that many at once gain nothing. */
  Attempt attempt(TenantSlug tenant, String userId, String device, Policy policy);

  /** Forgets the failures of that device. */
  void succeeded(TenantSlug tenant, String userId, String device);

  /** Until when the account is locked for strangers; empty if it isn't. */
  Optional<Instant> lockedUntil(TenantSlug tenant, String userId, Policy policy);

  /** Forgets all failures of an account, and so ends its locks; false if there were none. */
  boolean unlock(TenantSlug tenant, String userId);
}

package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Second factors of local accounts: secrets of time-based one-time passwords (RFC 6238), which come
 * here sealed and are given as they came, and hashes of recovery codes. Thread-safe.
 */
public interface SecondFactors {
  /**
   * What an account has.
   *
   * @param pending sealed: a secret that is being set up; null if none is
   * @param secret sealed: the one in force; null if none is
   * @param enrolledAt since when
   * @param lastStep the newest time step of which a code was taken
   */
  record Totp(
      @Nullable String pending,
      @Nullable String secret,
      @Nullable Instant enrolledAt,
      long lastStep) {}

  Optional<Totp> totp(TenantSlug tenant, String userId);

  /** Keeps a secret that is to be proven; one that was pending before no longer is. */
  void begin(TenantSlug tenant, String userId, String sealed);

  /**
   * Puts the pending secret in force in place of any other, with new recovery codes.
   *
   * @param sealed what is pending
   * @param step of the code that proved it, which is taken with that
   * @return false if it is not what is pending
   */
  boolean enrol(
      TenantSlug tenant, String userId, String sealed, long step, Set<String> codes, String actor);

  /** Takes the code of a time step; false if one of it or of a later one was taken before. */
  boolean take(TenantSlug tenant, String userId, long step);

  /** Takes a recovery code; false if there is no such one or it was taken before. */
  boolean takeRecoveryCode(TenantSlug tenant, String userId, String hash);

  /** How many recovery codes are left. */
  int recoveryCodes(TenantSlug tenant, String userId);

  /** Replaces all recovery codes; false if the account has no second factor. */
  boolean replaceRecoveryCodes(TenantSlug tenant, String userId, Set<String> codes, String actor);

  /** Takes the second factor and its recovery codes away; false if there was none. */
  boolean remove(TenantSlug tenant, String userId, String actor);
}

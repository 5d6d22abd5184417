package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sealed one-time codes that restore an administrator, and each use until it is reviewed. Nothing
 * of it is ever deleted. Thread-safe.
 */
public interface BreakGlass {
  /**
   * A code.
   *
   * @param selector its first part, by which it is found; no secret
   * @param hash Argon2id of the whole code, in the PHC string format
   * @param usedAt null while it is sealed
   */
  record Code(
      TenantSlug tenant,
      String selector,
      String hash,
      Instant createdAt,
      Instant expiresAt,
      @Nullable Instant usedAt) {
    @Override
    public String toString() {
      return "Code[%s/%s]".formatted(tenant, selector);
    }
  }

  /** What somebody else found of a use. */
  record Review(Instant at, String by, String note) {}

  /**
   * A use of a code.
   *
   * @param until when the role that it gave ends
   * @param reviewBy until when somebody else must have reviewed it
   * @param review null until then
   */
  record Use(
      UUID id,
      TenantSlug tenant,
      String selector,
      String userId,
      String userName,
      Instant usedAt,
      Instant until,
      Instant reviewBy,
      @Nullable Review review) {
    /** What the alarms say of it. */
    public String alarmText() {
      return "tenant-admin until %s; to be reviewed by %s".formatted(until, reviewBy);
    }
  }

  /**
   * Keeps new codes.
   *
   * @throws IllegalArgumentException if there is no such tenant
   */
  void addCodes(TenantSlug tenant, List<Code> codes, String actor);

  /** The newest first. */
  List<Code> codes(TenantSlug tenant);

  Optional<Code> code(TenantSlug tenant, String selector);

  /** Spends a code; false if it was spent, has expired, or there is none. */
  boolean use(Use use, String actor);

  /** The newest first. */
  List<Use> uses(TenantSlug tenant);

  /** Notes a review; who was first stays. Empty if there is no such use. */
  Optional<Use> review(TenantSlug tenant, UUID use, Review review);

  /**
   * Notes that what binds somebody by a code binds another account too, if anything does: one that
   * this person makes, or makes a tenant admin.
   *
   * @param by a user's id
   * @param userId need not be there yet
   */
  void bind(TenantSlug tenant, String by, String userId, String actor);

  /**
   * Whether a code binds this person: the time of a role that it gave is not over yet, or the
   * account is bound with that person's, which lasts until the use is reviewed too.
   */
  boolean isHeld(TenantSlug tenant, String userId);
}

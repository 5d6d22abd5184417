package io.earwitness.archive.catalog;

import io.earwitness.call.Persona;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;

/**
 * Policies of recording, and what people keep by them. Every change is written with its journal
 * entry in one transaction. Thread-safe.
 */
public interface RecordingPolicies {
  /**
   * A version of a tenant's policy.
   *
   * @param validFrom until the next version
   */
  record PolicyVersion(RecordingPolicy policy, Instant validFrom, String changedBy) {}

  /** What became of the wish to keep a call. */
  enum Kept {
    /** It is kept from now on. */
    NOW,
    /** It was kept already; the first mark stays. */
    BEFORE,
    /** It is not held: it was never to be marked, or its removal was decided. */
    NOT_HELD
  }

  /** All versions of a tenant's policy, the newest first; empty if it never made one. */
  List<PolicyVersion> versions(TenantSlug tenant);

  /**
   * Makes the next version of a tenant's policy. Recorders work by it as soon as they have it.
   *
   * @param expected the version that the changes were made to; 0 for none
   * @return the policy as it is kept; the present one if nothing differs
   * @throws ConflictException if that is not the newest any more
   * @throws IllegalArgumentException if the rules don't fit together, or there is no such tenant
   */
  RecordingPolicy set(
      TenantSlug tenant,
      int expected,
      List<Persona> personas,
      List<RecordingRule> rules,
      String actor);

  /**
   * Keeps an on-demand call that runs or is held: it is archived. A mark that comes before the
   * removal was decided wins, and afterwards nothing brings the call back.
   */
  Kept keep(TenantSlug tenant, RecordingId id, String actor, String reason);

  /** Somebody else changed it meanwhile. */
  final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConflictException(String message) {
      super(message);
    }
  }
}

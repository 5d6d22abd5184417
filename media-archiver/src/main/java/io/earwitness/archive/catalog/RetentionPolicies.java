package io.earwitness.archive.catalog;

import io.earwitness.call.Licence;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Question;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tenants' policies of retention, and what they apply to. Every change is written with its
 * journal entry in one transaction. Thread-safe.
 */
public interface RetentionPolicies {
  /** All versions of a tenant's policy; of an unknown tenant none, with a year in UTC. */
  RetentionHistory history(TenantSlug tenant);

  /**
   * Makes the next version of a tenant's policy, in force for calls that end from now on; and, if
   * it is extending, for the recordings that are there as far as it keeps them for longer: they are
   * lengthened one after the other from then on ({@link RetentionLengthenings}).
   *
   * @param expected the version that the changes were made to; 0 for none
   * @param next its version does not count
   * @return the policy as it is kept; the present one if nothing differs
   * @throws ConflictException if that is not the newest any more
   * @throws IllegalArgumentException if the rules don't fit together, or there is no such tenant
   */
  RetentionPolicy set(TenantSlug tenant, int expected, RetentionPolicy next, String actor);

  /** The same for calls that end from now on alone, without a settling time. */
  default RetentionPolicy set(
      TenantSlug tenant,
      int expected,
      RetentionClass standard,
      List<RetentionRule> rules,
      String actor) {
    return set(tenant, expected, new RetentionPolicy(0, false, standard, rules), actor);
  }

  /**
   * Until when the recording of a tenant is kept that lasts longest: of those that are there, and
   * of what its newest policy can give to one that ends now. A hundred years where there is no end.
   */
  Instant latest(TenantSlug tenant, Instant now);

  /** Under which licences numbers were recorded at a moment; those of other tenants have none. */
  Set<Licence> licences(TenantSlug tenant, Set<String> numbers, Instant at);

  /**
   * An archived recording, as far as retention goes.
   *
   * @param facts what rules ask about it
   * @param bytes of its audio
   * @param basis by what it was decided; null of recordings that are older than policies
   */
  record Archived(
      RecordingId id,
      Instant end,
      Question facts,
      Instant keepUntil,
      long bytes,
      @Nullable RetentionBasis basis) {}

  /**
   * Gives all archived recordings of a tenant, in no particular order, as they are while it goes
   * through them.
   */
  void forEach(TenantSlug tenant, Consumer<Archived> consumer);

  /** Somebody else changed the policy meanwhile. */
  final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConflictException(String message) {
      super(message);
    }
  }
}

package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.QuarantinedCalls;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Gives calls out of quarantine to the tenant whose they are, by {@link Resealing} with the
 * platform's quarantine key. What lies in quarantine stays there, locked and unheard, as long as
 * its lock lasts. Thread-safe for different recordings; done again, it finishes what was begun.
 */
public final class QuarantineRelease {
  private final Resealing resealing;
  private final QuarantinedCalls calls;

  /**
   * @param resealing with the platform's own keys for what the platform has
   */
  public QuarantineRelease(Resealing resealing, QuarantinedCalls calls) {
    this.resealing = resealing;
    this.calls = calls;
  }

  /**
   * What was recorded of a quarantined call, audio apart.
   *
   * @param actor for whom the key is used
   * @throws IOException if it can't be read, or is not what was signed
   */
  public CallRecord record(ArchivedCall held, String actor) throws IOException {
    return resealing.record(held, actor);
  }

  /**
   * Releases a call.
   *
   * @param held a quarantined call whose archive was read back
   * @param as the same call as it is its tenant's: tenant, rule, direction, parties
   * @throws IOException if an object can't be read or a key not used, saying why
   * @throws IllegalArgumentException if it is not in quarantine any more
   */
  public Committed release(CallEntry held, CallSummary as, String actor) throws IOException {
    return resealing.seal(
        Objects.requireNonNull(held.archive()),
        new Resealing.Wanted(as, "quarantine", calls::move, UnaryOperator.identity()),
        actor);
  }

  /** Whether a call is one that may be released: archived in quarantine, and read back. */
  public static boolean isReleasable(CallEntry call) {
    ArchivedCall archive = call.archive();
    return archive != null
        && archive.tenant().equals(TenantSlug.PLATFORM)
        && archive.verifiedAt() != null
        && List.of(CallState.QUARANTINED, CallState.NO_MEDIA).contains(archive.outcome());
  }
}

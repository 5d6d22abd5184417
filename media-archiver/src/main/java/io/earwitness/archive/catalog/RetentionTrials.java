package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tenants on trial: what they record is locked for a week at a time, until somebody signs that they
 * go live. Every change is written with its journal entry in one transaction. Thread-safe.
 */
public interface RetentionTrials {
  /**
   * A trial.
   *
   * @param endedAt when the tenant went live; null while it is on trial
   * @param signedBy who signed for that
   */
  record Trial(
      Instant since,
      @Nullable Instant endedAt,
      @Nullable String endedBy,
      @Nullable String signedBy,
      @Nullable String reason) {
    /** Whether the tenant is on trial. */
    public boolean running() {
      return endedAt == null;
    }
  }

  /** A tenant's trial; empty if it never was on one. */
  Optional<Trial> of(TenantSlug tenant);

  /**
   * Puts a tenant on trial.
   *
   * @return whether that is new
   * @throws IllegalArgumentException if there is no such tenant, or it recorded something or has
   *     gone live already: its locks could not become shorter
   */
  boolean begin(TenantSlug tenant, String actor);

  /**
   * Ends a trial: all that was recorded in it is locked from then on for as long as it is kept.
   *
   * @param signedBy who signed for it
   * @return whether it ended now; false if it had before
   * @throws IllegalArgumentException if the tenant never was on trial
   */
  boolean goLive(TenantSlug tenant, String signedBy, String reason, String actor);
}

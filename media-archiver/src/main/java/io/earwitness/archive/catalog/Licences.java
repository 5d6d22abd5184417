package io.earwitness.archive.catalog;

import io.earwitness.call.Licence;
import io.earwitness.call.LicenceState;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What tenants have of each class of licence, and which extensions of theirs were recorded. An
 * extension is a number of the tenant's own side of a call; it counts once in a month and class if
 * it was a party of at least one recorded call that began in that month, by the tenant's zone.
 * Thread-safe.
 */
public interface Licences {
  /**
   * A class of licence of a tenant.
   *
   * @param terms null if nothing was set; then it is without limits
   * @param recorded extensions this month
   */
  record Status(
      TenantSlug tenant,
      Licence licence,
      @Nullable LicenceTerms terms,
      long recorded,
      LicenceState state) {
    /** How many are recorded beyond what is licensed. */
    public long above() {
      return terms == null ? 0 : Math.max(0, recorded - terms.extensions());
    }
  }

  /**
   * A recorded extension.
   *
   * @param first the call by which it was counted
   */
  record Extension(Licence licence, String number, RecordingId first, Instant firstAt) {}

  /** Both classes of a tenant. */
  List<Status> of(TenantSlug tenant);

  /** Of all tenants what was set, or is in use. */
  List<Status> all();

  /**
   * Sets what a tenant has of a class.
   *
   * @return whether anything changed
   * @throws IllegalArgumentException if there is no such tenant
   */
  boolean set(TenantSlug tenant, LicenceTerms terms, String actor);

  /**
   * The extensions that were recorded in a month, by class and number.
   *
   * @param after the last of the page before; null for the first page
   */
  List<Extension> extensions(
      TenantSlug tenant, YearMonth month, @Nullable Extension after, int limit);
}

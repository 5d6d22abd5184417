package io.earwitness.app;

import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.KeepUntil;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * How long the copies of audit logs, the journals and the certificates of disposals are locked: a
 * year longer than any recording that is there, or that ends now, of any tenant; {@value
 * #LEAST_YEARS} years at least, and a hundred at most, as stores take no longer lock. So they
 * outlive the recordings that they speak of. In the mode of the tenant whose they are. Thread-safe.
 */
final class AuditRetention {
  private static final int LEAST_YEARS = 10;

  /** Copies are made each minute, and the year on top makes up for what changes in an hour. */
  private static final Duration KNOWN_FOR = Duration.ofHours(1);

  private final CatalogDatabase database;
  private volatile @Nullable Known known;

  /** Until when the recording is kept that lasts longest, as of a moment. */
  private record Known(Instant longest, Instant asOf) {
    boolean holds(Instant at) {
      return Duration.between(asOf, at).abs().compareTo(KNOWN_FOR) < 0;
    }
  }

  AuditRetention(CatalogDatabase database) {
    this.database = database;
  }

  ObjectStore.Lock lock(TenantSlug tenant, Instant written) {
    Known last = known;
    if (last == null || !last.holds(written)) {
      last = new Known(longest(written), written);
      known = last;
    }
    return new ObjectStore.Lock(
        database.lockModes().of(tenant).mode(), until(written, last.longest()));
  }

  /**
   * @param longest until when a recording is kept
   */
  static Instant until(Instant written, Instant longest) {
    Instant least = KeepUntil.calendarYears(written, LEAST_YEARS, ZoneOffset.UTC);
    Instant most = KeepUntil.calendarYears(written, KeepUntil.MOST_YEARS, ZoneOffset.UTC);
    if (!longest.isBefore(most)) {
      return most;
    }
    Instant wanted = KeepUntil.calendarYears(longest, 1, ZoneOffset.UTC);
    return wanted.isBefore(least) ? least : wanted.isAfter(most) ? most : wanted;
  }

  private Instant longest(Instant now) {
    Instant longest = now;
    for (Directory.Tenant tenant : database.directory().tenants()) {
      Instant latest = database.retention().latest(tenant.slug(), now);
      longest = latest.isAfter(longest) ? latest : longest;
    }
    return longest;
  }
}

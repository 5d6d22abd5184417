package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditRetentionTest {
  private static final TenantSlug ACME = new TenantSlug("acme");

  /** The moment at which policies begin to hold is the clock's. */
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  @Test
  void copiesOutliveTheLongestRecordingOfAnyTenant() {
    try (CatalogDatabase database =
        CatalogDatabase.open(
            TestServer.bundled().newDatabase(), Clock.fixed(NOW, ZoneOffset.UTC))) {
      database
          .directory()
          .addTenant(new Directory.Tenant(ACME, "Acme", ZoneOffset.UTC, Set.of(), 7), "test");
      assertThat(locked(database, NOW)).isEqualTo("2036-11-27T12:00:00Z");

      AuditRetention retention = new AuditRetention(database);
      assertThat(retention.lock(ACME, NOW).until()).isEqualTo("2036-11-27T12:00:00Z");
      policy(database, 0, RetentionClass.years(15));
      assertThat(locked(database, NOW)).isEqualTo("2042-11-27T12:00:00Z");
      assertThat(retention.lock(ACME, NOW.plus(Duration.ofHours(1))).until())
          .as("an hour later it is looked up anew")
          .isEqualTo("2042-11-27T13:00:00Z");

      // What was decided by the former policy is in recordings, of which there are none
      policy(database, 1, RetentionClass.days(30));
      assertThat(locked(database, NOW)).isEqualTo("2036-11-27T12:00:00Z");
      policy(database, 2, RetentionClass.INDEFINITE);
      assertThat(locked(database, NOW)).as("no store takes more").isEqualTo("2126-11-27T12:00:00Z");
    }
  }

  private static Instant locked(CatalogDatabase database, Instant written) {
    return new AuditRetention(database).lock(ACME, written).until();
  }

  /** A rule of it is longer than the standard. */
  private static void policy(CatalogDatabase database, int version, RetentionClass longest) {
    database
        .retention()
        .set(
            ACME,
            version,
            RetentionClass.days(10),
            List.of(
                new RetentionRule(
                    "Desk", Set.of(), List.of("+49*"), Set.of(), Set.of(), longest, Set.of())),
            "test");
  }

  @Test
  void theyOutliveWhatWasLengthened() {
    Instant kept = Instant.parse("2050-02-28T08:00:00Z");
    assertThat(AuditRetention.until(NOW, kept)).isEqualTo("2051-02-28T08:00:00Z");
    assertThat(AuditRetention.until(NOW, NOW.plus(Duration.ofDays(36_400))))
        .isEqualTo("2126-11-27T12:00:00Z");
  }
}

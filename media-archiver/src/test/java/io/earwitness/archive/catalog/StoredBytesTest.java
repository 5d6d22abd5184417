package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.archive.catalog.StoredBytes.Due;
import io.earwitness.archive.catalog.StoredBytes.Held;
import io.earwitness.archive.catalog.StoredBytes.OfTenant;
import io.earwitness.archive.catalog.StoredBytes.Stored;
import io.earwitness.archive.catalog.StoredBytes.Sum;
import io.earwitness.archive.catalog.StoredBytes.Usage;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredBytesTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  @Test
  void whatIsStoredIsToldByClassAndMonthAndWhenItFallsDue() throws Exception {
    try (CatalogDatabase database =
        CatalogDatabase.open(
            TestServer.bundled().newDatabase(), Clock.fixed(NOW, ZoneOffset.UTC))) {
      for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
        database
            .directory()
            .addTenant(
                new Directory.Tenant(
                    tenant, tenant.value(), ZoneId.of("Europe/Berlin"), Set.of(), 1),
                "test");
      }
      // In Berlin it is October already
      archive(database, ACME, "2026-09-30T22:30:00Z", "2027-01-31T23:30:00Z", null, 100);
      archive(database, ACME, "2026-10-05T10:00:00Z", "2027-02-10T10:00:00Z", days(90), 10);
      archive(database, ACME, "2026-10-06T10:00:00Z", "2027-02-11T10:00:00Z", days(90), 5);
      RecordingId old =
          archive(database, ACME, "2026-11-01T10:00:00Z", "2026-11-27T11:59:59Z", days(1), 3);
      RecordingId young =
          archive(database, ACME, "2026-11-02T10:00:00Z", "2028-12-01T10:00:00Z", days(900), 7);
      archive(
          database,
          ACME,
          "2026-11-03T10:00:00Z",
          "2126-11-03T10:00:00Z",
          RetentionClass.INDEFINITE,
          1_000);
      archive(database, GLOBEX, "2026-11-03T10:00:00Z", "2027-11-03T10:00:00Z", null, 4);

      UUID case1 = hold(database, "Case 1", young);
      UUID case2 = hold(database, "Case 2", young, old);

      Usage usage = database.storedBytes().of(ACME);
      YearMonth october = YearMonth.of(2026, 10);
      YearMonth november = YearMonth.of(2026, 11);
      assertThat(usage.total()).isEqualTo(new Sum(6, 1_125));
      assertThat(usage.stored())
          .containsExactly(
              new Stored("1-day", november, 1, 3),
              new Stored("900-days", november, 1, 7),
              new Stored("indefinite", november, 1, 1_000),
              new Stored("90-days", october, 2, 15),
              new Stored(null, october, 1, 100));
      assertThat(usage.due()).containsExactly(new Due(YearMonth.of(2027, 2), 3, 115));
      assertThat(usage.overdue()).isEqualTo(new Sum(1, 3));
      assertThat(usage.later()).isEqualTo(new Sum(1, 7));
      assertThat(usage.endless()).isEqualTo(new Sum(1, 1_000));
      assertThat(usage.held()).isEqualTo(new Sum(2, 10));
      assertThat(usage.pastDue()).isEqualTo(new Sum(1, 3));
      assertThat(usage.holds())
          .containsExactly(
              new Held(case2, new Sum(2, 10), new Sum(1, 3)),
              new Held(case1, new Sum(1, 7), new Sum(0, 0)));
      assertThat(database.storedBytes().all())
          .containsExactly(new OfTenant(ACME, 6, 1_125), new OfTenant(GLOBEX, 1, 4));
    }
  }

  private static RetentionClass days(int days) {
    return RetentionClass.days(days);
  }

  private static UUID hold(CatalogDatabase database, String name, RecordingId... recordings) {
    Hold hold =
        database
            .holds()
            .place(
                ACME,
                new NewHold(
                    UUID.randomUUID(),
                    name,
                    null,
                    "Letter",
                    7,
                    new HoldScope(
                        Set.of(), Set.of(), List.of(), null, Set.of(recordings), null, null)),
                List.of(),
                "test");
    database.holds().add(ACME, hold.id(), List.of(recordings), "test");
    return hold.id();
  }

  private static RecordingId archive(
      CatalogDatabase database,
      TenantSlug tenant,
      String start,
      String keepUntil,
      @Nullable RetentionClass keep,
      long bytes) {
    CallSummary call = TestCalls.as(TestCalls.live(tenant, Instant.parse(start)), CallState.CLOSED);
    database.calls().report(call);
    CallCatalog.ArchivedCall plain = TestCalls.archived(call, 0, CallState.ARCHIVED);
    database
        .calls()
        .archived(
            new CallCatalog.ArchivedCall(
                plain.id(),
                plain.tenant(),
                plain.outcome(),
                plain.generation(),
                plain.attempt(),
                plain.manifestKey(),
                plain.manifestVersionId(),
                plain.archivedAt(),
                Instant.parse(keepUntil),
                plain.audioStart(),
                plain.durationMs(),
                plain.channels(),
                plain.codec(),
                bytes,
                plain.quality(),
                plain.flags(),
                plain.verifiedAt(),
                null,
                keep == null ? null : new RetentionBasis(1, keep, null, Set.of())));
    return call.id();
  }
}

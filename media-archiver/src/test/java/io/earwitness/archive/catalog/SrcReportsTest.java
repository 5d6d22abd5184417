package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static io.earwitness.archive.catalog.TestCalls.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.SrcReports.DeviationCount;
import io.earwitness.archive.catalog.SrcReports.SrcReport;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SrcReportsTest {
  private static CatalogDatabase database;

  @BeforeAll
  static void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "t");
    }
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static RecorderSnapshot.Src src(String name, @Nullable TenantSlug tenant) {
    RecorderSnapshot.Src src = new RecorderSnapshot.Src(name, "192.0.2.1", tenant);
    assertThat(database.directory().addSrc(src, "t")).isTrue();
    return src;
  }

  private static SrcFindings findings(String src, DeviationFound... found) {
    return new SrcFindings(src, List.of(found));
  }

  private static DeviationFound found(Deviation deviation, String detail) {
    return new DeviationFound(deviation, detail);
  }

  private static SrcReport report(String src) {
    return database.srcReports().all().stream()
        .filter(report -> report.src().name().equals(src))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachCallCountsOnceHoweverOftenItIsTold() {
    src("sbc-counts", null);
    assertThat(report("sbc-counts").lastSeen()).isNull();
    CallSummary older = TestCalls.live(ACME, START);
    CallSummary newer = TestCalls.live(GLOBEX, START.plusSeconds(60));
    CallSummary refused =
        TestCalls.with(
            TestCalls.live(TenantSlug.PLATFORM, START.plusSeconds(30)),
            CallState.REFUSED,
            START.plusSeconds(30),
            new io.earwitness.call.Refusal(403, "no"));
    List.of(older, newer, refused).forEach(database.calls()::report);
    SrcReports reports = database.srcReports();
    // Out of order, as several recorders tell it
    reports.found(newer, findings("sbc-counts", found(Deviation.REQUIRE_MISSING, "newer")));
    reports.found(older, findings("sbc-counts"));
    for (int again = 0; again < 2; again++) {
      reports.found(
          older,
          findings(
              "sbc-counts",
              found(Deviation.REQUIRE_MISSING, "older"),
              found(Deviation.LABEL_MISSING, "m-line 2")));
      reports.found(refused, findings("sbc-counts", found(Deviation.LABEL_MISSING, "m-line 1")));
    }

    SrcReport report = report("sbc-counts");
    assertThat(report.calls()).isEqualTo(2);
    assertThat(report.refused()).isEqualTo(1);
    assertThat(report.lastSeen()).isEqualTo(newer.start());
    assertThat(report.lastCall()).isEqualTo(newer.id());
    assertThat(report.deviations())
        .containsExactly(
            new DeviationCount(
                Deviation.REQUIRE_MISSING, 2, older.start(), newer.start(), newer.id(), "newer"),
            new DeviationCount(
                Deviation.LABEL_MISSING,
                2,
                older.start(),
                refused.start(),
                refused.id(),
                "m-line 1"));
    assertThatThrownBy(() -> reports.found(TestCalls.live(ACME), findings("sbc-counts")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("report it first");
  }

  @Test
  void aTenantSeesItsOwnSrcsWithItsOwnCallsOnly() {
    src("sbc-acme", ACME);
    src("sbc-globex", GLOBEX);
    src("sbc-shared", null);
    SrcReports reports = database.srcReports();
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      for (String src : List.of("sbc-" + tenant, "sbc-shared", "sbc-acme")) {
        CallSummary call = TestCalls.live(tenant);
        database.calls().report(call);
        reports.found(call, findings(src, found(Deviation.NO_DIRECTION, "of " + tenant)));
      }
    }
    assertThat(reports.of(ACME))
        .singleElement()
        .satisfies(
            own -> {
              assertThat(own.src().name()).isEqualTo("sbc-acme");
              assertThat(own.calls()).isEqualTo(2);
              assertThat(own.deviations())
                  .singleElement()
                  .extracting("lastDetail")
                  .isEqualTo("of acme");
            });
    assertThat(report("sbc-acme").calls()).as("over all tenants").isEqualTo(3);
    assertThat(reports.of(TenantSlug.PLATFORM)).isEmpty();
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.Licences.Extension;
import io.earwitness.archive.catalog.Licences.Status;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.HolderKind;
import io.earwitness.call.Licence;
import io.earwitness.call.LicenceState;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LicencesTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  /** In Berlin it is December already. */
  private static final Instant LATE = Instant.parse("2026-11-30T23:30:00Z");

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final Licences licences = database.licences();

  LicencesTest() throws Exception {}

  @BeforeAll
  void tenants() {
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(new Directory.Tenant(tenant, tenant.value(), BERLIN, Set.of(), 1), "test");
    }
  }

  @AfterAll
  void close() {
    database.close();
  }

  private CallSummary archive(Instant start) {
    CallSummary call = TestCalls.as(TestCalls.live(ACME, start), CallState.CLOSED);
    database.calls().report(call);
    database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
    return call;
  }

  private List<Extension> extensions(int month) {
    return licences.extensions(ACME, YearMonth.of(2026, month), null, 10);
  }

  /** Of an inbound call the called number; the customer's is no extension. */
  @Test
  void anExtensionCountsOnceInAMonthAndClass() {
    CallSummary first = archive(Instant.parse("2026-09-20T09:15:00Z"));
    archive(Instant.parse("2026-09-21T09:15:00Z"));
    archive(Instant.parse("2026-10-31T22:59:59Z"));
    archive(Instant.parse("2026-10-31T23:00:00Z"));

    assertThat(extensions(9))
        .containsExactly(new Extension(Licence.STANDARD, "+4989555", first.id(), first.start()));
    assertThat(extensions(10)).hasSize(1);
    assertThat(extensions(11)).as("Berlin's November").hasSize(1);
    assertThat(licences.extensions(GLOBEX, YearMonth.of(2026, 9), null, 10)).isEmpty();
    assertThat(licences.extensions(ACME, YearMonth.of(2026, 9), extensions(9).getLast(), 10))
        .isEmpty();

    Instant from = Instant.parse("2026-12-01T00:00:00Z");
    database
        .directory()
        .addNumber(new Directory.NumberRange(ACME, "+4989555", false, null, from), "test");
    NumberHolding.Holder paid =
        new NumberHolding.Holder(HolderKind.QUEUE, null, "Desk", Licence.EXTENDED);
    database
        .holders()
        .apply(ACME, new NumberHolding.Change("+4989555", false, paid, from, null, true), "test");
    archive(LATE);
    archive(from.plusSeconds(60));
    assertThat(extensions(12))
        .extracting(Extension::licence)
        .containsExactly(Licence.EXTENDED, Licence.STANDARD);
  }

  @Test
  void whatIsUsedBeyondTheLicenceIsStatedAndTold() {
    Instant now = Instant.now();
    archive(now);
    assertThat(licences.of(ACME)).extracting(Status::state).containsOnly(LicenceState.ACTIVE);
    LicenceTerms none = new LicenceTerms(Licence.STANDARD, 0, null, 0, false, false);
    assertThat(licences.set(ACME, none, "user:olga@platform")).isTrue();
    assertThat(licences.set(ACME, none, "user:olga@platform")).isFalse();
    Status over = of(Licence.STANDARD);
    assertThat(over.state()).isEqualTo(LicenceState.OVER_USE);
    assertThat(over.above()).isEqualTo(1);
    assertThat(told(AlarmKind.LICENCE_OVER_USE))
        .containsExactly("standard: 1 extensions recorded this month, 0 licensed");
    assertThat(told(AlarmKind.LICENCE_ENDING)).isEmpty();

    LicenceTerms soon =
        new LicenceTerms(Licence.STANDARD, 1, now.plus(Duration.ofDays(20)), 30, false, false);
    licences.set(ACME, soon, "user:olga@platform");
    assertThat(of(Licence.STANDARD).state()).isEqualTo(LicenceState.ACTIVE);
    assertThat(told(AlarmKind.LICENCE_OVER_USE)).isEmpty();
    assertThat(told(AlarmKind.LICENCE_ENDING))
        .singleElement()
        .asString()
        .startsWith("standard: active, until ");
  }

  private Status of(Licence licence) {
    return licences.of(ACME).stream()
        .filter(each -> each.licence() == licence)
        .findFirst()
        .orElseThrow();
  }

  private List<String> told(AlarmKind kind) {
    return database
        .conditions(CatalogConditions.Limits.of(Duration.ofMinutes(5), Duration.ofHours(1)))
        .find()
        .stream()
        .filter(found -> found.kind() == kind && found.tenant().equals(ACME))
        .map(CatalogConditions.Found::detail)
        .toList();
  }

  /** As long as one class goes on, or is without limits, so does recording. */
  @Test
  void recordingStopsWhereEveryClassSaysSoAndGoesOnAsSoonAsOneIsSetAnew() {
    String version = database.directory().snapshot().version();
    set(Licence.STANDARD, true, true);
    assertThat(isRecorded()).isTrue();
    assertThat(database.directory().snapshot().version()).isEqualTo(version);
    set(Licence.EXTENDED, true, false);
    assertThat(isRecorded()).isTrue();
    set(Licence.EXTENDED, false, true);
    assertThat(isRecorded()).isTrue();
    set(Licence.EXTENDED, true, true);
    assertThat(isRecorded()).isFalse();
    assertThat(database.directory().snapshot().version()).isNotEqualTo(version);
    assertThat(tenant(ACME).policy().rules()).isEmpty();
    set(Licence.STANDARD, false, false);
    assertThat(isRecorded()).isTrue();
  }

  private void set(Licence licence, boolean suspended, boolean stops) {
    licences.set(
        GLOBEX, new LicenceTerms(licence, 10, null, 0, suspended, stops), "user:olga@platform");
  }

  private boolean isRecorded() {
    return tenant(GLOBEX).policy().rules().stream()
        .noneMatch(rule -> rule.action() == RecordingAction.NEVER);
  }

  private RecorderSnapshot.Tenant tenant(TenantSlug slug) {
    return database.directory().snapshot().tenants().stream()
        .filter(each -> each.slug().equals(slug))
        .findFirst()
        .orElseThrow();
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.InitialRetention;
import io.earwitness.archive.catalog.RetentionPolicies.Archived;
import io.earwitness.archive.catalog.RetentionPolicies.ConflictException;
import io.earwitness.archive.catalog.generated.Tables;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.HolderKind;
import io.earwitness.call.Licence;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RetentionPoliciesTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final RetentionRule PAID =
      new RetentionRule(
          "Extended licence",
          Set.of(),
          List.of(),
          Set.of(),
          Set.of(Licence.EXTENDED),
          RetentionClass.SEVEN_YEARS);

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final RetentionPolicies policies = database.retention();

  RetentionPoliciesTest() throws Exception {}

  @BeforeAll
  void tenants() {
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(new Directory.Tenant(tenant, tenant.value(), BERLIN, Set.of(), 2), "test");
    }
  }

  @AfterAll
  void close() {
    database.close();
  }

  @Test
  void versionsAreAddedOneByOneAndOnlyToTheNewest() {
    assertThat(policies.history(GLOBEX)).isEqualTo(new RetentionHistory(2, BERLIN, List.of()));
    Instant before = CallRows.micros(Instant.now());

    RetentionPolicy first =
        policies.set(GLOBEX, 0, RetentionClass.ONE_YEAR, List.of(PAID), "user:rita@globex");
    assertThat(first.version()).isEqualTo(1);
    assertThat(policies.set(GLOBEX, 1, RetentionClass.ONE_YEAR, List.of(PAID), "user:rita@globex"))
        .isEqualTo(first);
    RetentionPolicy second =
        policies.set(GLOBEX, 1, RetentionClass.days(180), List.of(), "user:rob@globex");

    assertThatThrownBy(
            () -> policies.set(GLOBEX, 1, RetentionClass.ONE_YEAR, List.of(), "user:rita@globex"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("version 2 by now, not 1");
    RetentionHistory history = policies.history(GLOBEX);
    assertThat(history.versions())
        .extracting(RetentionHistory.Version::policy)
        .containsExactly(first, second);
    assertThat(history.versions().getLast().changedBy()).isEqualTo("user:rob@globex");
    assertThat(history.versions().getFirst().validFrom()).isAfterOrEqualTo(before);
    assertThat(journalled()).isEqualTo(2);
    assertThatThrownBy(
            () ->
                policies.set(
                    new TenantSlug("nobody"), 0, RetentionClass.ONE_YEAR, List.of(), "test"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private long journalled() {
    return database
        .transactions()
        .inTenant(
            GLOBEX,
            sql ->
                (long)
                    sql.fetchCount(
                        Tables.JOURNAL_ENTRY,
                        Tables.JOURNAL_ENTRY
                            .TENANT
                            .eq(GLOBEX.value())
                            .and(Tables.JOURNAL_ENTRY.KIND.eq("retention-policy.set"))));
  }

  /** Of a version of the product without the columns, which locked all for its full term. */
  @Test
  void whatWasArchivedByAnEarlierVersionCountsAsLockedForItsFullTerm() {
    TestServer server = TestServer.bundled();
    DatabaseConfig.External old = server.databaseOfVersion("28");
    RecordingId id = RecordingId.draw(Instant.now());
    server.execute(
        old,
        """
        insert into earwitness.call (id, tenant, state, version, started_at, ended_at, zone, direction, parties,
          flags, call_ids, node, matched_rule, configuration_version)
        values ('%s', 'platform', 'archived', 1, '2026-01-01Z', '2026-01-01Z', 'UTC', 'unknown', '[]',
          '{}', '{}', 'n', 'r', '1')"""
            .formatted(id));
    server.execute(
        old,
        """
        insert into earwitness.call_archive (id, generation, tenant, outcome, attempt, manifest_key,
          manifest_version_id, archived_at, keep_until, duration_ms, channels, codec, media_bytes, quality, flags)
        values ('%s', 0, 'platform', 'archived', 'a', 'k', 'v', '2026-01-01Z', '2033-01-01Z', 1, 2, 'flac', 1,
          '[]', '{}')"""
            .formatted(id));
    try (CatalogDatabase migrated = CatalogDatabase.open(old, Clock.systemUTC())) {
      RetentionLocks.State state =
          migrated.retentionLocks().state(TenantSlug.PLATFORM, id).orElseThrow();
      assertThat(state.lockedUntil()).isEqualTo(Instant.parse("2033-01-01T00:00:00Z"));
      assertThat(state.due()).isNull();
      assertThat(migrated.retentionLocks().due(10)).isEmpty();
    }
  }

  /** What was lengthened is in the journal, batch by batch, and no batch counts twice. */
  @Test
  void recordingsAreLengthenedInBatchesThatGoOnWhereTheyWere() {
    TenantSlug tenant = new TenantSlug("initech");
    database
        .directory()
        .addTenant(new Directory.Tenant(tenant, "Initech", BERLIN, Set.of(), 1), "test");
    for (int i = 0; i < 3; i++) {
      CallSummary closed = TestCalls.as(TestCalls.live(tenant), CallState.CLOSED);
      database.calls().report(closed);
      database.calls().archived(TestCalls.archived(closed, 0, CallState.ARCHIVED));
    }
    RetentionPolicy draft = new RetentionPolicy(0, true, RetentionClass.INDEFINITE, List.of(), 5);
    assertThat(policies.set(tenant, 0, draft, "user:rita@initech").settlingDays()).isEqualTo(5);
    assertThat(policies.set(tenant, 1, draft, "user:rita@initech").version())
        .as("nothing differs")
        .isEqualTo(1);
    RetentionLengthenings lengthenings = database.retentionLengthenings();
    RetentionLengthenings.Batch first = lengthenings.next(2).orElseThrow();
    assertThat(first.changes()).hasSize(2);
    assertThat(first.last()).isFalse();
    lengthenings.apply(first, "job:test");
    lengthenings.apply(first, "job:test");
    assertThat(lengthenings.newest(tenant).orElseThrow().recordings()).isEqualTo(2);
    RetentionLengthenings.Batch second = lengthenings.next(2).orElseThrow();
    assertThat(second.changes()).hasSize(1);
    assertThat(second.last()).isTrue();
    lengthenings.apply(second, "job:test");
    assertThat(lengthenings.next(2)).isEmpty();

    List<Archived> all = new ArrayList<>();
    policies.forEach(tenant, all::add);
    assertThat(all)
        .hasSize(3)
        .allSatisfy(one -> assertThat(Objects.requireNonNull(one.basis()).endless()).isTrue());
    List<String> journalled =
        database
            .transactions()
            .inTenant(
                tenant,
                sql ->
                    sql.selectFrom(Tables.JOURNAL_ENTRY)
                        .where(Tables.JOURNAL_ENTRY.TENANT.eq(tenant.value()))
                        .and(Tables.JOURNAL_ENTRY.KIND.eq("retention.lengthen"))
                        .fetch(row -> row.getData().data()));
    assertThat(journalled).hasSize(2);
    assertThat(all)
        .allSatisfy(one -> assertThat(journalled.toString()).contains(one.id().toString()));
  }

  /** From the number's licence at the call's start to the row of what was archived. */
  @Test
  void theLicenceOfTheNumberAtTheCallsTimeDecides() {
    CallSummary live = TestCalls.live(ACME);
    String number =
        live.parties().stream()
            .map(Party::number)
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow();
    database
        .directory()
        .addNumber(new Directory.NumberRange(ACME, number, false, null, live.start()), "test");
    NumberHolding.Holder holder =
        new NumberHolding.Holder(HolderKind.QUEUE, null, "Desk", Licence.EXTENDED);
    database
        .holders()
        .apply(
            ACME,
            new NumberHolding.Change(
                number, false, holder, live.start(), live.start().plusSeconds(3_600), true),
            "test");
    policies.set(ACME, 0, RetentionClass.days(30), List.of(PAID), "test");

    assertThat(policies.licences(ACME, Set.of(number, "+1"), live.start()))
        .containsExactly(Licence.EXTENDED);
    assertThat(policies.licences(ACME, Set.of(number), live.start().minusSeconds(1))).isEmpty();
    assertThat(policies.licences(ACME, Set.of(number), live.start().plusSeconds(3_600))).isEmpty();
    assertThat(policies.licences(GLOBEX, Set.of(number), live.start())).isEmpty();

    database.calls().report(live);
    CallSummary closed = TestCalls.as(live, CallState.CLOSED);
    database.calls().report(closed);
    Instant made = Instant.now();
    CallSummary now = closed.withState(CallState.CLOSED, made.plusSeconds(1), closed.flags());
    InitialRetention.Kept kept = InitialRetention.by(policies, () -> made.plusSeconds(2)).of(now);
    RetentionBasis basis =
        new RetentionBasis(
            1, RetentionClass.SEVEN_YEARS, "Extended licence", Set.of(Licence.EXTENDED));
    assertThat(kept.basis()).isEqualTo(basis);
    assertThat(kept.until()).isEqualTo(RetentionClass.SEVEN_YEARS.end(made.plusSeconds(1), BERLIN));
    // a call that ended before the policy is kept as the tenant had it then
    assertThat(InitialRetention.by(policies, () -> made.plusSeconds(2)).of(closed).basis())
        .isEqualTo(new RetentionBasis(0, RetentionClass.years(2), null, Set.of(Licence.EXTENDED)));

    CallCatalog.ArchivedCall plain = TestCalls.archived(closed, 0, CallState.ARCHIVED);
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
                CallRows.micros(kept.until()),
                plain.audioStart(),
                plain.durationMs(),
                plain.channels(),
                plain.codec(),
                plain.mediaBytes(),
                plain.quality(),
                plain.flags(),
                plain.verifiedAt(),
                null,
                basis));

    assertThat(
            Objects.requireNonNull(database.calls().find(ACME, live.id()).orElseThrow().archive())
                .retention())
        .isEqualTo(basis);
    List<Archived> all = new ArrayList<>();
    policies.forEach(ACME, all::add);
    assertThat(all)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.id()).isEqualTo(live.id());
              assertThat(one.basis()).isEqualTo(basis);
              assertThat(one.bytes()).isEqualTo(plain.mediaBytes());
              assertThat(one.facts().licences()).containsExactly(Licence.EXTENDED);
              assertThat(one.facts().numbers()).contains(number);
            });
    List<Archived> others = new ArrayList<>();
    policies.forEach(GLOBEX, others::add);
    assertThat(others).isEmpty();
  }
}

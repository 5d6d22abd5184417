package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.CALL_CORRECTION;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_ITEM;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the database refuses by itself, whoever asks with the rights of the application. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DisposalGuardTest {
  private static final JSONB EMPTY = JSONB.valueOf("[]");

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());

  @BeforeAll
  void tenant() {
    database
        .directory()
        .addTenant(new Directory.Tenant(ACME, "Acme", ZoneOffset.UTC, Set.of(), 1), "test");
  }

  @AfterAll
  void close() {
    database.close();
  }

  private CallSummary archived(Duration age) {
    CallSummary young = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    Instant start = Instant.now().minus(age);
    CallSummary call =
        new CallSummary(
            young.id(),
            ACME,
            CallState.CLOSED,
            start,
            start.plusSeconds(60),
            young.zone(),
            young.direction(),
            young.parties(),
            young.flags(),
            young.callIds(),
            young.node(),
            young.matchedRule(),
            young.configurationVersion(),
            null,
            "<recording/>");
    database.calls().report(call);
    CallCatalog.ArchivedCall row = TestCalls.archived(call, 0, CallState.ARCHIVED);
    database
        .calls()
        .archived(
            new CallCatalog.ArchivedCall(
                row.id(),
                ACME,
                row.outcome(),
                0,
                row.attempt(),
                row.manifestKey(),
                row.manifestVersionId(),
                start,
                start.plus(Duration.ofDays(365)),
                start,
                60_000,
                2,
                "flac",
                1,
                row.quality(),
                row.flags(),
                null));
    return call;
  }

  private <T> T asApp(Function<DSLContext, T> body) {
    return database.transactions().inTenant(ACME, body);
  }

  private int becomeDisposed(CallSummary call) {
    return asApp(
        sql ->
            sql.update(CALL)
                .set(CALL.STATE, "disposed")
                .where(CALL.ID.eq(call.id().value()))
                .execute());
  }

  /** A run, and an item in it, of somebody's own making. */
  private void forged(CallSummary call, Duration openedBefore) {
    UUID run = UUID.randomUUID();
    Instant opened = Instant.now().minus(openedBefore);
    asApp(
        sql ->
            sql.insertInto(DISPOSAL_RUN)
                .set(DISPOSAL_RUN.TENANT, "acme")
                .set(DISPOSAL_RUN.ID, run)
                .set(DISPOSAL_RUN.OPENED_AT, opened)
                .set(DISPOSAL_RUN.NOT_BEFORE, opened.plus(Disposals.NOTICE))
                .set(DISPOSAL_RUN.MODE, "automatic")
                .set(DISPOSAL_RUN.STATE, "running")
                .set(DISPOSAL_RUN.APPROVED_AT, opened)
                .set(DISPOSAL_RUN.APPROVED_BY, "x")
                .execute());
    asApp(
        sql ->
            sql.insertInto(DISPOSAL_ITEM)
                .set(DISPOSAL_ITEM.TENANT, "acme")
                .set(DISPOSAL_ITEM.RUN, run)
                .set(DISPOSAL_ITEM.CALL, call.id().value())
                .set(DISPOSAL_ITEM.STATE, "due")
                .set(DISPOSAL_ITEM.STARTED_AT, call.start())
                .set(DISPOSAL_ITEM.ENDED_AT, call.start())
                .set(DISPOSAL_ITEM.UNTIL, call.start())
                .set(DISPOSAL_ITEM.KEEP, "1-year")
                .set(DISPOSAL_ITEM.POLICY, 0)
                .set(DISPOSAL_ITEM.BYTES, 0L)
                .execute());
  }

  private int fall(CallSummary call) {
    return asApp(
        sql ->
            sql.update(DISPOSAL_ITEM)
                .set(DISPOSAL_ITEM.STATE, "falling")
                .set(DISPOSAL_ITEM.FOUND, CallRows.json(new Disposals.Found(0, 0, List.of())))
                .where(DISPOSAL_ITEM.CALL.eq(call.id().value()))
                .execute());
  }

  @Test
  void whatIsKeptCantBeDisposedOf() {
    CallSummary call = archived(Duration.ofDays(300));
    forged(call, Duration.ofDays(31));
    assertThatThrownBy(() -> fall(call)).hasMessageContaining("it is kept until");
    assertThatThrownBy(() -> becomeDisposed(call)).hasMessageContaining("it is kept until");
    assertThatThrownBy(
            () ->
                asApp(
                    sql ->
                        sql.deleteFrom(CALL_ARCHIVE)
                            .where(CALL_ARCHIVE.ID.eq(call.id().value()))
                            .execute()))
        .hasMessageContaining("permission denied");
    asApp(
        sql ->
            sql.insertInto(CALL_CORRECTION)
                .values("acme", call.id().value(), 1, Instant.now(), "x", "x", EMPTY, EMPTY)
                .execute());
    assertThatThrownBy(() -> asApp(sql -> sql.deleteFrom(CALL_CORRECTION).execute()))
        .hasMessageContaining("was not disposed of");
    assertThatThrownBy(
            () ->
                asApp(
                    sql ->
                        sql.update(CALL)
                            .set(CALL.PARTIES, CallRows.json(List.of()))
                            .setNull(CALL.RAW_METADATA)
                            .where(CALL.ID.eq(call.id().value()))
                            .execute()))
        .hasMessageContaining("is not taken away");
    assertThatThrownBy(
            () -> asApp(sql -> sql.deleteFrom(CALL).where(CALL.ID.eq(call.id().value())).execute()))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(
            () ->
                asApp(
                    sql ->
                        sql.update(CALL_ARCHIVE)
                            .set(CALL_ARCHIVE.KEEP_UNTIL, Instant.now())
                            .where(CALL_ARCHIVE.ID.eq(call.id().value()))
                            .execute()))
        .hasMessageContaining("can only be made later");
  }

  @Test
  void whatIsDueNeedsItsNoticeItsMarkAndNoObjection() {
    CallSummary call = archived(Duration.ofDays(400));
    assertThatThrownBy(() -> becomeDisposed(call)).hasMessageContaining("announced for 30 days");
    forged(call, Duration.ofDays(29));
    assertThatThrownBy(() -> fall(call)).hasMessageContaining("announced for 30 days");

    CallSummary other = archived(Duration.ofDays(400));
    forged(other, Duration.ofDays(31));
    assertThatThrownBy(() -> becomeDisposed(other)).hasMessageContaining("not marked as falling");
    UUID hold = UUID.randomUUID();
    database.disposals().veto(ACME, other.id(), hold, "a claim", "user:olga@acme");
    assertThat(database.holds().of(ACME, other.id())).containsExactly(hold);
    assertThatThrownBy(
            () ->
                database
                    .disposals()
                    .veto(ACME, other.id(), UUID.randomUUID(), "again", "user:omar@acme"))
        .hasMessageContaining("in force already");
    String state =
        asApp(
            sql ->
                sql.select(DISPOSAL_ITEM.STATE)
                    .from(DISPOSAL_ITEM)
                    .where(DISPOSAL_ITEM.CALL.eq(other.id().value()))
                    .fetchSingle()
                    .value1());
    assertThat(state).isEqualTo("vetoed");
    assertThatThrownBy(() -> fall(other)).hasMessageContaining("a legal hold is on it");
    CallSummary free = archived(Duration.ofDays(400));
    forged(free, Duration.ofDays(31));
    assertThat(fall(free)).isEqualTo(1);
    UUID late = UUID.randomUUID();
    assertThatThrownBy(
            () -> database.disposals().veto(ACME, free.id(), late, "late", "user:olga@acme"))
        .hasMessageContaining("too late");
    assertThat(database.holds().find(ACME, late)).isEmpty();
    assertThat(becomeDisposed(free)).isEqualTo(1);
    assertThatThrownBy(
            () ->
                asApp(
                    sql ->
                        sql.update(CALL)
                            .set(CALL.STATE, "archived")
                            .where(CALL.ID.eq(free.id().value()))
                            .execute()))
        .hasMessageContaining("stays so");
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.PLAY;

import io.earwitness.archive.catalog.generated.tables.records.PlayRecord;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Plays} in PostgreSQL. */
final class PostgresPlays implements Plays {
  private final Transactions transactions;
  private final Clock clock;

  PostgresPlays(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public void open(Play play) {
    transactions.inTenant(
        play.tenant(),
        sql -> {
          int rows =
              sql.insertInto(PLAY)
                  .set(PLAY.ID, play.id())
                  .set(PLAY.TENANT, play.tenant().value())
                  .set(PLAY.CALL, play.recording().value())
                  .set(PLAY.USER_ID, play.userId())
                  .set(PLAY.REASON, Text.cleanOrNull(play.reason()))
                  .set(PLAY.OPENED_AT, play.opened())
                  .set(PLAY.OPENING, play.opening())
                  .onConflict(PLAY.ID)
                  .doNothing()
                  .execute();
          if (rows > 0) {
            PostgresGuests.count(sql, play.tenant(), play.userId(), clock.instant());
          }
          return rows;
        });
  }

  @Override
  public Optional<Play> findOpen(
      TenantSlug tenant,
      RecordingId recording,
      String userId,
      Duration within,
      @Nullable UUID opening) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(PLAY)
                .where(PLAY.TENANT.eq(tenant.value()))
                .and(PLAY.CALL.eq(recording.value()))
                .and(PLAY.USER_ID.eq(userId))
                .and(PLAY.CLOSED_AT.isNull())
                .and(PLAY.OPENING.isNotDistinctFrom(opening))
                .and(PLAY.OPENED_AT.gt(clock.instant().minus(within)))
                .orderBy(PLAY.OPENED_AT.desc())
                .limit(1)
                .fetchOptional(PostgresPlays::play));
  }

  @Override
  public Optional<Play> find(TenantSlug tenant, UUID id) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(PLAY)
                .where(PLAY.TENANT.eq(tenant.value()))
                .and(PLAY.ID.eq(id))
                .fetchOptional(PostgresPlays::play));
  }

  private static Play play(PlayRecord row) {
    return new Play(
        row.getId(),
        new TenantSlug(row.getTenant()),
        new RecordingId(row.getCall()),
        row.getUserId(),
        row.getReason(),
        row.getOpenedAt(),
        row.getClosedAt(),
        row.getOpening());
  }

  @Override
  public List<Heard> heard(TenantSlug tenant, Instant since) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(PLAY.CALL, PLAY.USER_ID, DSL.max(PLAY.OPENED_AT))
                .from(PLAY)
                .where(PLAY.TENANT.eq(tenant.value()))
                .and(PLAY.OPENED_AT.ge(since))
                .groupBy(PLAY.CALL, PLAY.USER_ID)
                .fetch(
                    row -> new Heard(row.value2(), new RecordingId(row.value1()), row.value3())));
  }

  @Override
  public List<Overdue> openedBefore(Instant instant, int limit) {
    return transactions.asWorker(
        sql ->
            sql.select(PLAY, APP_USER.NAME)
                .from(PLAY)
                .join(APP_USER)
                .on(APP_USER.TENANT.eq(PLAY.TENANT))
                .and(APP_USER.ID.eq(PLAY.USER_ID))
                .where(PLAY.CLOSED_AT.isNull())
                .and(PLAY.OPENED_AT.lt(instant))
                .orderBy(PLAY.OPENED_AT)
                .limit(limit)
                .fetch(row -> new Overdue(play(row.value1()), row.value2())));
  }

  @Override
  public void close(TenantSlug tenant, UUID id) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.update(PLAY)
                .set(PLAY.CLOSED_AT, clock.instant())
                .where(PLAY.TENANT.eq(tenant.value()))
                .and(PLAY.ID.eq(id))
                .and(PLAY.CLOSED_AT.isNull())
                .execute());
  }
}

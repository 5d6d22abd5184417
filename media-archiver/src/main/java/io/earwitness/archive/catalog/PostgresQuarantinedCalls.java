package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.TenantSlug;
import java.util.List;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/** {@link QuarantinedCalls} in PostgreSQL. */
final class PostgresQuarantinedCalls implements QuarantinedCalls {
  private static final String PLATFORM = TenantSlug.PLATFORM.value();
  private static final String QUARANTINED = CallState.QUARANTINED.wireName();

  private final Transactions transactions;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresQuarantinedCalls(Transactions transactions, Runnable changed) {
    this.transactions = transactions;
    this.changed = changed;
  }

  @Override
  public List<CallEntry> list(int limit) {
    Condition held =
        CALL.TENANT
            .eq(PLATFORM)
            .and(CALL.STATE.in(QUARANTINED, CallState.NO_MEDIA.wireName()))
            .or(CALL.TENANT.ne(PLATFORM).and(CALL.STATE.eq(QUARANTINED)));
    return transactions.asFeed(
        sql ->
            PostgresCalls.entries(
                sql,
                sql.selectFrom(CALL)
                    .where(held)
                    .andNotExists(
                        DSL.selectOne()
                            .from(CALL_ARCHIVE)
                            .where(CALL_ARCHIVE.ID.eq(CALL.ID))
                            .and(CALL_ARCHIVE.GENERATION.eq(Generation.RELEASED)))
                    .orderBy(CALL.TENANT.ne(PLATFORM), CALL.STARTED_AT, CALL.ID)
                    .limit(limit)
                    .fetch()));
  }

  @Override
  public void move(CallSummary released) {
    CallRecord row = CallRows.row(released);
    boolean moved =
        transactions.asWorker(
            sql -> {
              int rows =
                  sql.update(CALL)
                      .set(CALL.TENANT, row.getTenant())
                      .set(CALL.ZONE, row.getZone())
                      .set(CALL.DIRECTION, row.getDirection())
                      .set(CALL.PARTIES, row.getParties())
                      .set(CALL.FLAGS, row.getFlags())
                      .set(CALL.MATCHED_RULE, row.getMatchedRule())
                      .set(CALL.CONFIGURATION_VERSION, row.getConfigurationVersion())
                      .set(CALL.VERSION, CALL.VERSION.plus(1L))
                      .where(CALL.ID.eq(row.getId()))
                      .and(CALL.TENANT.eq(PLATFORM))
                      .and(CALL.STATE.in(QUARANTINED, CallState.NO_MEDIA.wireName()))
                      .execute();
              if (rows == 0
                  && !sql.fetchExists(
                      CALL, CALL.ID.eq(row.getId()).and(CALL.TENANT.eq(row.getTenant())))) {
                throw new IllegalArgumentException(
                    "recording %s is not in quarantine any more".formatted(released.id()));
              }
              if (rows > 0) {
                // Readers take it from the one and show it to the other
                CallReports.addToOutbox(sql, PLATFORM, row.getId());
                CallReports.addToOutbox(sql, row.getTenant(), row.getId());
              }
              return rows > 0;
            });
    if (moved) {
      changed.run();
    }
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.TOMBSTONE;

import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.impl.DSL;

/**
 * {@link DisposedRecordings} by tombstones, and by what is marked as falling. Tombstones have keyed
 * tokens of whole numbers and no persons or teams: by those nothing is found any more.
 */
final class PostgresDisposedRecordings implements DisposedRecordings {
  private final Transactions transactions;
  private final NumberTokens tokens;

  PostgresDisposedRecordings(Transactions transactions, NumberTokens tokens) {
    this.transactions = transactions;
    this.tokens = tokens;
  }

  @Override
  public List<RecordingId> of(TenantSlug tenant, HoldScope scope, int limit) {
    return transactions.inTenant(
        tenant,
        sql -> {
          List<RecordingId> gone =
              new ArrayList<>(
                  HoldRecordings.falling(sql, tenant).stream()
                      .filter(call -> call.isIn(scope))
                      .map(LegalHolds.Candidate::id)
                      .toList());
          gone.addAll(
              sql.select(TOMBSTONE.CALL)
                  .from(TOMBSTONE)
                  .join(CALL)
                  .on(CALL.ID.eq(TOMBSTONE.CALL))
                  .where(TOMBSTONE.TENANT.eq(tenant.value()))
                  .and(isIn(tenant, scope))
                  .orderBy(TOMBSTONE.AT.desc(), TOMBSTONE.CALL.desc())
                  .limit(limit)
                  .fetch(row -> new RecordingId(row.value1())));
          return gone.size() > limit ? List.copyOf(gone.subList(0, limit)) : List.copyOf(gone);
        });
  }

  private Condition isIn(TenantSlug tenant, HoldScope scope) {
    List<UUID> named = scope.recordings().stream().map(RecordingId::value).toList();
    Condition what =
        scope.isOnAllCalls()
            ? DSL.trueCondition()
            : DSL.arrayOverlap(
                TOMBSTONE.TOKENS,
                scope.numbers().stream()
                    .filter(number -> !number.endsWith("*"))
                    .map(number -> tokens.of(tenant, number))
                    .toArray(String[]::new));
    if (scope.from() != null) {
      what = what.and(CALL.STARTED_AT.ge(scope.from()));
    }
    if (scope.until() != null) {
      what = what.and(CALL.STARTED_AT.lt(scope.until()));
    }
    return named.isEmpty() ? what : what.or(TOMBSTONE.CALL.in(named));
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.archive.catalog.CatalogConditions.Found;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** What is wrong with the renewal of recordings' locks, whoever should have renewed them. */
final class LockConditions {
  private static final int ATTEMPTS = 3;
  private static final Duration LATE = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofDays(1);

  private LockConditions() {}

  static void find(DSLContext sql, Instant now, List<Found> found) {
    Condition waits = CALL_ARCHIVE.LOCK_DUE.isNotNull().and(CALL_ARCHIVE.KEEP_UNTIL.gt(now));
    counted(sql, AlarmKind.LOCK_RENEWAL_MISSED, waits.and(CALL_ARCHIVE.LOCK_UNTIL.le(now)), found);
    Condition overdue =
        CALL_ARCHIVE.LOCK_UNTIL.le(now.plus(SOON)).and(CALL_ARCHIVE.LOCK_DUE.lt(now.minus(LATE)));
    counted(
        sql,
        AlarmKind.LOCK_RENEWAL_FAILING,
        waits.and(CALL_ARCHIVE.LOCK_FAILURES.ge(DSL.inline(ATTEMPTS)).or(overdue)),
        found);
  }

  private static void counted(DSLContext sql, AlarmKind kind, Condition which, List<Found> found) {
    sql.select(CALL_ARCHIVE.TENANT, DSL.count(), DSL.min(CALL_ARCHIVE.LOCK_UNTIL))
        .from(CALL_ARCHIVE)
        .where(which)
        .groupBy(CALL_ARCHIVE.TENANT)
        .forEach(
            row -> {
              TenantSlug tenant = new TenantSlug(row.value1());
              found.add(
                  new Found(
                      kind,
                      AlarmObject.tenant(tenant),
                      tenant,
                      "%d recordings, whose locks end at %s or later"
                          .formatted(row.value2(), row.value3())));
            });
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APPROVAL;
import static io.earwitness.archive.catalog.generated.Tables.BREAK_GLASS_USE;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.approval.ApprovalState;
import io.earwitness.archive.catalog.CatalogConditions.Found;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;

/** What privileged people are to know: acts that wait for nobody, and uses of sealed codes. */
final class SecondPersonConditions {
  private SecondPersonConditions() {}

  static void find(DSLContext sql, Instant now, List<Found> found) {
    sql.selectFrom(APPROVAL)
        .where(APPROVAL.STATE.eq(ApprovalState.WAITING.wireName()))
        .fetch(row -> PostgresApprovals.approval(row, List.of()))
        .forEach(
            approval ->
                found.add(
                    new Found(
                        AlarmKind.APPROVAL_WAITING,
                        AlarmObject.approval(approval.id()),
                        approval.tenant(),
                        approval.waitingText())));
    sql.selectFrom(BREAK_GLASS_USE)
        .where(BREAK_GLASS_USE.REVIEWED_AT.isNull())
        .fetch(PostgresBreakGlass::use)
        .forEach(
            use -> {
              AlarmObject object = AlarmObject.breakGlass(use.id());
              found.add(
                  new Found(AlarmKind.BREAK_GLASS_USED, object, use.tenant(), use.alarmText()));
              if (now.isAfter(use.reviewBy())) {
                found.add(
                    new Found(
                        AlarmKind.BREAK_GLASS_UNREVIEWED, object, use.tenant(), use.alarmText()));
              }
            });
  }
}

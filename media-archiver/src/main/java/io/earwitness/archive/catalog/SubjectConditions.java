package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.SUBJECT_REQUEST;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.archive.catalog.CatalogConditions.Found;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;

/** Subjects' requests that are to be answered within a week, or should have been. */
final class SubjectConditions {
  private static final Duration SOON = Duration.ofDays(7);

  private SubjectConditions() {}

  static void find(DSLContext sql, Instant now, List<Found> found) {
    sql.select(
            SUBJECT_REQUEST.TENANT,
            SUBJECT_REQUEST.ID,
            SUBJECT_REQUEST.KIND,
            SUBJECT_REQUEST.DUE_AT)
        .from(SUBJECT_REQUEST)
        .where(SUBJECT_REQUEST.STATE.notIn(SubjectRequestRows.CLOSED))
        .and(SUBJECT_REQUEST.DUE_AT.le(now.plus(SOON)))
        .forEach(
            row ->
                found.add(
                    new Found(
                        row.value4().isAfter(now)
                            ? AlarmKind.SUBJECT_REQUEST_DUE
                            : AlarmKind.SUBJECT_REQUEST_OVERDUE,
                        AlarmObject.subjectRequest(row.value2()),
                        new TenantSlug(row.value1()),
                        "request for %s, to be answered before %s"
                            .formatted(row.value3(), row.value4()))));
  }
}

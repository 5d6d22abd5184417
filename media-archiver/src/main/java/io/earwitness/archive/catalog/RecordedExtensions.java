package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.LICENCE_EXTENSION;
import static io.earwitness.archive.catalog.generated.Tables.TENANT;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.AnnouncedParties;
import io.earwitness.call.Direction;
import io.earwitness.call.Licence;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;

/** Counts the extensions of a call as its recording is archived, in the same transaction. */
final class RecordedExtensions {
  private RecordedExtensions() {}

  /** What the journal has of an extension that was counted. */
  record Counted(
      LocalDate month, Licence licence, String number, RecordingId recording, Instant startedAt) {}

  static void count(DSLContext sql, TenantSlug tenant, CallRecord call, Instant now) {
    List<Party> parties = CallRows.read(call.getParties(), new TypeReference<List<Party>>() {});
    Direction direction = WireName.parse(Direction.class, call.getDirection());
    LocalDate month = month(sql, tenant, call.getStartedAt());
    for (int i = 0; i < parties.size(); i++) {
      String number = parties.get(i).number();
      if (number != null && !number.isBlank() && AnnouncedParties.isOwn(parties, direction, i)) {
        add(sql, tenant, call, number, month, now);
      }
    }
  }

  private static void add(
      DSLContext sql,
      TenantSlug tenant,
      CallRecord call,
      String number,
      LocalDate month,
      Instant now) {
    Set<Licence> licences =
        PostgresRetentionPolicies.licences(sql, tenant, Set.of(number), call.getStartedAt());
    Licence licence = licences.contains(Licence.EXTENDED) ? Licence.EXTENDED : Licence.STANDARD;
    Counted counted =
        new Counted(month, licence, number, new RecordingId(call.getId()), call.getStartedAt());
    if (insert(sql, tenant, counted) > 0) {
      Journal.write(sql, tenant, now, "archiver", "licence.count", counted);
    }
  }

  /** Returns 0 if it is counted already. */
  static int insert(DSLContext sql, TenantSlug tenant, Counted counted) {
    return sql.insertInto(LICENCE_EXTENSION)
        .set(LICENCE_EXTENSION.TENANT, tenant.value())
        .set(LICENCE_EXTENSION.MONTH, counted.month())
        .set(LICENCE_EXTENSION.LICENCE, counted.licence().wireName())
        .set(LICENCE_EXTENSION.NUMBER, counted.number())
        .set(LICENCE_EXTENSION.FIRST_CALL, counted.recording().value())
        .set(LICENCE_EXTENSION.FIRST_AT, counted.startedAt())
        .onConflictDoNothing()
        .execute();
  }

  /** The first day of the month of a moment, in the tenant's zone. */
  static LocalDate month(DSLContext sql, TenantSlug tenant, Instant at) {
    String zone =
        sql.select(TENANT.ZONE)
            .from(TENANT)
            .where(TENANT.TENANT_.eq(tenant.value()))
            .fetchOne(TENANT.ZONE);
    return at.atZone(ZoneId.of(zone == null ? "UTC" : zone)).toLocalDate().withDayOfMonth(1);
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ALARM_CHANNEL;
import static io.earwitness.archive.catalog.generated.Tables.ANNOUNCEMENT_POLICY;
import static io.earwitness.archive.catalog.generated.Tables.ANNOUNCEMENT_PROMPT;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_DESTINATION;
import static io.earwitness.archive.catalog.generated.Tables.RECORDING_POLICY;

import io.earwitness.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;

/** Applies again what was set: policies, prompts, and where alarms and audit entries go. */
final class ReplayOfSettings {
  private ReplayOfSettings() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("recording-policy.set", entry -> setPolicy(entry, RECORDING_POLICY));
    kinds.put("announcement-policy.set", entry -> setPolicy(entry, ANNOUNCEMENT_POLICY));
    kinds.put("announcement-prompt.add", ReplayOfSettings::addPrompt);
    kinds.put("announcement-prompt.withdraw", ReplayOfSettings::withdrawPrompt);
    kinds.put("alarm-channel.set", ReplayOfSettings::setChannel);
    kinds.put("alarm-channel.remove", ReplayOfSettings::removeChannel);
    kinds.put("audit-destination.set", ReplayOfSettings::setDestination);
    kinds.put("audit-destination.remove", ReplayOfSettings::removeDestination);
  }

  /** The tables of policies are all alike. */
  static boolean setPolicy(Replayed entry, Table<?> table) {
    entry
        .sql()
        .insertInto(table)
        .set(field(table, RECORDING_POLICY.TENANT), entry.tenantName())
        .set(field(table, RECORDING_POLICY.VERSION), entry.integer("version"))
        .set(field(table, RECORDING_POLICY.VALID_FROM), entry.at())
        .set(field(table, RECORDING_POLICY.CHANGED_BY), entry.actor())
        .set(
            field(table, RECORDING_POLICY.POLICY),
            JSONB.valueOf(Text.clean(Json.text(entry.data()))))
        .execute();
    return true;
  }

  private static <T> Field<T> field(Table<?> table, TableField<? extends Record, T> like) {
    return DSL.field(
        table.getQualifiedName().append(like.getUnqualifiedName()), like.getDataType());
  }

  private static boolean addPrompt(Replayed entry) {
    Replayed key = entry.in("prompt");
    entry
        .sql()
        .insertInto(ANNOUNCEMENT_PROMPT)
        .set(ANNOUNCEMENT_PROMPT.TENANT, entry.tenantName())
        .set(ANNOUNCEMENT_PROMPT.NAME, key.text("name"))
        .set(ANNOUNCEMENT_PROMPT.LANGUAGE, key.text("language"))
        .set(ANNOUNCEMENT_PROMPT.VERSION, key.integer("version"))
        .set(ANNOUNCEMENT_PROMPT.TEXT, entry.textOrNull("text"))
        .set(ANNOUNCEMENT_PROMPT.SHA256, entry.text("sha256"))
        .set(ANNOUNCEMENT_PROMPT.DURATION_MS, Long.parseLong(entry.text("durationMs")))
        .set(ANNOUNCEMENT_PROMPT.SEALED, entry.text("sealed"))
        .set(ANNOUNCEMENT_PROMPT.ADDED_AT, entry.at())
        .set(ANNOUNCEMENT_PROMPT.ADDED_BY, entry.actor())
        .execute();
    return true;
  }

  private static boolean withdrawPrompt(Replayed entry) {
    Replayed key = entry.in("prompt");
    return entry
            .sql()
            .update(ANNOUNCEMENT_PROMPT)
            .set(
                ANNOUNCEMENT_PROMPT.WITHDRAWN_AT,
                DSL.greatest(DSL.val(entry.at()), ANNOUNCEMENT_PROMPT.ADDED_AT))
            .set(ANNOUNCEMENT_PROMPT.WITHDRAWN_BY, entry.actor())
            .where(ANNOUNCEMENT_PROMPT.TENANT.eq(entry.tenantName()))
            .and(ANNOUNCEMENT_PROMPT.NAME.eq(key.text("name")))
            .and(ANNOUNCEMENT_PROMPT.LANGUAGE.eq(key.text("language")))
            .and(ANNOUNCEMENT_PROMPT.VERSION.eq(key.integer("version")))
            .execute()
        > 0;
  }

  private static boolean setChannel(Replayed entry) {
    removeChannel(entry);
    entry
        .sql()
        .insertInto(ALARM_CHANNEL)
        .set(ALARM_CHANNEL.TENANT, entry.tenantName())
        .set(ALARM_CHANNEL.NAME, entry.text("name"))
        .set(ALARM_CHANNEL.TYPE, entry.text("type"))
        .set(ALARM_CHANNEL.ADDRESS, entry.text("address"))
        .set(ALARM_CHANNEL.MINIMUM, entry.text("minimum"))
        .set(ALARM_CHANNEL.AFTER_MINUTES, (int) Duration.parse(entry.text("after")).toMinutes())
        .set(
            ALARM_CHANNEL.KINDS, entry.textsIfAny("kinds").stream().sorted().toArray(String[]::new))
        .set(ALARM_CHANNEL.ADDED_AT, entry.at())
        .set(ALARM_CHANNEL.ADDED_BY, entry.actor())
        .execute();
    return true;
  }

  private static boolean removeChannel(Replayed entry) {
    return entry
            .sql()
            .deleteFrom(ALARM_CHANNEL)
            .where(ALARM_CHANNEL.TENANT.eq(entry.tenantName()))
            .and(ALARM_CHANNEL.NAME.eq(entry.text("name")))
            .execute()
        > 0;
  }

  /** From its first leaf: the audit log itself begins anew. */
  private static boolean setDestination(Replayed entry) {
    Instant now = entry.at();
    AuditForwarding.Destination given = entry.as(AuditForwarding.Destination.class);
    PostgresAuditForwarding.write(entry.sql(), given, 0, now, entry.actor());
    return true;
  }

  private static boolean removeDestination(Replayed entry) {
    return entry
            .sql()
            .deleteFrom(AUDIT_DESTINATION)
            .where(AUDIT_DESTINATION.TENANT.eq(entry.tenantName()))
            .and(AUDIT_DESTINATION.NAME.eq(entry.text("name")))
            .execute()
        > 0;
  }
}

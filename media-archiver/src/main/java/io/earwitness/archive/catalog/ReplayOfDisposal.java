package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.CALL_CORRECTION;
import static io.earwitness.archive.catalog.generated.Tables.CALL_NOTE;
import static io.earwitness.archive.catalog.generated.Tables.CALL_TAG;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_RUN;
import static io.earwitness.archive.catalog.generated.Tables.DISPOSAL_SETTINGS;

import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.archive.catalog.generated.tables.records.DisposalRunRecord;
import io.earwitness.archive.catalog.generated.tables.records.DisposalSettingsRecord;
import io.earwitness.call.CallState;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/**
 * Applies again how recordings are disposed of, and makes the tombstones of those that were:
 * nothing of them is read from the store, and what may have been left there is not shown.
 */
final class ReplayOfDisposal {
  private static final JSONB NOTHING = JSONB.valueOf("[]");

  private ReplayOfDisposal() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("disposal.set", ReplayOfDisposal::set);
    kinds.put("disposal.announce", ReplayOfDisposal::announce);
    kinds.put(
        "disposal.approve",
        entry ->
            change(
                entry,
                run -> {
                  run.setApprovedAt(entry.at());
                  run.setApprovedBy(entry.actor());
                }));
    kinds.put(
        "disposal.start",
        entry ->
            change(
                entry,
                run -> {
                  run.setState(Disposals.RunState.RUNNING.wireName());
                  run.setStartedAt(entry.at());
                }));
    kinds.put(
        "disposal.stop",
        entry ->
            change(
                entry,
                run -> {
                  run.setState(Disposals.RunState.STOPPED.wireName());
                  run.setEndedAt(entry.at());
                }));
    kinds.put(
        "disposal.end",
        entry ->
            change(
                entry,
                run -> {
                  run.setState(Disposals.RunState.DONE.wireName());
                  run.setEndedAt(entry.at());
                  run.setCertificate(Base64.getDecoder().decode(entry.text("certificate")));
                }));
    kinds.put("recording.dispose", ReplayOfDisposal::dispose);
  }

  private static boolean set(Replayed entry) {
    DisposalSettingsRecord row = entry.sql().newRecord(DISPOSAL_SETTINGS);
    row.setTenant(entry.tenantName());
    row.setVersion(entry.integer("version"));
    row.setMode(entry.text("mode"));
    row.setOfficers(entry.texts("officers").toArray(String[]::new));
    row.setCdr(entry.text("cdr"));
    row.setEveryDays(entry.integer("everyDays"));
    row.setChangedAt(entry.instant("changedAt"));
    row.setChangedBy(entry.text("changedBy"));
    entry
        .sql()
        .insertInto(DISPOSAL_SETTINGS)
        .set(row)
        .onConflict(DISPOSAL_SETTINGS.TENANT)
        .doUpdate()
        .set(row)
        .execute();
    return true;
  }

  private static boolean announce(Replayed entry) {
    entry
        .sql()
        .insertInto(DISPOSAL_RUN)
        .set(DISPOSAL_RUN.TENANT, entry.tenantName())
        .set(DISPOSAL_RUN.ID, entry.uuid("run"))
        .set(DISPOSAL_RUN.OPENED_AT, entry.at())
        .set(DISPOSAL_RUN.NOT_BEFORE, entry.instant("notBefore"))
        .set(DISPOSAL_RUN.MODE, entry.text("mode"))
        .set(DISPOSAL_RUN.STATE, Disposals.RunState.ANNOUNCED.wireName())
        .set(DISPOSAL_RUN.APPROVED_AT, entry.instantOrNull("approvedAt"))
        .set(DISPOSAL_RUN.APPROVED_BY, entry.has("approvedBy") ? entry.text("approvedBy") : null)
        .set(DISPOSAL_RUN.REQUEST, entry.has("request") ? entry.uuid("request") : null)
        .set(DISPOSAL_RUN.CORRECTION, entry.has("correction") ? entry.uuid("correction") : null)
        .set(DISPOSAL_RUN.REASON, entry.textOrNull("reason"))
        .execute();
    return true;
  }

  private static boolean change(Replayed entry, Consumer<DisposalRunRecord> how) {
    DisposalRunRecord run =
        entry
            .sql()
            .fetchOne(
                DISPOSAL_RUN,
                DISPOSAL_RUN
                    .TENANT
                    .eq(entry.tenantName())
                    .and(DISPOSAL_RUN.ID.eq(entry.uuid("run"))));
    if (run == null) {
      return false;
    }
    how.accept(run);
    run.update();
    return true;
  }

  /**
   * Ends what had not begun, after everything was applied: its recordings did not come back with
   * it, so that they are announced anew, for 30 days as always.
   */
  static void stopAnnounced(DSLContext sql) {
    sql.update(DISPOSAL_RUN)
        .set(DISPOSAL_RUN.STATE, Disposals.RunState.STOPPED.wireName())
        .set(DISPOSAL_RUN.ENDED_AT, DSL.field("now()", DISPOSAL_RUN.ENDED_AT.getDataType()))
        .where(DISPOSAL_RUN.STATE.eq(Disposals.RunState.ANNOUNCED.wireName()))
        .execute();
  }

  private static boolean dispose(Replayed entry) {
    PostgresTombstones.Entry disposed = entry.as(PostgresTombstones.Entry.class);
    UUID id = disposed.recording().value();
    DSLContext sql = entry.sql();
    // It may have come back by a manifest that was left; a call is never made a tombstone but by
    // disposal, so it is put in its place
    sql.deleteFrom(CALL_ARCHIVE).where(CALL_ARCHIVE.ID.eq(id)).execute();
    sql.deleteFrom(CALL).where(CALL.ID.eq(id)).execute();
    sql.insertInto(CALL).set(row(entry.tenantName(), id, disposed.call())).execute();
    sql.deleteFrom(CALL_CORRECTION).where(CALL_CORRECTION.CALL.eq(id)).execute();
    sql.deleteFrom(CALL_NOTE).where(CALL_NOTE.CALL.eq(id)).execute();
    sql.deleteFrom(CALL_TAG).where(CALL_TAG.CALL.eq(id)).execute();
    PostgresTombstones.insert(sql, entry.tenant(), disposed, entry.at());
    CallReports.addToOutbox(sql, entry.tenantName(), id);
    return true;
  }

  private static CallRecord row(String tenant, UUID id, PostgresTombstones.Row call) {
    CallRecord row = new CallRecord();
    row.setId(id);
    row.setTenant(tenant);
    row.setState(CallState.DISPOSED.wireName());
    row.setVersion(1L);
    row.setStartedAt(call.startedAt());
    row.setEndedAt(call.endedAt());
    row.setZone(call.zone());
    row.setDirection(call.direction());
    row.setParties(NOTHING);
    row.setFlags(call.flags().toArray(String[]::new));
    row.setCallIds(new String[0]);
    row.setNode(call.node());
    row.setMatchedRule("");
    row.setConfigurationVersion(call.configurationVersion());
    row.setVendorData(NOTHING);
    row.setAttributed(call.attributed());
    row.setCapture(call.capture());
    row.setCaptureWhole(true);
    row.setInteraction(call.interaction());
    row.setDuplicateOf(call.duplicateOf());
    row.setTags(new String[0]);
    return row;
  }
}

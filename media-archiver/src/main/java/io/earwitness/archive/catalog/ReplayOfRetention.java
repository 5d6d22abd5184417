package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.RETENTION_POLICY;
import static io.earwitness.archive.catalog.generated.Tables.RETENTION_TRIAL;
import static io.earwitness.archive.catalog.generated.Tables.TENANT_LICENCE;

import io.earwitness.call.LicenceTerms;
import io.earwitness.json.Json;
import java.util.Map;
import java.util.UUID;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/** Applies again for how long recordings are kept, and under which licences. */
final class ReplayOfRetention {
  private ReplayOfRetention() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("retention-policy.set", ReplayOfRetention::setPolicy);
    kinds.put("retention.lengthen", ReplayOfRetention::lengthen);
    kinds.put("tenant.trial", ReplayOfRetention::beginTrial);
    kinds.put("tenant.go-live", ReplayOfRetention::goLive);
    kinds.put("lock-mode.set", ReplayOfRetention::setLockMode);
    kinds.put("licence.set", ReplayOfRetention::setLicence);
    kinds.put("licence.count", ReplayOfRetention::countExtension);
  }

  /** One that lengthens goes through all recordings again, which finds most of them done. */
  private static boolean setPolicy(Replayed entry) {
    ReplayOfSettings.setPolicy(entry, RETENTION_POLICY);
    if (entry.has("extending") && entry.bool("extending")) {
      PostgresRetentionLengthenings.begin(
          entry.sql(), entry.tenant(), entry.integer("version"), entry.at(), entry.actor());
    }
    return true;
  }

  private static boolean lengthen(Replayed entry) {
    boolean all = true;
    for (Replayed each : entry.list("recordings", entry::in)) {
      all &= lengthenOne(each);
    }
    return all;
  }

  private static boolean lengthenOne(Replayed entry) {
    UUID id = entry.uuid("recording");
    int rows =
        entry
            .sql()
            .update(CALL_ARCHIVE)
            .set(
                CALL_ARCHIVE.KEEP_UNTIL,
                DSL.greatest(CALL_ARCHIVE.KEEP_UNTIL, DSL.val(entry.instant("keepUntil"))))
            .set(CALL_ARCHIVE.RETENTION, JSONB.valueOf(Json.text(entry.in("retention").data())))
            .set(CALL_ARCHIVE.LOCK_DUE, entry.at())
            .where(CALL_ARCHIVE.TENANT.eq(entry.tenantName()))
            .and(CALL_ARCHIVE.ID.eq(id))
            .execute();
    entry
        .sql()
        .update(CALL)
        .set(CALL.VERSION, CALL.VERSION.plus(1L))
        .where(CALL.ID.eq(id))
        .execute();
    return rows > 0;
  }

  private static boolean beginTrial(Replayed entry) {
    entry
        .sql()
        .insertInto(RETENTION_TRIAL)
        .set(RETENTION_TRIAL.TENANT, entry.tenantName())
        .set(RETENTION_TRIAL.SINCE, entry.at())
        .execute();
    return true;
  }

  private static boolean goLive(Replayed entry) {
    PostgresRetentionTrials.end(
        entry.sql(),
        entry.tenant(),
        entry.at(),
        entry.actor(),
        entry.text("signedBy"),
        entry.text("reason"));
    return true;
  }

  private static boolean setLockMode(Replayed entry) {
    PostgresLockModes.write(
        entry.sql(),
        entry.tenant(),
        entry.integer("version"),
        entry.bool("existing"),
        entry.at(),
        entry.actor());
    return true;
  }

  private static boolean setLicence(Replayed entry) {
    LicenceTerms terms = entry.in("terms").as(LicenceTerms.class);
    entry
        .sql()
        .insertInto(TENANT_LICENCE)
        .set(TENANT_LICENCE.TENANT, entry.tenantName())
        .set(TENANT_LICENCE.LICENCE, terms.licence().wireName())
        .set(TENANT_LICENCE.VERSION, entry.integer("version"))
        .set(TENANT_LICENCE.EXTENSIONS, terms.extensions())
        .set(TENANT_LICENCE.VALID_UNTIL, terms.until())
        .set(TENANT_LICENCE.GRACE_DAYS, terms.graceDays())
        .set(TENANT_LICENCE.SUSPENDED, terms.suspended())
        .set(TENANT_LICENCE.STOPS_RECORDING, terms.stopsRecording())
        .set(TENANT_LICENCE.CHANGED_AT, entry.at())
        .set(TENANT_LICENCE.CHANGED_BY, entry.actor())
        .execute();
    return true;
  }

  private static boolean countExtension(Replayed entry) {
    return RecordedExtensions.insert(
            entry.sql(), entry.tenant(), entry.as(RecordedExtensions.Counted.class))
        > 0;
  }
}

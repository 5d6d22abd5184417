package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;

import io.earwitness.archive.catalog.generated.tables.records.AuditCheckpointRecord;
import io.earwitness.archive.catalog.generated.tables.records.AuditEntryRecord;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;

/** Enters the newest checkpoint of each tenant's log in the platform's, where it is an entry. */
final class AuditHeads {
  static final String ACTION = "audit.head";
  private static final String ACTOR = "job:audit-log";
  private static final String CHECKPOINT = "checkpoint";

  private final Transactions transactions;
  private final AuditLog log;
  private final AuditSequencer sequencer;
  private final Clock clock;

  AuditHeads(Transactions transactions, AuditLog log, AuditSequencer sequencer, Clock clock) {
    this.transactions = transactions;
    this.log = log;
    this.sequencer = sequencer;
    this.clock = clock;
  }

  /** Enters the heads of the logs that grew since; returns how many did. */
  int enter() {
    int entered = 0;
    for (String tenant : sequencer.sizes().keySet()) {
      if (tenant.equals(TenantSlug.PLATFORM.value())) {
        continue;
      }
      AuditCheckpointRecord newest =
          transactions.asWorker(sql -> AuditSequencer.newest(sql, tenant));
      if (newest == null || newest.getNote().equals(entered(tenant))) {
        continue;
      }
      log.append(
          new AuditEntry(
              UUID.randomUUID(),
              clock.instant(),
              TenantSlug.PLATFORM,
              ACTOR,
              ACTION,
              object(tenant),
              null,
              null,
              Map.of(CHECKPOINT, newest.getNote())));
      entered++;
    }
    return entered;
  }

  private static String object(String tenant) {
    return "audit-log:" + tenant;
  }

  private String entered(String tenant) {
    return transactions.asWorker(
        sql -> {
          AuditEntryRecord last =
              sql.selectFrom(AUDIT_ENTRY)
                  .where(AUDIT_ENTRY.TENANT.eq(TenantSlug.PLATFORM.value()))
                  .and(AUDIT_ENTRY.OBJECT.eq(object(tenant)))
                  .orderBy(AUDIT_ENTRY.AT.desc(), AUDIT_ENTRY.ID.desc())
                  .limit(1)
                  .fetchOne();
          return last == null
              ? ""
              : PostgresAudit.kept(last).entry().details().getOrDefault(CHECKPOINT, "");
        });
  }
}

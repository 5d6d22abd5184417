package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_PENDING;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.generated.tables.records.AuditEntryRecord;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.JSONB;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The audit trail in PostgreSQL: an entry is one row, inserted once and never changed. */
final class PostgresAudit implements AuditLog, AuditTrail {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Transactions transactions;

  PostgresAudit(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void append(AuditEntry given) {
    AuditEntry entry = clean(given);
    byte[] salt = new byte[CanonicalEntry.SALT_LENGTH];
    RANDOM.nextBytes(salt);
    byte[] canonical = CanonicalEntry.bytes(entry, salt);
    AuditEntryRecord row = new AuditEntryRecord();
    row.setId(entry.id());
    row.setTenant(entry.tenant().value());
    row.setAt(entry.at());
    row.setActor(entry.actor());
    row.setAction(entry.action());
    row.setObject(entry.object());
    row.setActId(entry.actId());
    row.setOutcome(entry.outcome());
    row.setDetails(JSONB.valueOf(Json.text(entry.details())));
    row.setSalt(salt);
    row.setCanonical(canonical);
    row.setLeafHash(CanonicalEntry.leafHash(canonical));
    boolean kept;
    try {
      kept = transactions.inTenant(entry.tenant(), sql -> insert(sql, row, entry));
    } catch (CatalogUnavailableException | IllegalStateException e) {
      throw new AuditUnavailableException(
          "the audit trail can't be written, so '%s' must not happen: %s"
              .formatted(entry.action(), e.getMessage()),
          e);
    }
    if (!kept) {
      throw new IllegalArgumentException(
          "the audit entry id %s is taken by another entry".formatted(entry.id()));
    }
  }

  /** The same entry once more, after an answer got lost, is no other entry. */
  private static boolean insert(org.jooq.DSLContext sql, AuditEntryRecord row, AuditEntry entry) {
    // One statement, so that no entry is kept without waiting for its leaf
    Table<?> kept = DSL.table(DSL.name("kept"));
    int waiting =
        sql.with("kept")
            .as(
                DSL.insertInto(AUDIT_ENTRY)
                    .set(row)
                    .onConflictDoNothing()
                    .returning(AUDIT_ENTRY.TENANT, AUDIT_ENTRY.ID, AUDIT_ENTRY.LEAF_HASH))
            .insertInto(
                AUDIT_PENDING, AUDIT_PENDING.TENANT, AUDIT_PENDING.ENTRY, AUDIT_PENDING.LEAF_HASH)
            .select(
                DSL.select(
                        DSL.field(DSL.name("kept", "tenant"), String.class),
                        DSL.field(DSL.name("kept", "id"), UUID.class),
                        DSL.field(DSL.name("kept", "leaf_hash"), byte[].class))
                    .from(kept))
            .execute();
    if (waiting > 0) {
      return true;
    }
    AuditEntryRecord present =
        sql.selectFrom(AUDIT_ENTRY).where(AUDIT_ENTRY.ID.eq(entry.id())).fetchOne();
    return present != null && kept(present).entry().equals(entry);
  }

  private static AuditEntry clean(AuditEntry entry) {
    Map<String, String> details = new TreeMap<>();
    entry.details().forEach((name, value) -> details.put(Text.clean(name), Text.clean(value)));
    return new AuditEntry(
        entry.id(),
        entry.at().truncatedTo(ChronoUnit.MICROS),
        entry.tenant(),
        Text.clean(entry.actor()),
        Text.clean(entry.action()),
        Text.cleanOrNull(entry.object()),
        entry.actId(),
        Text.cleanOrNull(entry.outcome()),
        details);
  }

  @Override
  public Page entries(Query query) {
    Condition where = filter(query);
    if (query.cursor() != null) {
      Cursor cursor = Cursor.parse(query.cursor());
      where =
          where.and(
              DSL.row(AUDIT_ENTRY.AT, AUDIT_ENTRY.ID)
                  .lt(DSL.val(cursor.at()), DSL.val(cursor.id())));
    }
    Condition condition = where;
    List<Kept> found =
        transactions.inTenant(
            query.tenant(),
            sql ->
                sql.selectFrom(AUDIT_ENTRY)
                    .where(condition)
                    .orderBy(AUDIT_ENTRY.AT.desc(), AUDIT_ENTRY.ID.desc())
                    .limit(query.limit() + 1)
                    .fetch(PostgresAudit::kept));
    if (found.size() <= query.limit()) {
      return new Page(found, null);
    }
    List<Kept> page = found.subList(0, query.limit());
    AuditEntry last = page.getLast().entry();
    return new Page(page, new Cursor(last.at(), last.id()).text());
  }

  /** The entries that a query asks for, whatever its cursor. */
  static Condition filter(Query query) {
    Condition where = AUDIT_ENTRY.TENANT.eq(query.tenant().value());
    if (query.from() != null) {
      where = where.and(AUDIT_ENTRY.AT.ge(query.from()));
    }
    if (query.to() != null) {
      where = where.and(AUDIT_ENTRY.AT.lt(query.to()));
    }
    where = where.and(equal(AUDIT_ENTRY.ACTOR, query.actor()));
    where = where.and(equal(AUDIT_ENTRY.ACTION, query.action()));
    where = where.and(equal(AUDIT_ENTRY.OBJECT, query.object()));
    return where;
  }

  private static Condition equal(org.jooq.Field<String> field, @Nullable String wanted) {
    return wanted == null ? DSL.noCondition() : field.eq(Text.clean(wanted));
  }

  static Kept kept(AuditEntryRecord row) {
    AuditEntry entry =
        new AuditEntry(
            row.getId(),
            row.getAt(),
            new TenantSlug(row.getTenant()),
            row.getActor(),
            row.getAction(),
            row.getObject(),
            row.getActId(),
            row.getOutcome(),
            details(row.getDetails().data()));
    return new Kept(entry, row.getSalt(), row.getCanonical(), row.getLeafHash());
  }

  static Map<String, String> details(String json) {
    try {
      return Json.mapper().readValue(json, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an audit entry's row holds unexpected JSON", e);
    }
  }

  /** The last entry of a page. */
  private record Cursor(Instant at, UUID id) {
    String text() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((at + " " + id).getBytes(StandardCharsets.UTF_8));
    }

    static Cursor parse(String text) {
      try {
        String[] parts =
            new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
        return new Cursor(Instant.parse(parts[0]), UUID.fromString(parts[1]));
      } catch (IllegalArgumentException
          | java.time.DateTimeException
          | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "'%s' is no cursor of the audit trail".formatted(text), e);
      }
    }
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;

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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The audit trail in PostgreSQL: an entry is one row, inserted once and never changed. */
final class PostgresAudit implements AuditLog, AuditTrail {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Of entries in one statement: some hundred kilobytes at most of what is usual. */
  private static final int BATCH = 256;

  // One statement, so that no entry is kept without waiting for its leaf
  private static final String INSERT =
      """
      with kept as (
        insert into earwitness.audit_entry
          (id, tenant, at, actor, action, object, act_id, outcome, details, salt, canonical, leaf_hash)
        select id, ?, at, actor, action, object, act_id, outcome, details::jsonb, salt, canonical, leaf_hash
        from unnest(?::uuid[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::uuid[], ?::text[], ?::text[],
                    ?::bytea[], ?::bytea[], ?::bytea[])
          given (id, at, actor, action, object, act_id, outcome, details, salt, canonical, leaf_hash)
        on conflict do nothing returning tenant, id, leaf_hash),
      waiting as (
        insert into earwitness.audit_pending (tenant, entry, leaf_hash) select tenant, id, leaf_hash from kept)
      select leaf_hash from kept
      """;

  private final Transactions transactions;

  /** By tenant, whom a transaction is for. */
  private final Map<TenantSlug, GroupCommit<Sealed, Set<Sealed>>> writers =
      new ConcurrentHashMap<>();

  /** An entry with what is kept beside it. As each has a salt of its own, no two are equal. */
  private record Sealed(AuditEntry entry, byte[] salt, byte[] canonical, byte[] leafHash) {
    static Sealed of(AuditEntry entry) {
      byte[] salt = new byte[CanonicalEntry.SALT_LENGTH];
      RANDOM.nextBytes(salt);
      byte[] canonical = CanonicalEntry.bytes(entry, salt);
      return new Sealed(entry, salt, canonical, CanonicalEntry.leafHash(canonical));
    }
  }

  PostgresAudit(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void append(AuditEntry given) {
    Sealed sealed = Sealed.of(clean(given));
    AuditEntry entry = sealed.entry();
    boolean kept;
    try {
      kept = writer(entry.tenant()).write(sealed).contains(sealed) || appendAlone(sealed);
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

  private GroupCommit<Sealed, Set<Sealed>> writer(TenantSlug tenant) {
    return writers.computeIfAbsent(
        tenant, _ -> new GroupCommit<>(BATCH, batch -> appendAll(tenant, batch)));
  }

  /** Returns what was kept; nothing if one of several can't be, for it must not harm the others. */
  private Set<Sealed> appendAll(TenantSlug tenant, List<Sealed> batch) {
    try {
      return transactions.inTenant(tenant, sql -> insert(sql, tenant, batch));
    } catch (IllegalStateException e) {
      if (batch.size() == 1) {
        throw e;
      }
      return Set.of();
    }
  }

  /** The same entry once more, after an answer got lost, is no other entry. */
  private boolean appendAlone(Sealed sealed) {
    AuditEntry entry = sealed.entry();
    return transactions.inTenant(
        entry.tenant(),
        sql -> {
          if (!insert(sql, entry.tenant(), List.of(sealed)).isEmpty()) {
            return true;
          }
          AuditEntryRecord present =
              sql.selectFrom(AUDIT_ENTRY).where(AUDIT_ENTRY.ID.eq(entry.id())).fetchOne();
          return present != null && kept(present).entry().equals(entry);
        });
  }

  private static Set<Sealed> insert(DSLContext sql, TenantSlug tenant, List<Sealed> batch) {
    Map<ByteBuffer, Sealed> byLeaf = new HashMap<>();
    batch.forEach(row -> byLeaf.put(ByteBuffer.wrap(row.leafHash()), row));
    return sql.connectionResult(
        connection -> {
          try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            bind(insert, tenant, batch);
            Set<Sealed> kept = new HashSet<>();
            try (ResultSet row = insert.executeQuery()) {
              while (row.next()) {
                kept.add(byLeaf.get(ByteBuffer.wrap(row.getBytes(1))));
              }
            }
            return kept;
          }
        });
  }

  private static void bind(PreparedStatement insert, TenantSlug tenant, List<Sealed> batch)
      throws SQLException {
    insert.setString(1, tenant.value());
    array(insert, 2, "uuid", batch, row -> row.entry().id());
    array(insert, 3, "timestamptz", batch, row -> row.entry().at().toString());
    array(insert, 4, "text", batch, row -> row.entry().actor());
    array(insert, 5, "text", batch, row -> row.entry().action());
    array(insert, 6, "text", batch, row -> row.entry().object());
    array(insert, 7, "uuid", batch, row -> row.entry().actId());
    array(insert, 8, "text", batch, row -> row.entry().outcome());
    array(insert, 9, "text", batch, row -> Json.text(row.entry().details()));
    bytes(insert, 10, batch, Sealed::salt);
    bytes(insert, 11, batch, Sealed::canonical);
    bytes(insert, 12, batch, Sealed::leafHash);
  }

  private static void array(
      PreparedStatement insert,
      int parameter,
      String type,
      List<Sealed> batch,
      Function<Sealed, @Nullable Object> value)
      throws SQLException {
    Object[] values = batch.stream().map(value).toArray();
    insert.setArray(parameter, insert.getConnection().createArrayOf(type, values));
  }

  private static void bytes(
      PreparedStatement insert, int parameter, List<Sealed> batch, Function<Sealed, byte[]> value)
      throws SQLException {
    byte[][] values = batch.stream().map(value).toArray(byte[][]::new);
    insert.setArray(parameter, insert.getConnection().createArrayOf("bytea", values));
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

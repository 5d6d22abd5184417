package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_CHECKPOINT;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_LEAF;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_PENDING;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.verify.LogSource;
import io.earwitness.call.TenantSlug;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The live audit logs for their verification: read with sight of every tenant, judged by nobody.
 */
final class PostgresLogSource implements LogSource {
  // By JDBC, as a verification reads every row there is
  private static final String LEAVES =
      """
      select l.leaf_index, l.entry, l.leaf_hash, e.id, e.tenant, e.at, e.actor, e.action, e.object, e.act_id,
             e.outcome, e.details::text, e.salt, e.canonical, e.leaf_hash
      from earwitness.audit_leaf l left join earwitness.audit_entry e on e.id = l.entry
      where l.tenant = ? and l.leaf_index >= ? order by l.leaf_index limit ?
      """;

  private final Transactions transactions;

  PostgresLogSource(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<TenantSlug> logs() {
    return transactions.asWorker(
        sql ->
            sql.fetch(
                    """
                    with recursive log as (
                      select min(tenant) tenant from earwitness.audit_leaf
                      union all
                      select (select min(l.tenant) from earwitness.audit_leaf l where l.tenant > log.tenant)
                      from log where log.tenant is not null)
                    select tenant from log where tenant is not null
                    union select tenant from earwitness.audit_pending order by 1
                    """)
                .map(row -> new TenantSlug(row.get(0, String.class))));
  }

  @Override
  public List<Leaf> leaves(TenantSlug log, long from, int limit) {
    try (Connection connection = transactions.workerConnection()) {
      try (PreparedStatement query = connection.prepareStatement(LEAVES)) {
        query.setString(1, log.value());
        query.setLong(2, from);
        query.setInt(3, limit);
        List<Leaf> leaves = new ArrayList<>(limit);
        try (ResultSet row = query.executeQuery()) {
          while (row.next()) {
            leaves.add(
                new Leaf(row.getLong(1), row.getObject(2, UUID.class), row.getBytes(3), kept(row)));
          }
        }
        return leaves;
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw Failures.translated(e);
    }
  }

  private static AuditTrail.@Nullable Kept kept(ResultSet row) throws SQLException {
    UUID id = row.getObject(4, UUID.class);
    if (id == null) {
      return null;
    }
    try {
      AuditEntry entry =
          new AuditEntry(
              id,
              row.getObject(6, OffsetDateTime.class).toInstant(),
              new TenantSlug(row.getString(5)),
              row.getString(7),
              row.getString(8),
              row.getString(9),
              row.getObject(10, UUID.class),
              row.getString(11),
              PostgresAudit.details(row.getString(12)));
      return new AuditTrail.Kept(entry, row.getBytes(13), row.getBytes(14), row.getBytes(15));
    } catch (IllegalArgumentException | IllegalStateException e) {
      // Nothing of ours writes such a row
      return null;
    }
  }

  @Override
  public List<KeptCheckpoint> checkpoints(TenantSlug log, long above, int limit) {
    return transactions.asWorker(
        sql ->
            sql.select(AUDIT_CHECKPOINT.TREE_SIZE, AUDIT_CHECKPOINT.NOTE)
                .from(AUDIT_CHECKPOINT)
                .where(AUDIT_CHECKPOINT.TENANT.eq(log.value()))
                .and(AUDIT_CHECKPOINT.TREE_SIZE.gt(above))
                .orderBy(AUDIT_CHECKPOINT.TREE_SIZE)
                .limit(limit)
                .fetch(row -> new KeptCheckpoint(row.value1(), row.value2())));
  }

  @Override
  public @Nullable Long indexOf(TenantSlug log, UUID entry) {
    return transactions.asWorker(
        sql ->
            sql.select(AUDIT_LEAF.LEAF_INDEX)
                .from(AUDIT_LEAF)
                .where(AUDIT_LEAF.ENTRY.eq(entry))
                .and(AUDIT_LEAF.TENANT.eq(log.value()))
                .fetchOne(AUDIT_LEAF.LEAF_INDEX));
  }

  @Override
  public List<UUID> outside(TenantSlug log, Instant before, int limit) {
    return transactions.asWorker(
        sql ->
            sql.select(AUDIT_ENTRY.ID)
                .from(AUDIT_ENTRY)
                .where(AUDIT_ENTRY.TENANT.eq(log.value()))
                .and(AUDIT_ENTRY.AT.lt(before))
                .andNotExists(
                    DSL.selectOne().from(AUDIT_LEAF).where(AUDIT_LEAF.ENTRY.eq(AUDIT_ENTRY.ID)))
                .andNotExists(
                    DSL.selectOne()
                        .from(AUDIT_PENDING)
                        .where(AUDIT_PENDING.ENTRY.eq(AUDIT_ENTRY.ID)))
                .limit(limit)
                .fetch(AUDIT_ENTRY.ID));
  }

  @Override
  public long waiting(TenantSlug log) {
    return transactions.asWorker(
        sql -> (long) sql.fetchCount(AUDIT_PENDING, AUDIT_PENDING.TENANT.eq(log.value())));
  }
}

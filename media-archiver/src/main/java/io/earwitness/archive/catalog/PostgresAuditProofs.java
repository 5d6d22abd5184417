package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_CHECKPOINT;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_LEAF;

import io.earwitness.archive.catalog.generated.tables.records.AuditCheckpointRecord;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.tree.AuditProofs;
import io.earwitness.audit.tree.Checkpoint;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.audit.tree.MerkleTree;
import io.earwitness.call.TenantSlug;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Proofs from the trees in PostgreSQL. */
final class PostgresAuditProofs implements AuditProofs {
  private final Transactions transactions;
  private final LogSigner signer;

  PostgresAuditProofs(Transactions transactions, LogSigner signer) {
    this.transactions = transactions;
    this.signer = signer;
  }

  @Override
  public Optional<SignedHead> head(TenantSlug tenant, @Nullable Long size) {
    return Optional.ofNullable(transactions.inTenant(tenant, sql -> head(sql, tenant, size)));
  }

  private @Nullable SignedHead head(DSLContext sql, TenantSlug tenant, @Nullable Long size) {
    AuditCheckpointRecord row =
        size == null
            ? AuditSequencer.newest(sql, tenant.value())
            : sql.selectFrom(AUDIT_CHECKPOINT)
                .where(AUDIT_CHECKPOINT.TENANT.eq(tenant.value()))
                .and(AUDIT_CHECKPOINT.TREE_SIZE.eq(size))
                .fetchOne();
    if (row == null) {
      return null;
    }
    // The origin is what was signed, even if the configuration says another one today
    String origin = row.getNote().substring(0, row.getNote().indexOf('\n'));
    return new SignedHead(
        new Checkpoint(origin, row.getTreeSize(), row.getRootHash()),
        row.getNote(),
        signer.verifierKey(origin));
  }

  private static MerkleTree tree(DSLContext sql, TenantSlug tenant, long size) {
    return new MerkleTree(new AuditSubtrees(sql, tenant.value()), size);
  }

  @Override
  public Optional<Inclusion> inclusion(TenantSlug tenant, UUID entry, @Nullable Long size) {
    return Optional.ofNullable(
        transactions.inTenant(tenant, sql -> inclusion(sql, tenant, entry, size)));
  }

  private @Nullable Inclusion inclusion(
      DSLContext sql, TenantSlug tenant, UUID entry, @Nullable Long size) {
    var row =
        sql.selectFrom(AUDIT_ENTRY)
            .where(AUDIT_ENTRY.ID.eq(entry))
            .and(AUDIT_ENTRY.TENANT.eq(tenant.value()))
            .fetchOne();
    if (row == null) {
      return null;
    }
    Long index =
        sql.select(AUDIT_LEAF.LEAF_INDEX)
            .from(AUDIT_LEAF)
            .where(AUDIT_LEAF.ENTRY.eq(entry))
            .and(AUDIT_LEAF.TENANT.eq(tenant.value()))
            .fetchOne(AUDIT_LEAF.LEAF_INDEX);
    SignedHead head = head(sql, tenant, size);
    if (head == null && size != null) {
      return null;
    }
    if (index == null || head == null || index >= head.checkpoint().treeSize()) {
      throw new NotYetException(
          size == null
              ? "The entry is not in a signed tree yet; it will be within seconds."
              : "The entry came after the tree of %d entries.".formatted(size));
    }
    return new Inclusion(
        PostgresAudit.kept(row),
        index,
        head,
        tree(sql, tenant, head.checkpoint().treeSize()).inclusionProof(index));
  }

  @Override
  public Optional<Consistency> consistency(TenantSlug tenant, long from, long to) {
    return Optional.ofNullable(
        transactions.inTenant(
            tenant,
            sql -> {
              SignedHead earlier = head(sql, tenant, from);
              SignedHead later = head(sql, tenant, to);
              return earlier == null || later == null
                  ? null
                  : new Consistency(earlier, later, tree(sql, tenant, to).consistencyProof(from));
            }));
  }

  @Override
  public List<Inclusion> export(ExportPage page) {
    AuditTrail.Query query = page.entries();
    TenantSlug tenant = query.tenant();
    long size = page.head().checkpoint().treeSize();
    Condition where =
        PostgresAudit.filter(query)
            .and(AUDIT_LEAF.TENANT.eq(tenant.value()))
            .and(AUDIT_LEAF.LEAF_INDEX.ge(page.from()))
            .and(AUDIT_LEAF.LEAF_INDEX.lt(size));
    return transactions.inTenant(
        tenant,
        sql -> {
          MerkleTree tree = tree(sql, tenant, size);
          List<Inclusion> found = new ArrayList<>();
          for (Record row :
              sql.select(AUDIT_LEAF.LEAF_INDEX)
                  .select(AUDIT_ENTRY.fields())
                  .from(AUDIT_LEAF)
                  .join(AUDIT_ENTRY)
                  .on(AUDIT_ENTRY.ID.eq(AUDIT_LEAF.ENTRY))
                  .where(where)
                  .orderBy(AUDIT_LEAF.LEAF_INDEX)
                  .limit(page.limit())
                  .fetch()) {
            long index = row.get(AUDIT_LEAF.LEAF_INDEX);
            found.add(
                new Inclusion(
                    PostgresAudit.kept(row.into(AUDIT_ENTRY)),
                    index,
                    page.head(),
                    tree.inclusionProof(index)));
          }
          return found;
        });
  }
}

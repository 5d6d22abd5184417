package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_LEAF;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_SUBTREE;

import io.earwitness.audit.tree.Subtrees;
import java.util.List;
import org.jooq.DSLContext;

/** The hashes of one tenant's log, as kept; for one transaction. */
record AuditSubtrees(DSLContext sql, String tenant) implements Subtrees {
  @Override
  public List<byte[]> hashes(int level, long first, int count) {
    long last = first + count - 1;
    return level == 0
        ? sql.select(AUDIT_LEAF.LEAF_HASH)
            .from(AUDIT_LEAF)
            .where(AUDIT_LEAF.TENANT.eq(tenant))
            .and(AUDIT_LEAF.LEAF_INDEX.between(first, last))
            .orderBy(AUDIT_LEAF.LEAF_INDEX)
            .fetch(AUDIT_LEAF.LEAF_HASH)
        : sql.select(AUDIT_SUBTREE.HASH)
            .from(AUDIT_SUBTREE)
            .where(AUDIT_SUBTREE.TENANT.eq(tenant))
            .and(AUDIT_SUBTREE.LEVEL.eq(level))
            .and(AUDIT_SUBTREE.POSITION.between(first, last))
            .orderBy(AUDIT_SUBTREE.POSITION)
            .fetch(AUDIT_SUBTREE.HASH);
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_LEAF;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.archive.catalog.generated.tables.records.AuditCheckpointRecord;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.audit.tree.MerkleTree;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * Makes bundles of a log's entries, each of which shows by itself that it is of the signed tree.
 */
final class AuditBundles {
  static final String FORMAT = "earwitness-audit-bundle-1";
  private static final String PERSONAL_FORMAT = "earwitness-audit-values-1";
  private static final long LARGEST = 10_000;

  private final Transactions transactions;
  private final AuditSequencer sequencer;

  AuditBundles(Transactions transactions, AuditSequencer sequencer) {
    this.transactions = transactions;
    this.sequencer = sequencer;
  }

  /**
   * A bundle.
   *
   * @param content a header line, then the canonical bytes of each entry on a line
   * @param personal the clear values and salts of the same entries, to be sealed
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares bundles
  record Bundle(TenantSlug tenant, long first, long last, byte[] content, byte[] personal) {}

  /** The next bundle from a leaf on; empty if no signed tree goes further. */
  Optional<Bundle> from(TenantSlug tenant, long first) {
    return Optional.ofNullable(
        transactions.asWorker(
            sql -> {
              AuditCheckpointRecord newest = AuditSequencer.newest(sql, tenant.value());
              if (newest == null || newest.getTreeSize() <= first) {
                return null;
              }
              long size = Math.min(newest.getTreeSize(), first + LARGEST);
              MerkleTree tree =
                  new MerkleTree(new AuditSubtrees(sql, tenant.value()), newest.getTreeSize());
              if (!Arrays.equals(tree.root(), newest.getRootHash())) {
                throw new IllegalStateException(
                    "the audit log of %s no longer has the root that was signed at %d entries; run 'earwitness verify audit'"
                        .formatted(tenant, newest.getTreeSize()));
              }
              String note = sequencer.note(sql, tenant, tree, size);
              return bundle(sql, tenant, first, size, tree.frontier(first), note);
            }));
  }

  private static Bundle bundle(
      DSLContext sql,
      TenantSlug tenant,
      long first,
      long size,
      List<byte[]> frontier,
      String note) {
    List<Record> rows =
        sql.select(AUDIT_LEAF.LEAF_INDEX, AUDIT_LEAF.LEAF_HASH)
            .select(AUDIT_ENTRY.fields())
            .from(AUDIT_LEAF)
            .join(AUDIT_ENTRY)
            .on(AUDIT_ENTRY.ID.eq(AUDIT_LEAF.ENTRY))
            .where(AUDIT_LEAF.TENANT.eq(tenant.value()))
            .and(AUDIT_LEAF.LEAF_INDEX.ge(first))
            .and(AUDIT_LEAF.LEAF_INDEX.lt(size))
            .orderBy(AUDIT_LEAF.LEAF_INDEX)
            .fetch();
    if (rows.size() != size - first) {
      throw new IllegalStateException(
          "the audit log of %s lacks entries between leaf %d and %d; run 'earwitness verify audit'"
              .formatted(tenant, first, size - 1));
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ByteArrayOutputStream personal = new ByteArrayOutputStream();
    ObjectNode header = header(FORMAT, tenant, first, size);
    ArrayNode roots = header.putArray("frontier");
    frontier.forEach(root -> roots.add(Base64.getEncoder().encodeToString(root)));
    header.put("checkpoint", note);
    line(content, Json.bytes(header));
    line(personal, Json.bytes(header(PERSONAL_FORMAT, tenant, first, size)));
    for (Record row : rows) {
      AuditTrail.Kept kept = PostgresAudit.kept(row.into(AUDIT_ENTRY));
      if (!Arrays.equals(
          CanonicalEntry.leafHash(kept.canonical()), row.get(AUDIT_LEAF.LEAF_HASH))) {
        throw new IllegalStateException(
            "entry %s in the audit log of %s was changed; run 'earwitness verify audit'"
                .formatted(kept.entry().id(), tenant));
      }
      line(content, kept.canonical());
      ObjectNode values = Json.mapper().createObjectNode();
      values.put("leafIndex", row.get(AUDIT_LEAF.LEAF_INDEX));
      values.put("salt", Base64.getEncoder().encodeToString(kept.salt()));
      values.put("actor", kept.entry().actor());
      if (kept.entry().object() != null) {
        values.put("object", kept.entry().object());
      }
      values.set("details", Json.mapper().valueToTree(kept.entry().details()));
      line(personal, Json.bytes(values));
    }
    return new Bundle(tenant, first, size - 1, content.toByteArray(), personal.toByteArray());
  }

  private static ObjectNode header(String format, TenantSlug tenant, long first, long size) {
    ObjectNode header = Json.mapper().createObjectNode();
    header.put("format", format);
    header.put("tenant", tenant.value());
    header.put("first", first);
    header.put("last", size - 1);
    return header;
  }

  private static void line(ByteArrayOutputStream out, byte[] bytes) {
    out.writeBytes(bytes);
    out.write('\n');
  }
}

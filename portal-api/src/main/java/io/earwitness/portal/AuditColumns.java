package io.earwitness.portal;

import io.earwitness.archive.cdr.AuditParquet;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.tree.AuditProofs.Inclusion;
import io.earwitness.audit.tree.AuditProofs.SignedHead;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Parquet, with the proof in columns of its own; all of it comes at the end. Made for one export.
 */
final class AuditColumns implements AuditExportFormat {
  private final boolean masked;
  private @Nullable AuditParquet file;

  /**
   * @param masked leaves out personal values and salts
   */
  AuditColumns(boolean masked) {
    this.masked = masked;
  }

  @Override
  public String contentType() {
    return "application/vnd.apache.parquet";
  }

  @Override
  public byte[] begin(SignedHead head) {
    file = new AuditParquet(head.note(), head.verifierKey());
    return new byte[0];
  }

  @Override
  public byte[] entry(Inclusion inclusion) {
    AuditTrail.Kept kept = inclusion.kept();
    AuditEntry entry = kept.entry();
    Objects.requireNonNull(file)
        .add(
            new AuditParquet.Row(
                inclusion.leafIndex(),
                entry.id().toString(),
                entry.at(),
                masked ? null : entry.actor(),
                entry.action(),
                masked ? null : entry.object(),
                entry.actId() == null ? null : entry.actId().toString(),
                entry.outcome(),
                masked ? null : entry.details(),
                masked ? null : AuditProofRoutes.base64(kept.salt()),
                new String(kept.canonical(), StandardCharsets.UTF_8),
                AuditProofRoutes.base64(kept.leafHash()),
                AuditProofRoutes.base64(inclusion.hashes())));
    return new byte[0];
  }

  @Override
  public byte[] end(long entries) {
    return Objects.requireNonNull(file).end();
  }
}

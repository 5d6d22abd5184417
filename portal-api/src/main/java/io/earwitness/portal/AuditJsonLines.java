package io.earwitness.portal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.audit.AuditLine;
import io.earwitness.audit.tree.AuditProofs.Inclusion;
import io.earwitness.audit.tree.AuditProofs.SignedHead;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;

/**
 * JSON Lines that verify by themselves: {@code earwitness-audit-export-1} in {@code
 * docs/formats/audit-log.md}.
 *
 * @param masked leaves out personal values and salts
 * @param complete whether every entry up to the checkpoint is in it
 */
record AuditJsonLines(TenantSlug tenant, boolean masked, boolean complete)
    implements AuditExportFormat {
  @Override
  public String contentType() {
    return "application/jsonl";
  }

  @Override
  public byte[] begin(SignedHead head) {
    ObjectNode line = Json.mapper().createObjectNode();
    line.put("format", "earwitness-audit-export-1");
    line.put("tenant", tenant.value());
    line.put("masked", masked);
    line.put("complete", complete);
    line.put("checkpoint", head.note());
    line.put("verifierKey", head.verifierKey());
    return bytes(line);
  }

  @Override
  public byte[] entry(Inclusion inclusion) {
    ObjectNode line = AuditLine.of(inclusion.leafIndex(), inclusion.kept(), masked);
    line.set("proof", Json.mapper().valueToTree(AuditProofRoutes.base64(inclusion.hashes())));
    return bytes(line);
  }

  @Override
  public byte[] end(long entries) {
    ObjectNode line = Json.mapper().createObjectNode();
    line.put("end", true);
    line.put("entries", entries);
    return bytes(line);
  }

  private static byte[] bytes(ObjectNode line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }
}

package io.earwitness.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * An entry as one JSON object, as exports and forwarded messages have it: {@code
 * docs/formats/audit-log.md}.
 */
public final class AuditLine {
  private AuditLine() {}

  /**
   * Makes it.
   *
   * @param masked leaves out personal values and the salt; what is left still verifies
   */
  public static ObjectNode of(long leafIndex, AuditTrail.Kept kept, boolean masked) {
    ObjectNode line = Json.mapper().createObjectNode();
    line.put("leafIndex", leafIndex);
    if (!masked) {
      line.set("entry", Json.mapper().valueToTree(kept.entry()));
      line.put("salt", Base64.getEncoder().encodeToString(kept.salt()));
    }
    line.put("canonical", new String(kept.canonical(), StandardCharsets.UTF_8));
    return line;
  }
}

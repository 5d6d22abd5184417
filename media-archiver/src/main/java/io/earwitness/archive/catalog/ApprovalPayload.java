package io.earwitness.archive.catalog;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is asked for, in the one form that is shown, approved by its digest, and done. */
public final class ApprovalPayload {
  private ApprovalPayload() {}

  @JsonPropertyOrder(alphabetic = true)
  private record Document(
      TreeMap<String, String> after,
      TreeMap<String, String> before,
      ApprovalKind kind,
      String object,
      TenantSlug tenant) {}

  /** JSON with sorted members and without white space. */
  public static String text(ApprovalKind kind, AskedAct act) {
    return Json.text(
        new Document(
            clean(act.after()), clean(act.before()), kind, Text.clean(act.object()), act.tenant()));
  }

  private static TreeMap<String, String> clean(SortedMap<String, String> facts) {
    TreeMap<String, String> clean = new TreeMap<>();
    facts.forEach((name, value) -> clean.put(name, Text.clean(value)));
    return clean;
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalStateException if it is none
   */
  static AskedAct act(String payload) {
    try {
      Document read = Json.read(payload.getBytes(StandardCharsets.UTF_8), Document.class);
      return new AskedAct(read.tenant(), read.object(), read.before(), read.after());
    } catch (IOException e) {
      throw new IllegalStateException("an approval's row holds an unexpected payload", e);
    }
  }

  /** SHA-256 of a payload's UTF-8, lower-case hex. */
  public static String sha256(String payload) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(payload.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.earwitness.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CanonicalEntryTest {
  private static final byte[] SALT = new byte[32];
  private static final AuditEntry ACT =
      new AuditEntry(
          UUID.fromString("0193a1b2-0000-7000-8000-000000000001"),
          Instant.parse("2026-11-20T09:15:00.123456789Z"),
          new TenantSlug("acme"),
          "user:ana@acme",
          "recording.play",
          "recording:0193a1b2-0000-7000-8000-000000000002",
          null,
          null,
          Map.of("reason", "complaint 7", "from", "00:10"));

  static {
    for (int i = 0; i < SALT.length; i++) {
      SALT[i] = (byte) i;
    }
  }

  private static String text(AuditEntry entry) {
    return new String(CanonicalEntry.bytes(entry, SALT), StandardCharsets.UTF_8);
  }

  private static AuditEntry with(String actor, String action, String outcome) {
    return new AuditEntry(
        ACT.id(),
        ACT.at(),
        ACT.tenant(),
        actor,
        action,
        ACT.object(),
        UUID.randomUUID(),
        outcome,
        ACT.details());
  }

  /** The test vector of docs/formats/audit-entry.md, which Python's hmac and json modules made. */
  @Test
  void the_documented_vector_holds() {
    assertThat(text(ACT))
        .isEqualTo(
            "{\"action\":\"recording.play\","
                + "\"actor\":\"2effe39b1514677ed6db76705399cbeb42efb3380005522935bb8a3f87aa2bc6\","
                + "\"at\":\"2026-11-20T09:15:00.123456Z\","
                + "\"details\":{\"from\":\"bb10b180b7a5feee3b54fe7edb7e60267e47692fa9e88619a4d4899aa4a8d3d0\","
                + "\"reason\":\"1bff69f5692fd8dbc020679fa186aa2ffb7688ffa0b2e00e2d8ed0ee0740943e\"},"
                + "\"format\":\"earwitness-audit-1\","
                + "\"id\":\"0193a1b2-0000-7000-8000-000000000001\","
                + "\"object\":\"4019dcd086ee41ceaf7ea7dc90d815d1b1ed276762a5a65736fdba725ab62c3f\","
                + "\"tenant\":\"acme\"}");
    assertThat(HexFormat.of().formatHex(CanonicalEntry.leafHash(CanonicalEntry.bytes(ACT, SALT))))
        .isEqualTo("0f32a0ba55a94a48432600c60ffb5e92e7070b9769adef6ce6be406639a4218e");
  }

  @Test
  void no_personal_value_is_in_the_bytes() {
    assertThat(text(ACT)).doesNotContain("ana", "complaint", "00:10", "000000000002");
  }

  @Test
  void the_salt_of_one_field_opens_that_field_only() {
    assertThat(CanonicalEntry.fieldSalt(SALT, "actor"))
        .isNotEqualTo(CanonicalEntry.fieldSalt(SALT, "object"))
        .isNotEqualTo(SALT);
    assertThat(CanonicalEntry.commitment(SALT, "actor", "x"))
        .isNotEqualTo(CanonicalEntry.commitment(SALT, "object", "x"))
        .isNotEqualTo(CanonicalEntry.commitment(SALT, "actor", "y"));
  }

  @Test
  void odd_characters_are_escaped_as_rfc_8785_says() throws Exception {
    String odd = "\"\\/\b\t\n\f\r\u0001\u001f\u007fé€\ud83d\ude00";
    String json = text(with("user:ana", odd, odd));
    assertThat(json)
        .contains("\"action\":\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\u007fé€\ud83d\ude00\"");
    JsonNode read = Json.mapper().readTree(json);
    assertThat(read.get("action").textValue()).isEqualTo(odd);
    assertThat(read.get("outcome").textValue()).isEqualTo(odd);
    assertThat(read.get("actId").textValue()).hasSize(36);
  }

  @Test
  void each_change_of_a_value_changes_the_leaf_hash() {
    byte[] leaf = CanonicalEntry.leafHash(CanonicalEntry.bytes(ACT, SALT));
    for (AuditEntry other :
        new AuditEntry[] {
          with("user:bo@acme", ACT.action(), "done"),
          with(ACT.actor(), "recording.export", "done"),
          with(ACT.actor(), ACT.action(), "refused: not yours")
        }) {
      assertThat(CanonicalEntry.leafHash(CanonicalEntry.bytes(other, SALT))).isNotEqualTo(leaf);
    }
  }

  @Test
  void a_salt_of_another_length_is_refused() {
    assertThatThrownBy(() -> CanonicalEntry.bytes(ACT, new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package io.earwitness.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.call.TenantSlug;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EntryCheckTest {
  private static final TenantSlug ACME = new TenantSlug("acme");

  private static byte[] salt() {
    byte[] salt = new byte[32];
    for (int i = 0; i < salt.length; i++) {
      salt[i] = (byte) i;
    }
    return salt;
  }

  /** The test vector of {@code docs/formats/audit-entry.md}. */
  private static AuditEntry documented() {
    return new AuditEntry(
        UUID.fromString("0193a1b2-0000-7000-8000-000000000001"),
        Instant.parse("2026-11-20T09:15:00.123456789Z"),
        ACME,
        "user:ana@acme",
        "recording.play",
        "recording:0193a1b2-0000-7000-8000-000000000002",
        null,
        null,
        Map.of("from", "00:10", "reason", "complaint 7"));
  }

  @Test
  void the_documented_entry_has_the_documented_leaf_hash() {
    byte[] canonical =
        ("{\"action\":\"recording.play\",\"actor\":\"2effe39b1514677ed6db76705399cbeb42efb3380005522935bb8a3f87aa2bc6\","
                + "\"at\":\"2026-11-20T09:15:00.123456Z\",\"details\":{\"from\":\"bb10b180b7a5feee3b54fe7edb7e60267e47692fa9e88619a4d4899aa4a8d3d0\","
                + "\"reason\":\"1bff69f5692fd8dbc020679fa186aa2ffb7688ffa0b2e00e2d8ed0ee0740943e\"},\"format\":\"earwitness-audit-1\","
                + "\"id\":\"0193a1b2-0000-7000-8000-000000000001\",\"object\":\"4019dcd086ee41ceaf7ea7dc90d815d1b1ed276762a5a65736fdba725ab62c3f\",\"tenant\":\"acme\"}")
            .getBytes(StandardCharsets.UTF_8);
    EntryCheck check = new EntryCheck();
    assertThat(check.agrees(documented(), salt(), canonical)).isTrue();
    assertThat(HexFormat.of().formatHex(check.leafHash(canonical)))
        .isEqualTo("0f32a0ba55a94a48432600c60ffb5e92e7070b9769adef6ce6be406639a4218e");
  }

  /** Two implementations, written apart, agree on what is hard to write. */
  @Test
  void what_the_writer_wrote_is_verified_whatever_it_is() {
    EntryCheck check = new EntryCheck();
    for (String text :
        new String[] {
          "", "\"\\/\b\f\n\r\t", "\u0000\u0001\u001f\u007f", "é\u2028\ud83d\ude00\uffff", "a,b"
        }) {
      AuditEntry entry =
          new AuditEntry(
              UUID.randomUUID(),
              Instant.parse("0999-01-02T03:04:05Z"),
              ACME,
              text,
              "x" + text,
              text,
              UUID.randomUUID(),
              "failed: " + text,
              Map.of(text, text, "z", "y", "\uffff", "1", "\ud83d\ude00", "2"));
      byte[] canonical = CanonicalEntry.bytes(entry, salt());
      assertThat(check.agrees(entry, salt(), canonical)).as(text).isTrue();
      assertThat(check.leafHash(canonical)).isEqualTo(CanonicalEntry.leafHash(canonical));
    }
  }

  @Test
  void differences_are_named() {
    EntryCheck check = new EntryCheck();
    byte[] canonical = CanonicalEntry.bytes(documented(), salt());
    AuditEntry entry = documented();
    AuditEntry other =
        new AuditEntry(
            entry.id(),
            entry.at().plusSeconds(1),
            ACME,
            "user:bo@acme",
            entry.action(),
            entry.object(),
            null,
            "done",
            Map.of("from", "00:11", "reason", "complaint 7"));
    assertThat(check.agrees(other, salt(), canonical)).isFalse();
    assertThat(check.differences(other, salt(), canonical))
        .containsExactly("actor", "at", "details.from", "outcome");
    byte[] otherSalt = new byte[32];
    assertThat(check.differences(entry, otherSalt, canonical))
        .containsExactly("actor", "details.from", "details.reason", "object");
    assertThat(check.differences(entry, salt(), "{".getBytes(StandardCharsets.UTF_8)))
        .containsExactly("the canonical bytes");
  }
}

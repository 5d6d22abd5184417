package io.earwitness.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The bytes of an entry that its leaf hash covers, and that hash. Format: {@code
 * docs/formats/audit-entry.md}.
 *
 * <p>Personal values (actor, object, details) enter the bytes as salted commitments; the clear
 * values are kept beside them. So an export that leaves values out still verifies, and one that
 * shows a value proves it by the salt of that field alone.
 */
public final class CanonicalEntry {
  public static final String FORMAT = "earwitness-audit-1";

  /** Length of an entry's salt in bytes. */
  public static final int SALT_LENGTH = 32;

  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private CanonicalEntry() {}

  /**
   * JSON by RFC 8785 (sorted members, no white space); every value is a string, but for {@code
   * details}. Absent values are left out.
   *
   * @param salt {@value #SALT_LENGTH} random bytes, drawn for this entry alone
   */
  public static byte[] bytes(AuditEntry entry, byte[] salt) {
    if (salt.length != SALT_LENGTH) {
      throw new IllegalArgumentException("a salt of " + salt.length + " bytes");
    }
    TreeMap<String, String> members = new TreeMap<>();
    members.put("action", quoted(entry.action()));
    members.put("actor", quoted(commitment(salt, "actor", entry.actor())));
    members.put("at", quoted(instant(entry.at())));
    members.put("format", quoted(FORMAT));
    members.put("id", quoted(entry.id().toString()));
    members.put("tenant", quoted(entry.tenant().value()));
    if (entry.actId() != null) {
      members.put("actId", quoted(entry.actId().toString()));
    }
    if (entry.object() != null) {
      members.put("object", quoted(commitment(salt, "object", entry.object())));
    }
    if (entry.outcome() != null) {
      members.put("outcome", quoted(entry.outcome()));
    }
    TreeMap<String, String> details = new TreeMap<>();
    entry
        .details()
        .forEach(
            (name, value) -> details.put(name, quoted(commitment(salt, "details." + name, value))));
    members.put("details", object(details));
    return object(members).getBytes(StandardCharsets.UTF_8);
  }

  /** SHA-256(0x00 ‖ bytes), RFC 9162 §2.1.1. */
  public static byte[] leafHash(byte[] canonical) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update((byte) 0);
      return sha256.digest(canonical);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The salt of one field, which opens the commitment to its value and no other. */
  public static byte[] fieldSalt(byte[] salt, String field) {
    return hmac(salt, field);
  }

  /** HMAC-SHA256(salt of the field, value), in lower-case hex. */
  public static String commitment(byte[] salt, String field, String value) {
    return HexFormat.of().formatHex(hmac(fieldSalt(salt, field), value));
  }

  /** An entry's instant, cut to the microsecond. */
  static String instant(Instant at) {
    return MICROSECONDS.format(at.truncatedTo(ChronoUnit.MICROS));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String object(Map<String, String> members) {
    StringBuilder json = new StringBuilder("{");
    members.forEach(
        (name, value) ->
            json.append(json.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(value));
    return json.append('}').toString();
  }

  /** A string by RFC 8785 §3.2.2.2. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\t' -> json.append("\\t");
        case '\n' -> json.append("\\n");
        case '\f' -> json.append("\\f");
        case '\r' -> json.append("\\r");
        default -> {
          if (c < 0x20) {
            json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"').toString();
  }
}

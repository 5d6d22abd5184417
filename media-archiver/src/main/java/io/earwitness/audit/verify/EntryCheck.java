package io.earwitness.audit.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.earwitness.audit.AuditEntry;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares an entry's clear values with its canonical bytes ({@code docs/formats/audit-entry.md}).
 * Not thread-safe.
 */
final class EntryCheck {
  private static final ObjectReader STRICT =
      Json.mapper().reader().with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private final Sha256 sha256 = new Sha256();

  byte[] leafHash(byte[] canonical) {
    return sha256.leaf(canonical);
  }

  /** Whether these clear values, under this salt, are what the canonical bytes say. */
  boolean agrees(AuditEntry entry, byte[] salt, byte[] canonical) {
    return Arrays.equals(bytes(entry, salt), canonical);
  }

  /** The members in which they differ; at least one, if they do. */
  List<String> differences(AuditEntry entry, byte[] salt, byte[] canonical) {
    JsonNode said = parse(canonical);
    JsonNode own = parse(bytes(entry, salt));
    if (said == null || own == null) {
      return List.of("the canonical bytes");
    }
    List<String> differences = new ArrayList<>();
    compare("", own, said, differences);
    return differences.isEmpty() ? List.of("the canonical bytes") : differences;
  }

  private static void compare(String path, JsonNode own, JsonNode said, List<String> found) {
    TreeSet<String> names = new TreeSet<>();
    own.fieldNames().forEachRemaining(names::add);
    said.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode left = own.path(name);
      JsonNode right = said.path(name);
      if (left.isObject() && right.isObject()) {
        compare(path + name + ".", left, right, found);
      } else if (!left.equals(right)) {
        found.add(path + name);
      }
    }
  }

  /** The id that canonical bytes state; null if they are no entry's. */
  static @Nullable String id(byte[] canonical) {
    JsonNode json = parse(canonical);
    return json == null ? null : json.path("id").asText(null);
  }

  static @Nullable JsonNode parse(byte[] canonical) {
    try {
      JsonNode json = STRICT.readTree(canonical);
      return json != null && json.isObject() ? json : null;
    } catch (IOException e) {
      return null;
    }
  }

  private byte[] bytes(AuditEntry entry, byte[] salt) {
    StringBuilder json = new StringBuilder(700).append('{');
    if (entry.actId() != null) {
      member(json, "actId", entry.actId().toString());
    }
    member(json, "action", entry.action());
    member(json, "actor", sha256.commitment(salt, "actor", entry.actor()));
    member(json, "at", at(entry.at()));
    json.append("\"details\":{");
    for (Map.Entry<String, String> detail : new TreeMap<>(entry.details()).entrySet()) {
      member(
          json,
          detail.getKey(),
          sha256.commitment(salt, "details." + detail.getKey(), detail.getValue()));
    }
    close(json).append(',');
    member(json, "format", "earwitness-audit-1");
    member(json, "id", entry.id().toString());
    if (entry.object() != null) {
      member(json, "object", sha256.commitment(salt, "object", entry.object()));
    }
    if (entry.outcome() != null) {
      member(json, "outcome", entry.outcome());
    }
    member(json, "tenant", entry.tenant().value());
    return close(json).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void member(StringBuilder json, String name, String value) {
    string(json, name);
    json.append(':');
    string(json, value);
    json.append(',');
  }

  /** Ends an object, whose members each end with a comma. */
  private static StringBuilder close(StringBuilder json) {
    if (json.charAt(json.length() - 1) == ',') {
      json.setLength(json.length() - 1);
    }
    return json.append('}');
  }

  /** A string as RFC 8785 §3.2.2.2 writes it. */
  private static void string(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\') {
        json.append(c);
        continue;
      }
      json.append('\\');
      int simple = "\b\t\n\f\r\"\\".indexOf(c);
      if (simple >= 0) {
        json.append("btnfr\"\\".charAt(simple));
      } else {
        json.append("u00").append(Character.forDigit(c >> 4, 16)).append(hex(c & 15));
      }
    }
    json.append('"');
  }

  private static char hex(int digit) {
    return Character.forDigit(digit, 16);
  }

  /** {@code 2026-11-20T09:15:00.123456Z}. */
  private static String at(Instant instant) {
    OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(27);
    padded(text, time.getYear(), 4).append('-');
    padded(text, time.getMonthValue(), 2).append('-');
    padded(text, time.getDayOfMonth(), 2).append('T');
    padded(text, time.getHour(), 2).append(':');
    padded(text, time.getMinute(), 2).append(':');
    padded(text, time.getSecond(), 2).append('.');
    return padded(text, time.getNano() / 1_000, 6).append('Z').toString();
  }

  private static StringBuilder padded(StringBuilder text, int number, int digits) {
    String decimal = Integer.toString(number);
    return text.repeat("0", Math.max(0, digits - decimal.length())).append(decimal);
  }
}

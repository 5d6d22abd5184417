package io.earwitness.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.verify.Finding.Kind;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A line of an export, looked at by itself.
 *
 * @param leafIndex -1 if it states none
 * @param id the entry's, by its canonical bytes; null if they state none
 * @param leafHash of its canonical bytes; null if it has none
 * @param end how many entries the file states to hold, in its last line; else null
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are what they are; nobody compares records
record ExportLine(
    long leafIndex,
    @Nullable String id,
    byte @Nullable [] leafHash,
    @Nullable Long end,
    List<Found> findings) {

  /** What is wrong with it. */
  record Found(Kind kind, String message) {}

  /** Reads lines; not thread-safe. */
  static final class Reader {
    private final Note note;
    private final EntryCheck check = new EntryCheck();
    private final Sha256 sha256 = new Sha256();

    Reader(Note note) {
      this.note = note;
    }

    ExportLine read(String line) {
      JsonNode json;
      try {
        json = Json.mapper().readTree(line);
      } catch (IOException e) {
        json = null;
      }
      if (json == null || !json.isObject()) {
        return unreadable("a line is no JSON object");
      }
      if (json.has("end")) {
        return new ExportLine(-1, null, null, json.path("entries").asLong(-1), List.of());
      }
      long index = json.path("leafIndex").asLong(-1);
      byte[] canonical = json.path("canonical").asText().getBytes(StandardCharsets.UTF_8);
      String id = EntryCheck.id(canonical);
      byte[] leafHash = check.leafHash(canonical);
      List<Found> findings = new ArrayList<>();
      try {
        byte[] root =
            Proofs.root(sha256, leafHash, index, note.treeSize(), hashes(json.path("proof")));
        if (root == null || !Arrays.equals(root, note.rootHash())) {
          findings.add(
              new Found(
                  Kind.NOT_AS_SIGNED,
                  "entry %s is not leaf %d of the signed tree: it was changed, moved or put in"
                      .formatted(id, index)));
        }
        compare(json, canonical, "" + id, index, findings);
      } catch (IllegalArgumentException | DateTimeException e) {
        return unreadable(
            "entry %s (leaf %d) can't be read: %s".formatted(id, index, e.getMessage()));
      }
      return new ExportLine(index, id, leafHash, null, findings);
    }

    /** The clear values, unless the export is masked. */
    private void compare(
        JsonNode json, byte[] canonical, String id, long index, List<Found> findings) {
      if (!json.has("salt")) {
        return;
      }
      byte[] salt = Base64.getDecoder().decode(json.path("salt").asText());
      if (salt.length != Sha256.LENGTH) {
        throw new IllegalArgumentException("a salt of %d bytes".formatted(salt.length));
      }
      AuditEntry entry = entry(json.path("entry"));
      if (!check.agrees(entry, salt, canonical)) {
        findings.add(
            new Found(
                Kind.CHANGED,
                "entry %s (leaf %d) was changed: %s"
                    .formatted(
                        id, index, String.join(", ", check.differences(entry, salt, canonical)))));
      }
    }

    private static AuditEntry entry(JsonNode json) {
      Map<String, String> details = new TreeMap<>();
      json.path("details")
          .properties()
          .forEach(detail -> details.put(detail.getKey(), detail.getValue().asText()));
      String actId = text(json, "actId");
      return new AuditEntry(
          UUID.fromString(json.path("id").asText()),
          Instant.parse(json.path("at").asText()),
          new TenantSlug(json.path("tenant").asText()),
          json.path("actor").asText(),
          json.path("action").asText(),
          text(json, "object"),
          actId == null ? null : UUID.fromString(actId),
          text(json, "outcome"),
          details);
    }

    private static @Nullable String text(JsonNode json, String name) {
      return json.path(name).isTextual() ? json.path(name).asText() : null;
    }

    private static List<byte[]> hashes(JsonNode proof) {
      List<byte[]> hashes = new ArrayList<>(proof.size());
      for (JsonNode hash : proof) {
        hashes.add(Base64.getDecoder().decode(hash.asText()));
      }
      return hashes;
    }

    private static ExportLine unreadable(String what) {
      return new ExportLine(-1, null, null, null, List.of(new Found(Kind.UNVERIFIABLE, what)));
    }
  }
}

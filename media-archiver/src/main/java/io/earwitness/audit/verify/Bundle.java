package io.earwitness.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.audit.verify.Finding.Kind;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A copied bundle that was found whole: its entries, with the frontier in its header, have the root
 * that its checkpoint signed.
 *
 * @param entries the entries' ids and leaf hashes, from {@code first} on
 */
record Bundle(LockedCopies.Copy copy, long first, List<Entry> entries, String checkpoint) {

  /**
   * An entry.
   *
   * @param id as its canonical bytes state it
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes are what they are; nobody compares records
  record Entry(String id, byte[] leafHash) {}

  /** Why a bundle proves nothing. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final Kind kind;

    DamagedException(Kind kind, String message) {
      super(message);
      this.kind = kind;
    }

    Kind kind() {
      return kind;
    }
  }

  static Bundle read(LockedCopies.Copy copy, VerifierKey key) throws DamagedException {
    byte[] content = copy.content().read();
    int end = lineEnd(content, 0);
    JsonNode header = json(content, end);
    if (!header.path("format").asText().equals("earwitness-audit-bundle-1")) {
      throw new DamagedException(Kind.UNVERIFIABLE, "it is no bundle of an audit log");
    }
    long first = header.path("first").asLong(-1);
    long last = header.path("last").asLong(-1);
    String checkpoint = header.path("checkpoint").asText();
    EntryCheck check = new EntryCheck();
    CompactRange tree = frontier(first, header.path("frontier"));
    List<Entry> entries = new ArrayList<>();
    for (int start = end + 1; start < content.length; start = end + 1) {
      end = lineEnd(content, start);
      byte[] canonical = Arrays.copyOfRange(content, start, end);
      Entry entry = new Entry("" + EntryCheck.id(canonical), check.leafHash(canonical));
      tree.append(entry.leafHash());
      entries.add(entry);
    }
    if (entries.size() != last - first + 1) {
      throw new DamagedException(
          Kind.REMOVED,
          "it holds %d entries, but should hold leaves %d to %d"
              .formatted(entries.size(), first, last));
    }
    Note note;
    try {
      note = Note.open(checkpoint, key);
    } catch (Note.RejectedException e) {
      throw new DamagedException(
          Kind.FORGED_CHECKPOINT, "its checkpoint is forged: " + e.getMessage());
    }
    if (note.treeSize() != last + 1 || !Arrays.equals(note.rootHash(), tree.root())) {
      throw new DamagedException(
          Kind.CHANGED, "its entries are not those that its checkpoint signed");
    }
    return new Bundle(copy, first, entries, checkpoint);
  }

  private static CompactRange frontier(long first, JsonNode roots) throws DamagedException {
    try {
      List<byte[]> hashes = new ArrayList<>();
      for (JsonNode root : roots) {
        hashes.add(Base64.getDecoder().decode(root.asText()));
      }
      if (first < 0 || hashes.stream().anyMatch(hash -> hash.length != Sha256.LENGTH)) {
        throw new IllegalArgumentException("no hashes");
      }
      return new CompactRange(first, hashes);
    } catch (IllegalArgumentException e) {
      throw new DamagedException(
          Kind.UNVERIFIABLE, "its header does not say what comes before it: " + e.getMessage());
    }
  }

  private static JsonNode json(byte[] content, int end) throws DamagedException {
    try {
      return Json.mapper().readTree(new String(content, 0, end, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new DamagedException(Kind.UNVERIFIABLE, "its header is no JSON");
    }
  }

  private static int lineEnd(byte[] content, int start) throws DamagedException {
    for (int i = start; i < content.length; i++) {
      if (content[i] == '\n') {
        return i;
      }
    }
    throw new DamagedException(Kind.UNVERIFIABLE, "it breaks off");
  }
}

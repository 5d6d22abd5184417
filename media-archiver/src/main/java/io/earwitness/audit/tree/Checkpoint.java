package io.earwitness.audit.tree;

import java.util.Base64;

/**
 * What a log is at one size: the text of a C2SP tlog-checkpoint, without extension lines.
 *
 * @param origin the log's name, such as {@code earwitness.local/audit/acme}; not empty, no white
 *     space, no {@code +}
 * @param treeSize from 0
 * @param rootHash 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are what they are; nobody compares records
public record Checkpoint(String origin, long treeSize, byte[] rootHash) {
  public Checkpoint {
    if (!isOrigin(origin)) {
      throw new IllegalArgumentException(
          "'%s' is no log's origin: neither white space nor '+', and not empty".formatted(origin));
    }
    if (treeSize < 0 || rootHash.length != 32) {
      throw new IllegalArgumentException(
          "a checkpoint of %d leaves with a root of %d bytes".formatted(treeSize, rootHash.length));
    }
  }

  /** Whether a text may name a log and its key (C2SP signed-note). */
  public static boolean isOrigin(String text) {
    return !text.isEmpty()
        && text.codePoints()
            .noneMatch(c -> c < 0x21 || c == '+' || c == 0x7f || Character.isWhitespace(c));
  }

  /** What is signed: origin, size and root, each with a newline. */
  public String text() {
    return "%s\n%d\n%s\n".formatted(origin, treeSize, Base64.getEncoder().encodeToString(rootHash));
  }
}

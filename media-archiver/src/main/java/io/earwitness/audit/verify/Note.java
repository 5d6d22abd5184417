package io.earwitness.audit.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A checkpoint whose signature was verified (C2SP signed-note and tlog-checkpoint). Signatures by
 * other keys, such as those of witnesses, are passed over.
 *
 * @param origin the log's name
 * @param rootHash 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are what they are; nobody compares records
record Note(String origin, long treeSize, byte[] rootHash) {
  /** Why a note is not believed. */
  static final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    RejectedException(String message) {
      super(message);
    }
  }

  /**
   * Opens a note.
   *
   * @throws RejectedException saying what is wrong with it
   */
  static Note open(String note, VerifierKey key) throws RejectedException {
    int end = note.lastIndexOf("\n\n");
    if (end < 0 || !note.endsWith("\n")) {
      throw new RejectedException("it is no signed note");
    }
    String text = note.substring(0, end + 1);
    boolean signed = false;
    for (String line : note.substring(end + 2).lines().toList()) {
      String[] parts = line.split(" ", 3);
      if (parts.length != 3 || !parts[0].equals("\u2014")) {
        throw new RejectedException("its line '%s' is no signature line".formatted(line));
      }
      byte[] signature = decoded(parts[2]);
      if (signature.length < 5) {
        throw new RejectedException("its line '%s' is no signature line".formatted(line));
      }
      if (key.isNamed(parts[1], Arrays.copyOf(signature, 4))) {
        if (!key.verifies(
            text.getBytes(StandardCharsets.UTF_8),
            Arrays.copyOfRange(signature, 4, signature.length))) {
          throw new RejectedException("its signature is not by the key " + key);
        }
        signed = true;
      }
    }
    if (!signed) {
      throw new RejectedException("it is not signed by the key " + key);
    }
    return parse(text, key.name());
  }

  private static Note parse(String text, String origin) throws RejectedException {
    List<String> lines = text.lines().toList();
    if (lines.size() < 3 || !lines.getFirst().equals(origin)) {
      throw new RejectedException("it is not of the log '%s'".formatted(origin));
    }
    String size = lines.get(1);
    byte[] root = decoded(lines.get(2));
    if (!size.matches("0|[1-9][0-9]{0,17}") || root.length != Sha256.LENGTH) {
      throw new RejectedException("it states no size and root");
    }
    return new Note(origin, Long.parseLong(size), root);
  }

  private static byte[] decoded(String base64) throws RejectedException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new RejectedException("'%s' in it is no Base64".formatted(base64));
    }
  }
}

package io.earwitness.audit.verify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * What a witness says by signing a checkpoint too (C2SP tlog-cosignature, {@code cosignature/v1}):
 * that it has seen this log grow to this tree, and no other history of it.
 *
 * @param at when it signed, by its clock
 * @param line the signature line, without its newline
 */
public record Cosignature(Instant at, String line) {
  /** {@code u64 timestamp ‖ u8[64] Ed25519 signature}, after the key's id. */
  private static final int TIMESTAMP = 8;

  private static final int ID = 4;
  private static final int LENGTH = ID + TIMESTAMP + 64;

  /** A line that names the witness' key and is not signed by it. */
  public static final class ForgedException extends Exception {
    private static final long serialVersionUID = 1L;

    ForgedException(String message) {
      super(message);
    }
  }

  /**
   * Finds a witness' cosignature; empty if there is none.
   *
   * @param text the checkpoint's text, with the newline at its end
   * @param lines signature lines
   * @throws ForgedException if there is one that the witness' key did not sign
   */
  public static Optional<Cosignature> find(String text, String lines, VerifierKey witness)
      throws ForgedException {
    for (String line : lines.lines().toList()) {
      String[] parts = line.split(" ", 3);
      if (parts.length != 3 || !parts[0].equals("\u2014")) {
        continue;
      }
      byte[] signature = decoded(parts[2]);
      if (signature.length < ID || !witness.isNamed(parts[1], Arrays.copyOf(signature, ID))) {
        continue;
      }
      if (signature.length == LENGTH) {
        long time = ByteBuffer.wrap(signature, ID, TIMESTAMP).getLong();
        byte[] message =
            "cosignature/v1\ntime %d\n%s".formatted(time, text).getBytes(StandardCharsets.UTF_8);
        if (time >= 0
            && witness.verifies(message, Arrays.copyOfRange(signature, ID + TIMESTAMP, LENGTH))) {
          return Optional.of(new Cosignature(Instant.ofEpochSecond(time), line));
        }
      }
      throw new ForgedException("its cosignature is not by the key " + witness);
    }
    return Optional.empty();
  }

  /** The same in a whole note. */
  static Optional<Cosignature> inNote(String note, VerifierKey witness) throws ForgedException {
    int end = note.lastIndexOf("\n\n");
    return end < 0
        ? Optional.empty()
        : find(note.substring(0, end + 1), note.substring(end + 2), witness);
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}

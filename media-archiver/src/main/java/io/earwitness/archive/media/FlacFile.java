package io.earwitness.archive.media;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A finished native FLAC file (RFC 9639) in memory. Immutable as long as nobody writes into the
 * parts.
 *
 * @param parts its bytes, in order
 * @param size in bytes
 * @param samples per channel
 */
public record FlacFile(List<byte[]> parts, long size, long samples) {
  public FlacFile {
    parts = List.copyOf(parts);
  }

  /**
   * The whole file.
   *
   * @throws ArithmeticException if it is larger than an array can be (2 GiB)
   */
  public byte[] toByteArray() {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size));
    parts.forEach(all::put);
    return all.array();
  }

  /** SHA-256 of the file, lower-case hex. */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      parts.forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

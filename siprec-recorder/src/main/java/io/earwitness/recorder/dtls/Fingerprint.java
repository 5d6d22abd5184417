package io.earwitness.recorder.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A certificate's fingerprint as in SDP (RFC 8122 §5): {@code sha-256 4A:AD:B9:…}. Immutable. */
public final class Fingerprint {
  /** MD5 and MD2 must not be used (RFC 8122 §5). */
  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "sha-1", "SHA-1",
          "sha-224", "SHA-224",
          "sha-256", "SHA-256",
          "sha-384", "SHA-384",
          "sha-512", "SHA-512");

  private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

  private final String algorithm;
  private final byte[] hash;

  private Fingerprint(String algorithm, byte[] hash) {
    this.algorithm = algorithm;
    this.hash = hash;
  }

  /** Reads what stands behind {@code a=fingerprint:}; null if it can't be used. */
  public static @Nullable Fingerprint parse(String text) {
    String[] words = text.strip().split("\\s+");
    String algorithm = words[0].toLowerCase(Locale.ROOT);
    if (words.length != 2 || !ALGORITHMS.containsKey(algorithm)) {
      return null;
    }
    try {
      byte[] hash = HEX.parseHex(words[1]);
      return hash.length == digest(algorithm).getDigestLength()
          ? new Fingerprint(algorithm, hash)
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static Fingerprint of(byte[] certificate) {
    return new Fingerprint("sha-256", digest("sha-256").digest(certificate));
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(ALGORITHMS.get(algorithm));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  /** Whether it is the one of this certificate (DER). */
  boolean matches(byte[] certificate) {
    return MessageDigest.isEqual(hash, digest(algorithm).digest(certificate));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Fingerprint one
        && algorithm.equals(one.algorithm)
        && Arrays.equals(hash, one.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  /** As in SDP. */
  @Override
  public String toString() {
    return algorithm + " " + HEX.formatHex(hash);
  }
}

package io.earwitness.audit.verify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** The hashes of RFC 9162 §2.1.1, and the commitments, with one digest. Not thread-safe. */
final class Sha256 {
  static final int LENGTH = 32;
  private static final int BLOCK = 64;

  private final MessageDigest digest;
  private final byte[] pad = new byte[BLOCK];

  Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] empty() {
    return digest.digest();
  }

  byte[] leaf(byte[] content) {
    digest.update((byte) 0);
    return digest.digest(content);
  }

  byte[] node(byte[] left, byte[] right) {
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }

  byte[] keyId(byte[] name, byte[] key) {
    digest.update(name);
    digest.update((byte) '\n');
    return Arrays.copyOf(digest.digest(key), 4);
  }

  /** HMAC-SHA256(HMAC-SHA256(salt, field), value), in lower-case hex. */
  String commitment(byte[] salt, String field, String value) {
    return HexFormat.of().formatHex(hmac(hmac(salt, field), value));
  }

  /** RFC 2104; keys have {@value #LENGTH} bytes. */
  private byte[] hmac(byte[] key, String text) {
    pad(key, (byte) 0x36);
    digest.update(pad);
    byte[] inner = digest.digest(text.getBytes(StandardCharsets.UTF_8));
    pad(key, (byte) 0x5c);
    digest.update(pad);
    return digest.digest(inner);
  }

  private void pad(byte[] key, byte with) {
    Arrays.fill(pad, with);
    for (int i = 0; i < key.length; i++) {
      pad[i] ^= key[i];
    }
  }
}

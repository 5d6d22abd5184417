package io.earwitness.audit.tree;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** Hashes of RFC 9162 §2.1.1 above the leaves. */
final class NodeHash {
  private NodeHash() {}

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The root of a tree without leaves: the hash of nothing. */
  static byte[] empty() {
    return sha256().digest();
  }

  /** SHA-256(0x01 ‖ left ‖ right). */
  static byte[] of(byte[] left, byte[] right) {
    MessageDigest sha256 = sha256();
    sha256.update((byte) 1);
    sha256.update(left);
    return sha256.digest(right);
  }
}

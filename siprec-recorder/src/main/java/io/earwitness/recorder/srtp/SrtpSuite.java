package io.earwitness.recorder.srtp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The crypto suites that can be received, by their names in SDP: RFC 4568 §6.2, RFC 6188 §4 and RFC
 * 7714 §14.1.
 */
public enum SrtpSuite {
  AES_CM_128_HMAC_SHA1_80(16, 14, 10),
  AES_CM_128_HMAC_SHA1_32(16, 14, 4),
  AES_256_CM_HMAC_SHA1_80(32, 14, 10),
  AES_256_CM_HMAC_SHA1_32(32, 14, 4),
  AEAD_AES_128_GCM(16, 12, 16),
  AEAD_AES_256_GCM(32, 12, 16);

  private static final int FULL_TAG = 10;

  private final int keySize;
  private final int saltSize;
  private final int tagSize;

  SrtpSuite(int keySize, int saltSize, int tagSize) {
    this.keySize = keySize;
    this.saltSize = saltSize;
    this.tagSize = tagSize;
  }

  /** The suite of a name in SDP, or null. */
  public static @Nullable SrtpSuite of(String name) {
    String wanted = name.toUpperCase(Locale.ROOT);
    for (SrtpSuite suite : values()) {
      if (suite.name().equals(wanted)) {
        return suite;
      }
    }
    return null;
  }

  /** Bytes of master key and master salt together. */
  public int keyAndSaltSize() {
    return keySize + saltSize;
  }

  /** Bytes of the master key. */
  public int keySize() {
    return keySize;
  }

  /** Bytes of the master salt. */
  public int saltSize() {
    return saltSize;
  }

  /** Bytes of the authentication tag. */
  int tagSize() {
    return tagSize;
  }

  /** Bytes of the tag of an SRTCP packet: never the short one (RFC 4568 §6.2, RFC 6188 §4). */
  int controlTagSize() {
    return isAead() ? tagSize : FULL_TAG;
  }

  boolean isAead() {
    return this == AEAD_AES_128_GCM || this == AEAD_AES_256_GCM;
  }
}

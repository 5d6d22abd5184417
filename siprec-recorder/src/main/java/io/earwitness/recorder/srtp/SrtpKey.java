package io.earwitness.recorder.srtp;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A master key and its master salt (RFC 3711 §3.2.1), and the identifier that packets name it by.
 * Its text never shows them.
 */
public final class SrtpKey {
  private final SrtpSuite suite;
  private final byte[] keyAndSalt;
  private final byte[] mki;

  /**
   * A key that came from elsewhere.
   *
   * @param mki the master key identifier as it stands in each packet; empty if packets have none
   * @throws IllegalArgumentException if the suite's keys have another size
   */
  public SrtpKey(SrtpSuite suite, byte[] keyAndSalt, byte[] mki) {
    if (keyAndSalt.length != suite.keyAndSaltSize()) {
      throw new IllegalArgumentException(
          "key and salt of %d bytes; %s needs %d"
              .formatted(keyAndSalt.length, suite, suite.keyAndSaltSize()));
    }
    this.suite = suite;
    this.keyAndSalt = keyAndSalt.clone();
    this.mki = mki.clone();
  }

  /** A new key. */
  public static SrtpKey draw(SrtpSuite suite, SecureRandom random) {
    byte[] bytes = new byte[suite.keyAndSaltSize()];
    random.nextBytes(bytes);
    return new SrtpKey(suite, bytes, new byte[0]);
  }

  public SrtpSuite suite() {
    return suite;
  }

  /** As in a crypto attribute (RFC 4568 §6.1): {@code inline:} and key and salt in base64. */
  public String inline() {
    return "inline:" + Base64.getEncoder().encodeToString(keyAndSalt);
  }

  byte[] masterKey() {
    return Arrays.copyOf(keyAndSalt, suite.keySize());
  }

  byte[] masterSalt() {
    return Arrays.copyOfRange(keyAndSalt, suite.keySize(), keyAndSalt.length);
  }

  byte[] mki() {
    return mki;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SrtpKey key
        && suite == key.suite
        && MessageDigest.isEqual(keyAndSalt, key.keyAndSalt)
        && Arrays.equals(mki, key.mki);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(keyAndSalt);
  }

  @Override
  public String toString() {
    return suite + " key";
  }
}

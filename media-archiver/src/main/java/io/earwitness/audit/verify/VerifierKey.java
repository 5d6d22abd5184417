package io.earwitness.audit.verify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The public key of a log, by C2SP signed-note: {@code name+id+base64(0x01 ‖ Ed25519 key)}; or of a
 * witness, by tlog-cosignature, with {@code 0x04}.
 */
public final class VerifierKey {
  private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final byte LOG = 1;
  private static final byte WITNESS = 4;

  private final String text;
  private final String name;
  private final byte[] id;
  private final PublicKey key;

  private VerifierKey(String text, String name, byte[] id, PublicKey key) {
    this.text = text;
    this.name = name;
    this.id = id;
    this.key = key;
  }

  /**
   * Reads a verifier key.
   *
   * @throws IllegalArgumentException if it is none, or not for Ed25519, or its id is not its own
   */
  public static VerifierKey parse(String given) {
    return parse(given, LOG);
  }

  /**
   * Reads the key of a witness.
   *
   * @throws IllegalArgumentException if it is none, or its id is not its own
   */
  public static VerifierKey ofWitness(String given) {
    return parse(given, WITNESS);
  }

  private static VerifierKey parse(String given, byte type) {
    String text = given.strip();
    String[] parts = text.split("\\+", 3);
    try {
      if (parts.length == 3 && !parts[0].isEmpty()) {
        byte[] id = HexFormat.of().parseHex(parts[1]);
        byte[] typed = Base64.getDecoder().decode(parts[2]);
        byte[] own = new Sha256().keyId(parts[0].getBytes(StandardCharsets.UTF_8), typed);
        if (typed.length == 33 && typed[0] == type && Arrays.equals(own, id)) {
          byte[] encoded = Arrays.copyOf(SPKI, SPKI.length + 32);
          System.arraycopy(typed, 1, encoded, SPKI.length, 32);
          PublicKey key =
              KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
          return new VerifierKey(text, parts[0], id, key);
        }
      }
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "'%s' is no Ed25519 verifier key of a %s: NAME+ID+KEY as in C2SP's %s is needed"
            .formatted(
                text,
                type == LOG ? "log" : "witness",
                type == LOG ? "signed-note" : "tlog-cosignature"));
  }

  /** The key's name, which is the origin of the log that it signs for. */
  public String name() {
    return name;
  }

  boolean isNamed(String otherName, byte[] otherId) {
    return name.equals(otherName) && Arrays.equals(id, otherId);
  }

  boolean verifies(byte[] message, byte[] signature) {
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(key);
      ed25519.update(message);
      return ed25519.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VerifierKey key && text.equals(key.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}

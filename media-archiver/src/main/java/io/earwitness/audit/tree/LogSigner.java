package io.earwitness.audit.tree;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Signs checkpoints with the log key (C2SP signed-note, signature type 0x01: Ed25519). The key's
 * name is the log's origin, so one key signs for all logs of an installation and a signature counts
 * for one of them. Thread-safe.
 */
public final class LogSigner {
  private static final byte ED25519 = 1;

  /** An Ed25519 SubjectPublicKeyInfo (RFC 8410 §4) ends with the key's 32 bytes. */
  private static final int SPKI_LENGTH = 44;

  private final PrivateKey privateKey;
  private final byte[] publicKey;

  /**
   * @throws IllegalArgumentException if the keys are not of Ed25519
   */
  public LogSigner(PrivateKey privateKey, PublicKey publicKey) {
    byte[] encoded = publicKey.getEncoded();
    if (encoded.length != SPKI_LENGTH || !privateKey.getAlgorithm().startsWith("Ed")) {
      throw new IllegalArgumentException(
          "a log is signed with an Ed25519 key, not " + privateKey.getAlgorithm());
    }
    this.privateKey = privateKey;
    this.publicKey = Arrays.copyOfRange(encoded, SPKI_LENGTH - 32, SPKI_LENGTH);
  }

  /** The checkpoint as a signed note: its text, an empty line, and one signature line. */
  public String sign(Checkpoint checkpoint) {
    String text = checkpoint.text();
    byte[] signature;
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initSign(privateKey);
      ed25519.update(text.getBytes(StandardCharsets.UTF_8));
      signature = ed25519.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the audit log's key can't sign", e);
    }
    byte[] id = keyId(checkpoint.origin());
    byte[] line = Arrays.copyOf(id, id.length + signature.length);
    System.arraycopy(signature, 0, line, id.length, signature.length);
    return "%s\n\u2014 %s %s\n"
        .formatted(text, checkpoint.origin(), Base64.getEncoder().encodeToString(line));
  }

  /** The verifier key of a log: {@code origin+keyId+base64(0x01 ‖ public key)}. */
  public String verifierKey(String origin) {
    return "%s+%s+%s"
        .formatted(
            origin,
            HexFormat.of().formatHex(keyId(origin)),
            Base64.getEncoder().encodeToString(typedKey()));
  }

  private byte[] typedKey() {
    byte[] typed = new byte[33];
    typed[0] = ED25519;
    System.arraycopy(publicKey, 0, typed, 1, 32);
    return typed;
  }

  /** SHA-256(name ‖ 0x0A ‖ type ‖ public key), its first four bytes. */
  private byte[] keyId(String name) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(name.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) '\n');
      return Arrays.copyOf(sha256.digest(typedKey()), 4);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

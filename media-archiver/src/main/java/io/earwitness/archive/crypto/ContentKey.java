package io.earwitness.archive.crypto;

import io.earwitness.call.RecordingId;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of one envelope, recovered with a recipient's private key.
 *
 * <p>Whoever has the signed manifest must call {@link #checkCommit} before use: GCM alone does not
 * prove that this is the key that the writer used. Closing overwrites this object's own copy.
 */
public final class ContentKey implements AutoCloseable {
  private final byte[] key;

  ContentKey(byte[] key) {
    this.key = key;
  }

  /**
   * Recovers the content key by trying the recipients that this kind of key could be for.
   *
   * @throws WrongKeyException if the key opens none of them, naming them
   * @throws UnusableKeyException if the key is neither RSA nor EC
   */
  public static ContentKey recover(EnvelopeHeader header, PrivateKey privateKey)
      throws CryptoException {
    return recover(header, header.recipients(), privateKey);
  }

  static ContentKey recover(
      EnvelopeHeader header, List<EnvelopeRecipient> candidates, PrivateKey privateKey)
      throws CryptoException {
    return new ContentKey(ContentKeyRecovery.recover(header, candidates, privateKey));
  }

  /**
   * Checks that this is the key that the signed manifest commits to for this recording.
   *
   * @throws IntegrityException if not
   */
  public void checkCommit(RecordingId recording, SealedEnvelope signed) throws IntegrityException {
    byte[] actual = KeyCommitment.of(key, recording.toString());
    if (!MessageDigest.isEqual(actual, signed.commitBytes())) {
      throw new IntegrityException(
          "The content key in the envelope is not the one that the signed manifest commits to for recording %s: the recipient header was exchanged, or the envelope belongs to another recording."
              .formatted(recording));
    }
  }

  SecretKey secret() {
    return new SecretKeySpec(key, "AES");
  }

  @Override
  public void close() {
    Arrays.fill(key, (byte) 0);
  }
}

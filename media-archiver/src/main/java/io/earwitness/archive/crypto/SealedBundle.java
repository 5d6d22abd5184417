package io.earwitness.archive.crypto;

import java.util.List;

/**
 * Content that is signed by its writer, then sealed: SignedData inside AuthEnvelopedData, as the
 * journal's objects are. The object key under which a bundle lies is signed too, so that a bundle
 * can't be put in another's place. Stateless.
 */
public final class SealedBundle {
  private SealedBundle() {}

  /**
   * Signs and seals.
   *
   * @param objectKey where the bundle will lie
   * @param recipients the tenant's, and the platform's catalog recovery
   */
  public static byte[] seal(
      String objectKey, byte[] content, SignedDataSigner signer, List<Recipient> recipients)
      throws CryptoException {
    return new CmsEnvelopeWriter(recipients)
        .seal(objectKey, signer.sign(content, objectKey))
        .content();
  }

  /**
   * Opens and verifies.
   *
   * @param objectKey where the bundle lay
   * @throws EnvelopeFormatException if it is no envelope
   * @throws WrongKeyException if none of the keys fits
   * @throws IntegrityException if it was changed
   * @throws SignatureRejectedException if the signature is wrong, or was made for another place
   */
  public static SignedDataVerifier.Verified open(
      String objectKey, byte[] bundle, ContentKeySource keys, SignedDataVerifier verifier)
      throws CryptoException {
    try (ContentKey key = keys.recover(EnvelopeHeader.parse(bundle))) {
      SignedDataVerifier.Verified verified =
          verifier.verify(EnvelopeDecryptor.decrypt(bundle, key));
      if (!verified.hint().equals(objectKey)) {
        throw new SignatureRejectedException(
            "The bundle at '%s' was signed for '%s'.".formatted(objectKey, verified.hint()));
      }
      return verified;
    }
  }
}

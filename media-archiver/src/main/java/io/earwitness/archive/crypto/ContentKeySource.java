package io.earwitness.archive.crypto;

/** Whoever can recover an envelope's content key: a tenant's key store, the platform's keys. */
@FunctionalInterface
public interface ContentKeySource {
  /**
   * @throws WrongKeyException if none of the keys at hand fits
   */
  ContentKey recover(EnvelopeHeader header) throws CryptoException;
}

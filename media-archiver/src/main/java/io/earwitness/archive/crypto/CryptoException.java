package io.earwitness.archive.crypto;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Something about keys, envelopes or signatures is not as it must be. Each subtype is one thing
 * that a caller would do something different about; the message says what, where and what to do.
 */
public abstract sealed class CryptoException extends IOException
    permits EnvelopeFormatException,
        IntegrityException,
        KeyStoreAccessException,
        SignatureRejectedException,
        UnusableKeyException,
        WrongKeyException {
  private static final long serialVersionUID = 1L;

  CryptoException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

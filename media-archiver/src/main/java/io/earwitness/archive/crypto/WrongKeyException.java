package io.earwitness.archive.crypto;

import org.jspecify.annotations.Nullable;

/** The private key at hand opens none of the envelope's recipients; another key is needed. */
public final class WrongKeyException extends CryptoException {
  private static final long serialVersionUID = 1L;

  public WrongKeyException(String message) {
    this(message, null);
  }

  public WrongKeyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

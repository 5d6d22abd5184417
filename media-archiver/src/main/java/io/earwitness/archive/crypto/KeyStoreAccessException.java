package io.earwitness.archive.crypto;

import org.jspecify.annotations.Nullable;

/** A store of private keys can't be opened, read or written; an operator has to act. */
public final class KeyStoreAccessException extends CryptoException {
  private static final long serialVersionUID = 1L;

  public KeyStoreAccessException(String message) {
    this(message, null);
  }

  public KeyStoreAccessException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.earwitness.archive.crypto;

import org.jspecify.annotations.Nullable;

/**
 * A certificate or private key can't serve for what it was given; whoever supplied it has to supply
 * another.
 */
public final class UnusableKeyException extends CryptoException {
  private static final long serialVersionUID = 1L;

  public UnusableKeyException(String message) {
    this(message, null);
  }

  public UnusableKeyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

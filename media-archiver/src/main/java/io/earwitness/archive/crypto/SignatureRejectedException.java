package io.earwitness.archive.crypto;

import org.jspecify.annotations.Nullable;

/** A signature is missing, wrong, or not by somebody whom the platform's authority lets sign. */
public final class SignatureRejectedException extends CryptoException {
  private static final long serialVersionUID = 1L;

  public SignatureRejectedException(String message) {
    this(message, null);
  }

  public SignatureRejectedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

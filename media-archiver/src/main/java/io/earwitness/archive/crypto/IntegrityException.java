package io.earwitness.archive.crypto;

import org.jspecify.annotations.Nullable;

/**
 * Content differs from what was sealed or signed. Nothing of it may be used; look for another copy
 * and keep this one as evidence.
 */
public final class IntegrityException extends CryptoException {
  private static final long serialVersionUID = 1L;

  public IntegrityException(String message) {
    this(message, null);
  }

  public IntegrityException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

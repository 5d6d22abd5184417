package io.earwitness.archive.crypto;

import org.jspecify.annotations.Nullable;

/**
 * The bytes are no envelope of the one kind that Earwitness writes ({@code
 * docs/formats/media-cms.md}): cut off, followed by other data, or of a weaker kind.
 */
public final class EnvelopeFormatException extends CryptoException {
  private static final long serialVersionUID = 1L;

  public EnvelopeFormatException(String message) {
    this(message, null);
  }

  public EnvelopeFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

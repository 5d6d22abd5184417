package io.earwitness.archive.catalog.embedded;

import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL can't be had; the message says what to do about it. */
public final class EmbeddedPostgresException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EmbeddedPostgresException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public EmbeddedPostgresException(String message) {
    super(message);
  }
}

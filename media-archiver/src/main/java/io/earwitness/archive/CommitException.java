package io.earwitness.archive;

import org.jspecify.annotations.Nullable;

/**
 * A recording could not be committed for a reason that trying again won't cure: what lies in the
 * store is not what it should be. The capture must be kept, and somebody must look.
 */
public final class CommitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommitException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

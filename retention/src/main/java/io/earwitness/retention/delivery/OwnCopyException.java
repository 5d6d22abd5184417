package io.earwitness.retention.delivery;

/** Our own copy is not as it should be, or can't be opened, so nothing of it is given away. */
final class OwnCopyException extends Exception {
  private static final long serialVersionUID = 1L;

  OwnCopyException(String message) {
    super(message);
  }
}

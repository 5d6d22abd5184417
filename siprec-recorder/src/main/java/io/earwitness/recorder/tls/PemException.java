package io.earwitness.recorder.tls;

/**
 * A PEM file's content can't be used; the message continues a sentence that begins with its path.
 */
final class PemException extends Exception {
  private static final long serialVersionUID = 1L;

  PemException(String message) {
    super(message);
  }
}

package io.earwitness.capture;

import java.io.IOException;

/**
 * A capture is sealed for a capture certificate whose private key the reader doesn't have. Nothing
 * is wrong with the capture: it must be kept until the key is there.
 */
public final class UnknownCaptureKeyException extends IOException {
  private static final long serialVersionUID = 1L;

  UnknownCaptureKeyException(String message) {
    super(message);
  }
}

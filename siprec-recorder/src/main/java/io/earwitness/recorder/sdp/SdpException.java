package io.earwitness.recorder.sdp;

/** A text that can't be used as a session description; the message says what is wrong in it. */
public final class SdpException extends Exception {
  private static final long serialVersionUID = 1L;

  public SdpException(String message) {
    super(message);
  }
}

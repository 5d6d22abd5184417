package io.earwitness.recorder.sip;

/**
 * A body to send.
 *
 * @param contentType with its parameters; empty if there is no body
 */
public record SipBody(String contentType, byte[] bytes) {
  public static final SipBody NONE = new SipBody("", new byte[0]);

  public boolean isEmpty() {
    return bytes.length == 0;
  }
}

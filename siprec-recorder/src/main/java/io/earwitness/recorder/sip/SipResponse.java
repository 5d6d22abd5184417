package io.earwitness.recorder.sip;

/**
 * A response as received.
 *
 * @param status 100 to 699
 * @param body the body's bytes, untouched
 * @param raw the whole message's bytes, untouched
 */
public record SipResponse(int status, String reason, SipHeaders headers, byte[] body, byte[] raw) {
  /** Whether this is a 2xx. */
  public boolean isSuccess() {
    return status / 100 == 2;
  }

  /** The Content-Type, or the empty text. */
  public String contentType() {
    return headers.first("Content-Type").orElse("");
  }
}

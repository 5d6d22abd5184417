package io.earwitness.recorder.sip;

/**
 * What to answer to a request; From, To, Via, Call-ID, CSeq and Contact are filled in.
 *
 * @param status 100 to 699
 * @param headers beside those
 */
public record SipAnswer(int status, String reason, SipHeaders headers, SipBody body) {
  public static SipAnswer of(int status, String reason) {
    return new SipAnswer(status, reason, SipHeaders.NONE, SipBody.NONE);
  }

  public SipAnswer withHeader(String name, String value) {
    return new SipAnswer(status, reason, headers.with(name, value), body);
  }

  public SipAnswer withBody(SipBody newBody) {
    return new SipAnswer(status, reason, headers, newBody);
  }
}

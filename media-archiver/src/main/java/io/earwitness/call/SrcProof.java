package io.earwitness.call;

/** What proves that an INVITE of an SRC wants a recording session. */
public enum SrcProof implements WireName {
  /** {@code +sip.src} in Contact and {@code siprec} in Require (RFC 7866 §6.2). */
  STRICT("strict"),
  /** Any one sign: either of them, an older form, recording metadata, or a vendor's header. */
  TOLERANT("tolerant"),
  /** None is needed: every INVITE, for SRCs that send plain SDP. */
  ANY("any");

  private final String wireName;

  SrcProof(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

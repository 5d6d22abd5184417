package io.earwitness.recorder.srs;

import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipBody;

/** Answers that the recorder often gives. */
final class Answers {
  private static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO";
  private static final String ACCEPT =
      "application/sdp, application/rs-metadata+xml, application/rs-metadata, multipart/mixed";

  private Answers() {}

  /** 200 without a body. */
  static SipAnswer ok() {
    return SipAnswer.of(200, "OK").withHeader("Allow", ALLOW).withHeader("Supported", "siprec");
  }

  /** 200 with what the recorder can do. */
  static SipAnswer capabilities() {
    return ok().withHeader("Accept", ACCEPT);
  }

  /** 200 with a session description. */
  static SipAnswer ok(byte[] sdp) {
    return capabilities().withBody(new SipBody("application/sdp", sdp));
  }

  static SipAnswer noSuchCall() {
    return SipAnswer.of(481, "Call/Transaction Does Not Exist");
  }

  static SipAnswer methodNotAllowed() {
    return SipAnswer.of(405, "Method Not Allowed").withHeader("Allow", ALLOW);
  }
}

package io.earwitness.recorder.srs;

import io.earwitness.call.Refusal;

/** An INVITE can't be recorded. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String phrase;
  private final String reason;

  /**
   * @param status the SIP status to answer
   * @param phrase its reason phrase
   * @param reason what was wrong and what to do, in plain words
   */
  RefusedException(int status, String phrase, String reason) {
    super(reason);
    this.status = status;
    this.phrase = phrase;
    this.reason = reason;
  }

  int status() {
    return status;
  }

  String phrase() {
    return phrase;
  }

  /** For people: what was wrong and what to do. */
  String reason() {
    return reason;
  }

  /**
   * @param invite what was refused
   */
  Refusal refusal(byte[] invite) {
    return new Refusal(status, reason, Refusals.text(invite));
  }
}

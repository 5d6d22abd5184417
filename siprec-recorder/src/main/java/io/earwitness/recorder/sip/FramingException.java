package io.earwitness.recorder.sip;

import java.io.IOException;

/** Where a message ends can't be told, or it breaks a limit. */
final class FramingException extends IOException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String problem;

  /**
   * @param status the SIP status that says so
   */
  FramingException(int status, String problem) {
    super(problem);
    this.status = status;
    this.problem = problem;
  }

  String problem() {
    return problem;
  }

  int status() {
    return status;
  }
}

package io.earwitness.call;

/**
 * Why an INVITE was not answered 200.
 *
 * @param status the SIP status sent, 300 to 699 (RFC 3261 §21)
 * @param reason what was wrong and what to do, in plain words
 */
public record Refusal(int status, String reason) {
  public Refusal {
    if (status < 300 || status > 699) {
      throw new IllegalArgumentException("status " + status + " is no refusal");
    }
  }
}

package io.earwitness.call;

import org.jspecify.annotations.Nullable;

/**
 * Why an INVITE was not answered 200.
 *
 * @param status the SIP status sent, 300 to 699 (RFC 3261 §21)
 * @param reason what was wrong and what to do, in plain words
 * @param message the INVITE as received, secrets replaced, at most {@value #MAX_MESSAGE} characters
 *     of it; null where it could not be kept
 */
public record Refusal(int status, String reason, @Nullable String message) {
  /** The longest INVITEs of SRCs have a third of it; a hostile one must not fill the catalog. */
  public static final int MAX_MESSAGE = 16_384;

  private static final String CUT = " … cut";

  public Refusal {
    if (status < 300 || status > 699) {
      throw new IllegalArgumentException("status " + status + " is no refusal");
    }
    if (message != null && message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE - CUT.length()) + CUT;
    }
  }

  /** A refusal whose INVITE is not kept. */
  public Refusal(int status, String reason) {
    this(status, reason, null);
  }

  /** The same without the INVITE. */
  public Refusal withoutMessage() {
    return new Refusal(status, reason);
  }
}

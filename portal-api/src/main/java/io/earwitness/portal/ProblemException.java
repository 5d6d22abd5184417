package io.earwitness.portal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not fulfilled, as RFC 9457 tells it.
 *
 * <p>{@link #type} is the last part of {@code urn:earwitness:problem:…}; {@link #parameter} names
 * the parameter or member at fault.
 */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  final int status;
  final String type;
  final String title;
  final String detail;
  final @Nullable String parameter;
  final long retryAfterSeconds;

  private ProblemException(
      int status,
      String type,
      String title,
      String detail,
      @Nullable String parameter,
      long retryAfterSeconds) {
    super(detail, null, false, false);
    this.status = status;
    this.type = type;
    this.title = title;
    this.detail = detail;
    this.parameter = parameter;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static ProblemException unknownParameter(String parameter, String known) {
    return new ProblemException(
        400,
        "unknown-parameter",
        "Unknown parameter",
        "There is no parameter '%s' here; there are: %s.".formatted(parameter, known),
        parameter,
        0);
  }

  static ProblemException malformed(@Nullable String parameter, String detail) {
    return new ProblemException(400, "malformed", "Malformed request", detail, parameter, 0);
  }

  static ProblemException unauthorized(String detail) {
    return new ProblemException(401, "not-signed-in", "Not signed in", detail, null, 0);
  }

  static ProblemException forbidden(String type, String detail) {
    return new ProblemException(403, type, "Not allowed", detail, null, 0);
  }

  static ProblemException notFound(String detail) {
    return new ProblemException(404, "not-found", "Not found", detail, null, 0);
  }

  static ProblemException conflict(String type, String detail) {
    return new ProblemException(409, type, "Not possible in this state", detail, null, 0);
  }

  static ProblemException tooMany(Duration wait) {
    long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
    return new ProblemException(
        429,
        "too-many-attempts",
        "Too many attempts",
        "There were too many failed attempts for this account. Try again in %d seconds."
            .formatted(seconds),
        null,
        seconds);
  }

  /** The same of an address, whichever accounts were tried. */
  static ProblemException tooManyFromAddress(ProblemException tooMany) {
    return new ProblemException(
        429,
        tooMany.type,
        tooMany.title,
        "There were too many failed attempts from your address. Try again in %d seconds."
            .formatted(tooMany.retryAfterSeconds),
        null,
        tooMany.retryAfterSeconds);
  }

  /** Without a word of who asks: it is said before that is known. */
  static ProblemException tooManyRequests(int perSecond) {
    return new ProblemException(
        429,
        "too-many-requests",
        "Too many requests",
        "More than %d requests in a second came from here. Try again in a second."
            .formatted(perSecond),
        null,
        1);
  }

  static ProblemException unavailable(String detail) {
    return new ProblemException(503, "unavailable", "Not available at present", detail, null, 5);
  }

  static ProblemException of(int status, String type, String title, String detail) {
    return new ProblemException(status, type, title, detail, null, 0);
  }

  /** One line for the audit trail. */
  String outcome() {
    return (status < 500 ? "refused: " : "failed: ") + detail;
  }
}

package io.earwitness.recorder.announcement;

/** An announcement can't be played. */
public final class AnnouncementRefusedException extends Exception {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String phrase;

  /**
   * @param status the SIP status to answer
   * @param phrase its reason phrase
   * @param reason for people: what is wrong and what to do
   */
  AnnouncementRefusedException(int status, String phrase, String reason) {
    super(reason);
    this.status = status;
    this.phrase = phrase;
  }

  static AnnouncementRefusedException malformed(String reason) {
    return new AnnouncementRefusedException(400, "Bad Request", reason);
  }

  static AnnouncementRefusedException notFound(String reason) {
    return new AnnouncementRefusedException(404, "Not Found", reason);
  }

  static AnnouncementRefusedException unavailable(String reason) {
    return new AnnouncementRefusedException(503, "Service Unavailable", reason);
  }

  public int status() {
    return status;
  }

  public String phrase() {
    return phrase;
  }

  /** For people: what is wrong and what to do. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}

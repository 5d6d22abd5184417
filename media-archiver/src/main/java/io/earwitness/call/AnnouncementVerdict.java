package io.earwitness.call;

/** What a recording shows of the announcement to a party; the later one is the worse. */
public enum AnnouncementVerdict implements WireName {
  /** The policy asks for none for this party. */
  EXEMPT("exempt"),
  /** The whole prompt is heard in the recording. */
  VERIFIED("verified"),
  /** Somebody signalled that it was played, but it is not heard in the recording. */
  SIGNALLED_ONLY("signalled-only"),
  /** A part of the prompt is heard, or another wording of it. */
  INTERRUPTED("interrupted"),
  /** Neither heard nor signalled. */
  MISSING("missing");

  private final String wireName;

  AnnouncementVerdict(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }

  /** The worse of two. */
  public AnnouncementVerdict or(AnnouncementVerdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}

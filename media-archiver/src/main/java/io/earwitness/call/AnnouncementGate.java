package io.earwitness.call;

import java.util.Objects;

/**
 * What is kept of a call until its announcement has ended. Immutable.
 *
 * @param keep which channels are kept until then
 * @param limitSeconds the announcement is waited for so long, from the call's start: 1 to 600
 * @param onTimeout what becomes of the call when its end was not signalled by then
 */
public record AnnouncementGate(Keep keep, int limitSeconds, OnTimeout onTimeout) {
  private static final int MOST_SECONDS = 600;

  /** Which channels are kept before the announcement's end. */
  public enum Keep implements WireName {
    /** Those that carry the announcement to the parties who are to hear it. */
    ANNOUNCEMENT_CHANNEL("announcement-channel"),
    NOTHING("nothing");

    private final String wireName;

    Keep(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** What becomes of a call whose announcement's end was not signalled in time. */
  public enum OnTimeout implements WireName {
    /** From then on it is kept, and flagged. */
    KEEP_AND_FLAG("keep-and-flag"),
    /** Nothing of it is kept, until the end is signalled after all. */
    WITHHOLD("withhold");

    private final String wireName;

    OnTimeout(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  public AnnouncementGate {
    onTimeout = Objects.requireNonNullElse(onTimeout, OnTimeout.KEEP_AND_FLAG);
    if (keep == null) {
      throw new IllegalArgumentException(
          "a gate needs 'keep': announcement-channel or nothing; leave the gate out for none");
    }
    if (limitSeconds < 1 || limitSeconds > MOST_SECONDS) {
      throw new IllegalArgumentException(
          "a gate's limit of %d s; write 1 to %d".formatted(limitSeconds, MOST_SECONDS));
    }
  }
}

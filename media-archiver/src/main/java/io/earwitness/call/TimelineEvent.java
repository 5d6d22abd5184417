package io.earwitness.call;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a call, for its readable timeline.
 *
 * @param at when, by the recorder's clock
 * @param side the channel concerned; null if it concerns the whole call
 * @param text one line for people, such as {@code held by Anna Berg}
 */
public record TimelineEvent(Instant at, Type type, @Nullable Side side, String text) {
  /** The kinds of events. */
  public enum Type implements WireName {
    STARTED("started"),
    JOINED("joined"),
    LEFT("left"),
    /** Derived: in one update one party took another's place. */
    TRANSFERRED("transferred"),
    HELD("held"),
    RESUMED("resumed"),
    STREAM_PAUSED("stream-paused"),
    STREAM_RESUMED("stream-resumed"),
    STREAM_CHANGED("stream-changed"),
    /**
     * A key was pressed, as media (RFC 4733) or SIP INFO tells; none while the stream was paused.
     */
    DTMF("dtmf"),
    /** Media that should come doesn't, or not as it should. */
    ALARM("alarm"),
    ALARM_OVER("alarm-over"),
    /** Somebody signalled that an announcement has been played to its end. */
    ANNOUNCEMENT_ENDED("announcement-ended"),
    /** A party agreed to the recording by key. */
    CONSENT_GIVEN("consent-given"),
    /** A party objected to the recording by key, or took its consent back. */
    CONSENT_WITHDRAWN("consent-withdrawn"),
    ENDED("ended"),
    NOTE("note");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }
}

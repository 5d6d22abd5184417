package io.earwitness.call;

import java.time.Duration;

/**
 * A span of the archived audio in which silence stands for something.
 *
 * @param side the channel
 * @param from offset from the start of the audio, inclusive
 * @param to offset from the start of the audio, exclusive; not before {@code from}
 */
public record Mark(Side side, Duration from, Duration to, Cause cause) {
  public Mark {
    if (from.isNegative() || to.compareTo(from) < 0) {
      throw new IllegalArgumentException("a mark from " + from + " to " + to);
    }
  }

  /** Why there is silence. */
  public enum Cause implements WireName {
    /** Packets never arrived. */
    LOSS("loss"),
    /** Packets arrived at the host, but a full buffer of ours dropped them. */
    OVERLOAD("overload"),
    /** The stream was inactive (RFC 7866 §7.1.1.1). */
    PAUSE("pause"),
    /** The sender sent nothing (before its first packet, after its last, or in silence). */
    NOT_SENT("not-sent"),
    /** The payload's codec can't be decoded; it is kept as received. */
    NOT_DECODED("not-decoded"),
    /** It was made silent in a masked derivative of the recording. */
    MASKED("masked");

    private final String wireName;

    Cause(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }
}

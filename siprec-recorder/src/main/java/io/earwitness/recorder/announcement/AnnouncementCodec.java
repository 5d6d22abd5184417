package io.earwitness.recorder.announcement;

import io.earwitness.call.Codec;
import org.jspecify.annotations.Nullable;

/** What prompts are encoded in; packets hold 20 ms each. */
public enum AnnouncementCodec {
  PCMA("PCMA", 8, 8000, 1),
  PCMU("PCMU", 0, 8000, 1),
  /** Its RTP clock is 8 kHz, by an old error that stays (RFC 3551 §4.5.2). */
  G722("G722", 9, 8000, 1),
  /** RFC 7587. */
  OPUS("OPUS", 111, 48_000, 2);

  private static final int PACKETS_PER_SECOND = 50;

  private final String encodingName;
  private final int payloadType;
  private final int clockRate;
  private final int channels;

  AnnouncementCodec(String encodingName, int payloadType, int clockRate, int channels) {
    this.encodingName = encodingName;
    this.payloadType = payloadType;
    this.clockRate = clockRate;
    this.channels = channels;
  }

  /** The codec that an offered format means; null if prompts are not encoded in it. */
  static @Nullable AnnouncementCodec of(Codec offered) {
    for (AnnouncementCodec codec : values()) {
      if (offered.name().equalsIgnoreCase(codec.encodingName)
          && offered.clockRate() == codec.clockRate) {
        return codec;
      }
    }
    return null;
  }

  /** The static payload type, or the one that we offer. */
  int payloadType() {
    return payloadType;
  }

  /** By how much the RTP time stamp grows with each packet. */
  int timestampStep() {
    return clockRate / PACKETS_PER_SECOND;
  }

  /**
   * The {@code rtpmap} attribute.
   *
   * @param type the payload type that it is for
   */
  String rtpmap(int type) {
    String map = "rtpmap:%d %s/%d".formatted(type, this == OPUS ? "opus" : encodingName, clockRate);
    return channels == 1 ? map : map + "/" + channels;
  }
}

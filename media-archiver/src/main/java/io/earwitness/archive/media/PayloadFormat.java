package io.earwitness.archive.media;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;

/**
 * How the archiver treats a packet.
 *
 * @param clockRate of the RTP timestamp, in Hz
 */
record PayloadFormat(Kind kind, int clockRate) {
  /** What a packet's payload is to the archiver. */
  enum Kind {
    PCMU,
    PCMA,
    /** Telephone events and comfort noise: they use sequence numbers, but are no audio. */
    AUXILIARY,
    UNDECODABLE,
    /** A packet of an m-line that is no audio, such as video. */
    OTHER_MEDIA;

    /** Whether it has a place on the time line of the audio. */
    boolean isAudio() {
      return isDecodable() || this == UNDECODABLE;
    }

    AudioTimeline.Treatment treatment() {
      return switch (this) {
        case PCMU, PCMA -> AudioTimeline.Treatment.DECODE;
        case AUXILIARY -> AudioTimeline.Treatment.IGNORE;
        case UNDECODABLE, OTHER_MEDIA -> AudioTimeline.Treatment.KEEP_RAW;
      };
    }

    boolean isDecodable() {
      return this == PCMU || this == PCMA;
    }
  }

  private static final int RATE = AudioTimeline.SAMPLE_RATE;

  static final PayloadFormat OTHER = new PayloadFormat(Kind.OTHER_MEDIA, RATE);

  /**
   * The format of a payload type on a stream. A type that the offer did not name, but RFC 3551 §6
   * defines, is taken as defined there: a sender that errs must not cost audio.
   */
  static PayloadFormat of(StreamDescription stream, int payloadType) {
    if (!stream.media().equals("audio")) {
      return OTHER;
    }
    for (Codec codec : stream.codecs()) {
      if (codec.payloadType() == payloadType) {
        return of(codec);
      }
    }
    return of(payloadType);
  }

  /** The format of a payload type of which no offer is known. */
  static PayloadFormat of(int payloadType) {
    return switch (payloadType) {
      case 0 -> new PayloadFormat(Kind.PCMU, RATE);
      case 8 -> new PayloadFormat(Kind.PCMA, RATE);
      case 13, 19 -> new PayloadFormat(Kind.AUXILIARY, RATE);
      default -> new PayloadFormat(Kind.UNDECODABLE, RATE);
    };
  }

  private static PayloadFormat of(Codec codec) {
    if (codec.isAuxiliary()) {
      return new PayloadFormat(Kind.AUXILIARY, codec.clockRate());
    }
    if (!codec.isDecodable()) {
      return new PayloadFormat(Kind.UNDECODABLE, codec.clockRate());
    }
    return new PayloadFormat(codec.name().equals("PCMA") ? Kind.PCMA : Kind.PCMU, RATE);
  }
}

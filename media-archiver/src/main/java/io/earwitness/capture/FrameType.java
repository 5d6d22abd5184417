package io.earwitness.capture;

import org.jspecify.annotations.Nullable;

/** What a frame holds; the code stands in its clear header. */
enum FrameType {
  /** Events: for each, its length (4 bytes) and one JSON object. */
  EVENTS(1),
  /** Packets: for each, arrival (8 bytes), stream (2), length (2) and the packet. */
  MEDIA(2),
  /** The last frame of a segment: one byte, an {@link End}. */
  END(3);

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static @Nullable FrameType ofCode(int code) {
    return switch (code) {
      case 1 -> EVENTS;
      case 2 -> MEDIA;
      case 3 -> END;
      default -> null;
    };
  }

  /** Why a segment ends. */
  enum End {
    /** The capture goes on in the segment with the next number. */
    CONTINUED(1),
    /** Nothing comes after this. */
    FINAL(2);

    private final int code;

    End(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static @Nullable End ofCode(int code) {
      return switch (code) {
        case 1 -> CONTINUED;
        case 2 -> FINAL;
        default -> null;
      };
    }
  }
}

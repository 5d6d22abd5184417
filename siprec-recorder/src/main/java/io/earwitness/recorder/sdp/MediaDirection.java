package io.earwitness.recorder.sdp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** RFC 8866 §6.7. */
public enum MediaDirection {
  SENDRECV,
  SENDONLY,
  RECVONLY,
  INACTIVE;

  /** As in an {@code a=} line. */
  public String attribute() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The direction that an attribute names, or null. */
  static @Nullable MediaDirection of(String attribute) {
    for (MediaDirection direction : values()) {
      if (direction.attribute().equals(attribute)) {
        return direction;
      }
    }
    return null;
  }

  /** Whether the one who says this sends. */
  public boolean sends() {
    return this == SENDRECV || this == SENDONLY;
  }
}

package io.earwitness.recorder.rtp;

import io.earwitness.call.Codec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Tells since when a stream carries nothing but silence, by a look at one packet each second: a
 * packet is silent if all its samples lie in the lowest segment of the G.711 law (below -42 dBFS),
 * or if it is comfort noise (RFC 3389). For the receive thread.
 */
final class SilenceProbe {
  private static final long PAUSE_NANOS = 1_000_000_000L;
  private static final int SEGMENT = 0x70;

  private enum Law {
    MU_LAW(0xff),
    A_LAW(0x55),
    COMFORT_NOISE(0),
    UNKNOWN(0);

    /** What the bits of a code are inverted by (ITU-T G.711). */
    final int inversion;

    Law(int inversion) {
      this.inversion = inversion;
    }
  }

  private final Law[] laws = new Law[128];
  private long due;
  private long silentSince;
  private int lastType;

  SilenceProbe() {
    Arrays.fill(laws, Law.UNKNOWN);
  }

  void describe(List<Codec> codecs) {
    Arrays.fill(laws, Law.UNKNOWN);
    for (Codec codec : codecs) {
      laws[codec.payloadType()] =
          switch (codec.name()) {
            case "PCMU" -> Law.MU_LAW;
            case "PCMA" -> Law.A_LAW;
            case "CN" -> Law.COMFORT_NOISE;
            default -> Law.UNKNOWN;
          };
    }
  }

  /** The stream was paused: what comes next is looked at anew. */
  void restart() {
    silentSince = 0;
    due = 0;
  }

  void packet(int payloadType, MemorySegment buffer, long at, int length, long arrivalNanos) {
    lastType = payloadType;
    if (arrivalNanos - due < 0) {
      return;
    }
    due = arrivalNanos + PAUSE_NANOS;
    Law law = laws[payloadType];
    if (law == Law.COMFORT_NOISE || (law != Law.UNKNOWN && isQuiet(law, buffer, at, length))) {
      silentSince = silentSince == 0 ? arrivalNanos : silentSince;
    } else {
      silentSince = 0;
    }
  }

  private static boolean isQuiet(Law law, MemorySegment buffer, long at, int length) {
    for (int i = RtpPacket.headerSize(buffer, at); i < length; i++) {
      if (((buffer.get(ValueLayout.JAVA_BYTE, at + i) ^ law.inversion) & SEGMENT) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Nanoseconds since 1970; 0 if there was sound, or it can't be told. */
  long silentSince() {
    return silentSince;
  }

  /** Whether the last packet was comfort noise. */
  boolean isComfortNoise() {
    return laws[lastType] == Law.COMFORT_NOISE;
  }
}

package io.earwitness.recorder.rtp;

import io.earwitness.call.Codec;
import java.util.Arrays;
import java.util.List;

/** What the latest offer says of each payload type of a stream. For the receive thread. */
final class PayloadTypes {
  private static final int COUNT = 128;

  private final boolean[] offered = new boolean[COUNT];
  private final int[] clockRates = new int[COUNT];
  private final int[] eventRates = new int[COUNT];

  void describe(List<Codec> codecs) {
    Arrays.fill(offered, false);
    Arrays.fill(clockRates, 0);
    Arrays.fill(eventRates, 0);
    for (Codec codec : codecs) {
      offered[codec.payloadType()] = true;
      if (!codec.isAuxiliary()) {
        clockRates[codec.payloadType()] = codec.clockRate();
      } else if (codec.name().equals("TELEPHONE-EVENT")) {
        eventRates[codec.payloadType()] = codec.clockRate();
      }
    }
  }

  /** By payload type. Not to be changed. */
  boolean[] offered() {
    return offered;
  }

  /** Hz; 0 where none is known, and of auxiliary ones. */
  int clockRate(int type) {
    return clockRates[type];
  }

  /** Hz, of one that carries telephone events; 0 for others. */
  int eventRate(int type) {
    return eventRates[type];
  }
}

package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the final statistics say against a recording. */
final class QualityFlags {
  private QualityFlags() {}

  static Set<CallFlag> of(
      List<StreamDescription> streams, List<StreamQuality> quality, boolean jitterMeasured) {
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    boolean anyMedia = quality.stream().anyMatch(stream -> stream.packets() > 0);
    if (anyMedia && !jitterMeasured) {
      flags.add(CallFlag.JITTER_NOT_MEASURED);
    }
    for (StreamQuality stream : quality) {
      if (stream.lost() > 0) {
        flags.add(CallFlag.PACKET_LOSS);
      }
      if (stream.overflow() > 0) {
        flags.add(CallFlag.RECORDER_OVERLOAD);
      }
      if (anyMedia && stream.packets() == 0) {
        flags.add(CallFlag.ONE_WAY);
      }
      if (isFromAnotherPort(streams, stream)) {
        flags.add(CallFlag.SOURCE_PORT_MISMATCH);
      }
    }
    return flags;
  }

  private static boolean isFromAnotherPort(List<StreamDescription> streams, StreamQuality quality) {
    String source = quality.sourceAddress();
    if (source == null || quality.index() >= streams.size()) {
      return false;
    }
    int offered = streams.get(quality.index()).remotePort();
    return offered != 0 && !source.endsWith(":" + offered);
  }
}

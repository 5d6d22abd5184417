package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.Deviations;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.recorder.rtp.SrtpCounts;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the final statistics say against a recording. */
final class QualityFlags {
  private QualityFlags() {}

  static Set<CallFlag> of(
      List<StreamDescription> streams,
      List<StreamQuality> quality,
      List<SrtpCounts> srtp,
      boolean jitterMeasured) {
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
    if (srtp.stream().anyMatch(SrtpCounts::allFailed)) {
      flags.add(CallFlag.SRTP_FAILED);
    }
    return flags;
  }

  /** What of it the SRC did, and is tolerated. */
  static List<DeviationFound> deviations(
      List<StreamDescription> streams, List<StreamQuality> quality) {
    Deviations found = new Deviations();
    quality.stream()
        .filter(stream -> isFromAnotherPort(streams, stream))
        .forEach(
            stream ->
                found.add(
                    Deviation.SOURCE_PORT_MISMATCH,
                    "m-line %d: offered %d, came from %s"
                        .formatted(
                            stream.index() + 1,
                            streams.get(stream.index()).remotePort(),
                            stream.sourceAddress())));
    return found.list();
  }

  /** For people: how many packets were dropped because SRTP refused them. */
  static List<String> refusedBySrtp(List<SrtpCounts> srtp) {
    List<String> lines = new ArrayList<>();
    for (SrtpCounts counts : srtp) {
      String stream = new Side(counts.stream()).wireName() + " stream: ";
      if (counts.unauthentic() > 0) {
        lines.add(stream + packets(counts.unauthentic()) + " failed SRTP authentication");
      }
      if (counts.replayed() > 0) {
        lines.add(stream + packets(counts.replayed()) + " came again and failed SRTP replay check");
      }
    }
    return lines;
  }

  private static String packets(long count) {
    return count == 1 ? "1 packet" : count + " packets";
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

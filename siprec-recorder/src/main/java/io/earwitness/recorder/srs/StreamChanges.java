package io.earwitness.recorder.srs;

import io.earwitness.call.Codec;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.TimelineEvent;
import io.earwitness.call.TimelineEvent.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an offer changed in the streams, in lines for people. */
final class StreamChanges {
  private StreamChanges() {}

  static List<TimelineEvent> between(
      List<StreamDescription> before, List<StreamDescription> after, Instant at) {
    List<TimelineEvent> lines = new ArrayList<>();
    for (StreamDescription now : after) {
      StreamDescription old = now.index() < before.size() ? before.get(now.index()) : null;
      Side side = new Side(now.index());
      describe(old, now, side.wireName() + " stream")
          .forEach(line -> lines.add(new TimelineEvent(at, line.type(), side, line.text())));
    }
    return lines;
  }

  private record Line(Type type, String text) {}

  private static List<Line> describe(
      @Nullable StreamDescription old, StreamDescription now, String stream) {
    boolean was = old != null && old.remotePort() != 0;
    boolean is = now.remotePort() != 0;
    List<Line> lines = new ArrayList<>();
    if (is && (old == null || !was)) {
      lines.add(new Line(Type.STREAM_CHANGED, stream + " added"));
    } else if (was && !is) {
      lines.add(new Line(Type.STREAM_CHANGED, stream + " removed"));
    } else if (was && old != null) {
      if (old.paused() != now.paused()) {
        lines.add(
            now.paused()
                ? new Line(Type.STREAM_PAUSED, stream + " paused")
                : new Line(Type.STREAM_RESUMED, stream + " resumed"));
      }
      if (!source(old).equals(source(now)) && !isNowhere(old) && !isNowhere(now)) {
        lines.add(new Line(Type.STREAM_CHANGED, stream + " now comes from " + source(now)));
      }
      if (!old.codecs().equals(now.codecs())) {
        lines.add(new Line(Type.STREAM_CHANGED, stream + " now offers " + codecs(now)));
      }
    }
    return lines;
  }

  /** RFC 2543 B.5: on hold by the old way, which the line of the pause tells. */
  private static boolean isNowhere(StreamDescription stream) {
    return "0.0.0.0".equals(stream.remoteAddress()) || "::".equals(stream.remoteAddress());
  }

  private static String source(StreamDescription stream) {
    String address = String.valueOf(stream.remoteAddress());
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + stream.remotePort();
  }

  private static String codecs(StreamDescription stream) {
    return stream.codecs().stream().map(Codec::name).collect(Collectors.joining(", "));
  }
}

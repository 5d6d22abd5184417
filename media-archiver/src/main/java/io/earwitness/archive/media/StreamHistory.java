package io.earwitness.archive.media;

import io.earwitness.call.StreamDescription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was agreed for one stream in the course of the call. */
final class StreamHistory {
  private final List<long[]> pauses = new ArrayList<>();
  private final List<SilenceMarks.Dropped> drops = new ArrayList<>();
  private @Nullable StreamDescription current;
  private boolean audio;
  private final @Nullable PayloadFormat[] formats = new PayloadFormat[128];

  void describe(long atNanos, StreamDescription stream) {
    boolean wasPaused = current != null && current.paused();
    if (stream.paused() && !wasPaused) {
      pauses.add(new long[] {atNanos, Long.MAX_VALUE});
    } else if (!stream.paused() && wasPaused) {
      pauses.getLast()[1] = atNanos;
    }
    current = stream;
    audio |= stream.media().equals("audio") && stream.localPort() != 0;
    Arrays.fill(formats, null);
  }

  void drop(SilenceMarks.Dropped dropped) {
    drops.add(dropped);
  }

  /** Whether it was audio at any time; without a description a stream is taken as such. */
  boolean wasAudio() {
    return audio || current == null;
  }

  PayloadFormat format(int payloadType) {
    PayloadFormat format = formats[payloadType];
    if (format == null) {
      format =
          current == null ? PayloadFormat.of(payloadType) : PayloadFormat.of(current, payloadType);
      formats[payloadType] = format;
    }
    return format;
  }

  List<SilenceMarks.Dropped> drops() {
    return drops;
  }

  /** When the stream was inactive, in samples from {@code origin}. */
  List<StreamPlan.Span> pauses(long origin) {
    return pauses.stream()
        .map(
            pause ->
                new StreamPlan.Span(
                    samples(pause[0], origin),
                    pause[1] == Long.MAX_VALUE ? Long.MAX_VALUE : samples(pause[1], origin)))
        .toList();
  }

  private static long samples(long nanos, long origin) {
    return Math.floorDiv(nanos - origin, AudioTimeline.NANOS_PER_SAMPLE);
  }
}

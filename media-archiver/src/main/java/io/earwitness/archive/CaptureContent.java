package io.earwitness.archive;

import io.earwitness.archive.media.AudioTimeline;
import io.earwitness.archive.report.CapturedCall;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.Mark;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecordingId;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The first reading of a capture: everything but the audio itself. Not thread-safe. */
final class CaptureContent implements CaptureReader.Visitor {
  private final AudioTimeline.Builder builder = new AudioTimeline.Builder();
  private final CapturedCall call;
  private final List<TimelineEvent> timeline = new ArrayList<>();
  private final List<CallRecord.RawMessage> messages = new ArrayList<>();
  private final SortedMap<Integer, Received> received = new TreeMap<>();
  private @Nullable AudioTimeline audio;
  private @Nullable String notKept;

  /** What came of one stream, by the capture itself. */
  private static final class Received {
    private long packets;
    private long bytes;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
  }

  CaptureContent(RecordingId id) {
    call = new CapturedCall(id);
  }

  @Override
  public void event(CaptureEvent event) {
    call.event(event);
    switch (event) {
      case CaptureEvent.Streams agreed -> builder.streams(agreed.at(), agreed.streams());
      case CaptureEvent.Dropped dropped ->
          builder.dropped(dropped.at(), dropped.stream(), dropped.packets());
      case CaptureEvent.Timeline line -> timeline.add(line.event());
      case CaptureEvent.Message message ->
          messages.add(
              new CallRecord.RawMessage(
                  message.at(),
                  message.received(),
                  message.transport(),
                  message.peer(),
                  new String(message.text(), StandardCharsets.ISO_8859_1),
                  message.identity()));
      case CaptureEvent.Withheld withheld -> notKept = withheld.notKept();
      case CaptureEvent.Opened ignored -> {}
      case CaptureEvent.Updated ignored -> {}
      case CaptureEvent.Rtcp ignored -> {}
      case CaptureEvent.Statistics ignored -> {}
      case CaptureEvent.Closed ignored -> {}
      case CaptureEvent.Conformance ignored -> {}
      case CaptureEvent.Refused ignored -> {}
    }
  }

  @Override
  public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
    Received counts = received.computeIfAbsent(stream, index -> new Received());
    counts.packets++;
    counts.bytes += length;
    counts.first = Math.min(counts.first, arrivalNanos);
    counts.last = Math.max(counts.last, arrivalNanos);
    builder.packet(stream, arrivalNanos, packet, offset, length);
  }

  /** Ends the reading. */
  void end(CaptureReader.End end) {
    if (end.damaged()) {
      call.damaged();
    }
    audio = builder.build();
    timeline.sort(Comparator.comparing(TimelineEvent::at));
  }

  /** Adds an announcement that the capture knows nothing of: another node played it. */
  void played(PlayedAnnouncement play) {
    String line = play.line();
    if (timeline.stream().anyMatch(event -> event.text().equals(line))) {
      return;
    }
    timeline.add(new TimelineEvent(play.to(), TimelineEvent.Type.NOTE, null, line));
    boolean ended =
        timeline.stream().anyMatch(event -> event.type() == TimelineEvent.Type.ANNOUNCEMENT_ENDED);
    if (play.complete() && !ended) {
      timeline.add(
          new TimelineEvent(
              play.to(),
              TimelineEvent.Type.ANNOUNCEMENT_ENDED,
              null,
              "the announcement has ended, as told by the announcement service of " + play.node()));
    }
    timeline.sort(Comparator.comparing(TimelineEvent::at));
  }

  CapturedCall call() {
    return call;
  }

  AudioTimeline audio() {
    if (audio == null) {
      throw new IllegalStateException("the reading has not ended");
    }
    return audio;
  }

  List<TimelineEvent> timeline() {
    return timeline;
  }

  List<CallRecord.RawMessage> messages() {
    return messages;
  }

  /** Whether there is media that may be kept. */
  boolean hasPackets() {
    return notKept == null && !received.isEmpty();
  }

  /** Whether the tenant's policy forbade to keep anything of it. */
  boolean isForbidden() {
    return notKept != null;
  }

  @Nullable Instant lastPacket() {
    long last = Long.MIN_VALUE;
    for (Received counts : received.values()) {
      last = Math.max(last, counts.last);
    }
    return last == Long.MIN_VALUE ? null : instant(last);
  }

  /** What only the whole capture shows, beside what the recorder and the reporter noticed. */
  Set<CallFlag> flags() {
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    for (Mark mark : audio().marks()) {
      switch (mark.cause()) {
        case LOSS -> flags.add(CallFlag.PACKET_LOSS);
        case OVERLOAD -> flags.add(CallFlag.RECORDER_OVERLOAD);
        case NOT_DECODED -> flags.add(CallFlag.CODEC_NOT_DECODABLE);
        case PAUSE, NOT_SENT -> {}
      }
    }
    Set<Integer> heard = new HashSet<>();
    for (AudioTimeline.StreamCounts counts : audio().counts()) {
      if (counts.decoded() + counts.undecoded() > 0) {
        heard.add(counts.stream());
      }
    }
    if (call.isOneWay(heard)) {
      flags.add(CallFlag.ONE_WAY);
    }
    return flags;
  }

  /**
   * The recorder's statistics, corrected by what the capture holds: they may be some seconds old
   * after a crash, and a pause is no loss.
   */
  List<StreamQuality> quality() {
    Map<Integer, AudioTimeline.StreamCounts> placed = new HashMap<>();
    for (AudioTimeline.StreamCounts counts : audio().counts()) {
      if (counts.decoded() + counts.undecoded() > 0) {
        placed.put(counts.stream(), counts);
      }
    }
    SortedMap<Integer, StreamQuality> all = new TreeMap<>();
    call.quality().forEach(quality -> all.put(quality.index(), quality));
    received.keySet().forEach(index -> all.putIfAbsent(index, none(index)));
    all.replaceAll((index, known) -> corrected(known, received.get(index), placed.get(index)));
    return List.copyOf(all.values());
  }

  private static StreamQuality none(int index) {
    return new StreamQuality(index, null, 0, 0, 0, 0, 0, 0, 0, 0, null, null, null, null);
  }

  private static StreamQuality corrected(
      StreamQuality known, @Nullable Received counts, AudioTimeline.@Nullable StreamCounts placed) {
    if (counts == null) {
      return known;
    }
    Long ssrc = known.ssrc();
    if (ssrc == null && placed != null) {
      ssrc = placed.ssrc();
    }
    return new StreamQuality(
        known.index(),
        ssrc,
        counts.packets,
        counts.bytes,
        placed == null ? known.expected() : placed.unique() + placed.lost(),
        placed == null ? known.lost() : placed.lost(),
        placed == null ? known.duplicates() : Math.max(known.duplicates(), placed.duplicates()),
        placed == null ? known.reordered() : Math.max(known.reordered(), placed.reordered()),
        known.foreign(),
        known.overflow(),
        known.jitterMillis(),
        known.sourceAddress(),
        instant(counts.first),
        instant(counts.last));
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }
}

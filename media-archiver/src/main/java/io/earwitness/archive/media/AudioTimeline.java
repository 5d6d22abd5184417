package io.earwitness.archive.media;

import io.earwitness.call.Mark;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All streams of a call on one time line of 8 kHz samples, one channel for each stream. The rules
 * are in {@code docs/formats/audio.md}.
 *
 * <p>Made in two readings of the same capture, so that no audio is held in memory: the first gives
 * headers and events to a {@link Builder}, which computes the place of every packet; the second
 * gives the same packets to a {@link TimelineRenderer}, which decodes them.
 *
 * <p>Memory: 29 bytes for each packet (45 while building), so about 20 MB for two hours of two
 * streams of 20 ms packets; {@link #MAX_PACKETS} is the most that is taken. Immutable once built.
 */
public final class AudioTimeline {
  /** Of every archived recording, in Hz. */
  public static final int SAMPLE_RATE = 8000;

  /** One sample at 8 kHz. */
  static final long NANOS_PER_SAMPLE = 1_000_000_000L / SAMPLE_RATE;

  /** FLAC has no more (RFC 9639 §9.1.3). */
  public static final int MAX_CHANNELS = 8;

  /** Audio packets of one call: about 44 hours of two streams. */
  public static final int MAX_PACKETS = 16_000_000;

  private static final int USUAL_CHANNELS = 2;

  private final SortedMap<Integer, PacketTable> tables;
  private final long origin;
  private final int channels;
  private final long samples;
  private final List<Mark> marks;
  private final List<StreamCounts> counts;

  private AudioTimeline(
      SortedMap<Integer, PacketTable> tables,
      long origin,
      int channels,
      long samples,
      List<Mark> marks,
      List<StreamCounts> counts) {
    this.tables = tables;
    this.origin = origin;
    this.channels = channels;
    this.samples = samples;
    this.marks = List.copyOf(marks);
    this.counts = List.copyOf(counts);
  }

  /**
   * What the packets of one stream tell.
   *
   * @param stream its index
   * @param ssrc the first synchronisation source, unsigned
   * @param unique packets without duplicates
   * @param lost missing sequence numbers, those of pauses left out
   * @param decoded packets that became audio
   * @param undecoded packets of codecs that can't be decoded
   * @param strays packets that fit no sequence, kept as received
   */
  public record StreamCounts(
      int stream,
      long ssrc,
      long unique,
      long lost,
      long duplicates,
      long reordered,
      long decoded,
      long undecoded,
      long strays) {}

  /** Whether any packet was placed; without one there is no audio. */
  public boolean isEmpty() {
    return samples == 0;
  }

  /** The instant that sample 0 stands for. */
  public Instant start() {
    return Instant.ofEpochSecond(origin / 1_000_000_000L, origin % 1_000_000_000L);
  }

  /** Channels of the audio: at least 2, at most {@link #MAX_CHANNELS}. */
  public int channels() {
    return channels;
  }

  /** Samples per channel. */
  public long samples() {
    return samples;
  }

  /** Spans of silence and what they stand for, by time, then channel. */
  public List<Mark> marks() {
    return marks;
  }

  /** One for each stream that had audio packets. */
  public List<StreamCounts> counts() {
    return counts;
  }

  /** Begins the second reading. */
  public TimelineRenderer renderer(SampleSink sink) {
    return new TimelineRenderer(tables, channels, samples, sink);
  }

  /** The time that samples take; exact. */
  public static Duration duration(long samples) {
    return Duration.ofNanos(Math.multiplyExact(samples, NANOS_PER_SAMPLE));
  }

  /** Takes the first reading. Not thread-safe. */
  public static final class Builder {
    private final SortedMap<Integer, PacketTable> tables = new TreeMap<>();
    private final SortedMap<Integer, StreamHistory> histories = new TreeMap<>();
    private int packets;

    /** Streams as agreed from {@code at} on. */
    public void streams(Instant at, List<StreamDescription> streams) {
      for (StreamDescription stream : streams) {
        history(stream.index()).describe(nanos(at), stream);
      }
    }

    /** Packets that our own buffers dropped. */
    public void dropped(Instant at, int stream, long count) {
      history(stream).drop(new SilenceMarks.Dropped(nanos(at), count));
    }

    /**
     * A packet as received.
     *
     * @throws MediaTooLongException if the call has more than {@link #MAX_PACKETS}
     */
    public void packet(int stream, long arrivalNanos, byte[] bytes, int offset, int length) {
      StreamHistory history = history(stream);
      RtpPacket packet = stream < MAX_CHANNELS ? RtpPacket.parse(bytes, offset, length) : null;
      if (packet == null) {
        return;
      }
      if (packets == MAX_PACKETS) {
        throw new MediaTooLongException(
            "the call has more than %,d audio packets; raise the limit of AudioTimeline"
                .formatted(MAX_PACKETS));
      }
      packets++;
      PayloadFormat format = history.format(packet.payloadType());
      tables.computeIfAbsent(stream, index -> new PacketTable()).add(packet, arrivalNanos, format);
    }

    /** Computes the place of every packet. */
    public AudioTimeline build() {
      SortedMap<Integer, StreamPlan> plans = new TreeMap<>();
      SortedMap<Integer, Long> strays = new TreeMap<>();
      tables.forEach(
          (index, table) -> {
            RunSplitter.Result result = RunSplitter.split(table);
            plans.put(index, new StreamPlan(table, result.runs()));
            strays.put(index, result.strays());
          });
      long origin = Long.MAX_VALUE;
      for (StreamPlan plan : plans.values()) {
        origin = Math.min(origin, plan.start());
      }
      long samples = 0;
      for (StreamPlan plan : plans.values()) {
        plan.place(origin);
        samples = Math.max(samples, plan.end());
      }
      int channels = USUAL_CHANNELS;
      List<Mark> marks = new ArrayList<>();
      List<StreamCounts> counts = new ArrayList<>();
      for (var entry : histories.entrySet()) {
        int index = entry.getKey();
        StreamHistory history = entry.getValue();
        if (index >= MAX_CHANNELS || !history.wasAudio()) {
          continue;
        }
        channels = Math.max(channels, index + 1);
        PacketTable table = tables.getOrDefault(index, new PacketTable());
        StreamPlan plan = plans.getOrDefault(index, new StreamPlan(table, List.of()));
        SilenceMarks silence =
            new SilenceMarks(new Side(index), plan, history.pauses(origin), history.drops());
        if (samples > 0) {
          marks.addAll(silence.compute(samples));
        }
        if (table.size() > 0) {
          long left = strays.getOrDefault(index, 0L) + plan.strays();
          counts.add(counts(index, table, plan, silence, left));
        }
      }
      marks.sort(Comparator.comparing(Mark::from).thenComparing(mark -> mark.side().channel()));
      return new AudioTimeline(tables, samples == 0 ? 0 : origin, channels, samples, marks, counts);
    }

    private static StreamCounts counts(
        int index, PacketTable table, StreamPlan plan, SilenceMarks silence, long strays) {
      long decoded = 0;
      long undecoded = 0;
      for (int i = 0; i < table.size(); i++) {
        if (table.isPlaced(i)) {
          decoded++;
        } else if (table.format(i).kind() == PayloadFormat.Kind.UNDECODABLE) {
          undecoded++;
        }
      }
      return new StreamCounts(
          index,
          table.firstSsrc(),
          plan.unique(),
          Math.max(0, plan.missing() - silence.pausedMissing()),
          plan.duplicates(),
          plan.reordered(),
          decoded,
          undecoded,
          strays);
    }

    private StreamHistory history(int stream) {
      return histories.computeIfAbsent(stream, index -> new StreamHistory());
    }

    private static long nanos(Instant at) {
      return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }
  }

  /** How a packet is treated. */
  public enum Treatment {
    /** It becomes audio. */
    DECODE,
    /** It is no audio (telephone events, comfort noise) or no RTP. */
    IGNORE,
    /** It can't be decoded yet; whoever can is to find it as received. */
    KEEP_RAW
  }

  /** The call is longer than one time line may be. */
  public static final class MediaTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MediaTooLongException(String message) {
      super(message);
    }
  }
}

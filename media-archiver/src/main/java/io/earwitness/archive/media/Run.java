package io.earwitness.archive.media;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Packets of one synchronisation source whose sequence numbers and timestamps go on from one to the
 * next, so that their places relative to one another are known exactly.
 */
final class Run {
  private static final long NANOS = 1_000_000_000L;
  private static final int SEQUENCE_CYCLE = 0x10000;

  private final PacketTable table;
  private final @Nullable Run previous;
  private int[] packets = new int[16];
  private int[] extended = new int[16];
  private long[] ticks = new long[16];
  private int size;
  private int highest;
  private int clockRate;
  private int lastAudio = -1;
  private long late;

  /**
   * @param previous the run of the same source before this one
   */
  Run(PacketTable table, @Nullable Run previous) {
    this.table = table;
    this.previous = previous;
  }

  @Nullable Run previous() {
    return previous;
  }

  int size() {
    return size;
  }

  /** The packet's row in the table. */
  int packet(int k) {
    return packets[k];
  }

  /** The sequence number with its cycles counted (RFC 3550 A.1); only differences matter. */
  int extended(int k) {
    return extended[k];
  }

  /** Samples at 8 kHz from the run's zero; may be negative for packets that came late. */
  long samples(int k) {
    return Math.floorDiv(ticks[k] * AudioTimeline.SAMPLE_RATE, clockRate);
  }

  boolean hasAudio() {
    return lastAudio >= 0;
  }

  /** Clock of the timestamps in Hz; 0 while there is no audio packet. */
  int clockRate() {
    return clockRate;
  }

  /** Packets that came behind a later one, duplicates included. */
  long late() {
    return late;
  }

  /** Difference of a packet's sequence number to the highest so far, as a signed 16-bit number. */
  int sequenceDelta(int packet) {
    return size == 0 ? 1 : (short) (table.sequence(packet) - (highest & 0xffff));
  }

  void add(int packet) {
    if (size == packets.length) {
      packets = Arrays.copyOf(packets, size * 2);
      extended = Arrays.copyOf(extended, size * 2);
      ticks = Arrays.copyOf(ticks, size * 2);
    }
    int delta = sequenceDelta(packet);
    int number = size == 0 ? SEQUENCE_CYCLE + table.sequence(packet) : highest + delta;
    packets[size] = packet;
    extended[size] = number;
    ticks[size] = ticksOf(packet);
    boolean newest = size == 0 || delta > 0;
    if (newest) {
      highest = number;
    } else {
      late++;
    }
    if (table.isAudio(packet)) {
      if (clockRate == 0) {
        clockRate = table.format(packet).clockRate();
      }
      if (newest || lastAudio < 0) {
        lastAudio = size;
      }
    }
    size++;
  }

  private long ticksOf(int packet) {
    if (size == 0) {
      return 0;
    }
    int reference = lastAudio >= 0 ? lastAudio : 0;
    return ticks[reference] + (table.timestamp(packet) - table.timestamp(packets[reference]));
  }

  /**
   * How much later than its timestamp says, measured from the last audio packet, in nanoseconds.
   */
  long lag(int packet) {
    long arrival = table.arrival(packet) - table.arrival(packets[lastAudio]);
    return arrival - nanos(ticksOf(packet) - ticks[lastAudio]);
  }

  /** Whether the packet with the highest number is audio, no telephone event or the like. */
  boolean newestIsAudio() {
    return extended[lastAudio] == highest;
  }

  /** The packet's timestamp less that of the newest audio packet. */
  long ticksFromNewest(int packet) {
    return table.timestamp(packet) - table.timestamp(packets[lastAudio]);
  }

  /** Whether the packet follows the newest audio packet without any gap. */
  boolean isContiguous(int packet) {
    int last = packets[lastAudio];
    return sequenceDelta(packet) == 1
        && table.format(last).kind().isDecodable()
        && table.timestamp(packet) - table.timestamp(last) == table.payloadLength(last);
  }

  /**
   * The smallest delay of the newest audio packets, on the scale of {@link #delay}.
   *
   * @param nanos how far back, counted from the newest
   */
  long recentDelay(long nanos, int atMost) {
    long newest = table.arrival(packets[lastAudio]);
    long least = Long.MAX_VALUE;
    for (int k = lastAudio; k >= 0 && lastAudio - k < atMost; k--) {
      if (newest - table.arrival(packets[k]) > nanos) {
        break;
      }
      if (table.isAudio(packets[k])) {
        least = Math.min(least, table.arrival(packets[k]) - nanos(ticks[k]));
      }
    }
    return least;
  }

  /** Arrival of a packet less the time that its timestamp stands for: when tick 0 would arrive. */
  long delay(int packet) {
    return table.arrival(packet) - nanos(ticksOf(packet));
  }

  /**
   * When tick 0 left for us, as far as arrivals tell: the least delay of the audio packets of the
   * first {@code nanos}. Delay only adds, so the least delayed packet tells best; later ones are
   * left out, because the sender's clock drifts against ours.
   */
  long anchor(long nanos) {
    long first = table.arrival(packets[0]);
    long least = Long.MAX_VALUE;
    for (int k = 0; k < size; k++) {
      long arrival = table.arrival(packets[k]);
      if (arrival - first > nanos && least != Long.MAX_VALUE) {
        break;
      }
      if (table.isAudio(packets[k])) {
        least = Math.min(least, arrival - nanos(ticks[k]));
      }
    }
    return least;
  }

  /** The first sample of the run relative to its zero. */
  long firstSample() {
    long least = Long.MAX_VALUE;
    for (int k = 0; k < size; k++) {
      if (table.isAudio(packets[k])) {
        least = Math.min(least, samples(k));
      }
    }
    return least;
  }

  /** The packets by sequence number, the first arrival of equal ones first. */
  int[] order() {
    long[] keys = new long[size];
    for (int k = 0; k < size; k++) {
      keys[k] = (long) extended[k] << 32 | k;
    }
    Arrays.sort(keys);
    int[] order = new int[size];
    for (int k = 0; k < size; k++) {
      order[k] = (int) keys[k];
    }
    return order;
  }

  private long nanos(long tickCount) {
    int rate = clockRate == 0 ? AudioTimeline.SAMPLE_RATE : clockRate;
    return tickCount / rate * NANOS + tickCount % rate * NANOS / rate;
  }
}

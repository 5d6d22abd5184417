package io.earwitness.archive.media;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * The second reading of a capture: decodes each packet to the place that the {@link AudioTimeline}
 * computed and hands on what no later packet can change. Holds a few seconds of audio, whatever the
 * length of the call. Not thread-safe.
 */
public final class TimelineRenderer {
  private static final int FLUSH_SAMPLES = AudioTimeline.SAMPLE_RATE;
  private static final int GROUP = 64;

  /** Packets are placed near their arrivals, so no more is ever held: ten minutes. */
  private static final int MOST_SAMPLES = 600 * AudioTimeline.SAMPLE_RATE;

  private final Map<Integer, Cursor> cursors = new HashMap<>();
  private final long samples;
  private final SampleSink sink;
  private final short[][] window;
  private long base;

  TimelineRenderer(
      SortedMap<Integer, PacketTable> tables, int channels, long samples, SampleSink sink) {
    tables.forEach((stream, table) -> cursors.put(stream, new Cursor(table)));
    this.samples = samples;
    this.sink = sink;
    window = new short[channels][4 * FLUSH_SAMPLES];
  }

  /**
   * A packet, in the same order as before.
   *
   * @return whether it became audio, is none, or is to be kept as received
   * @throws IllegalStateException if the packets differ from those of the first reading
   */
  public AudioTimeline.Treatment packet(int stream, byte[] bytes, int offset, int length) {
    if (stream >= AudioTimeline.MAX_CHANNELS) {
      return AudioTimeline.Treatment.KEEP_RAW;
    }
    RtpPacket packet = RtpPacket.parse(bytes, offset, length);
    if (packet == null) {
      return AudioTimeline.Treatment.IGNORE;
    }
    Cursor cursor = cursors.get(stream);
    if (cursor == null) {
      throw changed(0, 0);
    }
    int row = cursor.next(packet);
    PayloadFormat.Kind kind = cursor.table.format(row).kind();
    if (cursor.table.isPlaced(row)) {
      decode(stream, kind, bytes, packet, cursor.table.position(row));
    }
    if (cursor.row % GROUP == 0) {
      flush(safe(cursors.values()));
    }
    return cursor.table.position(row) == PacketTable.STRAY
        ? AudioTimeline.Treatment.KEEP_RAW
        : kind.treatment();
  }

  private void decode(
      int stream, PayloadFormat.Kind kind, byte[] bytes, RtpPacket packet, long position) {
    int at = reserve(position, packet.payloadLength());
    switch (kind) {
      case PCMU ->
          G711.decodeMuLaw(
              bytes, packet.payloadOffset(), packet.payloadLength(), window[stream], at);
      case PCMA ->
          G711.decodeALaw(
              bytes, packet.payloadOffset(), packet.payloadLength(), window[stream], at);
      case AUXILIARY, UNDECODABLE, OTHER_MEDIA ->
          throw new IllegalStateException("a place for " + kind);
    }
  }

  /** Ends the audio: everything left, and silence up to the end. */
  public void finish() {
    for (Cursor cursor : cursors.values()) {
      if (cursor.row != cursor.table.size()) {
        throw changed(cursor.row, cursor.table.size());
      }
    }
    flush(samples);
  }

  /** Where in the window a position lies; the window grows where packets are far out of order. */
  private int reserve(long position, int length) {
    if (position < base) {
      throw new IllegalStateException(
          "sample %d is gone; the window is at %d".formatted(position, base));
    }
    int at = Math.toIntExact(position - base);
    int end = Math.addExact(at, length);
    if (end > window[0].length) {
      flush(Math.min(position, safe(cursors.values())));
      at = Math.toIntExact(position - base);
      end = Math.addExact(at, length);
      if (end > window[0].length) {
        if (end > MOST_SAMPLES) {
          throw new IllegalStateException(
              "a packet belongs %d s behind what is still open; the time line is wrong"
                  .formatted(end / AudioTimeline.SAMPLE_RATE));
        }
        int capacity = Math.min(MOST_SAMPLES, end + end / 2);
        for (int channel = 0; channel < window.length; channel++) {
          window[channel] = Arrays.copyOf(window[channel], capacity);
        }
      }
    }
    return at;
  }

  private long safe(Collection<Cursor> all) {
    long least = samples;
    for (Cursor cursor : all) {
      least = Math.min(least, cursor.leastAhead());
    }
    return least;
  }

  private void flush(long upTo) {
    while (base < upTo && (upTo == samples || upTo - base >= FLUSH_SAMPLES)) {
      int capacity = window[0].length;
      int length = (int) Math.min(upTo - base, capacity);
      sink.accept(window, 0, length);
      for (short[] channel : window) {
        System.arraycopy(channel, length, channel, 0, capacity - length);
        Arrays.fill(channel, capacity - length, capacity, (short) 0);
      }
      base += length;
    }
  }

  private static IllegalStateException changed(int row, int size) {
    return new IllegalStateException(
        "the capture changed while it was read: packet %d of %d".formatted(row, size));
  }

  /** How far the second reading of a stream is. */
  private static final class Cursor {
    private final PacketTable table;
    private final long[] least;
    private int row;

    Cursor(PacketTable table) {
      this.table = table;
      int groups = table.size() / GROUP + 1;
      least = new long[groups + 1];
      least[groups] = Long.MAX_VALUE;
      for (int group = groups - 1; group >= 0; group--) {
        long lowest = least[group + 1];
        int to = Math.min(table.size(), (group + 1) * GROUP);
        for (int i = group * GROUP; i < to; i++) {
          long position = table.position(i);
          lowest = table.isPlaced(i) ? Math.min(lowest, position) : lowest;
        }
        least[group] = lowest;
      }
    }

    int next(RtpPacket packet) {
      if (row >= table.size()
          || table.sequence(row) != packet.sequence()
          || table.timestamp(row) != packet.timestamp()
          || table.payloadLength(row) != packet.payloadLength()) {
        throw changed(row, table.size());
      }
      return row++;
    }

    /** The lowest place of all packets to come. */
    long leastAhead() {
      int group = row / GROUP;
      int to = Math.min(table.size(), (group + 1) * GROUP);
      long lowest = least[Math.min(group + 1, least.length - 1)];
      for (int i = row; i < to; i++) {
        lowest = table.isPlaced(i) ? Math.min(lowest, table.position(i)) : lowest;
      }
      return lowest;
    }
  }
}

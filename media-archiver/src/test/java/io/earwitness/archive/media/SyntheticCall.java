package io.earwitness.archive.media;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Makes the packets and events of a call in memory and takes them through both readings. */
final class SyntheticCall {
  static final long START = Instant.parse("2026-11-21T10:00:00Z").toEpochMilli() * 1_000_000L;
  static final Codec PCMU = new Codec(0, "PCMU", 8000, 1, null);
  static final Codec PCMA = new Codec(8, "PCMA", 8000, 1, null);
  static final Codec G729 = new Codec(18, "G729", 8000, 1, null);
  static final Codec EVENTS = new Codec(101, "TELEPHONE-EVENT", 8000, 1, "0-15");

  private final List<Item> items = new ArrayList<>();

  /** A packet (or, without bytes, an event) of the capture. */
  record Item(
      int stream, long arrival, byte[] bytes, List<StreamDescription> streams, long dropped) {}

  /** What came out. */
  record Result(AudioTimeline timeline, short[][] samples, byte[] flac, byte[] waveform) {}

  SyntheticCall() {
    streams(START - 1_000_000_000L, stream(0, false), stream(1, false));
  }

  static StreamDescription stream(int index, boolean paused) {
    return stream(index, paused, List.of(PCMU, PCMA, G729, EVENTS));
  }

  static StreamDescription stream(int index, boolean paused, List<Codec> codecs) {
    return new StreamDescription(
        index, "audio", "" + index, codecs, paused, 10000 + 2 * index, "127.0.0.1", 4000);
  }

  void streams(long at, StreamDescription... streams) {
    items.add(new Item(-1, at, new byte[0], List.of(streams), 0));
  }

  void dropped(long at, int stream, long packets) {
    items.add(new Item(stream, at, new byte[0], List.of(), packets));
  }

  void packet(int stream, long arrival, byte[] rtp) {
    items.add(new Item(stream, arrival, rtp, List.of(), 0));
  }

  /** Sorts by arrival, as a capture is written. */
  void sort() {
    items.sort(Comparator.comparingLong(Item::arrival));
  }

  List<Item> items() {
    return items;
  }

  static byte[] rtp(int payloadType, int sequence, long timestamp, int ssrc, byte[] payload) {
    return ByteBuffer.allocate(12 + payload.length)
        .put((byte) 0x80)
        .put((byte) payloadType)
        .putShort((short) sequence)
        .putInt((int) timestamp)
        .putInt(ssrc)
        .put(payload)
        .array();
  }

  static short[] muLaw(byte[] codes) {
    short[] samples = new short[codes.length];
    G711.decodeMuLaw(codes, 0, codes.length, samples, 0);
    return samples;
  }

  static short[] aLaw(byte[] codes) {
    short[] samples = new short[codes.length];
    G711.decodeALaw(codes, 0, codes.length, samples, 0);
    return samples;
  }

  Result result() throws Exception {
    AudioTimeline.Builder builder = new AudioTimeline.Builder();
    for (Item item : items) {
      if (item.dropped() > 0) {
        builder.dropped(at(item.arrival()), item.stream(), item.dropped());
      } else if (item.stream() < 0) {
        builder.streams(at(item.arrival()), item.streams());
      } else {
        builder.packet(item.stream(), item.arrival(), item.bytes(), 0, item.bytes().length);
      }
    }
    AudioTimeline timeline = builder.build();
    ByteArrayOutputStream[] pcm = new ByteArrayOutputStream[timeline.channels()];
    Arrays.setAll(pcm, i -> new ByteArrayOutputStream());
    Waveform waveform = new Waveform(timeline.channels());
    try (FlacEncoder encoder = new FlacEncoder(timeline.channels())) {
      TimelineRenderer renderer =
          timeline.renderer(
              (channels, offset, length) -> {
                encoder.accept(channels, offset, length);
                waveform.accept(channels, offset, length);
                for (int channel = 0; channel < channels.length; channel++) {
                  for (int i = offset; i < offset + length; i++) {
                    pcm[channel].write(channels[channel][i] >> 8);
                    pcm[channel].write(channels[channel][i]);
                  }
                }
              });
      for (Item item : items) {
        if (item.stream() >= 0 && item.dropped() == 0) {
          renderer.packet(item.stream(), item.bytes(), 0, item.bytes().length);
        }
      }
      renderer.finish();
      short[][] samples = new short[pcm.length][];
      for (int channel = 0; channel < pcm.length; channel++) {
        ByteBuffer bytes = ByteBuffer.wrap(pcm[channel].toByteArray());
        samples[channel] = new short[bytes.remaining() / 2];
        bytes.asShortBuffer().get(samples[channel]);
      }
      return new Result(
          timeline, samples, encoder.finish().content().toByteArray(), waveform.finish());
    }
  }

  static Instant at(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}

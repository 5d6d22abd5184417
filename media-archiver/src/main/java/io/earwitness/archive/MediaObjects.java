package io.earwitness.archive;

import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.media.AudioTimeline;
import io.earwitness.archive.media.FlacEncoder;
import io.earwitness.archive.media.FlacFile;
import io.earwitness.archive.media.PacketFile;
import io.earwitness.archive.media.Pieces;
import io.earwitness.archive.media.SampleSink;
import io.earwitness.archive.media.TimelineRenderer;
import io.earwitness.archive.media.Waveform;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The second reading of a capture: its audio, encoded, sealed and put piece by piece, and the
 * packets that can't be decoded. Plain audio is in memory only, one part at a time and each part
 * about once: what is sealed takes the place of what was read. Not thread-safe.
 */
final class MediaObjects implements CaptureReader.Visitor, SampleSink, AutoCloseable {
  /** A file of packets ends at this size; the next one begins. */
  static final long PACKETS_BYTES = 32L << 20;

  private static final int SAMPLE_BYTES = 2;

  private final SealedObjects objects;
  private final CmsEnvelopeWriter writer;
  private final AudioTimeline audio;
  private final long samplesPerPart;
  private final TimelineRenderer renderer;
  private final Waveform waveform;
  private final List<String> digests = new ArrayList<>();
  private final Map<Integer, StreamDescription> streams = new HashMap<>();
  private @Nullable FlacEncoder encoder;
  private @Nullable PacketFile packets;
  private int packetFiles;

  /**
   * @param partBytes plain samples of one part, all channels together
   */
  MediaObjects(
      SealedObjects objects, CmsEnvelopeWriter writer, AudioTimeline audio, long partBytes) {
    this.objects = objects;
    this.writer = writer;
    this.audio = audio;
    samplesPerPart = Math.max(1, partBytes / (SAMPLE_BYTES * audio.channels()));
    waveform = new Waveform(audio.channels());
    renderer = audio.renderer(this);
  }

  @Override
  public void event(CaptureEvent event) {
    if (event instanceof CaptureEvent.Streams agreed) {
      agreed.streams().forEach(stream -> streams.put(stream.index(), stream));
    }
  }

  @Override
  public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
    if (renderer.packet(stream, packet, offset, length) != AudioTimeline.Treatment.KEEP_RAW) {
      return;
    }
    if (packets == null) {
      packets = new PacketFile();
    }
    packets.add(streams.get(stream), arrivalNanos, packet, offset, length);
    if (packets.size() >= PACKETS_BYTES) {
      endPackets();
    }
  }

  @Override
  public void accept(short[][] channels, int offset, int length) {
    waveform.accept(channels, offset, length);
    int done = 0;
    while (done < length) {
      if (encoder == null) {
        encoder = new FlacEncoder(audio.channels());
      }
      int step = (int) Math.min(length - done, samplesPerPart - encoder.samples());
      encoder.accept(channels, offset + done, step);
      done += step;
      if (encoder.samples() == samplesPerPart) {
        endPart();
      }
    }
  }

  /** Ends both; all media objects are put then. */
  void finish() throws IOException {
    try {
      renderer.finish();
      endPart();
      endPackets();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void endPart() {
    FlacEncoder ending = encoder;
    if (ending == null) {
      return;
    }
    encoder = null;
    FlacFile file;
    try (ending) {
      file = ending.finish();
    }
    digests.add(file.content().sha256());
    put(ObjectKeys.media(digests.size()), file.content(), file.samples());
  }

  private void endPackets() {
    PacketFile ending = packets;
    if (ending == null) {
      return;
    }
    packets = null;
    packetFiles++;
    put(ObjectKeys.packets(packetFiles), ending.content(), null);
  }

  private void put(String name, Pieces plain, @Nullable Long samples) {
    try {
      objects.put(name, plain, writer, samples);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-256 of each plain audio file, in order. */
  List<String> digests() {
    return digests;
  }

  byte[] waveform() {
    return waveform.finish();
  }

  /** Frees the encoder if the reading broke off. */
  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
    }
  }
}

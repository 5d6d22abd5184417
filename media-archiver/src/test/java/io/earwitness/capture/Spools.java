package io.earwitness.capture;

import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the spool's tests share. */
final class Spools {
  static final long SMALL_SEGMENT = 64 * 1024;

  private Spools() {}

  static SpoolWriter writer(Path directory) throws IOException {
    return SpoolWriter.start(
        SpoolSettings.defaults(directory), TestCaptureKey.key().certificate(), Clock.systemUTC());
  }

  static SpoolWriter smallSegments(Path directory) throws IOException {
    SpoolSettings defaults = SpoolSettings.defaults(directory);
    return SpoolWriter.start(
        new SpoolSettings(
            directory,
            SMALL_SEGMENT,
            Duration.ofMillis(10),
            defaults.syncInterval(),
            defaults.bufferBytes()),
        TestCaptureKey.key().certificate(),
        Clock.systemUTC());
  }

  static SpoolReader reader(Path directory) {
    return new SpoolReader(directory, List.of(TestCaptureKey.key()));
  }

  static CallSummary summary() {
    return summary(RecordingId.draw(Instant.now()), null);
  }

  static CallSummary refused(String reason) {
    return summary(RecordingId.draw(Instant.now()), new Refusal(488, reason));
  }

  static CallSummary summary(RecordingId id, @Nullable Refusal refusal) {
    return new CallSummary(
        id,
        new TenantSlug("acme"),
        refusal == null ? CallState.LIVE : CallState.REFUSED,
        Instant.parse("2026-11-20T09:33:19.123456Z"),
        null,
        ZoneId.of("Europe/Berlin"),
        Direction.INBOUND,
        List.of(),
        Set.of(),
        List.of("call-1@sbc.example.com"),
        "node-1",
        "default",
        "1",
        refusal,
        null);
  }

  /** A packet whose bytes all follow from its number. */
  static byte[] packet(int number) {
    byte[] packet = new byte[172];
    for (int i = 0; i < packet.length; i++) {
      packet[i] = (byte) (number * 31 + i * 7);
    }
    packet[0] = (byte) 0x80;
    packet[2] = (byte) (number >> 8);
    packet[3] = (byte) number;
    return packet;
  }

  static boolean put(CaptureWriter.Session session, int stream, long arrival, byte[] packet) {
    return session.packet(stream, arrival, MemorySegment.ofArray(packet), 0, packet.length);
  }

  static CaptureEvent.Closed closed() {
    return new CaptureEvent.Closed(Instant.now(), "BYE", List.of());
  }

  /** Waits for a condition that another thread brings about; fails after a minute. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited a minute in vain: " + what);
      }
      Thread.sleep(5);
    }
  }

  static List<Path> segments(Path directory, RecordingId id) throws IOException {
    return SpoolLayout.segments(new SpoolLayout(directory).capture(id));
  }

  static void cut(Path file, long size) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) size));
  }

  static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 1;
    Files.write(file, bytes);
  }

  /** Where each frame begins, and behind the last one the end. */
  static List<Integer> frames(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    List<Integer> offsets = new ArrayList<>();
    int at = SegmentHeader.read(java.nio.ByteBuffer.wrap(bytes)).size();
    while (at < bytes.length) {
      offsets.add(at);
      at += FrameHeader.SIZE + (int) FrameHeader.INT.get(bytes, at + FrameHeader.LENGTH_AT);
    }
    offsets.add(at);
    return offsets;
  }

  /** Keeps everything that a capture holds. */
  static final class Content implements CaptureReader.Visitor {
    final List<CaptureEvent> events = new ArrayList<>();
    final List<Packet> packets = new ArrayList<>();

    record Packet(int stream, long arrival, byte[] bytes) {
      int number() {
        return ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
      }
    }

    @Override
    public void event(CaptureEvent event) {
      events.add(event);
    }

    @Override
    public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
      packets.add(
          new Packet(stream, arrivalNanos, Arrays.copyOfRange(packet, offset, offset + length)));
    }

    List<Integer> numbers() {
      return packets.stream().map(Packet::number).toList();
    }
  }
}

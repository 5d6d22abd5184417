package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The test vectors that {@code docs/formats/capture.md} describes: each version stays readable. */
class CaptureVectorTest {
  private static final RecordingId ID = RecordingId.parse("019aa0b2-3f00-7000-8000-000000000001");
  private static final Instant AT = Instant.parse("2026-11-20T09:33:19Z");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theVectorIsReadAsDescribed(int version) throws IOException {
    Path folder = Files.createDirectories(new SpoolLayout(directory).capture(ID));
    for (String name : List.of("000001.seg", "000002.seg")) {
      try (InputStream in = TestCaptureKey.resource("vector-%d/%s".formatted(version, name))) {
        Files.copy(in, folder.resolve(name));
      }
    }
    Spools.Content content = new Spools.Content();
    assertThat(version(folder.resolve("000001.seg"))).isEqualTo(version);
    CaptureReader.End end = Spools.reader(directory).read(ID, content);

    assertThat(end.remark()).isEmpty();
    assertThat(end.closed()).isTrue();
    assertThat(content.events)
        .containsExactly(
            new CaptureEvent.Opened(AT, Spools.summary(ID, null)),
            new CaptureEvent.Dropped(AT, 1, 17),
            new CaptureEvent.Closed(AT, "BYE", List.of()));
    assertThat(content.packets).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(content.packets.get(i).stream()).isEqualTo(i % 2);
      assertThat(content.packets.get(i).arrival()).isEqualTo(1_795_167_199_000_000_000L + i);
      assertThat(content.packets.get(i).bytes()).isEqualTo(Spools.packet(i));
    }
    assertThat(Files.size(folder.resolve("000001.seg"))).isLessThan(4096);
  }

  private static int version(Path segment) throws IOException {
    return SegmentHeader.read(ByteBuffer.wrap(Files.readAllBytes(segment))).version();
  }

  /** Made the vector; run again only for a new version of the format. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Sealing sealing = new GcmSealing(TestCaptureKey.key().certificate());
    SegmentWriter first = segment(folder, 1, sealing);
    events(first, new CaptureEvent.Opened(AT, Spools.summary(ID, null)));
    packets(first, 0);
    first.end(FrameType.End.CONTINUED);
    first.write();
    first.close();
    SegmentWriter second = segment(folder, 2, sealing);
    packets(second, 2);
    events(
        second, new CaptureEvent.Dropped(AT, 1, 17), new CaptureEvent.Closed(AT, "BYE", List.of()));
    second.end(FrameType.End.FINAL);
    second.write();
    second.close();
  }

  private static SegmentWriter segment(Path folder, int number, Sealing sealing)
      throws IOException {
    return SegmentWriter.create(
        SpoolLayout.segment(folder, number),
        SegmentHeader.Kind.CAPTURE,
        ID.value(),
        number,
        AT,
        sealing);
  }

  private static void events(SegmentWriter to, CaptureEvent... events) {
    Chunk chunk = new Chunk(Chunk.SIZE).begin(FrameType.EVENTS);
    for (CaptureEvent event : events) {
      chunk.event(io.earwitness.json.Json.bytes(event));
    }
    to.add(FrameType.EVENTS, chunk.bytes(), chunk.length());
  }

  private static void packets(SegmentWriter to, int from) {
    Chunk chunk = new Chunk(Chunk.SIZE).begin(FrameType.MEDIA);
    for (int i = from; i < from + 2; i++) {
      byte[] packet = Spools.packet(i);
      chunk.packet(
          i % 2,
          AT.getEpochSecond() * 1_000_000_000L + i,
          java.lang.foreign.MemorySegment.ofArray(packet),
          0,
          packet.length);
    }
    to.add(FrameType.MEDIA, chunk.bytes(), chunk.length());
  }
}

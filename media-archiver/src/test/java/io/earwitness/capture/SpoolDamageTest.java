package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.earwitness.call.CallSummary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolDamageTest {
  private static final int PACKETS = 1_500;

  @TempDir Path directory;
  private CallSummary summary = Spools.summary();
  private SpoolReader reader = Spools.reader(Path.of("/"));
  private List<Path> segments = List.of();
  private final Spools.Content content = new Spools.Content();

  @BeforeEach
  void writeACallOfManySegments() throws IOException {
    summary = Spools.summary();
    reader = Spools.reader(directory);
    try (SpoolWriter writer = Spools.smallSegments(directory)) {
      CaptureWriter.Session session = writer.open(summary);
      for (int i = 0; i < PACKETS; i++) {
        Spools.put(session, 0, i, Spools.packet(i));
      }
      session.close(Spools.closed());
    }
    segments = Spools.segments(directory, summary.id());
    assertThat(segments).hasSizeGreaterThanOrEqualTo(3);
  }

  private CaptureReader.End read() throws IOException {
    content.events.clear();
    content.packets.clear();
    return reader.read(summary.id(), content);
  }

  @Test
  void aTornTailIsCutAtEveryByteOfTheLastFrameAndIsNoDamage() throws IOException {
    Path last = segments.getLast();
    List<Integer> frames = Spools.frames(last);
    byte[] whole = Files.readAllBytes(last);
    // The two last frames: Closed, and END
    int from = frames.get(frames.size() - 3);
    int end = frames.get(frames.size() - 2);
    for (int size = from; size < whole.length; size++) {
      Files.write(last, Arrays.copyOf(whole, size));
      CaptureReader.End result = read();
      assertThat(result.damaged()).as("cut at %d: %s", size, result.remark()).isFalse();
      assertThat(result.closed()).as("cut at %d", size).isEqualTo(size >= end);
      assertThat(result.remark()).contains("the recorder was interrupted");
      assertThat(content.packets).hasSize(PACKETS);
      assertThat(result.position() & 0xffff_ffffL).isEqualTo(size >= end ? end : from);
    }
  }

  @Test
  void zerosThatAPowerCutLeavesBehindTheLastFrameAreATornTail() throws IOException {
    Path last = segments.getLast();
    List<Integer> frames = Spools.frames(last);
    Spools.cut(last, frames.get(frames.size() - 3));
    Files.write(last, new byte[5000], StandardOpenOption.APPEND);
    assertThat(read().damaged()).isFalse();
    assertThat(content.packets).hasSize(PACKETS);
  }

  @Test
  void aDamagedFrameCostsOnlyItself() throws IOException {
    Path first = segments.getFirst();
    List<Integer> frames = Spools.frames(first);
    byte[] whole = Files.readAllBytes(first);
    int frame = frames.get(1);
    int lost = 0;
    for (int at : new int[] {0, 4, 6, 8, 9, 11, 15, 19, 20, 500, frames.get(2) - frame - 1}) {
      Files.write(first, whole);
      Spools.flip(first, frame + at);
      CaptureReader.End result = read();
      assertThat(result.damaged()).as("byte %d: %s", at, result.remark()).isTrue();
      assertThat(result.remark()).contains("are damaged; frames behind them were read");
      assertThat(result.closed()).isTrue();
      lost = PACKETS - content.packets.size();
      assertThat(lost).as("byte %d", at).isBetween(1, 100);
      assertThat(content.numbers()).isEqualTo(IntStream.range(lost, PACKETS).boxed().toList());
    }
  }

  @Test
  void aSegmentFullOfWhatLooksLikeFramesCostsOnlyItselfAndBoundedWork() throws IOException {
    Path second = segments.get(1);
    byte[] whole = Files.readAllBytes(second);
    int from = Spools.frames(second).getFirst();
    for (int at = from; at + FrameHeader.SIZE < whole.length; at += FrameHeader.SIZE) {
      int rest = whole.length - at - FrameHeader.SIZE;
      FrameHeader.write(whole, at, FrameType.MEDIA, Math.max(rest, FrameHeader.TAG_SIZE), 1);
    }
    Files.write(second, whole);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = threads.getCurrentThreadAllocatedBytes();
    CaptureReader.End end = read();
    allocated = threads.getCurrentThreadAllocatedBytes() - allocated;

    assertThat(end.damaged()).isTrue();
    assertThat(end.closed()).isTrue();
    assertThat(content.numbers()).contains(0, PACKETS - 1);
    // More than 3,000 look like a frame; to try each is some 200 MB
    assertThat(allocated).isLessThan(64L * whole.length + 16_000_000);
  }

  @Test
  void aDamagedEventFrameIsNoticedAlsoWhenMediaIsSkipped() throws IOException {
    Spools.flip(segments.getFirst(), Spools.frames(segments.getFirst()).getFirst() + 40);
    CaptureReader.End end = reader.readEvents(summary.id(), 0, content);
    assertThat(end.damaged()).isTrue();
    assertThat(content.events).hasSize(1).first().isInstanceOf(CaptureEvent.Closed.class);
  }

  @Test
  void aMediaFrameWithADamagedLengthDoesNotHideLaterEvents() throws IOException {
    int frame = Spools.frames(segments.getLast()).getFirst();
    Spools.flip(segments.getLast(), frame + FrameHeader.LENGTH_AT + 2);
    CaptureReader.End end = reader.readEvents(summary.id(), 0, content);
    assertThat(end.damaged()).isTrue();
    assertThat(end.closed()).isTrue();
  }

  @Test
  void aTruncatedSegmentInTheMiddleIsDamage() throws IOException {
    Path first = segments.getFirst();
    List<Integer> frames = Spools.frames(first);
    for (int size : new int[] {frames.get(1), frames.get(1) + 30}) {
      Spools.cut(first, size);
      CaptureReader.End end = read();
      assertThat(end.damaged()).isTrue();
      assertThat(end.closed()).isTrue();
      assertThat(end.remark()).contains("segment 1 ends too early: it has been truncated");
    }
  }

  @Test
  void aDamagedCopyInTheFirstOnesPlaceDoesNotHideASegment() throws IOException {
    int inFirst = PACKETS - withoutFirst();
    Files.copy(segments.getLast(), segments.getFirst(), StandardCopyOption.REPLACE_EXISTING);
    Spools.flip(segments.getFirst(), Spools.frames(segments.getFirst()).getFirst() + 40);
    CaptureReader.End end = read();
    assertThat(end.remark()).contains("segments were exchanged", "is there twice");
    assertThat(end.closed()).isTrue();
    assertThat(content.packets).hasSize(PACKETS - inFirst);
  }

  private int withoutFirst() throws IOException {
    byte[] first = Files.readAllBytes(segments.getFirst());
    Files.delete(segments.getFirst());
    read();
    Files.write(segments.getFirst(), first);
    return content.packets.size();
  }

  @Test
  void aMissingSegmentIsDamage() throws IOException {
    Files.delete(segments.get(1));
    assertThat(read().remark()).contains("segment 2 is missing");
    assertThat(read().damaged()).isTrue();
  }

  @Test
  void aMissingLastSegmentIsDamage() throws IOException {
    Files.delete(segments.getLast());
    CaptureReader.End end = read();
    assertThat(end.damaged()).isTrue();
    assertThat(end.closed()).isFalse();
    assertThat(end.remark()).contains("the capture goes on, but the next segment is missing");
  }

  @Test
  void anEmptyLastSegmentIsAnInterruptedRecorder() throws IOException {
    byte[] whole = Files.readAllBytes(segments.getLast());
    for (int size : new int[] {0, 5, 100}) {
      Files.write(segments.getLast(), Arrays.copyOf(whole, size));
      CaptureReader.End end = read();
      assertThat(end.closed()).isFalse();
      assertThat(end.damaged()).as(end.remark()).isFalse();
      assertThat(end.remark()).contains("the recorder ended while it began this segment");
    }
    Files.write(segments.getLast(), new byte[4096]);
    assertThat(read().damaged()).isFalse();
  }

  @Test
  void anEmptySegmentInTheMiddleIsDamage() throws IOException {
    Spools.cut(segments.get(1), 0);
    CaptureReader.End end = read();
    assertThat(end.damaged()).isTrue();
    assertThat(end.remark()).contains("000002.seg: the segment's header is incomplete");
  }

  @Test
  void dataBehindTheEndIsDamage() throws IOException {
    Path last = segments.getLast();
    byte[] whole = Files.readAllBytes(last);
    Files.write(last, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    assertThat(read().remark()).contains("3 bytes stand behind its END frame");
    assertThat(read().damaged()).isTrue();

    List<Integer> frames = Spools.frames(segments.getFirst());
    byte[] other = Files.readAllBytes(segments.getFirst());
    Files.write(last, whole);
    Files.write(
        last, Arrays.copyOfRange(other, frames.get(0), frames.get(1)), StandardOpenOption.APPEND);
    assertThat(read().remark()).contains("stand behind its END frame");
  }

  @Test
  void exchangedFramesAreDamageButNothingOfThemIsLost() throws IOException {
    Path first = segments.getFirst();
    List<Integer> f = Spools.frames(first);
    byte[] bytes = Files.readAllBytes(first);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, f.get(1));
    out.write(bytes, f.get(2), f.get(3) - f.get(2));
    out.write(bytes, f.get(1), f.get(2) - f.get(1));
    out.write(bytes, f.get(3), bytes.length - f.get(3));
    Files.write(first, out.toByteArray());
    CaptureReader.End end = read();
    assertThat(end.damaged()).isTrue();
    assertThat(end.remark()).contains("frame 1 stands behind a later one");
    assertThat(content.packets).hasSize(PACKETS);
  }

  @Test
  void aRepeatedFrameIsLeftOut() throws IOException {
    Path first = segments.getFirst();
    List<Integer> f = Spools.frames(first);
    byte[] bytes = Files.readAllBytes(first);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, f.get(2));
    out.write(bytes, f.get(1), bytes.length - f.get(1));
    Files.write(first, out.toByteArray());
    CaptureReader.End end = read();
    assertThat(end.remark()).contains("frame 1 is there twice");
    assertThat(content.packets).hasSize(PACKETS);
  }

  @Test
  void aFrameOfAnotherSegmentIsNotAccepted() throws IOException {
    List<Integer> f = Spools.frames(segments.get(0));
    byte[] one = Files.readAllBytes(segments.get(0));
    List<Integer> g = Spools.frames(segments.get(1));
    byte[] two = Files.readAllBytes(segments.get(1));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(one, 0, f.get(1));
    out.write(two, g.get(1), g.get(2) - g.get(1));
    out.write(one, f.get(2), one.length - f.get(2));
    Files.write(segments.get(0), out.toByteArray());
    CaptureReader.End end = read();
    assertThat(end.damaged()).isTrue();
    assertThat(content.packets.size()).isLessThan(PACKETS);
    assertThat(content.numbers()).isSorted();
  }

  @Test
  void exchangedSegmentsAreDamageButReadInTheirTrueOrder() throws IOException {
    Path aside = directory.resolve("aside");
    Files.move(segments.get(0), aside);
    Files.move(segments.get(1), segments.get(0));
    Files.move(aside, segments.get(1));
    CaptureReader.End end = read();
    assertThat(end.damaged()).isTrue();
    assertThat(end.remark()).contains("segments were exchanged");
    assertThat(content.numbers()).isEqualTo(IntStream.range(0, PACKETS).boxed().toList());
  }

  @Test
  void aSegmentOfAnotherCaptureIsNotAccepted() throws IOException {
    CallSummary other = Spools.summary();
    try (SpoolWriter writer = Spools.writer(directory)) {
      CaptureWriter.Session session = writer.open(other);
      Spools.put(session, 0, 0, Spools.packet(7));
      session.close(Spools.closed());
    }
    Files.copy(
        Spools.segments(directory, other.id()).getFirst(),
        segments.getLast(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    CaptureReader.End end = read();
    assertThat(end.damaged()).isTrue();
    assertThat(end.remark()).contains("belongs to another capture, " + other.id());
    assertThat(end.closed()).isFalse();
  }

  @Test
  void aDamagedHeaderCostsItsSegmentAndIsExplained() throws IOException {
    Spools.flip(segments.get(1), 90);
    CaptureReader.End end = read();
    assertThat(end.remark()).contains("000002.seg: the segment's header is damaged");
    assertThat(end.damaged()).isTrue();
    assertThat(end.closed()).isTrue();
    assertThat(content.packets).isNotEmpty();

    Spools.flip(segments.get(1), 90);
    Spools.flip(segments.get(1), 9);
    assertThat(read().remark()).contains("newer format");
    Files.write(
        segments.get(1),
        "GIF89a, or whatever".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThat(read().remark()).contains("is no segment of a capture");
  }
}

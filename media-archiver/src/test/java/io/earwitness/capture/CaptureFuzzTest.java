package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.fuzz.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A capture of which one segment is anything: that costs at most what was in it. Nothing is read
 * that was not written, all other segments are read, and what is missing is said.
 */
class CaptureFuzzTest {
  private static final int PACKETS = 1_200;

  @TempDir Path directory;

  @Test
  void segments() throws Exception {
    CallSummary summary = Spools.summary();
    try (SpoolWriter writer = Spools.smallSegments(directory)) {
      CaptureWriter.Session session = writer.open(summary);
      for (int i = 0; i < PACKETS; i++) {
        Spools.put(session, 0, i, Spools.packet(i));
      }
      session.close(Spools.closed());
    }
    List<Path> files = Spools.segments(directory, summary.id());
    assertThat(files).hasSizeGreaterThanOrEqualTo(3);
    List<byte[]> whole = new ArrayList<>();
    for (Path file : files) {
      whole.add(Files.readAllBytes(file));
    }
    Path target = files.get(1);
    Set<Integer> others = others(summary, target);
    Fuzz.run(
        "capture",
        whole,
        List.of("EWF1", "EWSPL\r\n"),
        input -> {
          Files.write(target, input);
          Spools.Content content = new Spools.Content();
          CaptureReader.End end = Spools.reader(directory).read(summary.id(), content);
          Set<Integer> read = new HashSet<>(content.numbers());
          assertThat(read).as(end.remark()).containsAll(others);
          for (Spools.Content.Packet packet : content.packets) {
            assertThat(packet.bytes()).isEqualTo(Spools.packet(packet.number()));
          }
          assertThat(content.packets).as("none twice").hasSameSizeAs(read);
          if (read.size() < PACKETS) {
            assertThat(end.damaged()).as(end.remark()).isTrue();
            assertThat(end.remark()).isNotEmpty();
          }
          Spools.reader(directory).readEvents(summary.id(), 0, new Spools.Content());
        });
  }

  /** The numbers of the packets that are in other segments. */
  private Set<Integer> others(CallSummary summary, Path segment) throws IOException {
    byte[] whole = Files.readAllBytes(segment);
    Files.delete(segment);
    Spools.Content content = new Spools.Content();
    Spools.reader(directory).read(summary.id(), content);
    Files.write(segment, whole);
    Set<Integer> numbers = new HashSet<>(content.numbers());
    assertThat(numbers).hasSizeBetween(100, PACKETS - 100);
    return numbers;
  }
}

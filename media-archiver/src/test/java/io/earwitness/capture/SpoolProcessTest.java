package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.RecordingId;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolProcessTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path directory;

  @Test
  void aKilledRecorderLosesNoOpenedCallAndLessThanASecondOfIt() throws Exception {
    Process child = SpoolChild.start("exec", "call", directory);
    RecordingId id;
    long said;
    try {
      BufferedReader output = SpoolChild.output(child);
      id = RecordingId.parse(SpoolChild.line(output));
      assertThatThrownBy(() -> Spools.writer(directory))
          .hasMessageContaining("another recorder (process " + child.pid() + ")");
      long first = Long.parseLong(SpoolChild.line(output).split(" ")[1]);
      do {
        said = Long.parseLong(SpoolChild.line(output).split(" ")[1]);
      } while (said - first < 3 * SECOND);
      assertThat(Spools.reader(directory).list())
          .singleElement()
          .matches(CaptureReader.Entry::beingWritten);
    } finally {
      child.destroyForcibly().waitFor();
    }
    SpoolReader reader = Spools.reader(directory);
    assertThat(reader.list()).singleElement().matches(entry -> !entry.beingWritten());
    // A new recorder on the same spool changes nothing about that
    try (SpoolWriter writer = Spools.writer(directory)) {
      assertThat(writer.health().sessions()).isZero();
      assertThat(Spools.reader(directory).list())
          .singleElement()
          .matches(entry -> !entry.beingWritten());
      Spools.Content content = new Spools.Content();
      CaptureReader.End end = reader.read(id, content);
      assertThat(end.closed()).isFalse();
      assertThat(end.damaged()).as(end.remark()).isFalse();
      assertThat(content.events).first().isInstanceOf(CaptureEvent.Opened.class);
      assertThat(content.numbers())
          .isEqualTo(IntStream.range(0, content.packets.size()).boxed().toList());
      assertThat(content.packets.getLast().arrival()).isGreaterThan(said - SECOND);
      assertThat(reader.refusals()).hasSize(1);
    }
  }

  @Test
  void aDiskThatTakesNothingHoldsUpOneCallOnlyAndLosesNothingThatWasTaken() throws Exception {
    // No file may grow beyond 256 KiB (the shell counts in 512 bytes): writes fail as on a full
    // disk
    Process child = SpoolChild.start("ulimit -S -f 512; exec", "limited", directory);
    RecordingId big;
    RecordingId small;
    int taken;
    try {
      BufferedReader output = SpoolChild.output(child);
      big = RecordingId.parse(SpoolChild.line(output));
      small = RecordingId.parse(SpoolChild.line(output));
      assertThat(SpoolChild.line(output)).startsWith("failing 1 ").contains("File too large");
      SpoolReader reader = Spools.reader(directory);
      Spools.Content others = new Spools.Content();
      assertThat(reader.read(small, others).closed()).isTrue();
      assertThat(others.packets).hasSize(100);

      Process lift =
          new ProcessBuilder(
                  "prlimit", "--pid", Long.toString(child.pid()), "--fsize=unlimited:unlimited")
              .inheritIO()
              .start();
      assertThat(lift.waitFor()).as("prlimit, of Debian's util-linux").isZero();
      child.getOutputStream().write("go on\n".getBytes(StandardCharsets.US_ASCII));
      child.getOutputStream().flush();
      taken = Integer.parseInt(SpoolChild.line(output).split(" ")[1]);
      child.waitFor();
    } finally {
      child.destroyForcibly().waitFor();
    }
    Spools.Content content = new Spools.Content();
    CaptureReader.End end = Spools.reader(directory).read(big, content);
    assertThat(end.closed()).isTrue();
    assertThat(end.damaged()).as(end.remark()).isFalse();
    assertThat(content.packets).hasSize(taken);
    assertThat(taken).isGreaterThan(1_500);
  }
}

package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolBackpressureTest {
  @TempDir Path directory;

  @Test
  void fullBuffersAreAnnouncedThenRefuseMediaButNeverEvents() throws Exception {
    CallSummary summary = Spools.summary();
    SpoolSettings small =
        new SpoolSettings(
            directory, 1024 * 1024, Duration.ofMillis(500), Duration.ofSeconds(1), 1024 * 1024);
    int taken = 0;
    boolean warned = false;
    Spools.Content content = new Spools.Content();
    try (SpoolWriter writer =
        SpoolWriter.start(small, TestCaptureKey.key().certificate(), Clock.systemUTC())) {
      CaptureWriter.Session session = writer.open(summary);
      // Faster than any disk: sooner or later the buffers are full
      while (Spools.put(session, 0, taken, Spools.packet(taken))) {
        taken++;
        warned |= session.isCongested();
      }
      assertThat(warned).as("congestion is announced before the first refusal").isTrue();
      assertThat(writer.health().refusedPackets()).isEqualTo(1);
      session.append(new CaptureEvent.Dropped(writer.now(), 0, 1));
      Spools.await("room again", () -> !session.isCongested());
      assertThat(Spools.put(session, 0, taken, Spools.packet(taken))).isTrue();
      taken++;
      session.close(Spools.closed());
      assertThat(writer.health().bufferedBytes()).isZero();
    }
    CaptureReader.End end = Spools.reader(directory).read(summary.id(), content);
    assertThat(end.remark()).isEmpty();
    assertThat(content.packets).hasSize(taken);
    assertThat(content.packets.stream().map(Spools.Content.Packet::arrival))
        .isEqualTo(IntStream.range(0, taken).mapToObj(i -> (long) i).toList());
    assertThat(content.events).hasSize(3);
    assertThat(content.events.get(1)).isInstanceOf(CaptureEvent.Dropped.class);
  }
}

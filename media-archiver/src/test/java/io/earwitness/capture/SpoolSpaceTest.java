package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolSpaceTest {
  private static final long GIGABYTE = 1_000_000_000;

  @TempDir Path directory;
  private final AtomicLong free = new AtomicLong(100 * GIGABYTE);
  private Instant now = Instant.parse("2026-11-26T10:00:00Z");
  private final SpoolSpace space =
      new SpoolSpace(Path.of("spool"), 10 * GIGABYTE, free::get, () -> now);

  private SpoolSpace.Room after(Duration time, long freeBytes) {
    now = now.plus(time);
    free.set(freeBytes);
    space.look();
    return Objects.requireNonNull(space.room());
  }

  @Test
  void theForecastSaysWhenOnlyTheReserveIsLeft() {
    assertThat(after(Duration.ZERO, 100 * GIGABYTE).fullIn()).isNull();
    assertThat(after(Duration.ofSeconds(30), 99 * GIGABYTE).fullIn())
        .as("half a minute is no trend")
        .isNull();
    // 2 GB in two minutes: the 88 GB above the reserve last for 88 minutes
    assertThat(after(Duration.ofSeconds(90), 98 * GIGABYTE).fullIn())
        .isEqualTo(Duration.ofMinutes(88));
  }

  @Test
  void onlyTheLastTenMinutesCount() {
    for (int minute = 0; minute <= 30; minute++) {
      after(Duration.ofMinutes(1), (100 - minute) * GIGABYTE);
    }
    for (int minute = 0; minute <= 10; minute++) {
      after(Duration.ofMinutes(1), 70 * GIGABYTE);
    }
    assertThat(Objects.requireNonNull(space.room()).fullIn()).isNull();
  }

  @Test
  void roomThatGrowsIsNeverFull() {
    after(Duration.ZERO, 50 * GIGABYTE);
    assertThat(after(Duration.ofMinutes(5), 60 * GIGABYTE).fullIn()).isNull();
  }

  @Test
  void aClockThatIsSetBackBeginsAnew() {
    after(Duration.ZERO, 50 * GIGABYTE);
    assertThat(after(Duration.ofHours(-1), 40 * GIGABYTE).fullIn()).isNull();
    assertThat(after(Duration.ofMinutes(2), 38 * GIGABYTE).fullIn())
        .isEqualTo(Duration.ofMinutes(28));
  }

  @Test
  void belowTheReserveNewCallsAreRefusedAndRunningOnesGoOn() throws Exception {
    try (SpoolWriter writer =
        SpoolWriter.start(
            SpoolSettings.defaults(directory),
            TestCaptureKey.key().certificate(),
            space,
            Clock.systemUTC())) {
      CaptureWriter.Session running = writer.open(Spools.summary());
      free.set(10 * GIGABYTE - 1);
      Spools.await("the next look", () -> Objects.requireNonNull(space.room()).low());
      assertThatThrownBy(() -> writer.open(Spools.summary()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("9999 MB left, and its reserve of 10000 MB is for calls that run");
      writer.refuse(Spools.refused("no room"), null);
      for (int i = 0; i < 100; i++) {
        assertThat(Spools.put(running, 0, i, Spools.packet(i))).isTrue();
      }
      running.close(Spools.closed());
      Spools.Content content = new Spools.Content();
      assertThat(Spools.reader(directory).read(running.id(), content).closed()).isTrue();
      assertThat(content.packets).hasSize(100);
      assertThat(Spools.reader(directory).refusals()).hasSize(1);

      free.set(11 * GIGABYTE);
      Spools.await("the next look", () -> !Objects.requireNonNull(space.room()).low());
      writer.open(Spools.summary()).close(Spools.closed());
    }
  }

  @Test
  void aFileSystemThatDoesNotSayRefusesNothing() throws Exception {
    SpoolSpace silent =
        new SpoolSpace(
            directory,
            GIGABYTE,
            () -> {
              throw new IOException("no such figure");
            },
            Clock.systemUTC());
    try (SpoolWriter writer =
        SpoolWriter.start(
            SpoolSettings.defaults(directory),
            TestCaptureKey.key().certificate(),
            silent,
            Clock.systemUTC())) {
      writer.open(Spools.summary()).close(Spools.closed());
      assertThat(silent.room()).isNull();
    }
  }
}

package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalLogTest {
  @TempDir Path directory;

  private List<String> reasons(SpoolReader reader) throws IOException {
    List<String> reasons = new ArrayList<>();
    for (CaptureReader.RefusalEntry entry : reader.refusals()) {
      reasons.add(String.valueOf(entry.refusal().summary().refusal()));
    }
    return reasons;
  }

  private long files() throws IOException {
    try (var files = Files.list(directory.resolve("refusals"))) {
      return files.count();
    }
  }

  @Test
  void aRefusalIsReadableAtOnceAndUntilItIsAcknowledged() throws IOException {
    SpoolReader reader = Spools.reader(directory);
    try (SpoolWriter writer = Spools.writer(directory)) {
      assertThat(reader.refusals()).isEmpty();
      writer.refuse(Spools.refused("first"), null);
      writer.refuse(Spools.refused("second"), null);
      List<CaptureReader.RefusalEntry> two = reader.refusals();
      assertThat(two).hasSize(2);
      reader.acknowledge(two.getFirst());
      writer.refuse(Spools.refused("third"), null);
      assertThat(reasons(reader)).hasSize(2).first().asString().contains("second");

      // Another reader, as after a restart, begins where the first one stopped
      SpoolReader restarted = Spools.reader(directory);
      List<CaptureReader.RefusalEntry> rest = restarted.refusals();
      assertThat(rest).hasSize(2);
      restarted.acknowledge(rest.getLast());
      assertThat(restarted.refusals()).isEmpty();
      // An older acknowledgement takes nothing back
      restarted.acknowledge(two.getFirst());
      assertThat(restarted.refusals()).isEmpty();
    }
    assertThat(reader.refusals()).isEmpty();
    assertThat(files()).as("a log read to its end goes").isZero();
  }

  @Test
  void refusalsOfAnEarlierProcessAreStillDelivered() throws IOException {
    try (SpoolWriter writer = Spools.writer(directory)) {
      writer.refuse(Spools.refused("before"), null);
    }
    try (SpoolWriter writer = Spools.writer(directory)) {
      writer.refuse(Spools.refused("after"), null);
      SpoolReader reader = Spools.reader(directory);
      assertThat(reasons(reader)).hasSize(2);
      for (CaptureReader.RefusalEntry entry : reader.refusals()) {
        reader.acknowledge(entry);
      }
      assertThat(reasons(reader)).isEmpty();
    }
  }

  @Test
  void aTornRefusalCostsOnlyItself() throws IOException {
    try (SpoolWriter writer = Spools.writer(directory)) {
      writer.refuse(Spools.refused("whole"), null);
      writer.refuse(Spools.refused("torn"), null);
    }
    Path log;
    try (var files = Files.list(directory.resolve("refusals"))) {
      log = files.findFirst().orElseThrow();
    }
    List<Integer> frames = Spools.frames(log);
    Spools.cut(log, frames.get(2) - 1);
    SpoolReader reader = Spools.reader(directory);
    List<CaptureReader.RefusalEntry> left = reader.refusals();
    assertThat(left).hasSize(1);
    reader.acknowledge(left.getFirst());
    assertThat(reader.refusals()).isEmpty();
    assertThat(files()).isZero();
  }

  @Test
  void aDamagedLogIsKeptAndTheRestOfItDelivered() throws IOException {
    try (SpoolWriter writer = Spools.writer(directory)) {
      writer.refuse(Spools.refused("damaged"), null);
      writer.refuse(Spools.refused("good"), null);
    }
    Path log;
    try (var files = Files.list(directory.resolve("refusals"))) {
      log = files.findFirst().orElseThrow();
    }
    Spools.flip(log, Spools.frames(log).getFirst() + 50);
    SpoolReader reader = Spools.reader(directory);
    assertThat(reasons(reader)).hasSize(1).first().asString().contains("good");
    assertThat(log).exists();
  }

  @Test
  void manyRefusalsRotateAndAllAreDelivered() throws IOException {
    int count = 3_000;
    try (SpoolWriter writer = Spools.writer(directory)) {
      for (int i = 0; i < count; i++) {
        writer.refuse(Spools.refused("refused " + i), null);
      }
      SpoolReader reader = Spools.reader(directory);
      assertThat(files()).isGreaterThan(2);
      List<CaptureReader.RefusalEntry> all = reader.refusals();
      assertThat(all).hasSize(count);
      for (CaptureReader.RefusalEntry entry : all) {
        reader.acknowledge(entry);
      }
      assertThat(reader.refusals()).isEmpty();
      assertThat(files()).as("the log in use, its marker and its position").isEqualTo(3);
    }
  }
}

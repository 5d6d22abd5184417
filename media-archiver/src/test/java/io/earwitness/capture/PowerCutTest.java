package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spool after a power cut: what is left is what was synced last, and nothing else. */
class PowerCutTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  /**
   * A disk that keeps of each file what it held, and of each folder the names that were in it, when
   * that very file or folder was synced: less than any real file system. What was only handed to
   * the kernel is gone with the power.
   */
  private static final class Platter implements DiskSync {
    private final Path directory;
    private final Set<Path> touched = ConcurrentHashMap.newKeySet();

    // Guarded by this
    private final Map<Path, byte[]> files = new HashMap<>();
    private final Map<Path, Set<String>> names = new HashMap<>();
    private long syncs;

    Platter(Path directory) {
      this.directory = directory;
      // Made when the spool was set up, long ago
      names.put(directory, Set.of("captures", "refusals"));
    }

    @Override
    public String method() {
      return "test";
    }

    @Override
    public void touched(Path path) {
      touched.add(path);
    }

    @Override
    public synchronized void sync() throws IOException {
      for (Path path : touched) {
        touched.remove(path);
        if (Files.isDirectory(path)) {
          try (Stream<Path> children = Files.list(path)) {
            names.put(
                path,
                new HashSet<>(children.map(child -> child.getFileName().toString()).toList()));
          }
        } else {
          try {
            files.put(path, Files.readAllBytes(path));
          } catch (NoSuchFileException e) {
            files.remove(path);
          }
        }
      }
      syncs++;
    }

    synchronized long syncs() {
      return syncs;
    }

    /** What is found at the next start: content only under names that were synced. */
    synchronized void cutPower(Path into) throws IOException {
      restore(directory, into);
    }

    private void restore(Path folder, Path into) throws IOException {
      Files.createDirectories(into);
      for (String name : names.getOrDefault(folder, Set.of())) {
        Path child = folder.resolve(name);
        if (files.containsKey(child)) {
          Files.write(into.resolve(name), files.get(child));
        } else if (names.containsKey(child)) {
          restore(child, into.resolve(name));
        } else if (name.endsWith(".seg") || name.equals(SpoolLayout.OPEN)) {
          Files.write(into.resolve(name), new byte[0]);
        } else {
          restore(child, into.resolve(name));
        }
      }
    }

    @Override
    public void close() {}
  }

  @Test
  void aPowerCutCostsLessThanFiveSecondsOfEachCallAndNoneThatWasSynced() throws Exception {
    Path spool = Files.createDirectory(folder.resolve("spool"));
    Platter[] platter = new Platter[1];
    Path left = folder.resolve("left");
    List<RecordingId> calls = new ArrayList<>();
    RecordingId ended;
    Instant cut;
    SpoolSettings usual = SpoolSettings.defaults(spool);
    try (SpoolWriter writer =
        SpoolWriter.start(
            new SpoolSettings(
                spool,
                Spools.SMALL_SEGMENT,
                usual.sealInterval(),
                usual.syncInterval(),
                usual.bufferBytes()),
            new GcmSealing(TestCaptureKey.key().certificate()),
            SpoolSpace.of(spool, 0, Clock.systemUTC()),
            directory -> platter[0] = new Platter(directory),
            Clock.systemUTC())) {
      List<CaptureWriter.Session> sessions = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        CallSummary call = Spools.summary();
        calls.add(call.id());
        sessions.add(writer.open(call));
      }
      CallSummary short1 = Spools.summary();
      ended = short1.id();
      CaptureWriter.Session over = writer.open(short1);
      Spools.put(over, 0, nanos(Instant.now()), Spools.packet(0));
      over.close(Spools.closed());
      writer.refuse(Spools.refused("before the power cut"), null);
      // Several segments for each call, and the cut at any place between two syncs
      for (int packet = 0; packet < 1_500 || platter[0].syncs() < 3; packet++) {
        for (CaptureWriter.Session session : sessions) {
          Spools.put(session, 0, nanos(Instant.now()), Spools.packet(packet));
        }
        Thread.sleep(2);
      }
      // First the time: what is left then is of this sync or a later one
      cut = Objects.requireNonNull(writer.health().syncedAt());
      platter[0].cutPower(left);
    }
    SpoolReader reader = Spools.reader(left);
    assertThat(reader.list())
        .extracting(CaptureReader.Entry::id)
        .containsAll(calls)
        .contains(ended);
    for (RecordingId id : calls) {
      Spools.Content content = new Spools.Content();
      CaptureReader.End end = reader.read(id, content);
      assertThat(end.damaged()).as(end.remark()).isFalse();
      assertThat(content.events).first().isInstanceOf(CaptureEvent.Opened.class);
      assertThat(content.numbers())
          .as("without a gap")
          .isEqualTo(IntStream.range(0, content.packets.size()).boxed().toList());
      // With a sync each second, of all that is older by the time that it may wait before it is
      // written: five seconds together. Judged by what was synced, not by how fast this machine is
      long kept = content.packets.getLast().arrival();
      assertThat(kept).isGreaterThan(nanos(cut) - 4 * SECOND);
    }
    Spools.Content content = new Spools.Content();
    assertThat(reader.read(ended, content).closed()).isTrue();
    assertThat(content.packets).hasSize(1);
    assertThat(reader.refusals()).hasSize(1);
    // The next recorder takes the spool as it is
    try (SpoolWriter writer = Spools.writer(left)) {
      writer.open(Spools.summary()).close(Spools.closed());
    }
  }

  private static long nanos(Instant instant) {
    return instant.getEpochSecond() * SECOND + instant.getNano();
  }
}

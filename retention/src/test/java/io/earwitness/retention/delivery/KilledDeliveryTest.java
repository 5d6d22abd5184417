package io.earwitness.retention.delivery;

import static io.earwitness.retention.delivery.DeliveryWorld.ACME;
import static io.earwitness.retention.delivery.DeliveryWorld.assertSame;
import static io.earwitness.retention.delivery.DeliveryWorld.theirs;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.retention.KilledProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that delivers is killed by SIGKILL before any of its steps, and one goes on. */
class KilledDeliveryTest {
  @TempDir private Path folder;

  /** Delivers in a process of its own, which stands still before one of its steps. */
  static final class Delivering {
    private Delivering() {}

    public static void main(String[] arguments) throws IOException {
      DatabaseConfig.External server =
          new DatabaseConfig.External(arguments[1], arguments[2], arguments[3]);
      try (DeliveryWorld world = new DeliveryWorld(Path.of(arguments[0]), server)) {
        DeliveryTarget target = world.folderTarget(ACME, arguments[4]);
        int last = Integer.parseInt(arguments[5]);
        world.run(
            target,
            new Mortal(
                world.places().open(target),
                last,
                false,
                new HashMap<>(),
                () -> KilledProcess.standStill("before step " + last)));
      }
      KilledProcess.say(KilledProcess.ENDED);
    }
  }

  /**
   * At every eighth step of those that one recording takes: a JVM needs a second or two to begin.
   */
  @Test
  void the_end_is_the_same_when_the_process_is_killed() throws Exception {
    assertThat(killedAtEach(8)).isGreaterThan(1);
  }

  @Test
  @Tag("full")
  void the_end_is_the_same_at_whichever_step_the_process_is_killed() throws Exception {
    assertThat(killedAtEach(1)).isGreaterThan(12);
  }

  /** Returns how often it was. */
  private int killedAtEach(int stride) throws Exception {
    try (DeliveryWorld world = new DeliveryWorld(folder)) {
      Deliveries deliveries = world.database.deliveries();
      world.archive(ACME, "+4930123", "Ana", 3_000);
      world.settle();
      int killed = 0;
      for (int step = 1; ; step += stride) {
        DeliveryTarget target = world.folderTarget(ACME, "killed-" + step);
        deliveries.set(target, "test");
        while (deliveries.queue()) {}
        String said =
            KilledProcess.run(
                Delivering.class,
                folder.toString(),
                world.server.url(),
                world.server.user(),
                world.server.password(),
                target.name(),
                Integer.toString(step));
        Map<Path, Object> arrived = files(world.at(target));
        world.run(target, world.places().open(target));
        assertSame(
            theirs(new FolderPlace(world.at(target)), ACME + "/recordings/"), world.ours(ACME));
        assertThat(files(world.at(target)))
            .as("nothing is sent twice")
            .containsAllEntriesOf(arrived);
        assertThat(deliveries.list(ACME))
            .filteredOn(status -> status.target().name().equals(target.name()))
            .allSatisfy(status -> assertThat(status.waiting()).isZero());
        deliveries.remove(ACME, target.name(), "test");
        if (said.equals(KilledProcess.ENDED)) {
          return killed;
        }
        killed++;
      }
    }
  }

  /** Objects of recordings that are there as a whole, by the file that each is. */
  private static Map<Path, Object> files(Path place) throws IOException {
    Path recordings = place.resolve(ACME + "/recordings");
    if (!Files.isDirectory(recordings)) {
      return Map.of();
    }
    Map<Path, Object> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(recordings)) {
      List<Path> whole =
          all.filter(Files::isRegularFile)
              .filter(file -> !file.toString().endsWith(".part"))
              .toList();
      for (Path file : whole) {
        files.put(file, Files.readAttributes(file, BasicFileAttributes.class).fileKey());
      }
    }
    return files;
  }
}

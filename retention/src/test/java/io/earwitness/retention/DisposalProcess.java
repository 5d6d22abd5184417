package io.earwitness.retention;

import io.earwitness.archive.catalog.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Disposes in a process of its own, which stands still at one of its steps until it is killed. */
final class DisposalProcess {
  private DisposalProcess() {}

  /**
   * One round, killed by SIGKILL.
   *
   * @return the step at which it was killed; {@link KilledProcess#ENDED} if it has fewer
   */
  static String killedAt(DisposalWorld world, Path folder, int step) throws IOException {
    return KilledProcess.run(
        DisposalProcess.class,
        folder.toString(),
        world.config.url(),
        world.config.user(),
        world.config.password(),
        world.clock.now.toString(),
        Integer.toString(step));
  }

  public static void main(String[] arguments) {
    DatabaseConfig.External config =
        new DatabaseConfig.External(arguments[1], arguments[2], arguments[3]);
    DisposalWorld.Time time = new DisposalWorld.Time();
    time.now = Instant.parse(arguments[4]);
    try (DisposalWorld world = new DisposalWorld(Path.of(arguments[0]), null, config, time)) {
      Fate fate = new Fate(Integer.parseInt(arguments[5]), true, KilledProcess::standStill);
      KilledDisposalTest.round(world, fate);
    }
    KilledProcess.say(KilledProcess.ENDED);
  }
}

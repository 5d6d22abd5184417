package io.earwitness.archive.catalog.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} tells of a server (PostgreSQL's {@code pidfile.h}): line 1 its
 * process id, line 4 its port.
 */
record PostmasterPid(long pid, int port) {
  static Optional<PostmasterPid> read(Path data) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file(data));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      long pid = Long.parseLong(lines.get(0).strip());
      return Optional.of(new PostmasterPid(pid, Integer.parseInt(lines.get(3).strip())));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty(); // torn by a crash: nobody runs who could have written it in full
    }
  }

  static Path file(Path data) {
    return data.resolve("postmaster.pid");
  }

  /** The server's process, if it still runs on that data directory: it works inside of it. */
  Optional<ProcessHandle> process(Path data) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(p -> worksIn(p, data));
  }

  private static boolean worksIn(ProcessHandle process, Path data) {
    try {
      Path inside = Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"));
      return inside.equals(data.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}

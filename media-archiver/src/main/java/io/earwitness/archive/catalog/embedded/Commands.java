package io.earwitness.archive.catalog.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs programs of the operating system and of PostgreSQL in a clean environment. */
final class Commands {
  private Commands() {}

  /** How a program ended and what it wrote, both outputs together. */
  record Result(int exitCode, String output) {}

  /**
   * Runs a program to its end.
   *
   * @throws EmbeddedPostgresException if it can't be started or takes longer than {@code atMost}
   */
  static Result run(Duration atMost, @Nullable Path workingDirectory, List<String> command) {
    Path output = null;
    try {
      output = Files.createTempFile("earwitness-command", ".out");
      Process process = start(command, workingDirectory, output);
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new EmbeddedPostgresException(
            "'%s' did not end within %d s".formatted(command.getFirst(), atMost.toSeconds()));
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "can't run '%s': %s".formatted(command.getFirst(), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedPostgresException(
          "interrupted while '%s' ran".formatted(command.getFirst()), e);
    } finally {
      if (output != null) {
        deleteQuietly(output);
      }
    }
  }

  /** Starts a program whose outputs are appended to a file: a pipe would outlive and hang us. */
  static Process start(List<String> command, @Nullable Path workingDirectory, Path output)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    if (workingDirectory != null) {
      builder.directory(workingDirectory.toFile());
    }
    // PGDATA, PGPORT and the like would change what the programs do; a locale may not be there
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    return builder.start();
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }
}

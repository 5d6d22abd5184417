package io.earwitness.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Where a measurement keeps its files; they go with it. */
record BenchFolder(Path path) implements AutoCloseable {
  /**
   * Makes it.
   *
   * @param data where it is to lie; null for the temporary folder
   */
  static BenchFolder make(@Nullable Path data, String bench) throws IOException {
    return new BenchFolder(
        data == null
            ? Files.createTempDirectory("earwitness-bench")
            : Files.createDirectories(data.resolve("bench-" + bench)));
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(path)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}

package io.earwitness.app.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The reference beside {@link CaptureBench}: a program in C that receives and does nothing. */
final class ReferenceSink {
  private static final String SOURCE = "reference_sink.c";
  private static final int FIRST_PORT = 10_000;

  private ReferenceSink() {}

  /**
   * Builds it and measures it under the same load.
   *
   * @return CPU seconds per million packets; null where there is no C compiler
   */
  static @Nullable Double measure(Path folder, CaptureBench.Options options)
      throws IOException, InterruptedException {
    Path program = build(folder);
    if (program == null) {
      return null;
    }
    Process process =
        new ProcessBuilder(
                program.toString(),
                Integer.toString(options.streams()),
                Integer.toString(FIRST_PORT),
                Long.toString(options.round().toMillis()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        PrintWriter in =
            new PrintWriter(process.getOutputStream(), true, StandardCharsets.US_ASCII)) {
      String bound = out.readLine();
      if (bound == null) {
        throw new IOException("the reference could not bind its ports");
      }
      List<Integer> ports = Arrays.stream(bound.split(",")).map(Integer::valueOf).toList();
      long seconds = options.warmUp().plus(options.measured()).toSeconds() + 1;
      try (LoadProcess load = new LoadProcess(ports, seconds)) {
        load.begin();
        Thread.sleep(options.warmUp());
        long[] before = ask(in, out);
        Thread.sleep(options.measured());
        long[] after = ask(in, out);
        return (after[0] - before[0]) / 1e9 / ((after[1] - before[1]) / 1e6);
      }
    } finally {
      process.destroy();
    }
  }

  private static long[] ask(PrintWriter in, BufferedReader out) throws IOException {
    in.println("now");
    String answer = out.readLine();
    if (answer == null) {
      throw new IOException("the reference ended before its time");
    }
    return Arrays.stream(answer.split(",")).mapToLong(Long::parseLong).toArray();
  }

  private static @Nullable Path build(Path folder) throws IOException, InterruptedException {
    Path source = folder.resolve(SOURCE);
    try (InputStream in = Objects.requireNonNull(ReferenceSink.class.getResourceAsStream(SOURCE))) {
      Files.copy(in, source);
    }
    Path program = folder.resolve("reference_sink");
    Process compiler;
    try {
      compiler =
          new ProcessBuilder("cc", "-O2", "-o", program.toString(), source.toString())
              .inheritIO()
              .start();
    } catch (IOException e) {
      return null; // no compiler
    }
    return compiler.waitFor() == 0 ? program : null;
  }
}

package io.earwitness.app.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The references beside {@link CaptureBench}, under the same load of plain RTP: a program in C that
 * receives and does nothing, and, where it is installed, dumpcap, which writes to a file.
 */
final class ReferenceSink {
  private static final String SOURCE = "reference_sink.c";
  private static final int FIRST_PORT = 10_000;

  /**
   * CPU seconds per million packets.
   *
   * @param dumpcap null where it is not installed or may not capture
   */
  record Figures(double sink, @Nullable Double dumpcap) {}

  private ReferenceSink() {}

  /**
   * Builds the program and measures it, alone and then beside dumpcap.
   *
   * @return null where there is no C compiler
   */
  static @Nullable Figures measure(Path folder, CaptureBench.Options options)
      throws IOException, InterruptedException {
    Path program = build(folder);
    if (program == null) {
      return null;
    }
    double sink = cpuOf(program, options, null)[0];
    Process dumpcap = dumpcap(folder);
    if (dumpcap == null) {
      return new Figures(sink, null);
    }
    try {
      return new Figures(sink, cpuOf(program, options, dumpcap)[1]);
    } finally {
      dumpcap.destroy();
      dumpcap.waitFor();
    }
  }

  /** CPU seconds per million packets of the program and of what runs beside it. */
  private static double[] cpuOf(
      Path program, CaptureBench.Options options, @Nullable Process beside)
      throws IOException, InterruptedException {
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
      try (LoadProcess load = new LoadProcess(ports, seconds, null)) {
        load.begin();
        Thread.sleep(options.warmUp());
        long[] before = ask(in, out);
        double besideBefore = cpuSeconds(beside);
        Thread.sleep(options.measured());
        long[] after = ask(in, out);
        double millions = (after[1] - before[1]) / 1e6;
        return new double[] {
          (after[0] - before[0]) / 1e9 / millions, (cpuSeconds(beside) - besideBefore) / millions
        };
      }
    } finally {
      process.destroy();
    }
  }

  private static double cpuSeconds(@Nullable Process process) {
    return process == null
        ? 0
        : process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** A dumpcap that writes all UDP packets of the loopback; null if it can't. */
  private static @Nullable Process dumpcap(Path folder) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "dumpcap",
                  "-q",
                  "-i",
                  "lo",
                  "-f",
                  "udp",
                  "-B",
                  "64",
                  "-w",
                  folder.resolve("dumpcap.pcapng").toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return null; // not installed
    }
    // One that may not capture ends at once
    return process.waitFor(2, TimeUnit.SECONDS) ? null : process;
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

package io.earwitness.app.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A running {@link RtpLoad}. Not thread-safe. */
final class LoadProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final PrintWriter in;
  private final int[] sources;

  /** Starts one that has not begun to send. */
  LoadProcess(List<Integer> ports, long seconds) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                RtpLoad.class.getName(),
                Long.toString(seconds))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    in = new PrintWriter(process.getOutputStream(), true, StandardCharsets.US_ASCII);
    in.println(ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
    sources = Arrays.stream(line().split(",")).mapToInt(Integer::parseInt).toArray();
  }

  /** The port that each stream is sent from. */
  int source(int stream) {
    return sources[stream];
  }

  void begin() {
    in.println("go");
  }

  /** Waits for the end; packets sent to each port. */
  long[] sent() throws IOException {
    return Arrays.stream(line().split(",")).mapToLong(Long::parseLong).toArray();
  }

  private String line() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the sending process ended before its time");
    }
    return line;
  }

  @Override
  public void close() {
    process.destroy();
  }
}

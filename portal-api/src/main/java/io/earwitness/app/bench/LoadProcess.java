package io.earwitness.app.bench;

import io.earwitness.recorder.srtp.SrtpKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A running {@link RtpLoad}. Not thread-safe. */
final class LoadProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final PrintWriter in;
  private final int[] sources;

  /**
   * Starts one that has not begun to send.
   *
   * @param key for SRTP; null for plain RTP
   */
  LoadProcess(List<Integer> ports, long seconds, @Nullable SrtpKey key) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                RtpLoad.class.getName(),
                Long.toString(seconds)));
    if (key != null) {
      command.add(key.suite().name());
      command.add(key.inline().substring("inline:".length()));
    }
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
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

  /** Begins another call on a stream; when this returns, nothing more goes to the former port. */
  void move(int stream, int port) throws IOException {
    in.println(stream + " " + port);
    String answer = line();
    if (!answer.isEmpty()) {
      throw new IOException("the sending process has ended already");
    }
  }

  /** Waits for the end; packets that each stream sent. */
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

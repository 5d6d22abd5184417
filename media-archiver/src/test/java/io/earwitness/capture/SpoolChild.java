package io.earwitness.capture;

import io.earwitness.call.CallSummary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A recorder in a process of its own, for tests that kill it or limit what it may write. */
final class SpoolChild {
  private static final String SAYS = "> ";

  private SpoolChild() {}

  /** Starts this class in a new JVM, through a shell command that ends with {@code exec}. */
  static Process start(String shell, String mode, Path directory) throws IOException {
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SpoolChild.class.getName(),
            mode,
            directory.toString());
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", shell + " \"$@\"", "sh"));
    command.addAll(java);
    return new ProcessBuilder(command)
        .redirectErrorStream(false)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  public static void main(String[] arguments) throws Exception {
    try (SpoolWriter writer = Spools.writer(Path.of(arguments[1]))) {
      switch (arguments[0]) {
        case "call" -> call(writer);
        case "limited" -> limited(writer);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
  }

  /** The next line that the child said; what its log prints is passed over. */
  static String line(BufferedReader output) throws IOException {
    while (true) {
      String line = output.readLine();
      if (line == null) {
        throw new AssertionError("the child process ended");
      }
      if (line.startsWith(SAYS)) {
        return line.substring(SAYS.length());
      }
    }
  }

  private static void say(String line) {
    System.out.println(SAYS + line);
    System.out.flush();
  }

  /** A call without end; says each packet that the spool took, and when. */
  private static void call(SpoolWriter writer) throws Exception {
    CallSummary summary = Spools.summary();
    CaptureWriter.Session session = writer.open(summary);
    say(summary.id().toString());
    writer.refuse(Spools.refused("refused before the kill"), null);
    for (int i = 0; ; i++) {
      Instant now = Instant.now();
      long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
      Spools.put(session, 0, nanos, Spools.packet(i));
      say(i + " " + nanos);
      Thread.sleep(5);
    }
  }

  /** One call that outgrows what a file may hold, and one that does not. */
  private static void limited(SpoolWriter writer) throws Exception {
    CallSummary big = Spools.summary();
    CallSummary small = Spools.summary();
    CaptureWriter.Session bigSession = writer.open(big);
    CaptureWriter.Session smallSession = writer.open(small);
    say(big.id().toString());
    say(small.id().toString());
    int taken = 0;
    while (Spools.put(bigSession, 0, taken, Spools.packet(taken))) {
      taken++;
      if (taken % 50 == 0) {
        Thread.sleep(1);
      }
    }
    for (int i = 0; i < 100; i++) {
      Spools.put(smallSession, 0, i, Spools.packet(i));
    }
    smallSession.close(Spools.closed());
    SpoolHealth health = writer.health();
    say("failing " + health.failing() + " " + health.refusedPackets() + " " + health.lastError());
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    Spools.await("the disk to take bytes again", () -> writer.health().failing() == 0);
    for (int i = 0; i < 100; i++) {
      if (Spools.put(bigSession, 0, taken, Spools.packet(taken))) {
        taken++;
      }
    }
    bigSession.close(Spools.closed());
    say("taken " + taken);
  }
}

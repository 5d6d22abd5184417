package io.earwitness.retention;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that says where it stands, and is killed there by SIGKILL. */
public final class KilledProcess {
  /** What a process says that came to its end. */
  public static final String ENDED = "ended";

  private static final String SAYS = "> ";

  private KilledProcess() {}

  /** Runs a class in a new JVM until it says something, kills it, and returns what it said. */
  public static String run(Class<?> main, String... arguments) throws IOException {
    String[] command = new String[6 + arguments.length];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    command[1] = "-XX:+UseSerialGC";
    command[2] = "-XX:TieredStopAtLevel=1";
    command[3] = "-cp";
    command[4] = System.getProperty("java.class.path");
    command[5] = main.getName();
    System.arraycopy(arguments, 0, command, 6, arguments.length);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      do {
        line = output.readLine();
        if (line == null) {
          throw new AssertionError(main.getSimpleName() + " ended without a word");
        }
      } while (!line.startsWith(SAYS));
      return line.substring(SAYS.length());
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  public static void say(String line) {
    System.out.println(SAYS + line);
    System.out.flush();
  }

  /** Says where it stands, and never goes on. */
  public static String standStill(String step) {
    say(step);
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        // only a signal ends this
      }
    }
  }
}

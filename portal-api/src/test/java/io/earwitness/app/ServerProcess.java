package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code serve} in a process of its own, for tests that do something to the process. */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it; {@link #awaitReady} is to follow.
   *
   * @param log what it prints
   */
  static ServerProcess start(Path data, Map<String, String> settings, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Xmx512m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(Main.class.getName(), "serve", "--data", data.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(settings);
    return new ServerProcess(builder.start(), log);
  }

  /** Waits until calls are taken and the portal answers. */
  void awaitReady() throws Exception {
    TestServer.await(
        "the server to be ready",
        () -> {
          assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
          return Files.readString(log).contains("READY ");
        },
        () -> Files.readString(log));
  }

  /** Sends a signal, such as {@code STOP}. */
  void signal(String name) throws IOException, InterruptedException {
    Processes.signal(name, process.toHandle());
  }

  /** By {@code kill -9}; returns when it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}

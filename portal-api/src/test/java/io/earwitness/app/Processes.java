package io.earwitness.app;

import java.io.IOException;

/** Signals to other processes. */
final class Processes {
  private Processes() {}

  /** Sends a signal, such as {@code STOP}; a process that is gone already is none of ours. */
  static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-s", name, Long.toString(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (kill.waitFor() != 0 && process.isAlive()) {
      throw new IOException("SIG%s can't be sent to process %d".formatted(name, process.pid()));
    }
  }
}

package io.earwitness.app.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the product on this machine. */
@Command(
    name = "bench",
    description = "Measures the product on this machine, beside a reference run.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CaptureBenchCommand.class,
      AuditBenchCommand.class,
      AnnouncementBenchCommand.class,
      RetentionBenchCommand.class
    })
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Name what to measure: capture, audit, announcement or retention.");
  }
}

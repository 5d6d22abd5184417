package io.earwitness.app;

import io.earwitness.app.bench.BenchCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./earwitness} itself. */
@Command(
    name = "earwitness",
    description = "A compliance call recorder: SIPREC in, encrypted and provable recordings out.",
    mixinStandardHelpOptions = true,
    versionProvider = EarwitnessCommand.Version.class,
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      CallCommand.class,
      AdminCommand.class,
      DecryptCommand.class,
      FindCommand.class,
      VerifyDeliveryCommand.class,
      VerifyCommand.class,
      RebuildCommand.class,
      BenchCommand.class,
      HelpCommand.class
    },
    footer = {
      "",
      "./earwitness test [--full] builds and runs all tests.",
      "Exit codes: 0 done, 1 the check or act failed, 2 wrong usage or configuration,"
          + " 3 a prerequisite is missing."
    })
final class EarwitnessCommand implements Runnable {
  @Spec private CommandSpec spec;

  EarwitnessCommand() {
    this.spec = CommandSpec.create();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command.");
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements picocli.CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"earwitness " + running()};
    }

    static String running() {
      String version = Main.class.getPackage().getImplementationVersion();
      return version == null ? "(not packaged)" : version;
    }
  }
}

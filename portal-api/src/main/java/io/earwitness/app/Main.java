package io.earwitness.app;

import picocli.CommandLine;

/** The entry point: hands the arguments to the command they name. */
public final class Main {
  private Main() {}

  /** Runs a command; the process ends with its {@link ExitCode}. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new EarwitnessCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::failed)
        .execute(arguments);
  }

  /** One clear line for people; the stack trace only where the fault may be ours. */
  private static int failed(
      Exception e,
      CommandLine command,
      CommandLine.@org.jspecify.annotations.Nullable ParseResult parsed) {
    switch (e) {
      case CommandFailure failure -> {
        failure.lines().forEach(line -> command.getErr().println("earwitness: " + line));
        return failure.exitCode();
      }
      default -> {
        command.getErr().println("earwitness: " + e);
        e.printStackTrace(command.getErr());
        return ExitCode.FAILED;
      }
    }
  }
}

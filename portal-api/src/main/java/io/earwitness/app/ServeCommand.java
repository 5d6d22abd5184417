package io.earwitness.app;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the product. */
@Command(
    name = "serve",
    description = "Runs the recorder, the archiver and the portal until it is stopped.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--check-config", description = "Report every mistake in the configuration.")
  private boolean check;

  @Option(names = "--print-config", description = "Print the settings in force, secrets masked.")
  private boolean print;

  @Option(
      names = "--role",
      defaultValue = "all",
      description = "What this process does; so far one process does it all.")
  private Role role = Role.ALL;

  /** The parts of the product that a process can run. */
  enum Role {
    ALL
  }

  @Override
  public Integer call() throws Exception {
    Config config = options.read();
    if (print) {
      spec.commandLine().getOut().print(ConfigReader.print(options.file(), options.environment()));
      return ExitCode.DONE;
    }
    List<String> obstacles = new ArrayList<>(WellKnownSecrets.problems(config));
    obstacles.addAll(Preflight.obstacles(config));
    if (!obstacles.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, obstacles);
    }
    if (check) {
      spec.commandLine().getOut().println("the configuration is in order");
      return ExitCode.DONE;
    }
    try (Server server = Server.start(config, Clock.systemUTC())) {
      spec.commandLine().getOut().println(ready(server));
      spec.commandLine().getOut().flush();
      awaitStop(server);
    }
    return ExitCode.DONE;
  }

  /** The line that says that everything runs. */
  static String ready(Server server) {
    return "READY %s %s".formatted(server.origin(), server.sipUri());
  }

  /** Waits for SIGTERM or SIGINT; the server is closed before the process ends. */
  static void awaitStop(Server server) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(
                    () -> {
                      server.stop();
                      stopped.countDown();
                    }));
    stopped.await();
  }
}

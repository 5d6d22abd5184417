package io.earwitness.app;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options by which a command finds its configuration. */
final class ConfigOptions {
  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "The configuration, YAML. Default: defaults and EARWITNESS_… variables.")
  private @Nullable Path file;

  @Option(
      names = "--data",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "The data folder; overrides the configuration.")
  private @Nullable Path data;

  @Nullable Path file() {
    return file;
  }

  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    if (data != null) {
      environment.put(ConfigReader.variable("data"), data.toString());
    }
    return environment;
  }

  /**
   * Reads the configuration.
   *
   * @throws CommandFailure with all mistakes
   */
  Config read() throws CommandFailure {
    try {
      return ConfigReader.read(file, environment());
    } catch (ConfigReader.ConfigException e) {
      throw new CommandFailure(ExitCode.USAGE, e.problems());
    }
  }
}

package io.earwitness.app.bench;

import io.earwitness.json.Json;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench retention}. */
@Command(
    name = "retention",
    description =
        "Plans calls of seven years under versions of a policy and holds, on one thread, beside"
            + " the calendar arithmetic alone.",
    mixinStandardHelpOptions = true)
final class RetentionBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--versions",
      defaultValue = "6",
      description = "Of the policy, every other of which extends. Default: ${DEFAULT-VALUE}.")
  private int versions;

  @Option(
      names = "--rules",
      defaultValue = "12",
      description = "Of each version. Default: ${DEFAULT-VALUE}.")
  private int rules;

  @Option(names = "--holds", defaultValue = "20", description = "Default: ${DEFAULT-VALUE}.")
  private int holds;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "The measured time. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(names = "--json", description = "One JSON object on the last line.")
  private boolean json;

  @Override
  public Integer call() {
    if (versions < 0 || rules < 0 || rules > 500 || holds < 0 || seconds < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--versions and --holds are from 0, --rules is 0 to 500, --seconds from 1");
    }
    Map<String, Object> machine = Machine.describe();
    RetentionBench.Figures figures =
        new RetentionBench(
                new RetentionBench.Options(versions, rules, holds, Duration.ofSeconds(seconds)))
            .run();
    PrintWriter out = spec.commandLine().getOut();
    out.printf("machine                       %s%n", machine);
    out.printf("policy                        %d versions of %d rules%n", versions, rules);
    out.printf("holds                         %d%n", holds);
    out.printf("calls planned a second        %,.0f%n", figures.callsPerSecond());
    out.printf("  and a second of processor   %,.0f%n", figures.perCpuSecond());
    out.printf(
        "  calendar arithmetic alone   %,.0f (ratio %.2f)%n",
        figures.referencePerSecond(), figures.callsPerSecond() / figures.referencePerSecond());
    out.printf("of them to be disposed of     %.1f %%%n", 100 * figures.disposed());
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("bench", "retention");
      result.put("machine", machine);
      result.put("versions", versions);
      result.put("rules", rules);
      result.put("holds", holds);
      result.put("calls_per_s", Math.round(figures.callsPerSecond()));
      result.put("calls_per_cpu_s", Math.round(figures.perCpuSecond()));
      result.put("reference_calls_per_s", Math.round(figures.referencePerSecond()));
      result.put("disposed", figures.disposed());
      out.println(Json.text(result));
    }
    out.flush();
    return 0;
  }
}

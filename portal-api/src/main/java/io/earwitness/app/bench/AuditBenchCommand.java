package io.earwitness.app.bench;

import io.earwitness.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench audit}. */
@Command(
    name = "audit",
    description = {
      "Writes audit entries durably by many writers at once, with the sequencer beside them,"
          + " verifies the log, and measures plain durable inserts on the same PostgreSQL.",
      "With --filter, fills a log in bulk instead and measures the first page of each kind of"
          + " filter: 10,000,000 entries need some 15 GB and a quarter of an hour."
    },
    mixinStandardHelpOptions = true)
final class AuditBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--writers", defaultValue = "32", description = "Default: ${DEFAULT-VALUE}.")
  private int writers;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "The measured time. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "30",
      description = "Seconds before it. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(names = "--filter", description = "Measure the filters of the audit page.")
  private boolean filter;

  @Option(
      names = "--entries",
      defaultValue = "1000000",
      description = "Of the log that is filtered. Default: ${DEFAULT-VALUE}.")
  private long entries;

  @Option(
      names = "--questions",
      defaultValue = "300",
      description = "Of each kind of filter. Default: ${DEFAULT-VALUE}.")
  private int questions;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the database is made, and removed after. Default: the temporary folder.")
  private @Nullable Path data;

  @Option(names = "--json", description = "One JSON object on the last line.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (writers < 1 || writers > 64 || seconds < 1 || warmUp < 0) {
      throw new ParameterException(
          spec.commandLine(), "--writers is 1 to 64; --seconds from 1, --warm-up from 0");
    }
    if (entries < 1_000 || questions < 1) {
      throw new ParameterException(
          spec.commandLine(), "--entries is from 1,000, --questions from 1");
    }
    Map<String, Object> machine = Machine.describe();
    if (filter) {
      try (BenchFolder folder = BenchFolder.make(data, "audit")) {
        print(
            machine,
            new AuditFilterBench(new AuditFilterBench.Options(entries, questions), folder.path())
                .run());
        return 0;
      }
    }
    try (BenchFolder folder = BenchFolder.make(data, "audit")) {
      AuditBench.Options options =
          new AuditBench.Options(writers, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
      print(machine, new AuditBench(options, folder.path()).run());
      return 0;
    }
  }

  private void print(Map<String, Object> machine, List<AuditFilterBench.Figures> figures) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("machine                       %s%n", machine);
    out.printf("entries                       %,d%n", entries);
    out.printf("first page by                 p50 ms   p99 ms   entries found%n");
    for (AuditFilterBench.Figures each : figures) {
      out.printf(
          "  %-26s %8.2f %8.2f %8.1f%n",
          each.kind(), each.p50Millis(), each.p99Millis(), each.found());
    }
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("bench", "audit");
      result.put("machine", machine);
      result.put("entries", entries);
      result.put("questions", questions);
      result.put(
          "filters",
          figures.stream()
              .map(
                  each ->
                      Map.of(
                          "kind", each.kind(),
                          "p50_ms", each.p50Millis(),
                          "p99_ms", each.p99Millis(),
                          "found", each.found()))
              .toList());
      out.println(Json.text(result));
    }
    out.flush();
  }

  private void print(Map<String, Object> machine, AuditBench.Figures figures) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("machine                       %s%n", machine);
    out.printf("writers                       %d%n", writers);
    out.printf("durable entries a second      %,.0f%n", figures.appendsPerSecond());
    out.printf(
        "  plain durable inserts       %,.0f (ratio %.2f)%n",
        figures.referencePerSecond(), figures.appendsPerSecond() / figures.referencePerSecond());
    out.printf("entries                       %,d%n", figures.entries());
    out.printf(
        "  all in a signed tree after  %.1f s%n", figures.drainedAfter().toMillis() / 1000.0);
    out.printf("verified entries a second     %,.0f%n", figures.verifiedPerSecond());
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("bench", "audit");
      result.put("machine", machine);
      result.put("writers", writers);
      result.put("seconds", seconds);
      result.put("entries", figures.entries());
      result.put("appends_per_s", Math.round(figures.appendsPerSecond()));
      result.put("reference_appends_per_s", Math.round(figures.referencePerSecond()));
      result.put("drained_after_ms", figures.drainedAfter().toMillis());
      result.put("verified_per_s", Math.round(figures.verifiedPerSecond()));
      out.println(Json.text(result));
    }
    out.flush();
  }
}

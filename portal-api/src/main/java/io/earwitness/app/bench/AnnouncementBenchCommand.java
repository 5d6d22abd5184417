package io.earwitness.app.bench;

import io.earwitness.app.bench.AnnouncementBench.Figures;
import io.earwitness.app.bench.AnnouncementBench.Tally;
import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench announcement}. */
@Command(
    name = "announcement",
    description = {
      "Searches spoken prompts in channels with and without them, through every codec that can be"
          + " encoded here, with noise, other speeds and levels. Needs espeak-ng."
    },
    mixinStandardHelpOptions = true)
final class AnnouncementBenchCommand implements Callable<Integer> {
  private static final int PREREQUISITE_MISSING = 3;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--clips",
      defaultValue = "1000",
      description =
          "Channels with a whole prompt; trials without one are ten times as many."
              + " Default: ${DEFAULT-VALUE}.")
  private int clips;

  @Option(names = "--threads", defaultValue = "2", description = "Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--decision",
      paramLabel = "URL",
      description =
          "Measure instead how fast the portal there, such as http://127.0.0.1:8080, says what is to"
              + " be announced.")
  private @Nullable URI decision;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "For --decision: holds an API token of scope announcements-read.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--questions",
      defaultValue = "5000",
      description = "For --decision. Default: ${DEFAULT-VALUE}.")
  private int questions;

  @Option(names = "--json", description = "One JSON object on the last line.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (decision != null) {
      return decide(decision);
    }
    if (clips < 1 || clips > 1_000_000 || threads < 1 || threads > 64) {
      throw new ParameterException(
          spec.commandLine(), "--clips is 1 to 1000000; --threads 1 to 64");
    }
    Map<String, Object> machine = Machine.describe();
    try {
      print(machine, new AnnouncementBench(clips, threads).run());
      return 0;
    } catch (NoSpeechException e) {
      spec.commandLine().getErr().println("bench announcement: " + e.getMessage());
      return PREREQUISITE_MISSING;
    }
  }

  private int decide(URI portal) throws IOException, InterruptedException {
    if (tokenFile == null || questions < 1 || questions > 10_000_000) {
      throw new ParameterException(
          spec.commandLine(), "--decision needs --token-file; --questions is 1 to 10000000");
    }
    Map<String, Object> machine = Machine.describe();
    PrintWriter out = spec.commandLine().getOut();
    DecisionBench.Result result;
    try {
      result = new DecisionBench(portal, Files.readString(tokenFile).strip(), questions).run();
    } catch (IOException e) {
      spec.commandLine().getErr().println("earwitness bench announcement: " + e.getMessage());
      return 1;
    }
    out.printf("machine                       %s%n", machine);
    out.printf("questions                     %,d%n", questions);
    out.printf("                              p50 ms   p99 ms   most ms%n");
    line(out, "decision, with audit entry", result.decision());
    line(out, "who am I (no act)", result.trivial());
    if (json) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("bench", "announcement-decision");
      shown.put("machine", machine);
      shown.put("questions", questions);
      shown.put("decision_p50_ms", result.decision().p50Millis());
      shown.put("decision_p99_ms", result.decision().p99Millis());
      shown.put("trivial_p50_ms", result.trivial().p50Millis());
      shown.put("trivial_p99_ms", result.trivial().p99Millis());
      out.println(Json.text(shown));
    }
    out.flush();
    return 0;
  }

  private static void line(PrintWriter out, String what, DecisionBench.Figures figures) {
    out.printf(
        "  %-26s %8.2f %8.2f %8.2f%n",
        what, figures.p50Millis(), figures.p99Millis(), figures.mostMillis());
  }

  private void print(Map<String, Object> machine, Figures figures) {
    PrintWriter out = spec.commandLine().getOut();
    Tally found = Figures.sum(figures.found());
    Tally cut = Figures.sum(figures.cut());
    Tally falsely = Figures.sum(figures.falsely());
    out.printf("machine                       %s%n", machine);
    out.printf("with the whole prompt         %,d%n", found.trials());
    out.printf("  verified                    %.2f %%%n", found.share() * 100);
    conditions(out, figures.found());
    out.printf("without the prompt            %,d%n", falsely.trials());
    out.printf("  verified (false alarms)     %.3f %%%n", falsely.share() * 100);
    conditions(out, figures.falsely());
    out.printf("with a cut prompt             %,d%n", cut.trials());
    out.printf("  verified                    %d%n", cut.verified());
    out.printf("offset off by at most (p95)   %d ms%n", figures.offsetP95Millis());
    out.printf("CPU for a minute of a channel %.3f s%n", figures.cpuSecondsPerMinute());
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("bench", "announcement");
      result.put("machine", machine);
      result.put("clips", found.trials());
      result.put("detection", found.share());
      result.put("negatives", falsely.trials());
      result.put("false_alarms", falsely.share());
      result.put("cut_clips", cut.trials());
      result.put("cut_verified", cut.verified());
      result.put("offset_p95_ms", figures.offsetP95Millis());
      result.put("cpu_s_per_min", figures.cpuSecondsPerMinute());
      result.put("by_condition", shares(figures.found()));
      out.println(Json.text(result));
    }
    out.flush();
  }

  private static void conditions(PrintWriter out, Map<String, Tally> tallies) {
    tallies.forEach(
        (condition, tally) ->
            out.printf("    %-25s %d of %d%n", condition, tally.verified(), tally.trials()));
  }

  private static Map<String, Double> shares(Map<String, Tally> tallies) {
    Map<String, Double> shares = new LinkedHashMap<>();
    tallies.forEach((condition, tally) -> shares.put(condition, tally.share()));
    return shares;
  }
}

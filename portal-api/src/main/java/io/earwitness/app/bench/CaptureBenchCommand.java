package io.earwitness.app.bench;

import io.earwitness.archive.crypto.KeyPassword;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.json.Json;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench capture}. */
@Command(
    name = "capture",
    description = {
      "Receives RTP on ports of their own, with kernel time stamps, accounts for it, seals it and"
          + " appends it to the spool; 50 packets a second and stream, from a process of its own."
    },
    mixinStandardHelpOptions = true)
final class CaptureBenchCommand implements Callable<Integer> {
  /** 50 packets a second and direction, two directions. */
  private static final int PACKETS_OF_A_CALL = 100;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--streams", defaultValue = "2000", description = "Default: ${DEFAULT-VALUE}.")
  private int streams;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "The measured time. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description = "Seconds before it. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--round",
      defaultValue = "100",
      description = "Milliseconds between two looks at all sockets. Default: ${DEFAULT-VALUE}.")
  private int round;

  @Option(
      names = "--srtp",
      paramLabel = "SUITE",
      description = "Protect all streams with it: ${COMPLETION-CANDIDATES}. Default: plain RTP.")
  private @Nullable SrtpSuite srtp;

  @Option(
      names = "--churn",
      defaultValue = "0",
      description = {
        "So many calls end each second, and as many begin; without SIP. Default: ${DEFAULT-VALUE}."
      })
  private int churn;

  @Option(
      names = "--archive",
      description = {
        "Archive the calls that ended, in the same process, as the product does by default. Their"
            + " audio is noise, the dearest to encode."
      })
  private boolean archive;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the spool is made, and removed after. Default: the temporary folder.")
  private @Nullable Path data;

  @Option(names = "--json", description = "One JSON object on the last line.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (streams < 2 || streams % 2 != 0 || streams > 9_000 || seconds < 1 || warmUp < 0) {
      throw new ParameterException(
          spec.commandLine(), "--streams is even, 2 to 9000; --seconds from 1, --warm-up from 0");
    }
    if (round < 1 || round > 200) {
      throw new ParameterException(spec.commandLine(), "--round is 1 to 200");
    }
    if (churn < 0 || churn > 500 || (archive && churn == 0)) {
      throw new ParameterException(
          spec.commandLine(), "--churn is 0 to 500; --archive needs calls that end: --churn");
    }
    CaptureBench.Options options =
        new CaptureBench.Options(
            streams,
            Duration.ofSeconds(warmUp),
            Duration.ofSeconds(seconds),
            Duration.ofMillis(round),
            srtp,
            churn,
            archive);
    Map<String, Object> machine = Machine.describe();
    try (BenchFolder folder = BenchFolder.make(data, "capture")) {
      CaptureBench.Figures figures = measure(folder.path(), options);
      ReferenceSink.Figures reference = ReferenceSink.measure(folder.path(), options);
      print(machine, figures, reference);
      return figures.lost() == 0 ? 0 : 1;
    }
  }

  private static CaptureBench.Figures measure(Path folder, CaptureBench.Options options)
      throws IOException, InterruptedException {
    Path keys = folder.resolve("keys");
    PlatformKeys platform =
        PlatformKeys.open(keys, KeyPassword.load(keys, null), Clock.systemUTC());
    return new CaptureBench(options, folder, platform).run();
  }

  private void print(
      Map<String, Object> machine,
      CaptureBench.Figures figures,
      ReferenceSink.@Nullable Figures references) {
    Double reference = references == null ? null : references.sink();
    Double dumpcap = references == null ? null : references.dumpcap();
    PrintWriter out = spec.commandLine().getOut();
    CpuShares cpu = figures.cpu();
    double perMillion = figures.perMillion(cpu.total());
    // What one core could do, were all of it spent on this
    double callsPerCore = 1e6 / perMillion / PACKETS_OF_A_CALL;
    out.printf("machine                       %s%n", machine);
    out.printf(
        "streams                       %d (%d calls), %s%n",
        streams, streams / 2, srtp == null ? "RTP" : "SRTP " + srtp);
    if (churn > 0) {
      out.printf(
          "calls ended meanwhile         %,d (%d a second)%s%n",
          figures.ended(),
          churn,
          archive ? ", %,d of them archived".formatted(figures.archived()) : "");
    }
    out.printf("packets a second              %,.0f%n", figures.packetsPerSecond());
    out.printf("CPU-s per million packets     %.2f%n", perMillion);
    out.printf(
        "  packet path                 %.2f: %.2f receiving, %.2f sealing and writing, %.2f syncing%n",
        figures.perMillion(cpu.packetPath()),
        figures.perMillion(cpu.receiving()),
        figures.perMillion(cpu.sealing()),
        figures.perMillion(cpu.syncing()));
    out.printf(
        "  calls' beginning and end    %.2f, %.2f ms for each call%n",
        figures.perMillion(cpu.calls()), figures.millisPerCall(cpu.calls()));
    out.printf(
        "  compilers, collector, bench %.2f, %.2f ms for each call%n",
        figures.perMillion(cpu.rest()), figures.millisPerCall(cpu.rest()));
    out.printf(
        "  receiving only, in C        %s%n",
        reference == null
            ? "not measured: no C compiler (cc)"
            : "%.2f (ratio %.2f)".formatted(reference, perMillion / reference));
    out.printf(
        "  dumpcap, into a file        %s%n",
        dumpcap == null ? "not measured: not installed" : "%.2f".formatted(dumpcap));
    out.printf("calls per core, by CPU time   %,.0f%n", callsPerCore);
    out.printf("  a commercial recorder       175 to 193, with its files%n");
    out.printf("packets sent                  %,d%n", figures.sent());
    out.printf(
        "packets lost                  %,d (%,d uncounted)%n", figures.lost(), figures.uncounted());
    out.printf(
        "age of synced audio, ms       p50 %.0f, p99 %.0f, max %.0f (and one round of %d)%n",
        figures.durability().p50Millis(),
        figures.durability().p99Millis(),
        figures.durability().maxMillis(),
        round);
    out.printf("resident memory, MB           %,d%n", figures.residentBytes() >> 20);
    out.printf("spool, MB                     %,d%n", figures.spoolBytes() >> 20);
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("bench", "capture");
      result.put("machine", machine);
      result.put("streams", streams);
      result.put("seconds", seconds);
      result.put("round_ms", round);
      result.put("srtp", srtp == null ? null : srtp.name());
      result.put("churn_calls_per_s", churn);
      result.put("ended_calls", figures.ended());
      result.put("archived_calls", archive ? figures.archived() : null);
      result.put("packets_per_s", Math.round(figures.packetsPerSecond()));
      result.put("cpu_s_per_mpkt", rounded(perMillion));
      result.put("receiving_cpu_s_per_mpkt", rounded(figures.perMillion(cpu.receiving())));
      result.put("sealing_cpu_s_per_mpkt", rounded(figures.perMillion(cpu.sealing())));
      result.put("syncing_cpu_s_per_mpkt", rounded(figures.perMillion(cpu.syncing())));
      result.put("calls_cpu_ms_per_call", rounded(figures.millisPerCall(cpu.calls())));
      result.put("rest_cpu_s", rounded(cpu.rest()));
      result.put("reference_cpu_s_per_mpkt", reference == null ? null : rounded(reference));
      result.put("dumpcap_cpu_s_per_mpkt", dumpcap == null ? null : rounded(dumpcap));
      result.put("calls_per_core", Math.round(callsPerCore));
      result.put("sent_packets", figures.sent());
      result.put("lost_packets", figures.lost());
      result.put("uncounted_packets", figures.uncounted());
      result.put("synced_age_p50_ms", rounded(figures.durability().p50Millis()));
      result.put("synced_age_p99_ms", rounded(figures.durability().p99Millis()));
      result.put("synced_age_max_ms", rounded(figures.durability().maxMillis()));
      result.put("resident_bytes", figures.residentBytes());
      out.println(Json.text(result));
    }
    out.flush();
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}

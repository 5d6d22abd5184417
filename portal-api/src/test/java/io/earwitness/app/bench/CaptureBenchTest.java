package io.earwitness.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The bench at a hundredth of its size: that it measures and says what it must. */
class CaptureBenchTest {
  @TempDir private Path folder;

  private static String run(int expected, String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine command =
        new CommandLine(new BenchCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(out, true));
    assertThat(command.execute(arguments)).as(out.toString()).isEqualTo(expected);
    return out.toString();
  }

  @Test
  void everyPacketOfASmallLoadIsCapturedAndTheFiguresStandOnTheLastLine() throws Exception {
    String out =
        run(
            0,
            "capture",
            "--streams",
            "20",
            "--seconds",
            "2",
            "--warm-up",
            "1",
            "--data",
            folder.toString(),
            "--json");
    JsonNode result = Json.mapper().readTree(out.substring(out.strip().lastIndexOf('\n')));
    assertThat(result.path("streams").asInt()).isEqualTo(20);
    // 1 s to warm up, 2 s measured, 2 s more
    assertThat(result.path("sent_packets").asLong()).isEqualTo(20 * 50 * 5);
    assertThat(result.path("lost_packets").asLong()).isZero();
    assertThat(result.path("uncounted_packets").asLong()).isZero();
    assertThat(result.path("cpu_s_per_mpkt").asDouble()).isPositive();
    double path = 0;
    for (String part : List.of("receiving", "sealing", "syncing")) {
      double cost = result.path(part + "_cpu_s_per_mpkt").asDouble();
      assertThat(cost).as(part).isPositive();
      path += cost;
    }
    assertThat(path).isLessThan(result.path("cpu_s_per_mpkt").asDouble());
    assertThat(result.path("calls_cpu_ms_per_call").asDouble()).isZero();
    assertThat(result.path("reference_cpu_s_per_mpkt").asDouble()).isPositive();
    assertThat(result.path("synced_age_p99_ms").asDouble()).isPositive();
    assertThat(result.path("machine").path("cores").asInt()).isPositive();
    assertThat(folder.resolve("bench-capture")).doesNotExist();
  }

  @Test
  void secureCallsThatEndAndBeginAndAreArchivedBesideLoseNothingEither() throws Exception {
    String out =
        run(
            0,
            "capture",
            "--streams",
            "20",
            "--seconds",
            "3",
            "--warm-up",
            "1",
            "--srtp",
            "AEAD_AES_128_GCM",
            "--churn",
            "5",
            "--archive",
            "--data",
            folder.toString(),
            "--json");
    JsonNode result = Json.mapper().readTree(out.substring(out.strip().lastIndexOf('\n')));
    assertThat(result.path("sent_packets").asLong()).isEqualTo(20 * 50 * 6);
    assertThat(result.path("lost_packets").asLong()).isZero();
    assertThat(result.path("ended_calls").asInt()).isBetween(1, 5 * 4);
    assertThat(result.path("archived_calls").asInt()).isBetween(1, 20);
    assertThat(result.path("calls_cpu_ms_per_call").asDouble()).isPositive();
    assertThat(result.path("srtp").asText()).isEqualTo("AEAD_AES_128_GCM");
  }

  @Test
  void sizesThatCanNotBeAreNamed() {
    assertThat(run(2, "capture", "--streams", "3")).contains("--streams is even, 2 to 9000");
    assertThat(run(2, "capture", "--round", "500")).contains("--round is 1 to 200");
    assertThat(run(2, "capture", "--archive")).contains("--archive needs calls that end: --churn");
    assertThat(run(2, "capture", "--srtp", "none")).contains("AES_CM_128_HMAC_SHA1_80");
    assertThat(run(2)).contains("Name what to measure: capture");
  }
}

package io.earwitness.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The bench for a second: that it measures and says what it must. */
class AuditBenchTest {
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
  void entriesAreWrittenVerifiedAndComparedAndTheFiguresStandOnTheLastLine() throws Exception {
    String out =
        run(
            0,
            "audit",
            "--writers",
            "4",
            "--seconds",
            "1",
            "--warm-up",
            "1",
            "--data",
            folder.toString(),
            "--json");
    JsonNode result = Json.mapper().readTree(out.substring(out.strip().lastIndexOf('\n')));
    assertThat(result.path("writers").asInt()).isEqualTo(4);
    assertThat(result.path("entries").asLong()).isPositive();
    assertThat(result.path("appends_per_s").asLong()).isPositive();
    assertThat(result.path("reference_appends_per_s").asLong()).isPositive();
    assertThat(result.path("verified_per_s").asLong()).isPositive();
    assertThat(result.path("machine").path("cores").asInt()).isPositive();
    assertThat(folder.resolve("bench-audit")).doesNotExist();
  }

  @Test
  void eachKindOfFilterIsMeasuredOverALogThatWasFilled() throws Exception {
    String out =
        run(
            0,
            "audit",
            "--filter",
            "--entries",
            "20000",
            "--questions",
            "20",
            "--data",
            folder.toString(),
            "--json");
    JsonNode result = Json.mapper().readTree(out.substring(out.strip().lastIndexOf('\n')));
    assertThat(result.path("entries").asLong()).isEqualTo(20_000);
    JsonNode filters = result.path("filters");
    assertThat(filters.findValuesAsText("kind"))
        .containsExactly(
            "none",
            "a week",
            "actor",
            "action",
            "object",
            "actor and action",
            "a week and action",
            "nothing is found");
    for (JsonNode each : filters) {
      assertThat(each.path("p50_ms").asDouble()).isPositive();
      assertThat(each.path("p99_ms").asDouble())
          .isGreaterThanOrEqualTo(each.path("p50_ms").asDouble());
      switch (each.path("kind").asText()) {
        case "nothing is found" -> assertThat(each.path("found").asDouble()).isZero();
        // Of so few entries none may be of both
        case "actor and action" -> assertThat(each.path("found").asDouble()).isNotNegative();
        default -> assertThat(each.path("found").asDouble()).as("" + each).isPositive();
      }
    }
    assertThat(filters.get(0).path("found").asDouble()).as("a whole page").isEqualTo(100);
  }

  @Test
  void sizesThatCanNotBeAreNamed() {
    assertThat(run(2, "audit", "--writers", "65")).contains("--writers is 1 to 64");
    assertThat(run(2)).contains("capture, audit, announcement or retention");
  }
}

package io.earwitness.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The bench at a hundredth of its size: the figures at full size are in docs/benchmarks.md. */
class AnnouncementBenchTest {
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
  void promptsAreVerifiedWhereTheyAreAndNowhereElse() throws Exception {
    String out = run(0, "announcement", "--clips", "12", "--json");
    JsonNode result = Json.mapper().readTree(out.substring(out.strip().lastIndexOf('\n')));
    assertThat(result.path("clips").asInt()).isEqualTo(12);
    assertThat(result.path("negatives").asInt()).isGreaterThanOrEqualTo(120);
    assertThat(result.path("detection").asDouble()).as(out).isEqualTo(1);
    assertThat(result.path("false_alarms").asDouble()).as(out).isZero();
    assertThat(result.path("cut_verified").asInt()).as(out).isZero();
    assertThat(result.path("offset_p95_ms").asLong()).isBetween(0L, 100L);
  }

  @Test
  void sizesThatCanNotBeAreNamed() {
    assertThat(run(2, "announcement", "--clips", "0")).contains("--clips is 1 to 1000000");
  }
}

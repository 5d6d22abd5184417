package io.earwitness.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The bench for a second: the figures at full size are in docs/operations/capacity.md. */
class RetentionBenchTest {
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
  void callsAreKeptAndDisposedOf() throws Exception {
    String out = run(0, "retention", "--seconds", "1", "--json");
    JsonNode result = Json.mapper().readTree(out.substring(out.strip().lastIndexOf('\n')));
    assertThat(result.path("calls_per_s").asLong()).as(out).isPositive();
    assertThat(result.path("calls_per_cpu_s").asLong()).as(out).isPositive();
    assertThat(result.path("disposed").asDouble()).as(out).isBetween(0.1, 0.9);
  }

  @Test
  void sizesThatCanNotBeAreNamed() {
    assertThat(run(2, "retention", "--rules", "501")).contains("--rules is 0 to 500");
  }
}

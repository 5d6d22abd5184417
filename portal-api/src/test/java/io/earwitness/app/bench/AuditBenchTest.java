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
  void sizesThatCanNotBeAreNamed() {
    assertThat(run(2, "audit", "--writers", "65")).contains("--writers is 1 to 64");
    assertThat(run(2)).contains("capture or audit");
  }
}

package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongCallTest {
  /** Two streams for two hours. */
  private static final int PACKETS = 2 * 2 * 3600 * 50;

  @TempDir private Path folder;

  @Test
  void aCallOfHoursIsWrittenReportedCopiedAndReadInLessMemoryThanItHas() throws Exception {
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx80m",
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    LongCallChild.class.getName(),
                    folder.toString(),
                    Integer.toString(PACKETS)))
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("read " + PACKETS + " of 1[3-9][0-9]{7} bytes");
  }
}

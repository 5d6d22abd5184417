package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.recorder.client.Speech;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.sipp.SippCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIPp, which we did not write, against the whole recorder. */
class SippCallTest {
  @ParameterizedTest
  @EnumSource
  void bothVoicesAreCapturedSampleForSampleOnTheirSides(
      Transport transport, @TempDir Path directory) throws Exception {
    Path spool = Files.createDirectory(directory.resolve("spool"));
    Path sipp = Files.createDirectory(directory.resolve("sipp"));
    Speech.Dialogue dialogue = SippCalls.shortened(Speech.dialogue(2), 100);
    try (RealRecorder recorder = new RealRecorder(spool)) {
      SippCalls.Outcome outcome = SippCalls.place(sipp, recorder.address(), transport, dialogue, 1);
      Map<String, RealRecorder.Capture> captures = recorder.captures();

      assertThat(outcome.exitCode()).as(outcome.log()).isZero();
      assertThat(captures).hasSize(1);
      for (RealRecorder.Capture capture : captures.values()) {
        assertThat(capture.audio(0)).isEqualTo(outcome.left());
        assertThat(capture.audio(1)).isEqualTo(outcome.right());
        CallSummary summary = capture.summary();
        assertThat(summary.flags()).isEmpty();
        assertThat(summary.tenant()).isEqualTo(RealRecorder.TENANT);
        assertThat(summary.direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(summary.parties())
            .extracting(Party::side, Party::number, Party::name)
            .containsExactly(
                Tuple.tuple(Side.LEFT, "+12025550131", "Sid Caller"),
                Tuple.tuple(Side.RIGHT, "+12025550132", "Pia Callee"));
      }
    }
  }
}

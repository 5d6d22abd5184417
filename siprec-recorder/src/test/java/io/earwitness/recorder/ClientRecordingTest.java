package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.TimelineEvent;
import io.earwitness.json.Json;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.sip.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our client against the whole recorder: what was sent is what is in the capture. */
@Execution(ExecutionMode.CONCURRENT)
class ClientRecordingTest {
  private final SiprecClient client = new SiprecClient(InstantSource.system());

  @ParameterizedTest
  @CsvSource({"UDP,PCMU", "TCP,PCMA"})
  void everythingSentIsCapturedOnTheRightSide(Transport transport, G711 codec, @TempDir Path spool)
      throws Exception {
    try (RealRecorder recorder = new RealRecorder(spool)) {
      ClientResult result =
          client.run(
              ClientOptions.to(recorder.uri())
                  .withTransport(transport)
                  .withCodec(codec)
                  .withCalls(8, 20)
                  .withLength(Duration.ofMillis(1500)));
      Map<String, RealRecorder.Capture> captures = recorder.captures();

      assertThat(result.failed()).as(Json.text(result)).isZero();
      assertThat(captures).hasSize(8);
      for (ClientResult.Call call : result.results()) {
        RealRecorder.Capture capture = captures.get(call.callId());
        assertThat(capture).as(call.callId()).isNotNull();
        for (int stream = 0; stream < 2; stream++) {
          assertThat(capture.audio(stream)).hasSize(75 * 160);
          assertThat(capture.audioSha256(stream)).isEqualTo(call.streams().get(stream).pcmSha256());
          assertThat(capture.quality().get(stream).packets()).isEqualTo(75);
          assertThat(capture.quality().get(stream).lost()).isZero();
          assertThat(capture.quality().get(stream).ssrc())
              .isEqualTo(call.streams().get(stream).ssrc());
        }
        CallSummary summary = capture.summary();
        assertThat(summary.state()).isEqualTo(CallState.CLOSED);
        assertThat(summary.tenant()).isEqualTo(RealRecorder.TENANT);
        assertThat(summary.direction()).isEqualTo(Direction.INBOUND);
        assertThat(summary.flags()).isEmpty();
        assertThat(summary.parties())
            .containsExactly(
                new Party(
                    Side.LEFT, "+12025550101", "Alice Trader", "tel:+12025550101", null, List.of()),
                new Party(
                    Side.RIGHT,
                    "+12025550102",
                    "Bob Client",
                    "tel:+12025550102",
                    "u2",
                    List.of("desk")));
      }
    }
  }

  @Test
  void aHoldIsOnTheTimelineAndLosesNothing(@TempDir Path spool) throws Exception {
    try (RealRecorder recorder = new RealRecorder(spool)) {
      ClientResult result =
          client.run(
              ClientOptions.to(recorder.uri()).withLength(Duration.ofMillis(1000)).withHold(true));
      assertThat(result.failed()).as(Json.text(result)).isZero();
      ClientResult.Call call = result.results().getFirst();
      RealRecorder.Capture capture = recorder.captures().get(call.callId());

      for (int stream = 0; stream < 2; stream++) {
        assertThat(capture.audioSha256(stream)).isEqualTo(call.streams().get(stream).pcmSha256());
      }
      assertThat(capture.timeline())
          .extracting(TimelineEvent::type)
          .contains(
              TimelineEvent.Type.HELD,
              TimelineEvent.Type.STREAM_PAUSED,
              TimelineEvent.Type.STREAM_RESUMED,
              TimelineEvent.Type.RESUMED);
      assertThat(capture.summary().flags()).doesNotContain(CallFlag.PACKET_LOSS);
    }
  }
}

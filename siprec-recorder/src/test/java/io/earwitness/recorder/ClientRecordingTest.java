package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.json.Json;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.sip.Transport;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.params.provider.EnumSource;

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

  @Test
  void keysAreOnTheTimelineOnceEachAndCostTheSpeechNothing(@TempDir Path spool) throws Exception {
    try (RealRecorder recorder = new RealRecorder(spool)) {
      ClientResult result =
          client.run(
              ClientOptions.to(recorder.uri()).withLength(Duration.ofMillis(2000)).withKeys("1#d"));
      assertThat(result.failed()).as(Json.text(result)).isZero();
      ClientResult.Call call = result.results().getFirst();
      RealRecorder.Capture capture = recorder.captures().get(call.callId());

      assertThat(capture.timeline())
          .filteredOn(line -> line.type() == TimelineEvent.Type.DTMF)
          .extracting(TimelineEvent::side, TimelineEvent::text)
          .containsExactly(
              tuple(Side.LEFT, "digit 1, 100 ms"),
              tuple(Side.LEFT, "digit #, 100 ms"),
              tuple(Side.LEFT, "digit D, 100 ms"));
      for (int stream = 0; stream < 2; stream++) {
        ClientResult.Stream sent = call.streams().get(stream);
        assertThat(capture.audioSha256(stream)).isEqualTo(sent.pcmSha256());
        // Each key's last packet comes three times
        assertThat(sent.packets()).isEqualTo(100 + (stream == 0 ? 3 * 7 : 0));
        assertThat(capture.packets.get(stream)).hasSize((int) sent.packets());
        assertThat(capture.quality().get(stream).lost()).isZero();
      }
      assertThat(capture.summary().flags()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"UDP", "TCP"})
  void callsOverIpv6AreRecorded(Transport transport, @TempDir Path spool) throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    assumeThat(isLocal(loopback)).as("this host has no ::1").isTrue();
    try (RealRecorder recorder = new RealRecorder(spool, loopback)) {
      ClientResult result =
          client.run(
              ClientOptions.to(recorder.uri().replaceFirst("\\[.*]", "[::1]"))
                  .withTransport(transport)
                  .withHold(true)
                  .withLength(Duration.ofMillis(1000)));
      assertThat(result.failed()).as(Json.text(result)).isZero();
      ClientResult.Call call = result.results().getFirst();
      RealRecorder.Capture capture = recorder.captures().get(call.callId());

      for (int stream = 0; stream < 2; stream++) {
        ClientResult.Stream sent = call.streams().get(stream);
        assertThat(capture.audioSha256(stream)).isEqualTo(sent.pcmSha256());
        assertThat(capture.quality().get(stream).sourceAddress())
            .isEqualTo("[0:0:0:0:0:0:0:1]:" + sent.localPort());
        assertThat(capture.rtcp(stream)).isNotEmpty();
      }
      assertThat(capture.summary().flags()).isEmpty();
      assertThat(capture.summary().tenant()).isEqualTo(RealRecorder.TENANT);
      assertThat(answers(capture))
          .hasSize(3)
          .allSatisfy(
              sdp ->
                  assertThat(sdp)
                      .containsPattern("o=- [0-9]+ [0-9]+ IN IP6 0:0:0:0:0:0:0:1")
                      .contains("c=IN IP6 0:0:0:0:0:0:0:1"));
    }
  }

  private static boolean isLocal(InetAddress address) {
    try (DatagramSocket _ = new DatagramSocket(0, address)) {
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  /** Our answers that hold SDP. */
  private static List<String> answers(RealRecorder.Capture capture) {
    return capture.events.stream()
        .filter(CaptureEvent.Message.class::isInstance)
        .map(CaptureEvent.Message.class::cast)
        .filter(message -> !message.received())
        .map(message -> new String(message.text(), StandardCharsets.ISO_8859_1))
        .filter(text -> text.contains("m=audio"))
        .toList();
  }
}

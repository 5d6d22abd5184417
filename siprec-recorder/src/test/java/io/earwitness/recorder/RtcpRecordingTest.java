package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.json.Json;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RTCP between our client and the whole recorder. */
@Execution(ExecutionMode.CONCURRENT)
class RtcpRecordingTest {
  @ParameterizedTest
  @CsvSource({"false,", "true,", "false, AES_CM_128_HMAC_SHA1_32", "true, AEAD_AES_256_GCM"})
  @Execution(ExecutionMode.CONCURRENT)
  void bothSidesReport(boolean mux, @Nullable SrtpSuite suite, @TempDir Path spool)
      throws Exception {
    ClientResult result;
    RealRecorder.Capture capture;
    try (RealRecorder recorder = new RealRecorder(spool)) {
      result =
          new SiprecClient(InstantSource.system())
              .run(
                  ClientOptions.to(recorder.uri())
                      .withRtcpMux(mux)
                      .withSrtp(suite == null ? List.of() : List.of(suite))
                      .withLength(Duration.ofMillis(4500)));
      assertThat(result.failed()).as(Json.text(result)).isZero();
      capture = recorder.captures().get(result.results().getFirst().callId());
    }
    for (int stream = 0; stream < 2; stream++) {
      ClientResult.Stream sent = result.results().getFirst().streams().get(stream);
      ClientResult.Reports reports = Objects.requireNonNull(sent.reports());
      assertThat(reports.received()).as(Json.text(result)).isPositive();
      assertThat(reports.lost()).isZero();
      assertThat(reports.highestSequence()).isPositive();
      assertThat(reports.roundTripMillis()).isBetween(-50.0, 60_000.0);

      List<byte[]> kept = capture.rtcp(stream);
      assertThat(kept).hasSizeGreaterThanOrEqualTo(2);
      for (byte[] packet : kept) {
        assertThat(ByteBuffer.wrap(packet).getInt()).isEqualTo(0x80c8_0006);
        assertThat(Integer.toUnsignedLong(ByteBuffer.wrap(packet).getInt(4)))
            .isEqualTo(sent.ssrc());
      }
      ByteBuffer last = ByteBuffer.wrap(kept.getLast());
      assertThat(last.getInt(20)).as("packets sent").isEqualTo((int) sent.packets());
      assertThat(last.getInt(last.limit() - 8)).as("BYE").isEqualTo(0x81cb_0001);
      String sender =
          "%s stream is sent by [0-9a-f-]{36} \\(SSRC %08x\\)".formatted(sent.side(), sent.ssrc());
      assertThat(capture.texts())
          .anyMatch(text -> text.matches(sender))
          .contains("%s stream: its sender says by RTCP that it ends".formatted(sent.side()));
      assertThat(capture.audioSha256(stream)).isEqualTo(sent.pcmSha256());
    }
    assertThat(capture.summary().flags()).isEmpty();
  }
}

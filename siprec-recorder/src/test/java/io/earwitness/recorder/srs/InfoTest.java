package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipPeer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** INFO (RFC 6086): digits, and pausing by AudioCodes' header. */
class InfoTest extends CallFixture {
  private static final String RELAY = "application/dtmf-relay";

  private SipPeer.Message info(SipPeer.Message dialog, int sequence, String action)
      throws Exception {
    String plain =
        new String(inCall(dialog, "INFO", sequence, "", ""), StandardCharsets.ISO_8859_1);
    peer.send(plain.replace("Content-Length", "X-AC-Action: " + action + "\r\nContent-Length"));
    SipPeer.Message answer = finalOf(sequence + " INFO");
    assertThat(answer.status()).isEqualTo(200);
    return answer;
  }

  private List<Boolean> paused() {
    return capture().streams().stream().map(StreamDescription::paused).toList();
  }

  private static String sdp(String left, String right) {
    return sdp(
        "m=audio 40000 RTP/AVP 0 8 101",
        "a=" + left,
        "a=label:1",
        "m=audio 40002 RTP/AVP 0 8 101",
        "a=" + right,
        "a=label:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/media_control+xml", "application/x-unheard"})
  void anInfoOfAnyKindIsAnswered200InItsDialogAndKept(String type) throws Exception {
    SipPeer.Message answer = request(begin(sample()), "INFO", 2, type, "whatever it says");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Allow")).contains("INFO");
    assertThat(kept()).contains("whatever it says");
    assertThat(capture().timeline()).hasSize(3);
  }

  @Test
  void anInfoForNoCallOfOursIsAnswered481() throws Exception {
    byte[] headers =
        "X\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: unknown\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8);
    SipPeer.Message nothing =
        new SipPeer.Message("", SipHeaders.parse(headers), new byte[0], headers);
    assertThat(request(nothing, "INFO", 1, RELAY, "Signal=5").status()).isEqualTo(481);
  }

  @Test
  void digitsAreLinesOfTheTimeline() throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "INFO", 2, RELAY, "Signal=5\r\nDuration=160\r\n");
    request(dialog, "INFO", 3, "Application/DTMF-Relay;x=1", "signal = #\r\n");
    request(dialog, "INFO", 4, "application/dtmf", "7\r\n");
    request(dialog, "INFO", 5, RELAY, "Signal=<script>\r\n");
    assertThat(capture().timeline().subList(3, 7))
        .containsExactly(
            "dtmf: DTMF 5 for 160 ms",
            "dtmf: DTMF #",
            "dtmf: DTMF 7",
            "dtmf: DTMF that can't be read");
    assertThat(kept()).contains("Signal=5\r\nDuration=160");
  }

  @Test
  void digitsOfAPauseAreKeptNowhere() throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "INFO", 2, RELAY, "Signal=4\r\n");
    info(dialog, 3, "pause-siprec;recording-ip-group=SRS");
    request(dialog, "INFO", 4, RELAY, "Signal=5\r\nDuration=160\r\n");
    request(dialog, "INFO", 5, "application/dtmf", "6666");
    request(dialog, "NOTIFY", 6, "application/kpml-response+xml", "<kpml-response digits='7777'/>");
    info(dialog, 7, "resume-siprec");
    request(dialog, "INFO", 8, RELAY, "Signal=9\r\n");

    assertThat(capture().timeline().subList(3, 9))
        .containsExactly(
            "dtmf: DTMF 4",
            "stream-paused: recording paused by the SRC (X-AC-Action: pause-siprec)",
            "dtmf: DTMF masked",
            "dtmf: DTMF masked",
            "stream-resumed: recording resumed by the SRC (X-AC-Action: resume-siprec)",
            "dtmf: DTMF 9");
    assertThat(kept())
        .contains("Signal=4", "Signal=9", "X-AC-Action: pause-siprec;recording-ip-group=SRS")
        .contains("\r\n\r\nmasked")
        .doesNotContain("Signal=5", "Duration=", "\r\n\r\n6666", "digits=");
  }

  @Test
  void digitsAreMaskedToWhileTheSessionDescriptionPausesAStream() throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "INVITE", 2, SDP_TYPE, sdp("inactive", "inactive"));
    request(dialog, "INFO", 3, RELAY, "Signal=5\r\n");
    assertThat(capture().timeline().getLast()).isEqualTo("dtmf: DTMF masked");
    assertThat(kept()).doesNotContain("Signal=5");
    request(dialog, "INVITE", 4, SDP_TYPE, sdp("sendonly", "sendonly"));
    request(dialog, "INFO", 5, RELAY, "Signal=8\r\n");
    assertThat(capture().timeline().getLast()).isEqualTo("dtmf: DTMF 8");
  }

  @Test
  void aStreamIsPausedIfEitherTheSrcsInfoOrItsSessionDescriptionSaysSo() throws Exception {
    SipPeer.Message dialog = begin(sample());
    info(dialog, 2, "pause-siprec");
    assertThat(paused()).containsExactly(true, true);
    request(dialog, "INVITE", 3, SDP_TYPE, sdp("inactive", "sendonly"));
    assertThat(paused()).containsExactly(true, true);
    info(dialog, 4, "resume-siprec");
    assertThat(paused()).containsExactly(true, false);
    assertThat(capture().timeline().getLast())
        .isEqualTo(
            "stream-resumed: recording resumed by the SRC (X-AC-Action: resume-siprec); what the"
                + " SRC's session description pauses stays paused");
    info(dialog, 5, "pause-siprec");
    request(dialog, "INVITE", 6, SDP_TYPE, sdp("sendonly", "sendonly"));
    assertThat(paused()).containsExactly(true, true);
    assertThat(capture().timeline().getLast())
        .isEqualTo("stream-resumed: left stream resumed; the recording stays paused");
    info(dialog, 7, "resume-siprec");
    assertThat(paused()).containsExactly(false, false);
  }

  @Test
  void itsTenantPausesAndResumesARunningRecordingAndNobodyElseDoes() throws Exception {
    SipPeer.Message dialog = begin(sample());
    until(() -> !fixture.server.running(ServerFixture.ACME).isEmpty());
    RunningRecording running = fixture.server.running(ServerFixture.ACME).getFirst();
    assertThat(running.paused()).isFalse();
    assertThat(running.isKnownAs(dialog.header("Call-ID"))).isTrue();
    TenantSlug globex = new TenantSlug("globex");
    assertThat(fixture.server.running(globex)).isEmpty();
    assertThat(fixture.server.pause(globex, running.id(), "nobody", null))
        .isEqualTo(PauseOutcome.NOT_RUNNING);
    assertThat(paused()).containsExactly(false, false);

    assertThat(pause(running)).isEqualTo(PauseOutcome.DONE);
    assertThat(pause(running)).isEqualTo(PauseOutcome.WAS_SO);
    assertThat(paused()).containsExactly(true, true);
    assertThat(capture().timeline().getLast())
        .isEqualTo("stream-paused: recording paused by the desktop");
    assertThat(fixture.server.running(ServerFixture.ACME).getFirst().paused()).isTrue();
    assertThat(fixture.server.resume(globex, running.id(), "nobody", null))
        .isEqualTo(PauseOutcome.NOT_RUNNING);
    assertThat(resume(running)).isEqualTo(PauseOutcome.DONE);
    assertThat(resume(running)).isEqualTo(PauseOutcome.WAS_SO);
    assertThat(paused()).containsExactly(false, false);

    request(dialog, "BYE", 2);
    until(() -> capture().isClosed());
    assertThat(pause(running)).isEqualTo(PauseOutcome.NOT_RUNNING);
    assertThat(fixture.server.running(ServerFixture.ACME)).isEmpty();
  }

  private PauseOutcome pause(RunningRecording running) {
    return fixture.server.pause(ServerFixture.ACME, running.id(), "the desktop", null);
  }

  private PauseOutcome resume(RunningRecording running) {
    return fixture.server.resume(ServerFixture.ACME, running.id(), "the desktop", null);
  }

  @Test
  void stopIsAPauseAndStartGoesOn() throws Exception {
    SipPeer.Message dialog = begin(sample());
    info(dialog, 2, "'stop-siprec'");
    info(dialog, 3, "pause-siprec");
    assertThat(paused()).containsExactly(true, true);
    info(dialog, 4, "start-siprec;recording-ip-group=\"1\"");
    info(dialog, 5, "resume-siprec");
    info(dialog, 6, "disconnect;delay=5");
    assertThat(paused()).containsExactly(false, false);
    assertThat(capture().timeline().subList(3, capture().timeline().size()))
        .containsExactly(
            "stream-paused: recording paused by the SRC (X-AC-Action: stop-siprec)",
            "stream-resumed: recording resumed by the SRC (X-AC-Action: start-siprec)");
    request(dialog, "BYE", 7);
    until(() -> capture().isClosed());
  }

  @Test
  void aCallThatIsPausedIsNotEndedByALostConnection() throws Exception {
    SipPeer.Message dialog = begin(sample());
    info(dialog, 2, "pause-siprec");
    peer.close();
    until(() -> fixture.server.withLostConnection() == 1);
    fixture.skip(java.time.Duration.ofMinutes(60));
    fixture.server.watch().get(30, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(fixture.server.activeRecordings()).isOne();
  }

  @Test
  void aPauseThatLastsTooLongEndsByItself() throws Exception {
    SipPeer.Message dialog = begin(sample());
    info(dialog, 2, "pause-siprec");
    fixture.skip(java.time.Duration.ofSeconds(3_690));
    fixture.server.watch().get(30, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(paused()).containsExactly(true, true);
    fixture.skip(java.time.Duration.ofSeconds(20));
    fixture.media.heardPaused = java.time.Instant.now().plusSeconds(3_700);
    fixture.server.watch().get(30, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(paused()).containsExactly(false, false);
    assertThat(capture().timeline())
        .contains("stream-resumed: recording resumed by itself: a pause lasts at most 3700 s");
    request(dialog, "BYE", 3);
    until(() -> capture().isClosed());
    assertThat(capture().summary().flags()).contains(CallFlag.PAUSE_TIMED_OUT);
  }
}

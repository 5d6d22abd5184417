package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Party;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import io.earwitness.recorder.client.Speech;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.sipp.SippCalls;
import io.earwitness.recorder.sipp.SippScenario;
import io.earwitness.recorder.sipp.TlsTunnel;
import io.earwitness.recorder.tls.TestAuthority;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of SRC sends, sent by SIPp with both voices, against the whole recorder. */
class SippDialectTest {
  private static final Speech.Dialogue DIALOGUE = SippCalls.shortened(Speech.dialogue(1), 50);

  @TempDir private Path directory;
  private SippCalls.Outcome outcome;

  private static SippScenario invite(String sample) throws Exception {
    return SippScenario.invite("dialects/" + sample);
  }

  private RealRecorder.Capture play(Transport transport, SippScenario scenario) throws Exception {
    try (RealRecorder recorder = new RealRecorder(folder("spool"))) {
      return play(recorder, recorder.address(), transport, scenario);
    }
  }

  private RealRecorder.Capture play(
      RealRecorder recorder, InetSocketAddress to, Transport transport, SippScenario scenario)
      throws Exception {
    outcome = SippCalls.play(folder("sipp"), to, transport, DIALOGUE, scenario);
    Map<String, RealRecorder.Capture> captures = recorder.captures();
    assertThat(outcome.exitCode()).as(outcome.log()).isZero();
    assertThat(captures).hasSize(1);
    RealRecorder.Capture capture = captures.values().iterator().next();
    assertThat(capture.timeline().getLast().text()).isEqualTo("ended by the SRC");
    return capture;
  }

  private Path folder(String name) throws Exception {
    return Files.createDirectory(directory.resolve(name));
  }

  private void assertBothVoices(RealRecorder.Capture capture) {
    assertThat(capture.audio(0)).isEqualTo(outcome.left());
    assertThat(capture.audio(1)).isEqualTo(outcome.right());
    assertThat(capture.quality()).extracting(StreamQuality::lost).containsOnly(0L);
  }

  private static void assertNumbers(RealRecorder.Capture capture, String... numbers) {
    assertThat(capture.summary().parties()).extracting(Party::number).containsExactly(numbers);
  }

  private static List<String> lines(RealRecorder.Capture capture, TimelineEvent.Type type) {
    return capture.timeline().stream()
        .filter(event -> event.type() == type)
        .map(TimelineEvent::text)
        .toList();
  }

  @Test
  void oracleInvitesBeforeTheAnswerAndAddsTheCalleeLater() throws Exception {
    RealRecorder.Capture capture =
        play(
            Transport.TCP,
            invite("oracle-invite-before-the-answer")
                .then("dialects/oracle-reinvite-after-the-answer")
                .voices()
                .bye());
    assertThat(capture.audio(0)).isEqualTo(outcome.left());
    assertNumbers(capture, "+442079460101", "+12025550111");
  }

  @Test
  void ribbonNumbersTheCallersStreamTwo() throws Exception {
    RealRecorder.Capture capture = play(Transport.UDP, invite("ribbon-invite").voices().bye());
    assertBothVoices(capture);
    assertNumbers(capture, "4420794601", "2025550117");
  }

  @Test
  void audioCodesHoldsBothStreams() throws Exception {
    RealRecorder.Capture capture =
        play(
            Transport.TCP,
            invite("audiocodes-invite-legacy")
                .voices()
                .then("dialects/audiocodes-reinvite-hold")
                .bye());
    assertBothVoices(capture);
    assertThat(lines(capture, TimelineEvent.Type.STREAM_PAUSED)).hasSize(2);
  }

  @Test
  void audioCodesPausesByInfoAndNothingOfThePauseIsKept() throws Exception {
    RealRecorder.Capture capture =
        play(
            Transport.UDP,
            invite("audiocodes-invite-legacy")
                .request("INFO", List.of("X-AC-Action: pause-siprec"), "")
                .voices()
                .request("INFO", List.of("X-AC-Action: resume-siprec"), "")
                .request("INFO", List.of("Content-Type: application/dtmf-relay"), "Signal=5\n")
                .bye());
    assertThat(capture.packets).isEmpty();
    assertThat(lines(capture, TimelineEvent.Type.STREAM_PAUSED)).hasSize(1);
    assertThat(lines(capture, TimelineEvent.Type.STREAM_RESUMED)).hasSize(1);
    // That it was pressed, not which: it is nobody's call, and no tenant has said to keep digits
    assertThat(lines(capture, TimelineEvent.Type.DTMF))
        .singleElement()
        .asString()
        .contains("DTMF masked");
  }

  @Test
  void cubeForksFromTheNetworkWithoutMetadata() throws Exception {
    RealRecorder.Capture capture =
        play(
            Transport.UDP,
            invite("cube-nbr-invite-without-metadata")
                .voices()
                .then("dialects/cube-nbr-reinvite-transferred")
                .bye());
    assertBothVoices(capture);
  }

  @Test
  void metaswitchSendsOneMixedStream() throws Exception {
    RealRecorder.Capture capture =
        play(
            Transport.TCP,
            invite("metaswitch-invite-mixed")
                .voices()
                .then("dialects/metaswitch-reinvite-hold")
                .bye());
    assertThat(capture.audio(0)).isEqualTo(outcome.left());
    assertThat(lines(capture, TimelineEvent.Type.STREAM_PAUSED)).hasSize(1);
  }

  @Test
  void avayaNamesThePartiesInAnUpdateOfMetadataAlone() throws Exception {
    RealRecorder.Capture capture =
        play(
            Transport.TCP,
            invite("avaya-invite-dummy-party")
                .then("dialects/avaya-update-bare-metadata")
                .voices()
                .bye());
    assertBothVoices(capture);
    // Between them is the SBC itself, which it names first and nobody hears
    assertNumbers(capture, "2125550155", null, "+12025550112");
  }

  @Test
  void broadWorksPausesResumesAndTransfersWithNewIds() throws Exception {
    RealRecorder.Capture capture =
        play(
            Transport.UDP,
            invite("broadworks-invite-metadata-first")
                .then("dialects/broadworks-reinvite-pause")
                .then("dialects/broadworks-reinvite-resume")
                .voices()
                .then("dialects/broadworks-reinvite-new-ids")
                .bye());
    assertBothVoices(capture);
    assertThat(lines(capture, TimelineEvent.Type.TRANSFERRED))
        .containsExactly("transferred from +12125550144 to Client Two (+12125550145)");
  }

  @Test
  void openSipsCountsItsVersionDown() throws Exception {
    RealRecorder.Capture capture =
        play(
            Transport.UDP,
            invite("opensips-invite-partial")
                .voices()
                .then("dialects/opensips-reinvite-older-version")
                .bye());
    assertBothVoices(capture);
  }

  @Test
  void cucmForksOneSideFromThePhone() throws Exception {
    RealRecorder.Capture capture = play(Transport.TCP, invite("cucm-bib-nearend").voices().bye());
    assertThat(capture.audio(0)).isEqualTo(outcome.left());
  }

  @Test
  void teamsComesThroughABot() throws Exception {
    assertBothVoices(play(Transport.TCP, invite("teams-invite-through-a-bot").voices().bye()));
  }

  /** SIPp has no TLS of its own here: a tunnel before it speaks it. */
  @Test
  void aCallByTheBookWithATransferOverTls() throws Exception {
    TestAuthority authority = TestAuthority.create(folder("ca"), "ca");
    SSLContext own = TestAuthority.context(authority.issue("recorder"));
    SSLContext theirs = TestAuthority.context(authority.issue("sbc-1"));
    SipEndpointConfig.Tls tls = new SipEndpointConfig.Tls(0, () -> own, true);
    try (RealRecorder recorder = new RealRecorder(folder("spool"), tls);
        TlsTunnel tunnel = TlsTunnel.open(theirs, recorder.tlsPort())) {
      RealRecorder.Capture capture =
          play(
              recorder,
              tunnel.address(),
              Transport.TCP,
              SippScenario.invite("01-rfc8068-basic-two-mlines")
                  .request("OPTIONS", List.of(), "")
                  .voices()
                  .then("04-reinvite-transfer-partial")
                  .bye());
      assertBothVoices(capture);
      assertThat(lines(capture, TimelineEvent.Type.STARTED).getFirst())
          .contains("over TLS, client certificate");
      assertThat(lines(capture, TimelineEvent.Type.TRANSFERRED)).hasSize(1);
    }
  }
}

package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallSummary;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.Refusal;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the profile of an SRC lets in, and how it is answered. */
class ProfilesTest {
  private static ServerFixture fixture(SrcProof proof, AnswerMode answer, boolean options)
      throws Exception {
    SrcProfile profile = new SrcProfile(proof, null, answer, options);
    return new ServerFixture(ServerFixture.snapshot("127.0.0.0/8", profile), 100);
  }

  /** The basic call with only these of the signs of a recording session. */
  private static SampleInvite sample(String tag, boolean require, boolean metadata)
      throws Exception {
    SampleInvite sample =
        SampleInvite.load("01-rfc8068-basic-two-mlines").replaceInHead(";\\+sip\\.src", tag);
    if (!require) {
      sample.replaceInHead("Require: siprec\r\n", "");
    }
    if (!metadata) {
      String body = sample.body();
      sample
          .replaceInHead("multipart/mixed;boundary=rs-part-9c1", "application/sdp")
          .withBody(body.substring(body.indexOf("v=0"), body.indexOf("--rs-part", 5)));
    }
    return sample;
  }

  @ParameterizedTest(name = "{0}: tag \"{1}\", Require {2}, metadata {3} -> {4}")
  @CsvSource({
    "STRICT, ;+sip.src, true, true, 200",
    "STRICT, ;+sip.src, true, false, 200",
    "STRICT, ;+sip.src, false, true, 403",
    "STRICT, ;src, true, true, 403",
    "STRICT, '', true, true, 403",
    "STRICT, '', false, false, 403",
    "TOLERANT, ;src, false, false, 200",
    "TOLERANT, '', true, false, 200",
    "TOLERANT, '', false, true, 200",
    "TOLERANT, '', false, false, 403",
    "ANY, '', false, false, 200",
    "ANY, ;+sip.src, true, true, 200",
  })
  void theProofDecidesWhatIsARecordingSession(
      SrcProof proof, String tag, boolean require, boolean metadata, int status) throws Exception {
    try (ServerFixture fixture = fixture(proof, AnswerMode.ALL_CODECS, true);
        SipPeer peer = fixture.peer(Transport.TCP)) {
      peer.send(sample(tag, require, metadata).bytes(peer));
      assertThat(peer.receiveFinal().status()).isEqualTo(status);
      assertThat(fixture.captures.captures).hasSize(status == 200 ? 1 : 0);
      assertThat(fixture.captures.refusals).hasSize(status == 200 ? 0 : 1);
    }
  }

  @Test
  void aStrictRefusalSaysWhatIsMissingAndCountsForItsSrc() throws Exception {
    try (ServerFixture fixture = fixture(SrcProof.STRICT, AnswerMode.ALL_CODECS, true);
        SipPeer peer = fixture.peer(Transport.TCP)) {
      peer.send(sample(";src", false, true).bytes(peer));
      SipPeer.Message answer = peer.receiveFinal();
      assertThat(answer.header("Warning"))
          .contains("no +sip.src in Contact, no siprec in Require", "SRC sbc-1 is set to strict");
      CallSummary refused = fixture.captures.refusals.getFirst();
      assertThat(refused.tenant()).as("known by its parties").isEqualTo(ServerFixture.ACME);
      assertThat(Objects.requireNonNull(refused.refusal()))
          .extracting(Refusal::status)
          .isEqualTo(403);
      assertThat(fixture.captures.findings)
          .singleElement()
          .satisfies(
              found -> {
                assertThat(found.src()).isEqualTo("sbc-1");
                assertThat(found.deviations())
                    .extracting(DeviationFound::deviation)
                    .extracting(one -> one.wireName())
                    .containsExactly("src-tag-not-sip-src", "require-missing");
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void theAnswerHasAllCodecsOrTheFirstThatCanBeDecoded(AnswerMode mode) throws Exception {
    try (ServerFixture fixture = fixture(SrcProof.TOLERANT, mode, true);
        SipPeer peer = fixture.peer(Transport.TCP)) {
      SampleInvite invite =
          sample(";+sip.src", true, true)
              .replaceInBody("RTP/AVP 0 8 101", "RTP/AVP 101 18 8 0")
              .replaceInBody("a=rtpmap:0 PCMU/8000", "a=rtpmap:18 G729/8000");
      peer.send(invite.bytes(peer));
      SipPeer.Message answer = peer.receiveFinal();
      assertThat(answer.status()).isEqualTo(200);
      List<String> expected =
          mode == AnswerMode.ALL_CODECS
              ? List.of(
                  "m=audio 10000 RTP/AVP 101 18 8 0",
                  "a=rtpmap:18 G729/8000",
                  "a=rtpmap:8 PCMA/8000",
                  "a=rtpmap:101 telephone-event/8000",
                  "a=fmtp:101 0-15",
                  "a=recvonly",
                  "a=label:1")
              : List.of(
                  "m=audio 10000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=recvonly", "a=label:1");
      assertThat(answer.bodyText().lines().toList()).containsSequence(expected);
      // What comes all the same can be decoded
      assertThat(fixture.captures.only().streams().getFirst().codecs()).hasSize(4);

      // Asked for an offer, the recorder offers the same
      peer.send(inDialog(peer, answer, "ACK", 1));
      peer.send(inDialog(peer, answer, "INVITE", 2));
      assertThat(peer.receiveFinal().bodyText())
          .contains(mode == AnswerMode.ALL_CODECS ? "RTP/AVP 101 18 8 0\r\n" : "RTP/AVP 8\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 200", "false, 503"})
  void optionsOutsideOfCallsAreAnsweredAsTheProfileSays(boolean options, int status)
      throws Exception {
    try (ServerFixture fixture = fixture(SrcProof.TOLERANT, AnswerMode.ALL_CODECS, options);
        SipPeer peer = fixture.peer(Transport.TCP)) {
      peer.send(sample(";+sip.src", true, true).bytes(peer));
      SipPeer.Message call = peer.receiveFinal();
      assertThat(call.status()).isEqualTo(200);
      peer.send(inDialog(peer, call, "ACK", 1));
      peer.send(inDialog(peer, call, "OPTIONS", 2));
      assertThat(peer.receiveFinal().status()).as("in a call").isEqualTo(200);
      peer.send(
          "OPTIONS sip:srs@127.0.0.1 SIP/2.0\r\n"
              + peer.via("ping")
              + "Max-Forwards: 70\r\nFrom: <sip:src@a>;tag=1\r\nTo: <sip:srs@b>\r\n"
              + "Call-ID: ping\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
      SipPeer.Message pong = peer.receiveFinal();
      assertThat(pong.status()).isEqualTo(status);
      assertThat(pong.headers().first("Retry-After").isPresent()).isEqualTo(status == 503);
    }
  }
}

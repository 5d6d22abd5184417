package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Codec;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SRCs that let the recorder offer (RFC 3261 §13.2.1, RFC 7866 §7.2). */
class OfferlessInviteTest extends CallFixture {
  private static final String ANSWER =
      sdp(
          "m=audio 40000 RTP/AVP 0 101",
          "a=rtpmap:101 telephone-event/8000",
          "a=sendonly",
          "a=label:1",
          "m=audio 40002 RTP/AVP 8",
          "a=sendonly",
          "a=label:2");

  private static SampleInvite withoutOffer() throws IOException {
    return sample(XML_TYPE, metadataOf(BASIC));
  }

  private void acknowledge(SipPeer.Message offer, String type, String body) throws IOException {
    peer.send(inCall(offer, "ACK", 1, type, body));
  }

  private void ended(String reason) throws Exception {
    until(() -> capture().isClosed());
    until(() -> fixture.server.activeRecordings() == 0);
    assertThat(capture().closed().reason()).isEqualTo(reason);
    assertThat(capture().timeline().getLast()).isEqualTo("ended: " + reason);
    assertThat(capture().all(CaptureEvent.Closed.class)).hasSize(1);
    assertThat(fixture.media.open).as("ports").hasValue(0);
    assertThat(fixture.server.dialogs()).isZero();
    until(() -> fixture.heard.contains("closed " + capture().id()));
    requested("BYE");
  }

  @Test
  void theRecorderOffersTwoLabelledStreamsOfEveryCodecAndTakesTheAnswerFromTheAck()
      throws Exception {
    SipPeer.Message offer = invite(withoutOffer());
    assertThat(offer.status()).isEqualTo(200);
    assertThat(offer.header("Content-Type")).isEqualTo("application/sdp");
    assertThat(offer.bodyText().lines())
        .containsSubsequence(
            "m=audio 10000 RTP/AVP 0 8 9 18 3 96 97 98 13 101",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:96 OPUS/48000/2",
            "a=rtpmap:101 TELEPHONE-EVENT/8000",
            "a=fmtp:101 0-15",
            "a=recvonly",
            "a=label:1",
            "m=audio 10002 RTP/AVP 0 8 9 18 3 96 97 98 13 101",
            "a=recvonly",
            "a=label:2");
    assertThat(fixture.media.open).hasValue(2);
    assertThat(capture().all(CaptureEvent.Streams.class)).isEmpty();

    acknowledge(offer, SDP_TYPE, ANSWER);
    until(() -> !capture().all(CaptureEvent.Streams.class).isEmpty());
    List<StreamDescription> streams = capture().streams();
    assertThat(streams).extracting(StreamDescription::localPort).containsExactly(10_000, 10_002);
    assertThat(streams).extracting(StreamDescription::remotePort).containsExactly(40_000, 40_002);
    assertThat(streams).extracting(StreamDescription::label).containsExactly("1", "2");
    assertThat(streams.getFirst().codecs())
        .extracting(Codec::name)
        .containsExactly("PCMU", "TELEPHONE-EVENT");

    assertThat(request(offer, "BYE", 2).status()).isEqualTo(200);
    until(() -> fixture.server.activeRecordings() == 0);
    CallSummary call = capture().summary();
    assertThat(call.flags()).isEmpty();
    assertThat(call.parties()).extracting(Party::side).containsExactly(Side.LEFT, Side.RIGHT);
    assertThat(capture().closed().reason()).isEqualTo("ended by the SRC");
    assertThat(fixture.media.open).hasValue(0);
  }

  @Test
  void theMetadataMayComeWithTheAckToo() throws Exception {
    SipPeer.Message offer = invite(sample("text/plain", ""));
    acknowledge(offer, BOTH_TYPE, both(ANSWER, metadataOf(BASIC)));
    until(() -> fixture.heard.contains("updated " + capture().id()));
    CallSummary call = capture().summary();
    assertThat(call.tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(call.flags()).isEmpty();
    assertThat(call.parties())
        .extracting(Party::name)
        .containsExactly("Alice Trader", "Bob Client");
    assertThat(call.parties()).extracting(Party::side).containsExactly(Side.LEFT, Side.RIGHT);
  }

  @Test
  void aStreamThatTheSrcRejectsOrLeavesOutGivesItsPortBack() throws Exception {
    SipPeer.Message offer = invite(withoutOffer());
    acknowledge(offer, SDP_TYPE, sdp("m=audio 40000 RTP/AVP 0"));
    until(() -> !capture().all(CaptureEvent.Streams.class).isEmpty());
    assertThat(capture().streams())
        .extracting(StreamDescription::localPort)
        .containsExactly(10_000, 0);
    // Its label is the one that we gave it
    assertThat(capture().streams().getFirst().label()).isEqualTo("1");
    assertThat(fixture.server.activeRecordings()).isOne();
  }

  @Test
  void anAnswerThatRejectsAllIsToldAndMayBeFollowedByAnOfferOfStreams() throws Exception {
    SipPeer.Message offer = invite(withoutOffer());
    acknowledge(offer, SDP_TYPE, sdp("m=audio 0 RTP/AVP 0", "m=audio 0 RTP/AVP 0"));
    untilTold("note: the SRC's answer rejects every stream that was offered");
    String streams = sdp("m=audio 40000 RTP/AVP 0", "a=label:1", "m=audio 40002 RTP/AVP 0");
    assertThat(request(offer, "INVITE", 2, SDP_TYPE, streams).status()).isEqualTo(200);
    assertThat(capture().streams()).noneMatch(stream -> stream.localPort() == 0);
  }

  @Test
  void callManagersBuiltInBridgeIsKnownByItsFrom() throws Exception {
    SipPeer.Message offer =
        invite(
            sample("text/plain", "")
                .replaceInHead("Require: siprec\r\n", "")
                .replaceInHead(";\\+sip.src", "")
                .replaceInHead(
                    "From: <[^>]*>",
                    "From: <sip:1002@192.0.2.10;x-nearend;x-refci=29559418;x-nearendaddr=1002>"));
    assertThat(offer.status()).isEqualTo(200);
    acknowledge(
        offer, SDP_TYPE, sdp("m=audio 24580 RTP/AVP 9 101", "a=sendonly", "m=audio 0 RTP/AVP 0"));
    until(() -> !capture().all(CaptureEvent.Updated.class).isEmpty());
    assertThat(capture().summary().flags())
        .containsExactlyInAnyOrder(
            CallFlag.METADATA_MISSING, CallFlag.CODEC_NOT_DECODABLE, CallFlag.TENANT_UNKNOWN);
    assertThat(capture().streams().getFirst().remotePort()).isEqualTo(24_580);
  }

  @Test
  void anAckWithoutAnAnswerEndsTheRecordingWithAByeOfOurs() throws Exception {
    acknowledge(invite(withoutOffer()), "", "");
    ended("the SRC's ACK holds no answer to our offer, so nothing can be received");
    assertThat(capture().closed().flags()).doesNotContain(CallFlag.NO_BYE);
    assertThat(kept()).contains("ACK sip:srs@127.0.0.1", "BYE sip:src@127.0.0.1");
  }

  @Test
  void anAnswerThatCantBeReadEndsItAsWell() throws Exception {
    acknowledge(invite(withoutOffer()), SDP_TYPE, "m=audio nowhere");
    ended(
        "the SRC's answer to our offer can't be used: the session description can't be read: line 1"
            + " of the SDP: 'm=audio nowhere' is incomplete, so nothing can be received");
    assertThat(kept()).contains("m=audio nowhere");
  }
}

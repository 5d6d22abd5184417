package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.FakeMediaPlane.quality;
import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunningCallTest extends CallFixture {
  @Test
  void aCallWithoutMetadataIsRecordedAndFlagged() throws Exception {
    begin(sdpOnly());
    CallSummary call = capture().summary();
    assertThat(call.flags())
        .containsExactlyInAnyOrder(CallFlag.METADATA_MISSING, CallFlag.TENANT_UNKNOWN);
    assertThat(call.tenant()).isEqualTo(TenantSlug.PLATFORM);
    assertThat(call.parties()).isEmpty();
  }

  @Test
  void partiesThatComeInALaterUpdateLeadTheCallOutOfQuarantine() throws Exception {
    SipPeer.Message answer = begin(sdpOnly());
    String xml =
        "<recording xmlns='urn:ietf:params:xml:ns:recording:1'><datamode>complete</datamode>"
            + "<participant participant_id='p1'><nameID aor='tel:+12025550101'/></participant>"
            + "<participant participant_id='p2'><nameID aor='tel:+33123456789'/></participant>"
            + "</recording>";
    peer.send(inDialog(peer, answer, "UPDATE", 2, XML_TYPE, xml));
    SipPeer.Message updated = peer.receiveFinal();

    assertThat(updated.status()).isEqualTo(200);
    assertThat(updated.body()).isEmpty();
    until(() -> !capture().all(CaptureEvent.Updated.class).isEmpty());
    CallSummary call = capture().summary();
    assertThat(call.tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(call.flags()).doesNotContain(CallFlag.TENANT_UNKNOWN);
    // No association leads to an m-line: by order
    assertThat(call.parties()).extracting(Party::side).containsExactly(Side.LEFT, Side.RIGHT);
  }

  @Test
  void aCodecThatCantBeDecodedIsRecordedAndFlagged() throws Exception {
    begin(sample().replaceInBody("PCMU/8000", "X-EVS/16000").replaceInBody("PCMA", "X-AMR"));
    assertThat(capture().summary().flags()).containsExactly(CallFlag.CODEC_NOT_DECODABLE);
    assertThat(capture().streams().getFirst().codecs().getFirst().name()).isEqualTo("X-EVS");
  }

  @Test
  void labelsThatTheMetadataDoNotKnowAreFlagged() throws Exception {
    begin(sample().replaceInBody("a=label:2", "a=label:22"));
    CallSummary call = capture().summary();
    assertThat(call.flags()).containsExactly(CallFlag.METADATA_LABEL_MISMATCH);
    assertThat(call.parties()).extracting(Party::side).containsExactly(Side.LEFT, null);
  }

  @Test
  void streamsAreAddedRemovedAndChangedByPosition() throws Exception {
    SipPeer.Message answer = begin(sample());
    peer.send(
        inDialog(
            peer,
            answer,
            "INVITE",
            2,
            SDP_TYPE,
            sdp(
                "m=audio 0 RTP/AVP 0",
                "m=audio 40002 RTP/AVP 8",
                "a=label:2",
                "m=audio 40008 RTP/AVP 0",
                "a=label:3",
                "m=video 40010 RTP/AVP 96")));
    SipPeer.Message second = peer.receiveFinal();
    peer.send(inDialog(peer, second, "ACK", 2));

    assertThat(second.bodyText().lines().filter(line -> line.startsWith("m=")))
        .containsExactly(
            "m=audio 0 RTP/AVP 0",
            "m=audio 10002 RTP/AVP 8",
            "m=audio 10004 RTP/AVP 0",
            "m=video 10006 RTP/AVP 96");
    assertThat(capture().timeline())
        .contains(
            "stream-changed: left stream removed",
            "stream-changed: right stream now offers PCMA",
            "stream-changed: channel-3 stream added");
    assertThat(capture().streams()).hasSize(4);
  }

  @Test
  void anAddedStreamWithoutAFreePortIsRejectedAndTheOthersGoOn() throws Exception {
    SipPeer.Message answer = begin(sample());
    fixture.media.freePorts = 0;
    peer.send(
        inDialog(
            peer,
            answer,
            "INVITE",
            2,
            SDP_TYPE,
            sdp("m=audio 40000 RTP/AVP 0", "m=audio 40002 RTP/AVP 0", "m=audio 9 RTP/AVP 0")));
    SipPeer.Message second = peer.receiveFinal();
    peer.send(inDialog(peer, second, "ACK", 2));
    assertThat(second.bodyText().lines().filter(line -> line.startsWith("m=")))
        .containsExactly(
            "m=audio 10000 RTP/AVP 0", "m=audio 10002 RTP/AVP 0", "m=audio 0 RTP/AVP 0");
  }

  @Test
  void aReInviteWithoutOfferIsAnsweredWithOurOwn() throws Exception {
    SipPeer.Message answer = begin(sample());
    peer.send(inDialog(peer, answer, "INVITE", 2));
    SipPeer.Message second = peer.receiveFinal();
    peer.send(inDialog(peer, second, "ACK", 2));
    assertThat(second.bodyText().lines())
        .containsSubsequence(
            "m=audio 10000 RTP/AVP 0 8 101",
            "a=fmtp:101 0-15",
            "a=recvonly",
            "a=label:1",
            "m=audio 10002 RTP/AVP 0 8 101");
  }

  @Test
  void anUnreadableChangeIsRefusedAndTheRecordingGoesOn() throws Exception {
    SipPeer.Message answer = begin(sample());
    peer.send(inDialog(peer, answer, "INVITE", 2, SDP_TYPE, "nonsense"));
    SipPeer.Message second = peer.receiveFinal();
    peer.send(inDialog(peer, second, "ACK", 2));
    assertThat(second.status()).isEqualTo(488);
    assertThat(capture().timeline().getLast()).startsWith("note: a change was refused");
    assertThat(fixture.captures.refusals).isEmpty();
    assertThat(fixture.server.activeRecordings()).isOne();
  }

  @Test
  void theLastMetadataMayComeWithTheBye() throws Exception {
    SipPeer.Message answer = begin(sample());
    String xml =
        "<recording xmlns='urn:ietf:params:xml:ns:recording:1'><datamode>partial</datamode>"
            + "<participantsessionassoc participant_id='BPS8+N5DXa2YhK2cuq603A=='"
            + " session_id='6n/7HooUWU+ZG+AaFn1XIA=='>"
            + "<disassociate-time>2026-11-20T09:34:29Z</disassociate-time>"
            + "</participantsessionassoc></recording>";
    fixture.media.heard =
        List.of(
            quality(0, 100, 3, "127.0.0.1:40000", Instant.EPOCH),
            quality(1, 0, 0, "127.0.0.1:40004", Instant.EPOCH));
    peer.send(inDialog(peer, answer, "BYE", 2, XML_TYPE, xml));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
    until(() -> capture().isClosed());

    assertThat(capture().timeline()).contains("left: Bob Client (+12025550102) left");
    assertThat(capture().closed().flags())
        .containsExactlyInAnyOrder(
            CallFlag.PACKET_LOSS, CallFlag.ONE_WAY, CallFlag.SOURCE_PORT_MISMATCH);
    assertThat(capture().all(CaptureEvent.Statistics.class).getLast().streams())
        .isEqualTo(fixture.media.heard);
    assertThat(capture().closed().reason()).isEqualTo("ended by the SRC");
  }

  @Test
  void keysInTheOfferNeverReachTheCapture() throws Exception {
    begin(
        sample()
            .replaceInBody(
                "a=label:1\r\n",
                "a=label:1\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:TOPSECRET123\r\n"));
    byte[] kept = capture().all(CaptureEvent.Message.class).getFirst().text();
    assertThat(new String(kept, StandardCharsets.ISO_8859_1))
        .contains("inline:sha256-")
        .doesNotContain("TOPSECRET");
  }

  @Test
  void aByeWhoseHandlingFailsEndsTheRecordingAllTheSame() throws Exception {
    SipPeer.Message answer = begin(sample());
    fixture.captures.beforeAppend =
        event -> {
          if (event instanceof CaptureEvent.Message) {
            throw new StackOverflowError("as a test");
          }
        };
    peer.send(inDialog(peer, answer, "BYE", 2));
    peer.receiveFinal();
    until(() -> fixture.server.activeRecordings() == 0 && fixture.server.dialogs() == 0);
    assertThat(capture().closed().reason()).isEqualTo("ended by the SRC");
    assertThat(fixture.media.open).hasValue(0);
  }

  @Test
  void anInviteTriedAnewBeforeItsAnswerWasAcknowledgedBeginsTheCallAnew() throws Exception {
    peer.send(sample().bytes(peer));
    SipPeer.Message first = peer.receiveFinal();
    peer.send(
        sample()
            .replaceInHead("CSeq: 1 ", "CSeq: 2 ")
            .replaceInHead("branch=[^;\r]*", "$0-2")
            .bytes(peer));
    SipPeer.Message second = peer.receiveFinal();

    assertThat(second.status()).isEqualTo(200);
    assertThat(second.toTag()).isNotEqualTo(first.toTag());
    assertThat(fixture.captures.captures).hasSize(2);
    assertThat(fixture.captures.captures.getFirst().closed().reason())
        .isEqualTo("begun anew by the SRC, which never acknowledged our answer");
    until(() -> fixture.server.activeRecordings() == 1);
    assertThat(fixture.server.dialogs()).isOne();
    peer.send(inDialog(peer, second, "BYE", 3));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
    until(() -> fixture.captures.captures.getLast().isClosed());
    assertThat(fixture.captures.refusals).isEmpty();
  }

  @Test
  void aCopyOfTheInviteByAnotherWayIsInTheCapture() throws Exception {
    begin(sample());
    peer.send(sample().replaceInHead("branch=[^;\r]*", "$0-2").bytes(peer));
    assertThat(peer.receiveFinal().status()).isEqualTo(482);
    until(() -> capture().all(CaptureEvent.Message.class).size() == 5);
    until(() -> capture().timeline().getLast().endsWith("and was answered 482"));
    assertThat(fixture.captures.refusals).isEmpty();
  }

  @Test
  void anOfferWithoutAnAddressIsTakenFromTheSrcsOwn() throws Exception {
    begin(
        sample()
            .withBody(
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
                    + "m=audio 40002 RTP/AVP 0\r\nc=IN IP4 sbc.example.com\r\n"
                    + "m=audio 40004 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n")
            .replaceInHead("multipart/mixed;boundary=rs-part-9c1", SDP_TYPE));
    assertThat(capture().streams())
        .extracting(StreamDescription::remoteAddress)
        .containsExactly("127.0.0.1", "127.0.0.1", "0.0.0.0");
    assertThat(capture().timeline())
        .contains(
            "note: the offer gives no address for the left stream; its media is taken from the"
                + " SRC's own address 127.0.0.1",
            "note: the offer gives 'sbc.example.com', which is no address, for the right stream;"
                + " its media is taken from the SRC's own address 127.0.0.1")
        .filteredOn(line -> line.startsWith("note: the offer"))
        .hasSize(2);
  }

  @Test
  void whoeverLaterMetadataNameTheCallKeepsItsTenantAndWhatThatKnowsOfItsParties()
      throws Exception {
    fixture.close();
    RecorderSnapshot one = ServerFixture.snapshot("127.0.0.0/8");
    List<RecorderSnapshot.Tenant> tenants = new ArrayList<>(one.tenants());
    tenants.add(
        new RecorderSnapshot.Tenant(
            new TenantSlug("other"),
            ZoneId.of("UTC"),
            Set.of("other.example"),
            List.of(new RecorderSnapshot.Number("+12025550177", false, "u9", null, List.of()))));
    fixture = new ServerFixture(new RecorderSnapshot("v8", tenants, one.srcs()), 10);
    peer = fixture.peer(Transport.TCP);
    SipPeer.Message answer = begin(sample());
    CallSummary before = capture().summary();
    String xml =
        "<recording xmlns='urn:ietf:params:xml:ns:recording:1'><datamode>partial</datamode>"
            + "<participant participant_id='p9'>"
            + "<nameID aor='sip:+12025550177@other.example'/></participant></recording>";
    peer.send(inDialog(peer, answer, "UPDATE", 2, XML_TYPE, xml));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
    until(() -> !capture().all(CaptureEvent.Updated.class).isEmpty());

    CallSummary after = capture().summary();
    assertThat(after.parties()).hasSize(3).startsWith(before.parties().toArray(Party[]::new));
    assertThat(after.parties().getFirst().userId()).isEqualTo("u-alice");
    assertThat(after.parties().getFirst().teamIds()).containsExactly("t-desk");
    assertThat(after.parties().getLast().userId()).isNull();
    assertThat(after.tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(after.direction()).isEqualTo(before.direction()).isEqualTo(Direction.OUTBOUND);
    assertThat(after.matchedRule()).isEqualTo(before.matchedRule());
  }

  @Test
  void stoppingEndsRunningCallsInOrderAndTellsTheirSrcs() throws Exception {
    begin(sample());
    fixture.server.close();
    assertThat(capture().closed().reason()).isEqualTo("recorder stopped");
    assertThat(capture().closed().flags()).containsExactly(CallFlag.RECORDER_INTERRUPTED);
    SipPeer.Message bye = peer.receive();
    assertThat(bye.startLine()).startsWith("BYE sip:src@127.0.0.1:" + peer.localPort());
    CaptureEvent.Message last = capture().all(CaptureEvent.Message.class).getLast();
    assertThat(last.text()).isEqualTo(bye.raw());
    assertThat(fixture.media.open).hasValue(0);
  }

  @Test
  void aCallThatItsSrcEndedIsNotInterruptedByAStopThatComesRightBehind() throws Exception {
    SipPeer.Message answer = begin(sample());
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    fixture.captures.beforeAppend =
        event -> {
          if (event instanceof CaptureEvent.Message message
              && !message.received()
              && new String(message.text(), StandardCharsets.UTF_8).contains("2 BYE")) {
            // The answer is out, the recording not ended yet: the recorder stops just now
            Thread.startVirtualThread(
                () -> {
                  fixture.server.close();
                  stopped.complete(null);
                });
            pause();
          }
        };
    peer.send(inDialog(peer, answer, "BYE", 2));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);

    stopped.get(30, TimeUnit.SECONDS);
    assertThat(capture().closed().reason()).isEqualTo("ended by the SRC");
    assertThat(capture().closed().flags()).isEmpty();
    assertThat(capture().all(CaptureEvent.Closed.class)).hasSize(1);
    assertThat(fixture.heard).filteredOn(what -> what.startsWith("closed")).hasSize(1);
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.FakeMediaPlane.quality;
import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunningCallTest {
  private static final String BASIC = "01-rfc8068-basic-two-mlines";
  private static final String SDP_TYPE = "application/sdp";
  private static final String XML_TYPE = "application/rs-metadata+xml";

  private ServerFixture fixture;
  private SipPeer peer;

  @BeforeEach
  void open() throws Exception {
    fixture = new ServerFixture();
    peer = fixture.peer(Transport.TCP);
  }

  @AfterEach
  void close() throws Exception {
    peer.close();
    fixture.close();
  }

  private static SampleInvite sample() throws Exception {
    return SampleInvite.load(BASIC);
  }

  private SipPeer.Message begin(SampleInvite invite) throws Exception {
    peer.send(invite.bytes(peer));
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).isEqualTo(200);
    peer.send(inDialog(peer, answer, "ACK", 1));
    until(() -> capture().all(CaptureEvent.Message.class).size() == 3);
    return answer;
  }

  private FakeCaptures.Capture capture() {
    return fixture.captures.only();
  }

  private static String sdp(String... media) {
    return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        + String.join("\r\n", media)
        + "\r\n";
  }

  private static SampleInvite sdpOnly() throws Exception {
    return sample()
        .withBody(sdp("m=audio 40000 RTP/AVP 0", "m=audio 40002 RTP/AVP 0"))
        .replaceInHead("multipart/mixed;boundary=rs-part-9c1", SDP_TYPE);
  }

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
            "m=video 0 RTP/AVP 96");
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
  void statisticsAreWrittenEveryTenSeconds() throws Exception {
    begin(sample());
    fixture.media.heard = List.of(quality(0, 500, 0, "127.0.0.1:40000", Instant.now()));
    fixture.server.watch();
    assertThat(capture().all(CaptureEvent.Statistics.class)).isEmpty();
    fixture.skip(Duration.ofSeconds(11));
    fixture.server.watch();
    fixture.server.watch();
    assertThat(capture().all(CaptureEvent.Statistics.class)).hasSize(1);
  }

  @Test
  void anSrcThatVanishedEndsTheRecordingOnlyAfterTwoHoursWithoutAnySign() throws Exception {
    begin(sample());
    fixture.skip(Duration.ofMinutes(119));
    fixture.server.watch();
    assertThat(fixture.server.activeRecordings()).isOne();
    fixture.media.heard =
        List.of(quality(0, 5, 0, "127.0.0.1:40000", Instant.now().plus(Duration.ofMinutes(100))));
    fixture.skip(Duration.ofMinutes(30));
    fixture.server.watch();
    assertThat(fixture.server.activeRecordings()).isOne();
    fixture.skip(Duration.ofMinutes(120));
    fixture.server.watch();

    until(() -> capture().isClosed());
    assertThat(fixture.server.activeRecordings()).isZero();
    assertThat(capture().closed().flags()).contains(CallFlag.NO_BYE);
    assertThat(capture().summary().flags()).contains(CallFlag.NO_BYE);
    assertThat(peer.receive().startLine()).startsWith("BYE ");
    assertThat(fixture.server.dialogs()).isZero();
  }

  @Test
  void aLostConnectionAloneEndsNothingButWithoutMediaItDoesInAQuarterOfAnHour() throws Exception {
    begin(sample());
    peer.close();
    fixture.skip(Duration.ofMinutes(14));
    fixture.server.watch();
    assertThat(fixture.server.activeRecordings()).isOne();
    fixture.skip(Duration.ofMinutes(2));
    until(
        () -> {
          fixture.server.watch();
          return fixture.server.activeRecordings() == 0;
        });
    until(() -> capture().isClosed());
    assertThat(capture().closed().reason()).contains("connection lost");
    assertThat(capture().closed().flags()).contains(CallFlag.NO_BYE);
    peer = fixture.peer(Transport.TCP);
  }

  @Test
  void aHeldCallIsNotEndedByALostConnection() throws Exception {
    begin(sample().replaceInBody("a=sendonly", "a=inactive"));
    peer.close();
    peer = fixture.peer(Transport.TCP);
    fixture.skip(Duration.ofMinutes(60));
    Thread.sleep(200);
    fixture.server.watch();
    assertThat(fixture.server.activeRecordings()).isOne();
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

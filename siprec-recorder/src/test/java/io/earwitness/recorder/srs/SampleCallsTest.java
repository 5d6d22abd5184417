package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleCallsTest extends CallFixture {
  @ParameterizedTest
  @EnumSource(value = Transport.class, names = "TLS", mode = EnumSource.Mode.EXCLUDE)
  void aBasicCallIsAnsweredRecordedAndEnded(Transport transport) throws Exception {
    try (SipPeer src = fixture.peer(transport)) {
      byte[] invite = SampleInvite.load(BASIC).bytes(src);
      src.send(invite);
      SipPeer.Message answer = src.receiveFinal();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Contact"))
          .isEqualTo(
              "<sip:127.0.0.1:%d;transport=%s>;+sip.srs"
                  .formatted(fixture.server.port(transport), transport.parameter()));
      assertThat(answer.header("Supported")).isEqualTo("siprec");
      assertThat(answer.header("Content-Type")).isEqualTo("application/sdp");
      assertThat(answer.bodyText().lines().toList())
          .startsWith("v=0")
          .containsSubsequence(
              "c=IN IP4 127.0.0.1",
              "t=0 0",
              "m=audio 10000 RTP/AVP 0 8 101",
              "a=rtpmap:0 PCMU/8000",
              "a=rtpmap:8 PCMA/8000",
              "a=rtpmap:101 telephone-event/8000",
              "a=fmtp:101 0-15",
              "a=recvonly",
              "a=label:1",
              "m=audio 10002 RTP/AVP 0 8 101",
              "a=rtpmap:0 PCMU/8000",
              "a=rtpmap:8 PCMA/8000",
              "a=rtpmap:101 telephone-event/8000",
              "a=fmtp:101 0-15",
              "a=recvonly",
              "a=label:2");

      src.send(inDialog(src, answer, "ACK", 1));
      // Two datagrams may overtake each other
      until(() -> fixture.captures.only().all(CaptureEvent.Message.class).size() == 3);
      src.send(inDialog(src, answer, "BYE", 2));
      assertThat(src.receiveFinal().status()).isEqualTo(200);
      until(() -> fixture.server.dialogs() == 0);

      FakeCaptures.Capture capture = fixture.captures.only();
      CaptureEvent.Opened opened = (CaptureEvent.Opened) capture.events.getFirst();
      CallSummary live = opened.summary();
      assertThat(live.state()).isEqualTo(CallState.LIVE);
      assertThat(live.tenant()).isEqualTo(ServerFixture.ACME);
      assertThat(live.configurationVersion()).isEqualTo("v7");
      assertThat(live.flags()).isEmpty();
      assertThat(live.callIds().getFirst()).isEqualTo("rs-0001-5d0f2a@sbc1.example.com");
      assertThat(live.callIds())
          .contains("a1b2c3d4e5f60718293a4b5c6d7e8f90", "6n/7HooUWU+ZG+AaFn1XIA==");
      assertThat(live.parties())
          .containsExactly(
              new Party(
                  Side.LEFT,
                  "+12025550101",
                  "Alice Trader",
                  "sip:+12025550101@example.com",
                  "u-alice",
                  List.of("t-desk")),
              new Party(
                  Side.RIGHT,
                  "+12025550102",
                  "Bob Client",
                  "sip:+12025550102@example.net",
                  null,
                  List.of()));

      List<CaptureEvent.Message> messages = capture.all(CaptureEvent.Message.class);
      assertThat(messages.stream().map(SampleCallsTest::firstWord))
          .containsExactly("INVITE", "200", "ACK", "BYE", "200");
      assertThat(messages.get(0).text()).isEqualTo(invite);
      assertThat(messages.get(1).text()).isEqualTo(answer.raw());
      assertThat(messages.get(1).received()).isFalse();
      assertThat(messages.get(1).peer()).isEqualTo("127.0.0.1:" + src.localPort());

      assertThat(capture.streams()).hasSize(2);
      assertThat(capture.streams().get(1).localPort()).isEqualTo(10_002);
      assertThat(capture.streams().get(1).remoteAddress()).isEqualTo("127.0.0.1");
      assertThat(capture.streams().get(1).remotePort()).isEqualTo(40_002);
      assertThat(capture.streams().get(1).label()).isEqualTo("2");
      assertThat(capture.timeline())
          .containsExactly(
              "started: recording session from sbc-1 (127.0.0.1:%d)".formatted(src.localPort()),
              "joined: Alice Trader (+12025550101) joined on the left",
              "joined: Bob Client (+12025550102) joined on the right",
              "ended: ended by the SRC");
      assertThat(capture.events.getLast()).isInstanceOf(CaptureEvent.Closed.class);
      assertThat(capture.summary().state()).isEqualTo(CallState.CLOSED);
      assertThat(fixture.media.open).hasValue(0);
      assertThat(fixture.server.activeRecordings()).isZero();
      assertThat(fixture.heard).containsExactly("opened " + capture.id(), "closed " + capture.id());
    }
  }

  private static String firstWord(CaptureEvent.Message message) {
    String[] words = new String(message.text(), StandardCharsets.ISO_8859_1).split(" ", 3);
    return message.received() ? words[0] : words[1];
  }

  private SipPeer.Message begin(String sample) throws Exception {
    return begin(SampleInvite.load(sample));
  }

  @Test
  void anOracleCallWithVendorElementsAndPaddedCloseIsUnderstood() throws Exception {
    SipPeer.Message answer = begin("02-oracle-style-apkt-extensiondata");

    assertThat(answer.bodyText())
        .contains("a=label:33554519", "a=label:33554520", "m=audio 10000 RTP/AVP 8 101");
    CallSummary call = fixture.captures.only().summary();
    assertThat(call.flags()).isEmpty();
    assertThat(call.tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(call.callIds()).contains("00FA0800A1B2C36AE0D1F2");
    assertThat(call.parties())
        .extracting(Party::number)
        .containsExactly("+12025550111", "+12025550112");
    assertThat(call.parties()).extracting(Party::side).containsExactly(Side.LEFT, Side.RIGHT);
  }

  @Test
  void aCubeCallWithAThirdPartAndItsGuidIsUnderstood() throws Exception {
    begin("03-cisco-cube-style-gtd-guid");

    CallSummary call = fixture.captures.only().summary();
    assertThat(call.tenant()).isEqualTo(TenantSlug.PLATFORM);
    assertThat(call.flags()).containsExactly(CallFlag.TENANT_UNKNOWN);
    assertThat(call.callIds()).contains("1012538976-3332444657-2600980735-1455670785");
    assertThat(call.parties())
        .extracting(Party::number)
        .containsExactly("2025550121", "2025550122");
    assertThat(call.parties()).extracting(Party::side).containsExactly(Side.LEFT, Side.RIGHT);
  }

  @Test
  void aTransferMovesTheStreamAndReplacesTheParty() throws Exception {
    SipPeer.Message first = begin(BASIC);
    peer.send(
        SampleInvite.load("04-reinvite-transfer-partial")
            .replaceInHead("srs-41aa90", first.toTag())
            .bytes(peer));
    SipPeer.Message answer = peer.receiveFinal();
    peer.send(inDialog(peer, answer, "ACK", 2));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.bodyText()).contains("m=audio 10000 RTP", "m=audio 10002 RTP");
    FakeCaptures.Capture capture = fixture.captures.only();
    until(() -> fixture.heard.contains("updated " + capture.id()));
    assertThat(capture.all(CaptureEvent.Updated.class)).hasSize(1);
    assertThat(capture.streams().get(1).remotePort()).isEqualTo(40_006);
    assertThat(capture.summary().parties())
        .extracting(Party::name)
        .containsExactly("Alice Trader", "Bob Client", "Carol Desk");
    assertThat(capture.summary().parties())
        .extracting(Party::side)
        .containsExactly(Side.LEFT, Side.RIGHT, Side.RIGHT);
    assertThat(capture.summary().callIds()).contains("11223344556677889900aabbccddeeff");
    assertThat(capture.timeline().subList(3, 7))
        .containsExactly(
            "stream-changed: right stream now comes from 127.0.0.1:40006",
            "left: Bob Client (+12025550102) left",
            "joined: Carol Desk (+12025550103) joined on the right",
            "transferred: transferred from Bob Client (+12025550102) to Carol Desk"
                + " (+12025550103)");
    assertThat(capture.summary().flags()).isEmpty();
    assertThat(fixture.heard).containsExactly("opened " + capture.id(), "updated " + capture.id());
  }

  @Test
  void aHoldPausesItsStreamAndIsToldByWhom() throws Exception {
    SipPeer.Message first = begin(BASIC);
    peer.send(
        SampleInvite.load("05-reinvite-hold-partial")
            .replaceInHead("srs-41aa90", first.toTag())
            .bytes(peer));
    SipPeer.Message answer = peer.receiveFinal();
    peer.send(inDialog(peer, answer, "ACK", 2));

    assertThat(answer.bodyText().lines())
        .containsSubsequence("a=inactive", "a=label:1", "a=recvonly", "a=label:2");
    FakeCaptures.Capture capture = fixture.captures.only();
    assertThat(capture.streams().get(0).paused()).isTrue();
    assertThat(capture.streams().get(1).paused()).isFalse();
    assertThat(capture.timeline().subList(3, 5))
        .containsExactly(
            "stream-paused: left stream paused",
            "held: held by Bob Client (+12025550102): Alice Trader (+12025550101) is no longer"
                + " heard");
  }

  @Test
  void malformedXmlCostsNoCallAndIsKeptAsItCame() throws Exception {
    SampleInvite sample = SampleInvite.load("06-malformed-xml");
    begin("06-malformed-xml");

    FakeCaptures.Capture capture = fixture.captures.only();
    CallSummary call = capture.summary();
    assertThat(call.flags()).containsExactly(CallFlag.METADATA_MALFORMED);
    assertThat(call.rawMetadata()).contains("<x:note>prefix never declared</x:note>", "Bob & Co");
    assertThat(sample.body()).contains(call.rawMetadata());
    assertThat(call.tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(
            new String(
                capture.all(CaptureEvent.Message.class).getFirst().text(), StandardCharsets.UTF_8))
        .contains("Bob & Co");
  }
}

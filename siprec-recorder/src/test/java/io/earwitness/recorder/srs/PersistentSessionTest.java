package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recording sessions that outlive calls (RFC 7866 §10, RFC 7865 §6.1.2, RFC 8068 §3.4.1). */
class PersistentSessionTest extends CallFixture {
  private static final String STREAMS =
      sdp(
          "m=audio 40000 RTP/AVP 0",
          "a=inactive",
          "a=label:1",
          "m=audio 40002 RTP/AVP 0",
          "a=inactive",
          "a=label:2");
  private static final String NOBODY = metadata("complete");

  private static String call(String session, String caller, String callee) {
    return metadata(
        "complete",
        "<session session_id='%s'/>".formatted(session),
        party(session, "1", caller),
        party(session, "2", callee),
        "<stream stream_id='s1' session_id='%s'><label>1</label></stream>".formatted(session),
        "<stream stream_id='s2' session_id='%s'><label>2</label></stream>".formatted(session));
  }

  private static String party(String session, String side, String number) {
    String id = number + "@" + session;
    return ("<participant participant_id='%s'><nameID aor='tel:%s'/></participant>"
            + "<participantsessionassoc participant_id='%s' session_id='%s'/>"
            + "<participantstreamassoc participant_id='%s'><send>s%s</send></participantstreamassoc>")
        .formatted(id, number, id, session, id, side);
  }

  private List<String> sessions() {
    return capture().timeline().stream()
        .filter(line -> line.contains("communication session"))
        .toList();
  }

  @Test
  void oneThatBeginsWithoutAnyCallIsRecordedAndEachCallIsTold() throws Exception {
    SipPeer.Message dialog = begin(sample(BOTH_TYPE, both(STREAMS, NOBODY)));
    assertThat(capture().summary().flags()).containsExactly(CallFlag.TENANT_UNKNOWN);
    assertThat(capture().summary().parties()).isEmpty();

    String sending = STREAMS.replace("inactive", "sendonly");
    request(
        dialog, "INVITE", 2, BOTH_TYPE, both(sending, call("A", "+12025550101", "+33123456781")));
    until(() -> capture().summary().tenant().equals(ServerFixture.ACME));
    // Metadata alone ends it: the INVITE has no offer, so ours goes out and is answered
    peer.send(inCall(dialog, "INVITE", 3, XML_TYPE, NOBODY));
    SipPeer.Message ours = finalOf("3 INVITE");
    assertThat(ours.bodyText()).contains("m=audio 10000", "a=label:2");
    peer.send(inCall(ours, "ACK", 3, SDP_TYPE, STREAMS));
    until(() -> capture().streams().getFirst().paused());
    request(
        dialog, "UPDATE", 4, BOTH_TYPE, both(sending, call("B", "+12025550101", "+33123456782")));
    assertThat(capture().streams().getFirst().paused()).isFalse();
    request(dialog, "BYE", 5);
    until(() -> capture().isClosed());

    assertThat(sessions())
        .containsExactly(
            "note: communication session A began",
            "note: communication session A ended",
            "note: communication session B began");
    assertThat(capture().timeline())
        .containsSubsequence(
            "note: communication session A began",
            "joined: +12025550101 joined on the left",
            "note: communication session A ended",
            "left: +12025550101 left",
            "note: communication session B began",
            "joined: +12025550101 joined on the left");
    assertThat(capture().summary().flags()).isEmpty();
    assertThat(capture().summary().callIds()).contains("A", "B");
    assertThat(capture().summary().parties())
        .extracting(Party::number)
        .contains("+33123456781", "+33123456782");
    assertThat(capture().all(CaptureEvent.Closed.class)).hasSize(1);
    assertThat(fixture.media.open).hasValue(0);
  }

  @Test
  void severalAtATimeAreToldAndPartialUpdatesEndThemOneByOne() throws Exception {
    String two =
        call("A", "+12025550101", "+33123456781")
            .replace("<session ", "<session session_id='B'/><session ");
    SipPeer.Message dialog = begin(sample(BOTH_TYPE, both(STREAMS, two)));
    request(
        dialog,
        "UPDATE",
        2,
        XML_TYPE,
        metadata(
            "partial",
            "<session session_id='A'><stop-time>2026-11-20T09:34:29Z</stop-time></session>"));
    request(
        dialog,
        "UPDATE",
        3,
        XML_TYPE,
        metadata(
            "partial",
            "<sessionrecordingassoc session_id='B'>"
                + "<disassociate-time>2026-11-20T09:35:29Z</disassociate-time>"
                + "</sessionrecordingassoc>"));
    assertThat(sessions())
        .containsExactly(
            "note: communication session B began",
            "note: communication session A began",
            "note: communication session A ended",
            "note: communication session B ended");
    assertThat(fixture.server.activeRecordings()).isOne();
  }

  @Test
  void theOnlySessionOfAnOrdinaryCallNeedsNoLine() throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "UPDATE", 2, XML_TYPE, metadataOf(BASIC));
    assertThat(sessions()).isEmpty();
    assertThat(capture().summary().parties())
        .extracting(Party::side)
        .containsExactly(Side.LEFT, Side.RIGHT);
  }
}

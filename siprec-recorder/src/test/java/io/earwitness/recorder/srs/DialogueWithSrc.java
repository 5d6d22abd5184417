package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One recording session with a real server, message by message. */
final class DialogueWithSrc implements AutoCloseable {
  private static final String BOUNDARY = "of-the-parts";

  private final SipPeer peer;
  private final FakeCaptures.Capture capture;
  private SipPeer.Message answer;
  private int sequence;

  private DialogueWithSrc(ServerFixture fixture, SipPeer peer, byte[] invite) throws Exception {
    this.peer = peer;
    int before = fixture.captures.captures.size();
    peer.send(invite);
    answer = peer.receiveFinal();
    assertThat(answer.status()).as(answer.startLine()).isEqualTo(200);
    sequence = Integer.parseInt(answer.header("CSeq").split(" ", 2)[0]);
    peer.send(inDialog(peer, answer, "ACK", sequence));
    capture = fixture.captures.captures.get(before);
    settle();
  }

  /** Begins with a sample INVITE. */
  static DialogueWithSrc begin(ServerFixture fixture, SampleInvite invite) throws Exception {
    SipPeer peer = fixture.peer(Transport.TCP);
    return new DialogueWithSrc(fixture, peer, invite.bytes(peer));
  }

  /** Begins with an INVITE of the standard's form. */
  static DialogueWithSrc begin(
      ServerFixture fixture, String callId, String headers, String sdp, String metadata)
      throws Exception {
    SipPeer peer = fixture.peer(Transport.TCP);
    String body = multipart(sdp, metadata);
    String text =
        "INVITE sip:srs@127.0.0.1 SIP/2.0\r\n"
            + peer.via("invite" + callId.hashCode())
            + "Max-Forwards: 70\r\nFrom: <sip:src@127.0.0.1>;tag=1\r\nTo: <sip:srs@127.0.0.1>\r\n"
            + "Call-ID: "
            + callId
            + "\r\nCSeq: 1 INVITE\r\nContact: <sip:src@127.0.0.1:"
            + peer.localPort()
            + ";transport=tcp>;+sip.src\r\nRequire: siprec\r\n"
            + headers
            + "Content-Type: multipart/mixed;boundary="
            + BOUNDARY
            + "\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body;
    return new DialogueWithSrc(fixture, peer, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String multipart(String sdp, String metadata) {
    return "--%s\r\nContent-Type: application/sdp\r\n\r\n%s\r\n".formatted(BOUNDARY, sdp)
        + "--%s\r\nContent-Type: application/rs-metadata+xml\r\n".formatted(BOUNDARY)
        + "Content-Disposition: recording-session\r\n\r\n%s\r\n--%s--\r\n"
            .formatted(metadata, BOUNDARY);
  }

  /** Goes on with a sample message within the dialog. */
  DialogueWithSrc then(SampleInvite message) throws Exception {
    sequence++;
    request(
        message
            .replaceInHead("@TAG@", answer.toTag())
            .replaceInHead("@CSEQ@", Integer.toString(sequence))
            .bytes(peer));
    return this;
  }

  /** A re-INVITE with offer and metadata. */
  DialogueWithSrc reinvite(String sdp, String metadata) throws Exception {
    sequence++;
    request(
        inDialog(
            peer,
            answer,
            "INVITE",
            sequence,
            "multipart/mixed;boundary=" + BOUNDARY,
            multipart(sdp, metadata)));
    return this;
  }

  /** An UPDATE with metadata alone. */
  DialogueWithSrc update(String metadata) throws Exception {
    sequence++;
    request(inDialog(peer, answer, "UPDATE", sequence, "application/rs-metadata+xml", metadata));
    return this;
  }

  private void request(byte[] message) throws Exception {
    peer.send(message);
    SipPeer.Message reply = peer.receiveFinal();
    assertThat(reply.status()).as(reply.startLine()).isEqualTo(200);
    if (reply.header("CSeq").endsWith("INVITE")) {
      answer = reply;
      peer.send(inDialog(peer, reply, "ACK", sequence));
    }
    settle();
  }

  /** Requests of one call are handled in their order: once this is answered, all before is done. */
  private void settle() throws Exception {
    sequence++;
    peer.send(inDialog(peer, answer, "OPTIONS", sequence));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
  }

  DialogueWithSrc bye() throws Exception {
    return bye("");
  }

  DialogueWithSrc bye(String metadata) throws Exception {
    sequence++;
    String type = metadata.isEmpty() ? "" : "application/rs-metadata+xml";
    peer.send(inDialog(peer, answer, "BYE", sequence, type, metadata));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
    until(capture::isClosed);
    return this;
  }

  CallSummary summary() {
    return capture.summary();
  }

  FakeCaptures.Capture capture() {
    return capture;
  }

  /** The timeline but for its first line, which names ports. */
  List<String> timeline() {
    List<String> lines = capture.timeline();
    assertThat(lines.getFirst()).startsWith("started: recording session from sbc-1");
    return lines.subList(1, lines.size());
  }

  @Override
  public void close() throws Exception {
    peer.close();
  }
}

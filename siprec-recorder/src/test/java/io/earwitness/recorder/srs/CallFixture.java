package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A recording server on loopback, one SRC, and the call between them. */
abstract class CallFixture {
  static final String BASIC = "01-rfc8068-basic-two-mlines";
  static final String SDP_TYPE = "application/sdp";
  static final String XML_TYPE = "application/rs-metadata+xml";
  static final String BOTH_TYPE = "multipart/mixed;boundary=rs-part-9c1";

  /** Of the basic sample. */
  static final String ALICE = "8AFWbQZZXwyBSAkQxeq+8g==";

  static final String BOB = "BPS8+N5DXa2YhK2cuq603A==";
  static final String SESSION = "6n/7HooUWU+ZG+AaFn1XIA==";
  static final String LEFT_STREAM = "CkPCLH0tVL6aWmhmZp/szQ==";
  static final String RIGHT_STREAM = "5xwmD+zEWbGv2UHyQcOdSw==";

  ServerFixture fixture;
  SipPeer peer;

  @BeforeEach
  void open() throws Exception {
    fixture = server();
    peer = fixture.peer(Transport.TCP);
  }

  /** The server to test. */
  ServerFixture server() throws IOException {
    return new ServerFixture();
  }

  @AfterEach
  void close() throws Exception {
    peer.close();
    fixture.close();
  }

  static SampleInvite sample() throws IOException {
    return SampleInvite.load(BASIC);
  }

  static String sdp(String... media) {
    return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        + String.join("\r\n", media)
        + "\r\n";
  }

  /** The basic sample with another body. */
  static SampleInvite sample(String type, String body) throws IOException {
    return sample().withBody(body).replaceInHead("Content-Type: [^\r]*", "Content-Type: " + type);
  }

  static SampleInvite sdpOnly() throws IOException {
    return sample(SDP_TYPE, sdp("m=audio 40000 RTP/AVP 0", "m=audio 40002 RTP/AVP 0"));
  }

  /** The metadata in a sample. */
  static String metadataOf(String sample) throws IOException {
    String body = SampleInvite.load(sample).body();
    int from = body.indexOf("<?xml");
    return body.substring(from, body.indexOf("\r\n--", from));
  }

  static String metadata(String mode, String... elements) {
    return "<recording xmlns='urn:ietf:params:xml:ns:recording:1'><datamode>"
        + mode
        + "</datamode>"
        + String.join("", elements)
        + "</recording>";
  }

  /** Both in one body, of {@link #BOTH_TYPE}. */
  static String both(String sdp, String xml) {
    return "--rs-part-9c1\r\nContent-Type: application/sdp\r\n\r\n"
        + sdp
        + "\r\n--rs-part-9c1\r\nContent-Type: application/rs-metadata+xml\r\n\r\n"
        + xml
        + "\r\n--rs-part-9c1--\r\n";
  }

  SipPeer.Message invite(SampleInvite invite) throws IOException {
    peer.send(invite.bytes(peer));
    return peer.receiveFinal();
  }

  /** Begins a call, up to its ACK; returns our answer. */
  SipPeer.Message begin(SampleInvite invite) throws Exception {
    SipPeer.Message answer = invite(invite);
    assertThat(answer.status()).isEqualTo(200);
    acknowledge(answer);
    until(() -> capture().all(CaptureEvent.Message.class).size() >= 3);
    return answer;
  }

  void acknowledge(SipPeer.Message answer) throws IOException {
    peer.send(inCall(answer, "ACK", sequence(answer), "", ""));
  }

  static int sequence(SipPeer.Message message) {
    return Integer.parseInt(message.header("CSeq").split(" ", -1)[0]);
  }

  byte[] inCall(SipPeer.Message answer, String method, int sequence, String type, String body) {
    return ServerFixture.inDialog(peer, answer, method, sequence, type, body);
  }

  /** Sends a request in the dialog and returns its answer; an INVITE is acknowledged. */
  SipPeer.Message request(
      SipPeer.Message dialog, String method, int sequence, String type, String body)
      throws IOException {
    peer.send(inCall(dialog, method, sequence, type, body));
    SipPeer.Message answer = finalOf(sequence + " " + method);
    if (method.equals("INVITE")) {
      acknowledge(answer);
    }
    return answer;
  }

  SipPeer.Message request(SipPeer.Message dialog, String method, int sequence) throws IOException {
    return request(dialog, method, sequence, "", "");
  }

  /** The final answer to a request of ours; copies of others are passed over. */
  SipPeer.Message finalOf(String sequence) throws IOException {
    SipPeer.Message message = peer.receive();
    while (!message.startLine().startsWith("SIP/2.0 ")
        || message.status() < 200
        || !message.header("CSeq").equals(sequence)) {
      message = peer.receive();
    }
    return message;
  }

  /** The next request that the recorder sends. */
  SipPeer.Message requested(String method) throws IOException {
    SipPeer.Message message = peer.receive();
    while (message.startLine().startsWith("SIP/2.0 ")) {
      message = peer.receive();
    }
    assertThat(message.startLine()).startsWith(method + " ");
    return message;
  }

  /** Answers a request of the recorder's. */
  void answer(SipPeer.Message request, int status, String... headers) throws IOException {
    StringBuilder text = new StringBuilder("SIP/2.0 " + status + " X\r\n");
    for (String name : new String[] {"Via", "From", "To", "Call-ID", "CSeq"}) {
      text.append(name).append(": ").append(request.header(name)).append("\r\n");
    }
    Arrays.stream(headers).forEach(header -> text.append(header).append("\r\n"));
    peer.send(text + "Content-Length: 0\r\n\r\n");
  }

  FakeCaptures.Capture capture() {
    return fixture.captures.only();
  }

  /** All that was kept of messages. */
  String kept() {
    StringBuilder text = new StringBuilder();
    for (CaptureEvent.Message message : capture().all(CaptureEvent.Message.class)) {
      text.append(new String(message.text(), StandardCharsets.ISO_8859_1)).append("\r\n\r\n");
    }
    return text.toString();
  }

  void untilTold(String line) throws InterruptedException {
    until(() -> capture().timeline().stream().anyMatch(told -> told.contains(line)));
  }
}

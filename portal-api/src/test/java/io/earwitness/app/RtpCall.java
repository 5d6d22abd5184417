package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A call of Globex, of whose first stream packets are sent one by one. */
final class RtpCall implements AutoCloseable {
  private static final Pattern MEDIA_PORT = Pattern.compile("m=audio (\\d+)");
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final TcpSip peer;
  private final String callId;
  private final String to;
  private final int port;
  private final DatagramSocket media = new DatagramSocket(0, LOOPBACK);
  private int sequence = 1;

  private RtpCall(TcpSip peer, String callId, TcpSip.Answer answer) throws IOException {
    this.peer = peer;
    this.callId = callId;
    this.to = answer.to();
    Matcher found = MEDIA_PORT.matcher(answer.text());
    assertThat(found.find()).isTrue();
    this.port = Integer.parseInt(found.group(1));
  }

  /** Begins one, which must be answered 200. */
  static RtpCall begin(TcpSip peer, String callId, String headers) throws IOException {
    String body;
    try (InputStream in =
        RtpCall.class.getResourceAsStream("/siprec/01-rfc8068-basic-two-mlines.sip")) {
      body = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
    body = body.substring(body.indexOf("\n\n") + 2).replace("192.0.2.11", "127.0.0.1");
    peer.send(
        TcpSip.invite(
            callId, "Require: siprec\n" + headers, "multipart/mixed;boundary=rs-part-9c1", body));
    TcpSip.Answer answer = peer.answer();
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    peer.send(TcpSip.request("ACK", callId, 1, answer.to(), "", "", ""));
    return new RtpCall(peer, callId, answer);
  }

  String callId() {
    return callId;
  }

  /** Sends packets with these sequence numbers. */
  void send(int first, int count) throws IOException {
    for (int number = first; number < first + count; number++) {
      byte[] packet = new byte[12 + 160];
      packet[0] = (byte) 0x80;
      packet[3] = (byte) number;
      packet[6] = (byte) (number * 160 >> 8);
      packet[7] = (byte) (number * 160);
      packet[11] = 7;
      media.send(new DatagramPacket(packet, packet.length, LOOPBACK, port));
    }
  }

  /** A request in the call, which must be answered 200. */
  void request(String method, String headers) throws IOException {
    sequence++;
    peer.send(TcpSip.request(method, callId, sequence, to, headers, "", ""));
    assertThat(peer.answer().status()).as(method).isEqualTo(200);
  }

  void end() throws IOException {
    request("BYE", "");
  }

  @Override
  public void close() {
    media.close();
  }
}

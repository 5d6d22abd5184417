package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A recording session over TCP, message by message, whose streams are sent from sockets here. */
final class DialogCall implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final SipPeer peer;
  private final String callId = UUID.randomUUID() + "@dialog.test";
  private final List<Integer> ports = new ArrayList<>();
  private String to = "<sip:srs@127.0.0.1>";
  private int sequence;

  DialogCall(int port) throws IOException {
    peer = SipPeer.over(Transport.TCP, port);
  }

  String callId() {
    return callId;
  }

  /** Of the recorder, of each m-line, as last answered. */
  List<Integer> ports() {
    return ports;
  }

  /** What stands before the m-lines of an offer. */
  static String sdp() {
    return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n";
  }

  /**
   * An INVITE, or a re-INVITE, that is answered 200.
   *
   * @param sdp empty for none
   */
  SipPeer.Message invite(String sdp) throws IOException {
    return invite(sdp.isEmpty() ? "" : type(), sdp);
  }

  /**
   * The same with another body.
   *
   * @param type a header
   */
  SipPeer.Message invite(String type, String body) throws IOException {
    SipPeer.Message answer = request("INVITE", "Require: siprec\r\n" + type, body);
    to = answer.header("To");
    ports.clear();
    answer
        .bodyText()
        .lines()
        .filter(line -> line.startsWith("m=audio "))
        .forEach(line -> ports.add(Integer.parseInt(line.split(" ", -1)[1])));
    return answer;
  }

  private static String type() {
    return "Content-Type: application/sdp\r\n";
  }

  /**
   * The ACK of the last INVITE.
   *
   * @param sdp empty for none
   */
  void acknowledge(String sdp) throws IOException {
    sequence--;
    send("ACK", sdp.isEmpty() ? "" : type(), sdp);
  }

  void bye() throws IOException {
    request("BYE", "", "");
  }

  /** Sends a request, which must be answered 200. */
  SipPeer.Message request(String method, String headers, String body) throws IOException {
    send(method, headers, body);
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).as(method).isEqualTo(200);
    return answer;
  }

  private void send(String method, String headers, String body) throws IOException {
    sequence++;
    peer.send(
        "%s sip:srs@127.0.0.1 SIP/2.0\r\n".formatted(method)
            + peer.via(method + sequence)
            + "Max-Forwards: 70\r\nFrom: <sip:src@127.0.0.1>;tag=1\r\nTo: "
            + to
            + "\r\nCall-ID: "
            + callId
            + "\r\nCSeq: %d %s\r\n".formatted(sequence, method)
            + "Contact: <sip:src@127.0.0.1:%d;transport=tcp>;+sip.src\r\n"
                .formatted(peer.localPort())
            + headers
            + "Content-Length: %d\r\n\r\n".formatted(body.length())
            + body);
  }

  /** Sends a packet of a stream. */
  void sendMedia(DatagramSocket from, int stream, byte[] packet) throws IOException {
    from.send(
        new DatagramPacket(
            packet, packet.length, new InetSocketAddress(LOOPBACK, ports.get(stream))));
  }

  /** A socket that a stream can be sent from. */
  static DatagramSocket socket() throws IOException {
    return new DatagramSocket(0, LOOPBACK);
  }

  @Override
  public void close() throws IOException {
    peer.close();
  }
}

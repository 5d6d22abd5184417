package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A call of two plain RTP streams, message by message and packet by packet. */
final class PlainCall implements AutoCloseable {
  private final SipPeer peer;
  private final List<DatagramSocket> sockets = new ArrayList<>();
  private final String callId = UUID.randomUUID() + "@plain.test";
  private final List<Integer> ports = new ArrayList<>();
  private String to = "<sip:srs@127.0.0.1>";
  private int sequence;

  PlainCall(int port) throws IOException {
    peer = SipPeer.over(Transport.TCP, port);
    for (int i = 0; i < 2; i++) {
      sockets.add(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
    }
  }

  String callId() {
    return callId;
  }

  private String sdp(String left, String right) {
    String sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n";
    List<String> directions = List.of(left, right);
    for (int i = 0; i < 2; i++) {
      sdp +=
          "m=audio %d RTP/AVP 0\r\na=%s\r\na=label:%d\r\n"
              .formatted(sockets.get(i).getLocalPort(), directions.get(i), i + 1);
    }
    return sdp;
  }

  /** Begins the call with these directions of the streams. */
  void begin(String left, String right) throws IOException {
    learnPorts(invite(sdp(left, right)));
    acknowledge("");
  }

  /** Lets the recorder offer; {@link #acknowledgeWithAnswer} is to follow. */
  void beginWithoutOffer() throws IOException {
    learnPorts(invite(""));
  }

  void acknowledgeWithAnswer() throws IOException {
    acknowledge(sdp("sendonly", "sendonly"));
  }

  /** A re-INVITE. */
  void describe(String left, String right) throws IOException {
    invite(sdp(left, right));
    acknowledge("");
  }

  private SipPeer.Message invite(String body) throws IOException {
    return request("INVITE", "Require: siprec\r\n" + (body.isEmpty() ? "" : type()), body);
  }

  private static String type() {
    return "Content-Type: application/sdp\r\n";
  }

  private void acknowledge(String body) throws IOException {
    sequence--;
    send("ACK", body.isEmpty() ? "" : type(), body);
  }

  private void learnPorts(SipPeer.Message answer) {
    to = answer.header("To");
    answer
        .bodyText()
        .lines()
        .filter(line -> line.startsWith("m=audio "))
        .forEach(line -> ports.add(Integer.parseInt(line.split(" ", -1)[1])));
    assertThat(ports).hasSize(2);
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

  /** Sends packets with these sequence numbers on a stream. */
  void send(int stream, int firstNumber, int count) throws IOException {
    send(sockets.get(stream), stream, firstNumber, count);
  }

  /** The same from another address. */
  void sendFromElsewhere(int stream, int firstNumber, int count) throws IOException {
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getByName("127.0.0.2"))) {
      send(other, stream, firstNumber, count);
    }
  }

  private void send(DatagramSocket socket, int stream, int firstNumber, int count)
      throws IOException {
    for (int number = firstNumber; number < firstNumber + count; number++) {
      byte[] packet =
          ByteBuffer.allocate(172)
              .putInt(0x8000_0000 | number)
              .putInt(number * 160)
              .putInt(stream + 1)
              .array();
      socket.send(
          new DatagramPacket(
              packet,
              packet.length,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(stream))));
    }
  }

  @Override
  public void close() throws IOException {
    peer.close();
    sockets.forEach(DatagramSocket::close);
  }
}

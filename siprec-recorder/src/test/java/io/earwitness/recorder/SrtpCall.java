package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A call of two SRTP streams, message by message and packet by packet. */
final class SrtpCall implements AutoCloseable {
  private final SipPeer peer;
  private final List<DatagramSocket> sockets = new ArrayList<>();
  private final String callId = UUID.randomUUID() + "@srtp.test";
  private final List<Integer> ports = new ArrayList<>();
  private String to = "<sip:srs@127.0.0.1>";
  private int sequence;

  SrtpCall(int port) throws IOException {
    peer = SipPeer.over(Transport.TCP, port);
    for (int i = 0; i < 2; i++) {
      sockets.add(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
    }
  }

  String callId() {
    return callId;
  }

  /** An INVITE, or a re-INVITE, with a key for each stream; returns the answer's SDP. */
  String invite(SrtpKey left, SrtpKey right) throws IOException {
    StringBuilder sdp =
        new StringBuilder("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\n");
    List<SrtpKey> keys = List.of(left, right);
    for (int i = 0; i < 2; i++) {
      sdp.append("t=0 0\r\nm=audio %d RTP/SAVP 0\r\n".formatted(sockets.get(i).getLocalPort()))
          .append("a=crypto:1 F8_128_HMAC_SHA1_80 inline:AAAA\r\n")
          .append("a=crypto:5 %s %s|2^31\r\n".formatted(keys.get(i).suite(), keys.get(i).inline()))
          .append("a=sendonly\r\na=label:%d\r\n".formatted(i + 1));
    }
    request("INVITE", "Require: siprec\r\nContent-Type: application/sdp\r\n", sdp.toString());
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).isEqualTo(200);
    to = answer.header("To");
    ports.clear();
    for (String line : answer.bodyText().split("\r\n", -1)) {
      if (line.startsWith("m=audio ")) {
        assertThat(line).contains(" RTP/SAVP ");
        ports.add(Integer.parseInt(line.split(" ", -1)[1]));
      }
    }
    assertThat(answer.bodyText()).contains("a=crypto:5 " + left.suite() + " inline:");
    sequence--;
    request("ACK", "", "");
    return answer.bodyText();
  }

  void bye() throws IOException {
    request("BYE", "", "");
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
  }

  private void request(String method, String headers, String body) throws IOException {
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

  /** A source of packets on a stream, under a key, from a sequence number on. */
  Source source(int stream, SrtpKey key, int firstNumber) {
    return new Source(stream, key, firstNumber);
  }

  /** The plain packet that has these sequence number and source. */
  static byte[] packet(byte[] like) {
    byte[] packet = Arrays.copyOf(like, 172);
    Arrays.fill(packet, 12, 172, like[3]);
    return packet;
  }

  final class Source {
    private final int stream;
    private final int ssrc = UUID.randomUUID().hashCode();
    private final SrtpSender sender;
    private int number;
    private byte[] last = {};

    private Source(int stream, SrtpKey key, int firstNumber) {
      this.stream = stream;
      this.sender = new SrtpSender(key, ssrc);
      this.number = firstNumber;
    }

    void sendPackets(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        byte[] header =
            ByteBuffer.allocate(12)
                .putInt(0x8000_0000 | (number & 0xffff))
                .putInt(number * 160)
                .putInt(ssrc)
                .array();
        number++;
        byte[] room = Arrays.copyOf(packet(header), 172 + SrtpSender.MAX_TAG);
        last = Arrays.copyOf(room, sender.protect(room, 172));
        send(last);
      }
    }

    /** As if packets had been lost on their way. */
    void skip(int count) {
      number += count;
    }

    void sendAgain() throws IOException {
      send(last);
    }

    /** A packet of the next number that was changed on its way. */
    void sendTampered() throws IOException {
      byte[] changed = last.clone();
      changed[3]++;
      send(changed);
    }

    private void send(byte[] bytes) throws IOException {
      sockets
          .get(stream)
          .send(
              new DatagramPacket(
                  bytes,
                  bytes.length,
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(stream))));
    }
  }

  @Override
  public void close() throws IOException {
    peer.close();
    sockets.forEach(DatagramSocket::close);
  }
}

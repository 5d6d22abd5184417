package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** A call of two SRTP streams, message by message and packet by packet. */
final class SrtpCall implements AutoCloseable {
  private final DialogCall dialog;
  private final List<DatagramSocket> sockets = new ArrayList<>();

  SrtpCall(int port) throws IOException {
    dialog = new DialogCall(port);
    for (int i = 0; i < 2; i++) {
      sockets.add(DialogCall.socket());
    }
  }

  String callId() {
    return dialog.callId();
  }

  /** An INVITE, or a re-INVITE, with a key for each stream; returns the answer's SDP. */
  String invite(SrtpKey left, SrtpKey right) throws IOException {
    StringBuilder sdp = new StringBuilder(DialogCall.sdp());
    List<SrtpKey> keys = List.of(left, right);
    for (int i = 0; i < 2; i++) {
      sdp.append("m=audio %d RTP/SAVP 0\r\n".formatted(sockets.get(i).getLocalPort()))
          .append("a=crypto:1 F8_128_HMAC_SHA1_80 inline:AAAA\r\n")
          .append("a=crypto:5 %s %s|2^31\r\n".formatted(keys.get(i).suite(), keys.get(i).inline()))
          .append("a=sendonly\r\na=label:%d\r\n".formatted(i + 1));
    }
    SipPeer.Message answer = dialog.invite(sdp.toString());
    assertThat(answer.bodyText().lines().filter(line -> line.startsWith("m=audio ")))
        .hasSize(2)
        .allMatch(line -> line.contains(" RTP/SAVP "));
    assertThat(answer.bodyText()).contains("a=crypto:5 " + left.suite() + " inline:");
    dialog.acknowledge("");
    return answer.bodyText();
  }

  void bye() throws IOException {
    dialog.bye();
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
      dialog.sendMedia(sockets.get(stream), stream, bytes);
    }
  }

  @Override
  public void close() throws IOException {
    dialog.close();
    sockets.forEach(DatagramSocket::close);
  }
}

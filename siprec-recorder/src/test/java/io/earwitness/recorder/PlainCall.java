package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.sip.SipPeer;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A call of two plain RTP streams, message by message and packet by packet. */
final class PlainCall implements AutoCloseable {
  private final DialogCall dialog;
  private final List<DatagramSocket> sockets = new ArrayList<>();

  PlainCall(int port) throws IOException {
    dialog = new DialogCall(port);
    for (int i = 0; i < 2; i++) {
      sockets.add(DialogCall.socket());
    }
  }

  String callId() {
    return dialog.callId();
  }

  private String sdp(String left, String right) {
    StringBuilder sdp = new StringBuilder(DialogCall.sdp());
    List<String> directions = List.of(left, right);
    for (int i = 0; i < 2; i++) {
      sdp.append(
          "m=audio %d RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=%s\r\na=label:%d\r\n"
              .formatted(sockets.get(i).getLocalPort(), directions.get(i), i + 1));
    }
    return sdp.toString();
  }

  /** Begins the call with these directions of the streams. */
  void begin(String left, String right) throws IOException {
    describe(left, right);
    assertThat(dialog.ports()).hasSize(2);
  }

  /** Begins the call of the first sample: Alice, who calls, on the left, and Bob on the right. */
  void beginWithParties(String left, String right) throws IOException {
    String sample;
    try (InputStream in =
        Objects.requireNonNull(
            PlainCall.class.getResourceAsStream("/siprec/01-rfc8068-basic-two-mlines.sip"))) {
      sample = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    String xml = sample.substring(sample.indexOf("<?xml"), sample.indexOf("</recording>"));
    String body =
        "--b\r\nContent-Type: application/sdp\r\n\r\n"
            + sdp(left, right)
            + "\r\n--b\r\nContent-Type: application/rs-metadata+xml\r\n\r\n"
            + xml
            + "</recording>\r\n--b--\r\n";
    dialog.invite("Content-Type: multipart/mixed;boundary=b\r\n", body);
    dialog.acknowledge("");
    assertThat(dialog.ports()).hasSize(2);
  }

  /** Presses a key on a stream: one packet that ends it, with this sequence number. */
  void press(int stream, char key, int number) throws IOException {
    byte[] packet =
        ByteBuffer.allocate(16)
            .putInt(0x8065_0000 | number)
            .putInt(number * 160)
            .putInt(stream + 1)
            .put((byte) "0123456789*#ABCD".indexOf(key))
            .put((byte) 0x8a)
            .putShort((short) 800)
            .array();
    dialog.sendMedia(sockets.get(stream), stream, packet);
  }

  /** Lets the recorder offer; {@link #acknowledgeWithAnswer} is to follow. */
  void beginWithoutOffer() throws IOException {
    dialog.invite("");
    assertThat(dialog.ports()).hasSize(2);
  }

  void acknowledgeWithAnswer() throws IOException {
    dialog.acknowledge(sdp("sendonly", "sendonly"));
  }

  /** A re-INVITE. */
  void describe(String left, String right) throws IOException {
    dialog.invite(sdp(left, right));
    dialog.acknowledge("");
  }

  /** Sends a request, which must be answered 200. */
  SipPeer.Message request(String method, String headers, String body) throws IOException {
    return dialog.request(method, headers, body);
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
      dialog.sendMedia(socket, stream, packet);
    }
  }

  @Override
  public void close() throws IOException {
    dialog.close();
    sockets.forEach(DatagramSocket::close);
  }
}

package io.earwitness.app;

import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipEndpoint;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipHandler;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipResponse;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An SBC that has an announcement played by SIP and takes what is sent to it. */
final class AnnouncementCaller {
  private static final int HEADER_BYTES = 12;
  private static final int PATIENCE_SECONDS = 60;

  /**
   * What came.
   *
   * @param status of the answer
   * @param warning why it was refused
   * @param samples 16 bits, at 8 kHz
   */
  record Heard(int status, String warning, short[] samples) {}

  private AnnouncementCaller() {}

  /**
   * Asks for an announcement and listens until the BYE.
   *
   * @param parameters of the request URI
   */
  static Heard hear(int sipPort, String parameters, G711 codec) throws Exception {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    CountDownLatch over = new CountDownLatch(1);
    SipHandler handler =
        new SipHandler() {
          @Override
          public void onRequest(SipExchange exchange) {
            exchange.answer(SipAnswer.of(200, "OK"));
            if (exchange.request().method().equals("BYE")) {
              over.countDown();
            }
          }
        };
    List<byte[]> packets = new ArrayList<>();
    try (SipEndpoint endpoint =
            SipEndpoint.open(SipEndpointConfig.of(loopback, 0), handler, InstantSource.system());
        DatagramSocket media = new DatagramSocket(new InetSocketAddress(loopback, 0))) {
      media.setReceiveBufferSize(1 << 20);
      Thread listener = Thread.startVirtualThread(() -> receive(media, packets));
      SipCall call =
          endpoint.call(
              "sip:annc@127.0.0.1:%d;transport=tcp;%s".formatted(sipPort, parameters),
              "sip:ivr@127.0.0.1",
              "sip:annc@127.0.0.1",
              Transport.TCP);
      String sdp =
          "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP %d\r\n"
              .formatted(media.getLocalPort(), codec.payloadType());
      SipResponse answer =
          call.invite(
                  SipHeaders.NONE,
                  new SipBody("application/sdp", sdp.getBytes(StandardCharsets.US_ASCII)))
              .response()
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (answer.isSuccess() && !over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("no BYE came");
      }
      media.close();
      listener.join();
      return new Heard(
          answer.status(), answer.headers().first("Warning").orElse(""), decoded(packets, codec));
    }
  }

  private static void receive(DatagramSocket media, List<byte[]> packets) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        media.receive(packet);
        packets.add(Arrays.copyOf(packet.getData(), packet.getLength()));
      }
    } catch (SocketException e) {
      // Closed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static short[] decoded(List<byte[]> packets, G711 codec) {
    int length = packets.stream().mapToInt(packet -> packet.length - HEADER_BYTES).sum();
    short[] samples = new short[length];
    int at = 0;
    for (byte[] packet : packets) {
      for (int i = HEADER_BYTES; i < packet.length; i++) {
        samples[at++] = codec.decode(packet[i]);
      }
    }
    return samples;
  }
}

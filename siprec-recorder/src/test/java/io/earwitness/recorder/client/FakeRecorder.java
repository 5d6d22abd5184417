package io.earwitness.recorder.client;

import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipEndpoint;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipHandler;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipRequest;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A recorder that keeps what it is sent: real SIP, real sockets, no SIPREC logic of its own. Each
 * call gets two sockets.
 */
public final class FakeRecorder implements SipHandler, AutoCloseable {
  /** A packet as received on a stream. */
  record Packet(InetSocketAddress source, byte[] bytes) {
    int sequence() {
      return (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    long timestamp() {
      return Integer.toUnsignedLong(
          bytes[4] << 24 | (bytes[5] & 0xff) << 16 | (bytes[6] & 0xff) << 8 | bytes[7] & 0xff);
    }

    byte[] payload() {
      return Arrays.copyOfRange(bytes, 12, bytes.length);
    }
  }

  /** One m-line's socket and what came in. */
  static final class Receiver implements AutoCloseable {
    final DatagramSocket socket;
    final List<Packet> packets = Collections.synchronizedList(new ArrayList<>());

    Receiver(DatagramSocket socket) {
      this.socket = socket;
      Thread.ofVirtual().start(this::receive);
    }

    /** Two on even ports, the second two above the first, as the real recorder has them. */
    static List<Receiver> two(InetAddress address) throws SocketException {
      for (int tries = 0; tries < 200; tries++) {
        DatagramSocket first = new DatagramSocket(0, address);
        try {
          if (first.getLocalPort() % 2 == 0) {
            DatagramSocket second = new DatagramSocket(first.getLocalPort() + 2, address);
            return List.of(new Receiver(first), new Receiver(second));
          }
        } catch (SocketException e) {
          // taken; try another pair
        }
        first.close();
      }
      throw new SocketException("no two even ports");
    }

    private void receive() {
      byte[] buffer = new byte[2048];
      DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
      try {
        while (true) {
          socket.receive(datagram);
          packets.add(
              new Packet(
                  (InetSocketAddress) datagram.getSocketAddress(),
                  Arrays.copyOf(buffer, datagram.getLength())));
        }
      } catch (IOException e) {
        // closed: the test is over
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  final List<SipRequest> requests = new CopyOnWriteArrayList<>();
  final List<Receiver> receivers = new CopyOnWriteArrayList<>();
  private final InetAddress address = InetAddress.getLoopbackAddress();
  private final SipEndpoint endpoint;
  private volatile Function<String, String> sdp = answer -> answer;
  private volatile SipAnswer refusal = SipAnswer.of(200, "OK");
  private volatile boolean hangsUp;

  public FakeRecorder() throws IOException {
    endpoint =
        SipEndpoint.open(
            SipEndpointConfig.of(address, 0).withContactParameters("+sip.srs"),
            this,
            InstantSource.system());
  }

  public String uri() {
    return "sip:recorder@127.0.0.1:" + endpoint.port(Transport.UDP);
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(address, endpoint.port(Transport.UDP));
  }

  /** The source ports of each stream, in the order of the streams. */
  public List<Set<Integer>> sources() {
    return receivers.stream()
        .map(
            receiver ->
                receiver.packets.stream()
                    .map(packet -> packet.source().getPort())
                    .collect(Collectors.toSet()))
        .toList();
  }

  /** All packets on all streams so far. */
  public long received() {
    return receivers.stream().mapToLong(receiver -> receiver.packets.size()).sum();
  }

  /**
   * The packets of a stream, once there are {@code count}: they may still be on their way through
   * our own receiver when the call has ended.
   */
  public List<byte[]> awaitPackets(int receiver, int count) throws InterruptedException {
    List<Packet> packets = receivers.get(receiver).packets;
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (packets.size() < count && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    synchronized (packets) {
      return packets.stream().map(Packet::bytes).toList();
    }
  }

  /** From now on INVITEs are answered so. */
  void refuse(int status, String reason) {
    refusal = SipAnswer.of(status, reason);
  }

  /** From now on answers are changed so. */
  void changeSdp(Function<String, String> change) {
    sdp = change;
  }

  /** From now on calls are ended by the recorder when they were acknowledged. */
  void hangUp() {
    hangsUp = true;
  }

  public List<SipRequest> requests(String method) {
    return requests.stream().filter(request -> request.method().equals(method)).toList();
  }

  @Override
  public void onRequest(SipExchange exchange) {
    SipRequest request = exchange.request();
    requests.add(request);
    if (!request.method().equals("INVITE")) {
      exchange.answer(SipAnswer.of(200, "OK"));
    } else if (refusal.status() != 200) {
      exchange.answer(refusal);
    } else {
      byte[] body = sdp.apply(answerTo(request)).getBytes(StandardCharsets.UTF_8);
      exchange.answer(SipAnswer.of(200, "OK").withBody(new SipBody("application/sdp", body)));
    }
  }

  @Override
  public void onAck(SipCall call, SipRequest ack) {
    if (hangsUp) {
      try {
        call.bye(SipHeaders.NONE);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private String answerTo(SipRequest invite) {
    List<Integer> ports = new ArrayList<>();
    try {
      if (requests("INVITE").stream().filter(r -> r.callId().equals(invite.callId())).count() > 1) {
        // a re-INVITE: the ports stay (tests with re-INVITEs place one call)
        receivers.forEach(receiver -> ports.add(receiver.socket.getLocalPort()));
      } else {
        List<Receiver> two = Receiver.two(address);
        receivers.addAll(two);
        two.forEach(receiver -> ports.add(receiver.socket.getLocalPort()));
      }
    } catch (SocketException e) {
      throw new AssertionError(e);
    }
    String formats =
        new String(invite.body(), StandardCharsets.UTF_8).contains("PCMA") ? "8 101" : "0 101";
    return """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        m=audio %d RTP/AVP %s
        a=recvonly
        a=label:1
        m=audio %d RTP/AVP %s
        a=recvonly
        a=label:2
        """
        .formatted(ports.get(0), formats, ports.get(1), formats)
        .replace("\n", "\r\n");
  }

  @Override
  public void close() {
    endpoint.close();
    receivers.forEach(Receiver::close);
  }
}

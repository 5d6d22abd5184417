package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What both kinds of sockets send. */
class UdpSocketsTest {
  private static final byte[] DATA = "report".getBytes(StandardCharsets.US_ASCII);

  private static UdpSockets sockets(String kind, InetAddress address) throws IOException {
    return kind.equals("linux")
        ? new LinuxSockets(address)
        : new NioSockets(address, InstantSource.system());
  }

  @ParameterizedTest
  @CsvSource({
    "linux, 127.0.0.1, 127.0.0.1",
    "nio, 127.0.0.1, 127.0.0.1",
    "linux, ::, 127.0.0.1",
    "nio, ::, 127.0.0.1",
    "linux, ::1, ::1",
    "nio, ::1, ::1"
  })
  void whatIsSentComesFromTheBoundPort(String kind, String from, String to) throws Exception {
    InetAddress target = InetAddress.ofLiteral(to);
    UdpSockets sockets = sockets(kind, InetAddress.ofLiteral(from));
    UdpSocket socket = null;
    try (DatagramSocket receiver = new DatagramSocket(0, target)) {
      int port;
      try (DatagramSocket free = new DatagramSocket(0, InetAddress.ofLiteral(from))) {
        port = free.getLocalPort();
      }
      socket = Objects.requireNonNull(sockets.bind(port, 64 * 1024));
      WireAddress address = WireAddress.of(target);
      assertThat(
              socket.send(
                  DATA, DATA.length, address.high(), address.low(), receiver.getLocalPort()))
          .isTrue();
      receiver.setSoTimeout(20_000);
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      receiver.receive(packet);
      assertThat(packet.getPort()).isEqualTo(port);
      assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII))
          .isEqualTo("report");
    } finally {
      if (socket != null) {
        socket.close();
      }
      sockets.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"linux", "nio"})
  void anAddressOfTheOtherFamilyIsSentNothing(String kind) throws Exception {
    UdpSockets sockets = sockets(kind, RtpSender.LOOPBACK);
    UdpSocket socket = null;
    try {
      int port;
      try (DatagramSocket free = new DatagramSocket(0, RtpSender.LOOPBACK)) {
        port = free.getLocalPort();
      }
      socket = Objects.requireNonNull(sockets.bind(port, 64 * 1024));
      WireAddress six = WireAddress.of(InetAddress.ofLiteral("2001:db8::1"));
      assertThat(socket.send(DATA, DATA.length, six.high(), six.low(), 9)).isFalse();
    } finally {
      if (socket != null) {
        socket.close();
      }
      sockets.close();
    }
  }
}

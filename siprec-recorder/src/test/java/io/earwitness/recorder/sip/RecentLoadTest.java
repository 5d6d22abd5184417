package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecentLoadTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void roomComesBackWhenTransactionsHaveEnded() {
    RecentLoad load = new RecentLoad(100_000);
    long start = Long.MAX_VALUE - 5 * SECOND; // wraps, as nanoTime may
    int taken = 0;
    while (load.take(1_000, start + taken)) {
      taken++;
    }
    assertThat(taken).isEqualTo(12);
    assertThat(load.take(0, start + 31 * SECOND)).isFalse();
    assertThat(load.take(1_000, start + 33 * SECOND)).isTrue();
  }

  @Test
  void aLongMessageCountsForMore() {
    assertThat(new RecentLoad(100_000).take(60_000, 0)).isFalse();
    assertThat(new RecentLoad(200_000).take(60_000, 0)).isTrue();
  }

  @Test
  void aRequestBeyondItIsAnswered503AndToldOfAndAcksAreNot() throws Exception {
    BlockingQueue<SipHandler.Unreadable> unreadable = new LinkedBlockingQueue<>();
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    Intake intake = new Intake(InstantSource.system(), unreadable::add);
    try (TaggingDatagramSocket socket =
            new TaggingDatagramSocket(
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                intake,
                SipLimits.DEFAULT,
                new RecentLoad(8_000));
        SipPeer peer = SipPeer.over(Transport.UDP, socket.getLocalPort())) {
      Thread.startVirtualThread(
          () -> {
            DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
            try {
              while (true) {
                socket.receive(packet);
                received.add(
                    new String(
                        packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1));
              }
            } catch (java.io.IOException e) {
              // Closed: the test is over
            }
          });
      for (String method : new String[] {"OPTIONS", "INVITE", "ACK"}) {
        peer.send(
            method
                + " sip:srs@127.0.0.1 SIP/2.0\r\n"
                + peer.via(method)
                + "From: <sip:src@127.0.0.1>;tag=f1\r\nTo: <sip:srs@127.0.0.1>\r\n"
                + "Call-ID: load\r\nCSeq: 1 %s\r\n\r\n".formatted(method));
      }
      assertThat(peer.receiveFinal().status()).isEqualTo(503);
      SipHandler.Unreadable told = unreadable.poll(10, TimeUnit.SECONDS);
      assertThat(told.status()).isEqualTo(503);
      assertThat(new String(told.raw(), StandardCharsets.UTF_8)).startsWith("INVITE ");
      assertThat(received.poll(10, TimeUnit.SECONDS)).startsWith("OPTIONS ");
      assertThat(received.poll(10, TimeUnit.SECONDS)).startsWith("ACK ");
    }
  }
}

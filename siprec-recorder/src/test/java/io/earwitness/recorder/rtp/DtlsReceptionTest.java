package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.dtls.DtlsIdentity;
import io.earwitness.recorder.dtls.DtlsSession;
import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.rtp.MediaPlane.Reception;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams whose keys come by DTLS, on real sockets. */
class DtlsReceptionTest {
  private final FakeSession session = new FakeSession();

  private static RtpMediaPlane plane() throws IOException {
    int first = ThreadLocalRandom.current().nextInt(10_000, 28_000);
    return RtpMediaPlane.start(
        new RtpSettings(
            RtpSender.LOOPBACK, first, first + 999, Duration.ofMillis(5), 1024 * 1024, true),
        Clock.systemUTC());
  }

  /** An SRC's end of a stream. */
  private static final class Src implements AutoCloseable {
    final DtlsIdentity identity = DtlsIdentity.draw(Instant.now());
    final CompletableFuture<SrtpKey> key = new CompletableFuture<>();
    private final DatagramSocket socket = new DatagramSocket(0, RtpSender.LOOPBACK);
    private final InetSocketAddress target;
    private final DtlsSession handshake;

    Src(int port, boolean active, Fingerprint recorder) throws IOException {
      target = new InetSocketAddress(RtpSender.LOOPBACK, port);
      handshake =
          DtlsSession.start(
              identity,
              new DtlsTerms(active, List.of(recorder)),
              this::send,
              new DtlsSession.Outcome() {
                @Override
                public void agreed(SrtpKey theirs, SrtpKey ours) {
                  key.complete(ours);
                }

                @Override
                public void failed(String why) {
                  key.completeExceptionally(new IOException(why));
                }
              });
      Thread.ofVirtual().start(this::read);
    }

    int port() {
      return socket.getLocalPort();
    }

    void send(byte[] datagram) {
      try {
        socket.send(new DatagramPacket(datagram, datagram.length, target));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void read() {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      try {
        while (true) {
          packet.setLength(2048);
          socket.receive(packet);
          if (DtlsSession.isDtls(packet.getData()[0] & 0xff)) {
            handshake.received(Arrays.copyOf(packet.getData(), packet.getLength()));
          }
        }
      } catch (IOException e) {
        // Closed
      }
    }

    @Override
    public void close() {
      handshake.close();
      socket.close();
    }
  }

  private static StreamTerms by(DtlsTerms terms) {
    return new StreamTerms(null, null, null, false, terms);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsSentRightBehindTheHandshakeIsCapturedInClear(boolean srcActive) throws Exception {
    try (RtpMediaPlane plane = plane()) {
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      try (Src src = new Src(port, srcActive, plane.dtlsFingerprint())) {
        StreamTerms terms = by(new DtlsTerms(!srcActive, List.of(src.identity.fingerprint())));
        reception.update(
            List.of(MediaPlaneContract.stream(0, port, "127.0.0.1", src.port())), Map.of(0, terms));
        SrtpSender sender = new SrtpSender(src.key.get(60, TimeUnit.SECONDS), 0x0102_0304);
        for (int number = 0; number < 20; number++) {
          byte[] room =
              Arrays.copyOf(RtpSender.packet(0, number), RtpSender.SIZE + SrtpSender.MAX_TAG);
          src.send(Arrays.copyOf(room, sender.protect(room, RtpSender.SIZE)));
        }
        MediaPlaneContract.await("all packets", () -> session.packets().size() == 20);
        // The same again, as by a re-INVITE: no new handshake
        reception.update(
            List.of(MediaPlaneContract.stream(0, port, "127.0.0.1", src.port())), Map.of(0, terms));
        byte[] room = Arrays.copyOf(RtpSender.packet(0, 20), RtpSender.SIZE + SrtpSender.MAX_TAG);
        src.send(Arrays.copyOf(room, sender.protect(room, RtpSender.SIZE)));
        MediaPlaneContract.await("one more", () -> session.packets().size() == 21);
        // Plain RTP proves nothing
        src.send(RtpSender.packet(0, 21));
        MediaPlaneContract.await(
            "a plain packet", () -> reception.srtp().getFirst().unauthentic() == 1);
      }
      reception.close();
      for (int number = 0; number <= 20; number++) {
        assertThat(session.packets().get(number).bytes()).isEqualTo(RtpSender.packet(0, number));
      }
      assertThat(session.packets()).hasSize(21);
      assertThat(session.lines())
          .containsExactly("note left: left stream is SRTP by DTLS, AEAD_AES_256_GCM");
      assertThat(reception.srtp().getFirst().allFailed()).isFalse();
    }
  }

  @Test
  void anotherCertificateThanTheOfferedOneIsToldAndNothingIsTaken() throws Exception {
    try (RtpMediaPlane plane = plane()) {
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      Fingerprint offered = DtlsIdentity.draw(Instant.now()).fingerprint();
      try (Src src = new Src(port, true, plane.dtlsFingerprint())) {
        reception.update(
            List.of(MediaPlaneContract.stream(0, port, "127.0.0.1", src.port())),
            Map.of(0, by(new DtlsTerms(false, List.of(offered)))));
        src.send(RtpSender.packet(0, 1));
        MediaPlaneContract.await("the failure", () -> !session.lines().isEmpty());
        src.send(RtpSender.packet(0, 2));
        MediaPlaneContract.await(
            "both packets to be refused", () -> reception.srtp().getFirst().unauthentic() == 2);
        assertThat(session.lines().getFirst())
            .startsWith("note left: left stream: the DTLS handshake failed")
            .contains(src.identity.fingerprint().toString());
      }
      reception.close();
      assertThat(session.packets()).isEmpty();
      assertThat(reception.srtp().getFirst().allFailed()).isTrue();
    }
  }

  @Test
  void aHandshakeThatNeverCameIsToldAtTheEnd() throws Exception {
    try (RtpMediaPlane plane = plane()) {
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      Fingerprint offered = DtlsIdentity.draw(Instant.now()).fingerprint();
      reception.update(
          List.of(MediaPlaneContract.stream(0, port, "127.0.0.1", 9)),
          Map.of(0, by(new DtlsTerms(false, List.of(offered)))));
      reception.close();
      assertThat(session.lines()).hasSize(1);
      assertThat(session.lines().getFirst()).contains("it was not over when the stream ended");
      assertThat(reception.srtp().getFirst().allFailed()).isTrue();
    }
  }
}

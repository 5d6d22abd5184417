package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;
import io.earwitness.recorder.rtp.MediaPlane.Reception;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What RFC 7866 §8 asks of a recorder's media, on real sockets, by the rows of its requirements.
 */
class Rfc7866MediaTest {
  private static final int FULL_INTRA_REQUEST = 0x84ce_0004;
  private static final int PICTURE_LOSS = 0x81ce_0002;

  private final FakeSession session = new FakeSession();

  private static RtpMediaPlane plane() throws IOException {
    int first = ThreadLocalRandom.current().nextInt(10_000, 28_000);
    return RtpMediaPlane.start(
        new RtpSettings(
            RtpSender.LOOPBACK, first, first + 999, Duration.ofMillis(5), 1024 * 1024, true),
        Clock.systemUTC());
  }

  private static StreamDescription video(InetSocketAddress from, int localPort, boolean paused) {
    return new StreamDescription(
        0,
        "video",
        "1",
        List.of(new Codec(99, "H264", 90_000, 1, null)),
        paused,
        localPort,
        from.getAddress().getHostAddress(),
        from.getPort());
  }

  private static byte[] packet(int ssrc, int number, int... contributors) {
    ByteBuffer out = ByteBuffer.allocate(12 + 4 * contributors.length + 40);
    out.put((byte) (0x80 | contributors.length)).put((byte) 99).putShort((short) number);
    out.putInt(number * 3000).putInt(ssrc);
    for (int contributor : contributors) {
      out.putInt(contributor);
    }
    return out.array();
  }

  /** The feedback packet of the next compound packet that has one. */
  private static ByteBuffer feedback(RtpReports reports) throws IOException {
    while (true) {
      ByteBuffer compound = reports.receive();
      assertThat(compound.get(1) & 0xff).as("begins with a receiver report").isEqualTo(201);
      for (int at = 0; at < compound.limit(); ) {
        int size = 4 * (compound.getShort(at + 2) + 1);
        if ((compound.get(at + 1) & 0xff) == 206) {
          assertThat(at + size).as("ends the compound packet").isEqualTo(compound.limit());
          assertThat(compound.getInt(at + 4)).as("sender").isEqualTo(compound.getInt(4));
          return compound.slice(at, size);
        }
        at += size;
      }
    }
  }

  /** The number of the command that asks this source; its copy comes too. */
  private static int command(RtpReports reports, int ssrc) throws IOException {
    ByteBuffer request = feedback(reports);
    assertThat(request.getInt(0)).isEqualTo(FULL_INTRA_REQUEST);
    assertThat(request.limit()).isEqualTo(20);
    assertThat(request.getInt(8)).as("media source").isZero();
    assertThat(request.getInt(12)).isEqualTo(ssrc);
    assertThat(request.getInt(16) & 0xff_ffff).as("reserved").isZero();
    return request.getInt(16) >>> 24;
  }

  private static StreamTerms terms(@Nullable InetSocketAddress to, boolean intra, boolean loss) {
    return new StreamTerms(null, null, to, false, null, intra, loss);
  }

  @Test
  void row_13_a_full_frame_is_asked_for_by_rtcp_when_video_begins_resumes_or_changes_source()
      throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender();
        RtpReports reports = new RtpReports()) {
      InetSocketAddress from = new InetSocketAddress(RtpSender.LOOPBACK, sender.port());
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      Map<Integer, StreamTerms> terms = Map.of(0, terms(reports.address(), true, true));
      reception.update(List.of(video(from, port, false)), terms);
      sender.send(packet(0xa, 1), port);
      int first = command(reports, 0xa);
      assertThat(command(reports, 0xa)).as("repeated, since UDP loses packets").isEqualTo(first);

      reception.update(List.of(video(from, port, true)), terms);
      reception.update(List.of(video(from, port, false)), terms);
      sender.send(packet(0xa, 500), port);
      assertThat(command(reports, 0xa)).isEqualTo(first + 1);
      assertThat(command(reports, 0xa)).isEqualTo(first + 1);

      sender.send(packet(0xb, 7), port);
      assertThat(command(reports, 0xb)).isEqualTo(first + 2);
      assertThat(command(reports, 0xb)).isEqualTo(first + 2);
      assertThat(reception.pulses().getFirst().framesWanted()).isZero();
      reception.close();
      assertThat(session.packets()).hasSize(3);
    }
  }

  /** RFC 5104 §4.3.1.2: a full intra request is not for loss. */
  @Test
  void row_13_lost_pictures_are_told_by_a_picture_loss_indication() throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender();
        RtpReports reports = new RtpReports()) {
      InetSocketAddress from = new InetSocketAddress(RtpSender.LOOPBACK, sender.port());
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(
          List.of(video(from, port, false)), Map.of(0, terms(reports.address(), true, true)));
      sender.send(packet(0xa, 1), port);
      assertThat(command(reports, 0xa)).isEqualTo(command(reports, 0xa));
      sender.send(packet(0xa, 2), port);
      sender.send(packet(0xa, 5), port);
      ByteBuffer indication = feedback(reports);
      assertThat(indication.getInt(0)).isEqualTo(PICTURE_LOSS);
      assertThat(indication.limit()).isEqualTo(12);
      assertThat(indication.getInt(8)).isEqualTo(0xa);
      reception.close();
    }
  }

  @Test
  void row_13_what_cant_be_asked_for_by_rtcp_is_left_to_sip_and_audio_needs_nothing()
      throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender();
        RtpReports reports = new RtpReports()) {
      InetSocketAddress from = new InetSocketAddress(RtpSender.LOOPBACK, sender.port());
      MediaPlane.Reservation reservation = plane.reserve(2);
      Reception reception = reservation.receive(session.id(), session);
      List<Integer> ports = reservation.ports();
      reception.update(
          List.of(
              video(from, ports.get(0), false),
              MediaPlaneContract.stream(1, ports.get(1), "127.0.0.1", sender.port())),
          Map.of(0, terms(reports.address(), false, false)));
      sender.send(packet(0xa, 1), ports.get(1));
      sender.send(packet(0xa, 1), ports.get(0));
      MediaPlaneContract.await(
          "the frame to be wanted", () -> reception.pulses().getFirst().framesWanted() == 1);
      assertThat(reception.pulses().get(1).framesWanted()).isZero();
      sender.send(packet(0xb, 1), ports.get(0));
      MediaPlaneContract.await(
          "the other source's", () -> reception.pulses().getFirst().framesWanted() == 2);
      reception.close();
    }
  }

  private static byte[] protect(SrtpSender cipher, byte[] packet) {
    byte[] room = Arrays.copyOf(packet, packet.length + SrtpSender.MAX_TAG);
    return Arrays.copyOf(room, cipher.protect(room, packet.length));
  }

  /** RFC 3711 §3.4: under our own key, and only for a source that has the other one. */
  @ParameterizedTest
  @EnumSource(names = {"AES_CM_128_HMAC_SHA1_80", "AEAD_AES_256_GCM"})
  void row_13_a_full_frame_of_an_srtp_stream_is_asked_for_by_srtcp(SrtpSuite suite)
      throws Exception {
    SrtpKey theirs = SrtpKey.draw(suite, new SecureRandom());
    SrtpKey own = SrtpKey.draw(suite, new SecureRandom());
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender();
        RtpReports reports = new RtpReports(own)) {
      InetSocketAddress from = new InetSocketAddress(RtpSender.LOOPBACK, sender.port());
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(
          List.of(video(from, port, false)),
          Map.of(0, new StreamTerms(theirs, own, reports.address(), false, null, true, true)));
      sender.send(protect(new SrtpSender(theirs, 0xa), packet(0xa, 1)), port);
      int first = command(reports, 0xa);
      assertThat(command(reports, 0xa)).isEqualTo(first);

      sender.send(packet(0xb, 1), port);
      sender.send(protect(new SrtpSender(own, 0xc), packet(0xc, 1)), port);
      sender.send(protect(new SrtpSender(theirs, 0xd), packet(0xd, 1)), port);
      assertThat(command(reports, 0xd)).isEqualTo(first + 1);
      reception.close();
      assertThat(session.packets()).hasSize(2);
      assertThat(plane.counters().srtpFailed()).isEqualTo(2);
    }
  }

  /** Where the SRC takes none by RTCP, the need is told to SIP, whether it is SRTP or not. */
  @Test
  void row_13_a_full_frame_of_an_srtp_stream_that_rtcp_cant_ask_for_is_left_to_sip()
      throws Exception {
    SrtpKey theirs = SrtpKey.draw(SrtpSuite.AES_CM_128_HMAC_SHA1_80, new SecureRandom());
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      InetSocketAddress from = new InetSocketAddress(RtpSender.LOOPBACK, sender.port());
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(
          List.of(video(from, port, false)),
          Map.of(0, new StreamTerms(theirs, theirs, null, false, null, false, false)));
      sender.send(packet(0xb, 1), port);
      sender.send(protect(new SrtpSender(theirs, 0xa), packet(0xa, 1)), port);
      MediaPlaneContract.await(
          "the frame to be wanted", () -> reception.pulses().getFirst().framesWanted() == 1);
      reception.close();
      assertThat(session.packets()).hasSize(1);
    }
  }

  /** An SRC may ask us, who send no pictures: what it says is kept, and nothing comes of it. */
  @Test
  void row_13_a_full_intra_request_to_us_is_kept_and_nothing_else() throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      InetSocketAddress from = new InetSocketAddress(RtpSender.LOOPBACK, sender.port());
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(List.of(video(from, port, false)));
      byte[] request =
          ByteBuffer.allocate(28)
              .putInt(0x80c9_0001)
              .putInt(0xa)
              .putInt(FULL_INTRA_REQUEST)
              .putInt(0xa)
              .putInt(0)
              .putInt(0xb)
              .putInt(1 << 24)
              .array();
      sender.send(request, port);
      sender.send(packet(0xa, 1), port);
      MediaPlaneContract.await("the packet", () -> session.packets().size() == 1);
      reception.close();
      assertThat(session.events(io.earwitness.capture.CaptureEvent.Rtcp.class))
          .singleElement()
          .satisfies(event -> assertThat(event.packet()).isEqualTo(request));
      assertThat(plane.counters().malformed()).isZero();
    }
  }

  @Test
  void row_11_the_sources_of_a_mix_are_told_by_their_names() throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      InetSocketAddress from = new InetSocketAddress(RtpSender.LOOPBACK, sender.port());
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(List.of(video(from, port, false)));
      sender.send(named(0xb, "anna@host"), port);
      sender.send(packet(0xa, 1), port);
      sender.send(packet(0xa, 2, 0xb), port);
      sender.send(packet(0xa, 3, 0xb, 0xc), port);
      sender.send(packet(0xa, 4, 0xc), port);
      MediaPlaneContract.await("four packets", () -> session.packets().size() == 4);
      sender.send(named(0xc, "bob@host"), port);
      MediaPlaneContract.await(
          "the last name", () -> session.lines().stream().anyMatch(l -> l.contains("bob@host")));
      reception.close();
      assertThat(session.lines())
          .containsExactly(
              "note left: left stream is mixed; a source of it is anna@host (0000000b)",
              "note left: left stream is mixed; a source of it is 0000000c",
              "note left: left stream: source 0000000c of its mix is bob@host");
    }
  }

  private static byte[] named(int ssrc, String name) {
    int words = (4 + 2 + name.length() + 4) / 4;
    return ByteBuffer.allocate(12 + 4 * words)
        .putInt(0x80c9_0001)
        .putInt(ssrc)
        .putInt(0x81ca_0000 | words)
        .putInt(ssrc)
        .put((byte) 1)
        .put((byte) name.length())
        .put(name.getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  /** RFC 6263 §4: nothing, no RTP at all, STUN. Our own are the reports. */
  @Test
  void row_11_keepalives_are_no_packets_of_a_recording() throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      InetSocketAddress from = new InetSocketAddress(RtpSender.LOOPBACK, sender.port());
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(List.of(video(from, port, false)));
      sender.send(packet(0xa, 1), port);
      sender.send(new byte[0], port);
      byte[] wrongVersion = packet(0xa, 2);
      wrongVersion[0] = 0;
      sender.send(wrongVersion, port);
      byte[] indication =
          ByteBuffer.allocate(20)
              .putShort((short) 0x11)
              .putShort((short) 0)
              .putInt(0x2112_a442)
              .array();
      sender.send(indication, port);
      sender.send(packet(0xa, 2), port);
      MediaPlaneContract.await("both packets", () -> session.packets().size() == 2);
      assertThat(reception.close().getFirst().lost()).isZero();
      assertThat(session.packets()).hasSize(2);
    }
  }
}

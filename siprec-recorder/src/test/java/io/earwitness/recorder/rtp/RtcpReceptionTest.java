package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.rtp.MediaPlane.Reception;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** RTCP and telephone events of a stream, on real sockets. */
class RtcpReceptionTest {
  private final FakeSession session = new FakeSession();

  private static RtpMediaPlane plane() throws IOException {
    int first = ThreadLocalRandom.current().nextInt(10_000, 28_000);
    return RtpMediaPlane.start(
        new RtpSettings(
            RtpSender.LOOPBACK, first, first + 999, Duration.ofMillis(5), 1024 * 1024, true),
        Clock.systemUTC());
  }

  private static byte[] packet(int ssrc, int payloadType, int number, byte... payload) {
    return ByteBuffer.allocate(12 + payload.length)
        .put((byte) 0x80)
        .put((byte) payloadType)
        .putShort((short) number)
        .putInt(number * 160)
        .putInt(ssrc)
        .put(payload)
        .array();
  }

  private static byte[] named(int ssrc, String name) {
    ByteBuffer out = ByteBuffer.allocate(100);
    int words = (4 + 2 + name.length() + 4) / 4;
    out.putInt(0x80c9_0001).putInt(ssrc);
    out.putInt(0x81ca_0000 | words).putInt(ssrc).put((byte) 1).put((byte) name.length());
    out.put(name.getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(out.array(), 12 + 4 * words);
  }

  private List<byte[]> kept() {
    return session.events(CaptureEvent.Rtcp.class).stream().map(CaptureEvent.Rtcp::packet).toList();
  }

  @Test
  void anotherSourceOfTheSameNameIsToldAsTheSameSender() throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender();
        RtpSender stranger = new RtpSender(InetAddress.ofLiteral("127.0.0.2"))) {
      MediaPlane.Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      // What comes before the port is told to anybody is an older call's
      sender.send(named(0xa, "old"), port + 1);
      Reception reception = reservation.receive(session.id(), session);
      reception.update(
          List.of(MediaPlaneContract.stream(0, port, sender.address(), sender.port())));
      sender.send(packet(0xa, 8, 1, new byte[160]), port);
      sender.send(named(0xa, "anna@host"), port + 1);
      MediaPlaneContract.await("the first name", () -> kept().size() == 1);
      sender.send(packet(0xb, 8, 1, new byte[160]), port);
      MediaPlaneContract.await("the second source", () -> session.packets().size() == 2);
      // On the port of RTP, as where both share it: that one is looked at all the time
      sender.send(named(0xb, "anna@host"), port);
      MediaPlaneContract.await("the second name", () -> kept().size() == 2);
      sender.send(packet(0xc, 8, 1, new byte[160]), port);
      MediaPlaneContract.await("the third source", () -> session.packets().size() == 3);
      sender.send(named(0xc, "bob\n@host"), port);
      MediaPlaneContract.await("the third name", () -> kept().size() == 3);
      MediaPlaneContract.send(stranger, named(0xc, "eve"), port + 1);
      sender.send(new byte[] {(byte) 0x81, (byte) 203, 0, 9, 0, 0, 0, 1}, port + 1);
      reception.close();
      assertThat(plane.counters().rtcp()).isEqualTo(5);
      assertThat(kept())
          .containsExactly(
              named(0xa, "anna@host"), named(0xb, "anna@host"), named(0xc, "bob\n@host"));
      assertThat(session.lines())
          .containsExactly(
              "note left: left stream is sent by anna@host (SSRC 0000000a)",
              "note left: left stream now has SSRC 0000000b",
              "note left: left stream goes on from the same sender, anna@host, with SSRC 0000000b"
                  + " instead of 0000000a",
              "note left: left stream now has SSRC 0000000c",
              "note left: left stream now comes from another sender, bob?@host (SSRC 0000000c),"
                  + " before it was anna@host");
    }
  }

  @Test
  void reportsGoWhereTheOfferSaysOrNowhere() throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender();
        RtpReports told = new RtpReports();
        RtpReports untold = new RtpReports()) {
      MediaPlane.Reservation reservation = plane.reserve(2);
      Reception reception = reservation.receive(session.id(), session);
      List<StreamDescription> streams =
          reception.update(
              List.of(
                  MediaPlaneContract.stream(0, 0, sender.address(), sender.port()),
                  MediaPlaneContract.stream(1, 0, sender.address(), sender.port())),
              java.util.Map.of(
                  0,
                  new StreamTerms(null, null, told.address(), false, null),
                  1,
                  StreamTerms.UNREPORTED));
      int port = streams.getFirst().localPort();
      long begin = System.nanoTime();
      byte[] senderReport =
          ByteBuffer.allocate(28)
              .putInt(0x80c8_0006)
              .putInt(0xa)
              .putLong(0x0102_0304_0506_0708L)
              .array();
      // By the port of RTP, and so before the report
      sender.send(senderReport, port);
      for (int number : new int[] {1, 2, 3, 7}) {
        sender.send(packet(0xa, 8, number, new byte[160]), port);
        sender.send(packet(0xa, 8, number, new byte[160]), streams.get(1).localPort());
      }
      ByteBuffer report = told.receive();
      assertThat(told.lastSource()).isEqualTo(new InetSocketAddress(RtpSender.LOOPBACK, port + 1));
      assertThat(report.getInt(0)).isEqualTo(0x81c9_0007);
      assertThat(report.getInt(8)).isEqualTo(0xa);
      assertThat(report.getInt(12)).isEqualTo((3 * 256 / 7) << 24 | 3);
      assertThat(report.getInt(16)).isEqualTo(7);
      assertThat(report.getInt(24)).as("of the sender's clock").isEqualTo(0x0304_0506);
      double elapsed = (System.nanoTime() - begin) / 1e9;
      assertThat(report.getInt(28) / 65536.0)
          .as("delay since")
          .isPositive()
          .isLessThanOrEqualTo(elapsed);
      reception.close();
      ByteBuffer last;
      do {
        last = told.receive();
        assertThat(last.getInt(0)).as("nothing new came").isEqualTo(0x80c9_0001);
        assertThat(last.getInt(4)).isEqualTo(report.getInt(4));
      } while (last.getInt(last.limit() - 8) != 0x81cb_0001);
      assertThat(untold.isQuiet()).isTrue();
      assertThat(plane.counters().reports()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void keysPressedAreToldOnceEachAndNoneOfAPause() throws Exception {
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      MediaPlane.Reservation reservation = plane.reserve(1);
      Reception reception = reservation.receive(session.id(), session);
      reception.keys(false, null);
      StreamDescription plain =
          MediaPlaneContract.stream(
              0, reservation.ports().getFirst(), sender.address(), sender.port());
      StreamDescription stream =
          new StreamDescription(
              0,
              plain.media(),
              plain.label(),
              List.of(
                  new Codec(8, "PCMA", 8000, 1, null),
                  new Codec(101, "TELEPHONE-EVENT", 8000, 1, "0-15")),
              false,
              plain.localPort(),
              plain.remoteAddress(),
              plain.remotePort());
      reception.update(List.of(stream));
      byte[] end = {4, (byte) 0x8a, 0x03, 0x20};
      List<byte[]> sent = new ArrayList<>();
      for (int number = 1; number <= 3; number++) {
        byte[] packet = packet(0xa, 101, number, end);
        // All with the time stamp of the key's beginning
        Arrays.fill(packet, 4, 8, (byte) 0);
        sent.add(packet);
        sender.send(packet, stream.localPort());
      }
      reception.update(List.of(MediaPlaneContract.paused(stream, true)));
      sender.send(packet(0xa, 101, 50, end), stream.localPort());
      reception.update(List.of(stream));
      sender.send(
          packet(0xa, 101, 90, (byte) 10, (byte) 0x8a, (byte) 0, (byte) 80), stream.localPort());
      reception.close();
      assertThat(session.lines())
          .containsExactly("dtmf left: digit 4, 100 ms", "dtmf left: digit *, 10 ms");
      assertThat(session.packets().subList(0, 3).stream().map(FakeSession.Packet::bytes))
          .containsExactlyElementsOf(sent);
      assertThat(session.packets()).hasSize(4);
    }
  }

  @Test
  void silenceIsFoundByLawAndComfortNoise() {
    byte[] silence = new byte[160];
    Arrays.fill(silence, (byte) 0xd5);
    byte[] speech = silence.clone();
    speech[77] = (byte) 0x35;
    SilenceProbe probe = new SilenceProbe();
    probe.describe(
        List.of(new Codec(8, "PCMA", 8000, 1, null), new Codec(13, "CN", 8000, 1, null)));
    long second = 1_000_000_000L;
    List<Long> since = new ArrayList<>();
    List<byte[]> packets =
        List.of(
            packet(1, 8, 1, speech),
            packet(1, 8, 2, silence),
            packet(1, 13, 3, (byte) 60),
            packet(1, 8, 4, silence),
            packet(1, 8, 5, speech));
    IntStream.range(0, packets.size())
        .forEach(
            i -> {
              byte[] packet = packets.get(i);
              probe.packet(
                  packet[1],
                  java.lang.foreign.MemorySegment.ofArray(packet),
                  0,
                  packet.length,
                  (i + 1) * second);
              since.add(probe.silentSince());
            });
    assertThat(since).containsExactly(0L, 2 * second, 2 * second, 2 * second, 0L);
  }
}

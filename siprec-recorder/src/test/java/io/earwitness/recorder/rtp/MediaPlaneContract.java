package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Codec;
import io.earwitness.call.Direction;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.capture.TestCaptureKey;
import io.earwitness.recorder.rtp.MediaPlane.NoPortsException;
import io.earwitness.recorder.rtp.MediaPlane.Reception;
import io.earwitness.recorder.rtp.MediaPlane.Reservation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every media plane does, whatever its sockets; on real sockets of the loopback interface. */
interface MediaPlaneContract {
  boolean kernelTimeStamps();

  /** A range of ports at random; what others use of it is passed over. */
  default RtpSettings settings(InetAddress address) {
    int first = ThreadLocalRandom.current().nextInt(10_000, 28_000);
    return new RtpSettings(
        address, first, first + 999, Duration.ofMillis(5), 1024 * 1024, kernelTimeStamps());
  }

  default RtpMediaPlane plane() throws IOException {
    return RtpMediaPlane.start(settings(RtpSender.LOOPBACK), Clock.systemUTC());
  }

  static StreamDescription stream(int index, int localPort, @Nullable String address, int port) {
    return new StreamDescription(
        index,
        "audio",
        Integer.toString(index),
        List.of(new Codec(8, "PCMA", 8000, 1, null)),
        false,
        localPort,
        address,
        port);
  }

  static StreamDescription paused(StreamDescription of, boolean paused) {
    return new StreamDescription(
        of.index(),
        of.media(),
        of.label(),
        of.codecs(),
        paused,
        of.localPort(),
        of.remoteAddress(),
        of.remotePort());
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited a minute in vain: " + what);
      }
      Thread.sleep(2);
    }
  }

  static List<Integer> upTo(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @Test
  default void twentyStreamsAreCapturedInOrderByteForByte(@TempDir Path directory)
      throws Exception {
    int calls = 10;
    int packets = 100;
    List<CallSummary> summaries = new ArrayList<>();
    Instant begin = Instant.now();
    try (SpoolWriter spool =
            SpoolWriter.start(
                SpoolSettings.defaults(directory),
                TestCaptureKey.key().certificate(),
                Clock.systemUTC());
        RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      assertThat(plane.hasKernelTimeStamps()).isEqualTo(kernelTimeStamps());
      List<CaptureWriter.Session> sessions = new ArrayList<>();
      List<Reception> receptions = new ArrayList<>();
      List<Integer> ports = new ArrayList<>();
      for (int call = 0; call < calls; call++) {
        CallSummary summary = summary();
        summaries.add(summary);
        Reservation reservation = plane.reserve(2);
        List<Integer> pair = reservation.ports();
        assertThat(pair.get(0) % 2).isZero();
        assertThat(pair.get(1)).isEqualTo(pair.get(0) + 2);
        ports.addAll(pair);
        CaptureWriter.Session session = spool.open(summary);
        sessions.add(session);
        Reception reception = reservation.receive(summary.id(), session);
        reception.update(
            List.of(
                stream(0, pair.get(0), sender.address(), sender.port()),
                stream(1, pair.get(1), sender.address(), sender.port())));
        receptions.add(reception);
      }
      long due = System.nanoTime();
      for (int number = 0; number < packets; number++) {
        for (int stream = 0; stream < ports.size(); stream++) {
          sender.send(stream, number, ports.get(stream));
        }
        due += Duration.ofMillis(20).toNanos();
        java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
      }
      for (int call = 0; call < calls; call++) {
        List<StreamQuality> quality = receptions.get(call).close();
        sessions.get(call).close(new CaptureEvent.Closed(Instant.now(), "BYE", List.of()));
        assertThat(quality).hasSize(2);
        for (StreamQuality one : quality) {
          assertThat(one.packets()).isEqualTo(packets);
          assertThat(one.bytes()).isEqualTo((long) packets * RtpSender.SIZE);
          assertThat(one.expected()).isEqualTo(packets);
          assertThat(one.lost()).isZero();
          assertThat(one.overflow()).isZero();
          assertThat(one.jitterMillis() != null).isEqualTo(kernelTimeStamps());
          assertThat(one.ssrc()).as("the same on all streams").isEqualTo(0x0102_0304L);
          assertThat(one.sourceAddress()).isEqualTo("127.0.0.1:" + sender.port());
        }
      }
      assertThat(plane.counters().streams()).isZero();
      assertThat(plane.counters().portsInUse()).isZero();
      assertThat(plane.counters().errors()).isZero();
    }
    Instant end = Instant.now();
    SpoolReader reader = new SpoolReader(directory, List.of(TestCaptureKey.key()));
    for (int call = 0; call < calls; call++) {
      int[] next = new int[2];
      int first = 2 * call;
      CaptureReader.End result =
          reader.read(
              summaries.get(call).id(),
              new CaptureReader.Visitor() {
                @Override
                public void event(CaptureEvent event) {}

                @Override
                public void packet(
                    int stream, long arrivalNanos, byte[] packet, int offset, int length) {
                  assertThat(Arrays.copyOfRange(packet, offset, offset + length))
                      .isEqualTo(RtpSender.packet(first + stream, next[stream]));
                  assertThat(Instant.ofEpochSecond(0, arrivalNanos)).isBetween(begin, end);
                  next[stream]++;
                }
              });
      assertThat(result.closed()).isTrue();
      assertThat(result.damaged()).isFalse();
      assertThat(next).containsExactly(packets, packets);
    }
  }

  private static CallSummary summary() {
    Instant now = Instant.now();
    return new CallSummary(
        io.earwitness.call.RecordingId.draw(now),
        new TenantSlug("acme"),
        CallState.LIVE,
        now,
        null,
        ZoneId.of("UTC"),
        Direction.UNKNOWN,
        List.of(),
        Set.of(),
        List.of(),
        "node-1",
        "default",
        "1",
        null,
        null);
  }

  @Test
  default void whatCameBeforeAnybodyWasToldOfThePortIsOfAnOlderCallAndRefused() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      for (int i = 0; i < 100; i++) {
        sender.send(0, i, port);
      }
      Reception reception = reservation.receive(session.id(), session);
      reception.update(List.of(stream(0, 0, sender.address(), sender.port())));
      for (int i = 100; i < 200; i++) {
        sender.send(0, i, port);
      }
      // No waiting: closing takes what the kernel still holds
      StreamQuality quality = reception.close().getFirst();
      assertThat(session.numbers(0)).isEqualTo(IntStream.range(100, 200).boxed().toList());
      assertThat(quality.packets()).isEqualTo(100);
      assertThat(quality.foreign()).isEqualTo(100);
      assertThat(quality.lost()).isZero();
      assertThat(quality.overflow()).isZero();
    }
  }

  @Test
  default void packetsThatWaitInTheKernelKeepTheTimeOfTheirArrival() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      session.congested = true;
      reception.update(List.of(stream(0, 0, sender.address(), sender.port())));
      for (int i = 0; i < 100; i++) {
        sender.send(0, i, port);
      }
      long rounds = plane.counters().rounds();
      await("some rounds", () -> plane.counters().rounds() > rounds + 3);
      assertThat(session.packets()).isEmpty();
      Instant before = Instant.now();
      session.congested = false;
      List<StreamQuality> quality = reception.close();
      assertThat(session.numbers(0)).isEqualTo(upTo(100));
      for (FakeSession.Packet packet : session.packets()) {
        assertThat(Instant.ofEpochSecond(0, packet.arrival()).isBefore(before))
            .as("whether packets are stamped when they arrive, not when they are read")
            .isEqualTo(kernelTimeStamps());
      }
      assertThat(reception.close()).isEqualTo(quality);
      assertThat(reception.statistics()).isEqualTo(quality);
    }
  }

  @Test
  default void aPortThatAnOlderCallIsStillSentToIsPassedOver() throws Exception {
    RtpSettings settings = settings(RtpSender.LOOPBACK);
    try (RtpMediaPlane plane = RtpMediaPlane.start(settings, Clock.systemUTC());
        RtpSender sender = new RtpSender()) {
      // From here the round will go on, to ports that are bound by now
      Reservation first = plane.reserve(1);
      int next = first.ports().getFirst() + 2;
      int last = Math.min(next + 2 * 5, settings.maxPort() - 1);
      for (int port = next; port < last; port += 2) {
        // RTP to the one, RTCP to the next
        sender.send(0, 1, port + port / 2 % 2);
      }
      Reservation second = plane.reserve(1);
      assertThat(second.ports().getFirst()).isNotIn(IntStream.range(next, last).boxed().toList());
    }
  }

  @Test
  default void payloadTypesThatLookLikeRtcpAreRtpWhereTheyWereOffered() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      StreamDescription plain = stream(0, 0, sender.address(), sender.port());
      reception.update(
          List.of(
              new StreamDescription(
                  0,
                  "audio",
                  "0",
                  List.of(new Codec(95, "opus", 48_000, 2, null)),
                  false,
                  0,
                  plain.remoteAddress(),
                  plain.remotePort())));
      byte[] marked = RtpSender.packet(0, 7);
      marked[1] = (byte) (0x80 | 95);
      sender.send(marked, port);
      byte[] senderReport = {(byte) 0x80, (byte) 200, 0, 1, 0, 0, 0, 1};
      sender.send(senderReport, port);
      reception.close();
      assertThat(session.numbers(0)).containsExactly(7);
      assertThat(plane.counters().rtcp()).isEqualTo(1);
    }
  }

  @Test
  default void packetsOfAPausedStreamAreASignOfLife() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(List.of(paused(stream(0, 0, sender.address(), sender.port()), true)));
      assertThat(reception.pulses().getFirst().lastHeard()).isNull();
      Instant before = Instant.now();
      sender.send(0, 0, port);
      await("a packet", () -> plane.counters().paused() == 1);
      assertThat(reception.pulses().getFirst().lastHeard()).isAfter(before);
      assertThat(reception.statistics().getFirst().lastPacket()).isNull();
      reception.close();
    }
  }

  @Test
  default void onlyTheOfferedAddressIsHeardAndItsFirstPort() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender first = new RtpSender();
        RtpSender second = new RtpSender();
        RtpSender stranger = new RtpSender(InetAddress.ofLiteral("127.0.0.2"))) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      // The offer names another source port than the sender has, as some devices do
      reception.update(List.of(stream(0, port, "127.0.0.1", 9)));
      send(stranger, RtpSender.packet(0, 500), port);
      await("a foreign packet", () -> reception.statistics().getFirst().foreign() == 1);
      first.send(0, 0, port);
      await("the first packet", () -> session.packets().size() == 1);
      second.send(0, 501, port);
      first.send(0, 1, port);
      StreamQuality quality = reception.close().getFirst();
      assertThat(session.numbers(0)).containsExactly(0, 1);
      assertThat(quality.foreign()).isEqualTo(2);
      assertThat(quality.lost()).isZero();
      assertThat(quality.sourceAddress()).isEqualTo("127.0.0.1:" + first.port());
    }
  }

  /** From another port of the sender's address, which need not be the one that is sent to. */
  static void send(RtpSender sender, byte[] packet, int port) throws IOException {
    try (DatagramChannel channel =
        DatagramChannel.open()
            .bind(new InetSocketAddress(InetAddress.ofLiteral(sender.address()), 0))) {
      channel.send(
          java.nio.ByteBuffer.wrap(packet), new InetSocketAddress(RtpSender.LOOPBACK, port));
    }
  }

  @Test
  default void aPausedStreamIsNotWrittenAndItsJumpIsNoLoss() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      StreamDescription active = stream(0, port, sender.address(), sender.port());
      reception.update(List.of(active));
      for (int i = 0; i < 50; i++) {
        sender.send(0, i, port);
      }
      // What was sent before the pause counts as before it, though nobody waited for it
      reception.update(List.of(paused(active, true)));
      for (int i = 50; i < 100; i++) {
        sender.send(0, i, port);
      }
      assertThat(reception.update(List.of(paused(active, false))).getFirst().localPort())
          .isEqualTo(port);
      for (int i = 600; i < 650; i++) {
        sender.send(0, i, port);
      }
      StreamQuality quality = reception.close().getFirst();
      List<Integer> expected = new ArrayList<>(upTo(50));
      expected.addAll(IntStream.range(600, 650).boxed().toList());
      assertThat(session.numbers(0)).isEqualTo(expected);
      assertThat(quality.packets()).isEqualTo(100);
      assertThat(quality.expected()).isEqualTo(100);
      assertThat(quality.lost()).isZero();
      assertThat(plane.counters().paused()).isEqualTo(50);
    }
  }

  @Test
  default void streamsComeGoAndMoveWithinACall() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender();
        RtpSender other = new RtpSender()) {
      Reservation reservation = plane.reserve(2);
      List<Integer> ports = reservation.ports();
      Reception reception = reservation.receive(session.id(), session);
      // m-line 0 is rejected: the two ports go to m-lines 1 and 2
      List<StreamDescription> streams =
          reception.update(
              List.of(
                  stream(0, 0, null, 0),
                  stream(1, 0, sender.address(), sender.port()),
                  stream(2, 0, sender.address(), sender.port())));
      assertThat(streams)
          .extracting(StreamDescription::localPort)
          .containsExactly(0, ports.get(0), ports.get(1));
      sender.send(1, 0, ports.get(0));
      // A new m-line, one removed, one with another source
      streams =
          reception.update(
              List.of(
                  stream(0, 0, sender.address(), sender.port()),
                  stream(1, 0, other.address(), other.port()),
                  stream(2, 0, null, 0)));
      int added = streams.get(0).localPort();
      assertThat(added).isPositive().isNotIn(ports).matches(port -> port % 2 == 0);
      assertThat(streams.get(1).localPort()).isEqualTo(ports.get(0));
      assertThat(streams.get(2).localPort()).isZero();
      assertThat(plane.counters().portsInUse()).isEqualTo(2);
      sender.send(0, 7, added);
      other.send(1, 1, ports.get(0));
      List<StreamQuality> quality = reception.close();
      assertThat(session.numbers(0)).containsExactly(7);
      assertThat(session.numbers(1)).containsExactly(0, 1);
      assertThat(quality).extracting(StreamQuality::index).containsExactly(0, 1, 2);
      assertThat(plane.counters().portsInUse()).isZero();
    }
  }

  @Test
  default void whatTheCaptureCannotTakeIsCountedAndMarked() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(List.of(stream(0, port, sender.address(), sender.port())));
      int sent = 0;
      for (int part = 0; part < 10; part++) {
        session.full = part % 2 == 1;
        int until = sent + 100;
        for (; sent < until; sent++) {
          sender.send(0, sent, port);
        }
        long all = sent;
        await("all of a part", () -> plane.counters().packets() == all);
      }
      StreamQuality quality = reception.close().getFirst();
      assertThat(quality.packets()).isEqualTo(session.packets().size());
      assertThat(quality.overflow()).isEqualTo(500).isEqualTo(session.marked());
      assertThat(quality.lost()).as("nothing was lost on the way").isZero();
      assertThat(session.packets().size() + session.marked()).isEqualTo(sent);
    }
  }

  @Test
  default void oneCallsTroubleDoesNotStopTheOthers() throws Exception {
    FakeSession bad = new FakeSession();
    FakeSession good = new FakeSession();
    bad.throwing = true;
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      Reservation badReservation = plane.reserve(1);
      Reservation goodReservation = plane.reserve(1);
      Reception badReception = badReservation.receive(bad.id(), bad);
      Reception goodReception = goodReservation.receive(good.id(), good);
      badReception.update(List.of(stream(0, 0, sender.address(), sender.port())));
      goodReception.update(List.of(stream(0, 0, sender.address(), sender.port())));
      for (int i = 0; i < 50; i++) {
        sender.send(0, i, badReservation.ports().getFirst());
        sender.send(0, i, goodReservation.ports().getFirst());
      }
      await("the good call", () -> good.packets().size() == 50);
      await("the errors", () -> plane.counters().errors() > 0);
      sender.send(0, 50, badReservation.ports().getFirst());
      badReception.close();
      goodReception.close();
      assertThat(plane.counters().portsInUse()).isZero();
    }
  }

  @Test
  default void whatIsNoRtpIsCountedAndNotKept() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane = plane();
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(List.of(stream(0, port, sender.address(), sender.port())));
      sender.send(new byte[0], port);
      sender.send(new byte[] {1, 2, 3}, port);
      sender.send(new byte[UdpSockets.MAX_PACKET + 1], port);
      byte[] report = {(byte) 0x80, (byte) 0xc8, 0, 1, 0, 0, 0, 1};
      sender.send(report, port);
      sender.send(report, port + 1);
      byte[] large = Arrays.copyOf(RtpSender.packet(0, 0), UdpSockets.MAX_PACKET);
      sender.send(large, port);
      reception.close();
      assertThat(session.packets()).singleElement().matches(p -> p.bytes().length == large.length);
      assertThat(plane.counters().malformed()).isEqualTo(3);
      assertThat(plane.counters().rtcp()).isEqualTo(2);
    }
  }

  @Test
  default void bothVersionsOfIpAreHeardOnTheUnspecifiedAddress() throws Exception {
    FakeSession session = new FakeSession();
    try (RtpMediaPlane plane =
            RtpMediaPlane.start(settings(InetAddress.ofLiteral("::")), Clock.systemUTC());
        RtpSender four = new RtpSender();
        RtpSender six = new RtpSender(InetAddress.ofLiteral("::1"))) {
      Reservation reservation = plane.reserve(2);
      Reception reception = reservation.receive(session.id(), session);
      reception.update(
          List.of(stream(0, 0, "127.0.0.1", four.port()), stream(1, 0, "::1", six.port())));
      four.send(0, 4, reservation.ports().get(0));
      six.send(1, 6, reservation.ports().get(1));
      List<StreamQuality> quality = reception.close();
      assertThat(session.numbers(0)).containsExactly(4);
      assertThat(session.numbers(1)).containsExactly(6);
      assertThat(quality.get(0).sourceAddress()).isEqualTo("127.0.0.1:" + four.port());
      assertThat(quality.get(1).sourceAddress()).isEqualTo("[0:0:0:0:0:0:0:1]:" + six.port());
    }
  }

  @Test
  default void portsOfOthersArePassedOverAndAllTheRestCanBeHad() throws Exception {
    RtpSettings wide = settings(RtpSender.LOOPBACK);
    RtpSettings narrow =
        new RtpSettings(
            wide.address(),
            wide.minPort(),
            wide.minPort() + 79,
            wide.round(),
            wide.receiveBuffer(),
            wide.kernelTimeStamps());
    int taken = (narrow.minPort() | 1) + 20;
    // Somebody else has the RTCP port of a pair, unless yet another one has it
    DatagramChannel busy = DatagramChannel.open();
    try {
      busy.bind(new InetSocketAddress(RtpSender.LOOPBACK, taken));
    } catch (IOException e) {
      busy.close();
    }
    try (busy;
        RtpMediaPlane plane = RtpMediaPlane.start(narrow, Clock.systemUTC())) {
      Reservation two = plane.reserve(2);
      two.release();
      two.release();
      assertThat(plane.counters().portsInUse()).isZero();
      assertThatThrownBy(() -> plane.reserve(41))
          .isInstanceOf(NoPortsException.class)
          .hasMessageContaining("no run of 41 free even ports");
      List<Reservation> all = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                while (true) {
                  all.add(plane.reserve(1));
                }
              })
          .isInstanceOf(NoPortsException.class);
      assertThat(all).hasSizeGreaterThan(20);
      assertThat(all.stream().flatMap(one -> one.ports().stream()))
          .doesNotHaveDuplicates()
          .doesNotContain(taken - 1);
      all.forEach(Reservation::release);
      plane.reserve(1).release();
    }
  }

  @Test
  default void closingThePlaneEndsWhatStillRuns() throws Exception {
    FakeSession session = new FakeSession();
    RtpMediaPlane plane = plane();
    try (RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      Reception reception = reservation.receive(session.id(), session);
      reception.update(List.of(stream(0, 0, sender.address(), sender.port())));
      sender.send(0, 0, reservation.ports().getFirst());
      plane.close();
      assertThat(session.packets()).hasSize(1);
      assertThat(reception.close().getFirst().packets()).isEqualTo(1);
      assertThatThrownBy(() -> plane.reserve(1)).isInstanceOf(NoPortsException.class);
      assertThat(plane.counters().portsInUse()).isZero();
    }
  }

  @Test
  default void anAddressOfAnotherHostIsRefused() {
    assertThatThrownBy(
            () ->
                RtpMediaPlane.start(
                    settings(InetAddress.ofLiteral("192.0.2.1")), Clock.systemUTC()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("192.0.2.1");
  }
}

package io.earwitness.app.bench;

import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Codec;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.Durability;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.rtp.RtpCounters;
import io.earwitness.recorder.rtp.RtpMediaPlane;
import io.earwitness.recorder.rtp.RtpSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The recorder's own media path under load: ports of their own for each stream, kernel time stamps,
 * accounting, sealing, writing, syncing; everything but SIP.
 */
final class CaptureBench {
  private static final int STREAMS_OF_A_CALL = 2;
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /**
   * What to measure.
   *
   * @param streams even; two for each call
   * @param warmUp before the measured time, so that compilers are done
   * @param round pause of the receive loop
   */
  record Options(int streams, Duration warmUp, Duration measured, Duration round) {}

  /**
   * What was measured, all but the losses in the measured time.
   *
   * @param cpuSecondsPerMillion of this process, compilers and collectors included
   * @param sent packets from beginning to end
   * @param lost packets sent that are in no capture
   * @param uncounted of these, those that no counter names
   */
  record Figures(
      double cpuSecondsPerMillion,
      double packetsPerSecond,
      long sent,
      long lost,
      long uncounted,
      Durability durability,
      long residentBytes,
      long spoolBytes) {}

  private record Running(CaptureWriter.Session capture, MediaPlane.Reception reception) {}

  private final Options options;

  CaptureBench(Options options) {
    this.options = options;
  }

  Figures run(Path spool, X509Certificate captureCertificate)
      throws IOException, InterruptedException {
    Clock clock = Clock.systemUTC();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    RtpSettings usual = RtpSettings.defaults(loopback);
    RtpSettings rtp =
        new RtpSettings(
            loopback,
            usual.minPort(),
            usual.maxPort(),
            options.round(),
            usual.receiveBuffer(),
            true);
    try (SpoolWriter captures =
            SpoolWriter.start(SpoolSettings.defaults(spool), captureCertificate, clock);
        RtpMediaPlane media = RtpMediaPlane.start(rtp, clock)) {
      if (!media.hasKernelTimeStamps()) {
        throw new IOException("this machine gives no kernel time stamps; nothing was measured");
      }
      return run(captures, media, spool);
    }
  }

  private Figures run(SpoolWriter captures, RtpMediaPlane media, Path spool)
      throws IOException, InterruptedException {
    List<MediaPlane.Reservation> reservations = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int call = 0; call < options.streams() / STREAMS_OF_A_CALL; call++) {
      MediaPlane.Reservation reservation = reserve(media);
      reservations.add(reservation);
      ports.addAll(reservation.ports());
    }
    long seconds = options.warmUp().plus(options.measured()).plus(SETTLE).toSeconds();
    try (LoadProcess load = new LoadProcess(ports, seconds)) {
      List<Running> calls = new ArrayList<>();
      for (int call = 0; call < reservations.size(); call++) {
        calls.add(begin(captures, reservations.get(call), load, call));
      }
      load.begin();
      Thread.sleep(options.warmUp());
      captures.durability();
      long cpu = cpuNanos();
      long nanos = System.nanoTime();
      long packets = media.counters().packets();
      Thread.sleep(options.measured());
      long measuredPackets = media.counters().packets() - packets;
      double elapsed = (System.nanoTime() - nanos) / 1e9;
      double cpuSeconds = (cpuNanos() - cpu) / 1e9;
      Durability durability = captures.durability();
      long resident = residentBytes();
      long sent = 0;
      for (long each : load.sent()) {
        sent += each;
      }
      Thread.sleep(SETTLE);
      RtpCounters before = media.counters();
      long received = 0;
      for (Running call : calls) {
        received += end(call);
      }
      long lost = sent - received;
      return new Figures(
          cpuSeconds / (measuredPackets / 1e6),
          measuredPackets / elapsed,
          sent,
          lost,
          lost - before.overflow() - before.foreign() - before.malformed(),
          durability,
          resident,
          bytes(spool));
    }
  }

  private static MediaPlane.Reservation reserve(RtpMediaPlane media) throws IOException {
    try {
      return media.reserve(STREAMS_OF_A_CALL);
    } catch (MediaPlane.NoPortsException e) {
      throw new IOException(
          e.getMessage() + "; take fewer streams, or raise the limit of open files", e);
    }
  }

  private static Running begin(
      SpoolWriter captures, MediaPlane.Reservation reservation, LoadProcess load, int call)
      throws IOException {
    RecordingId id = RecordingId.draw(Instant.now());
    CaptureWriter.Session capture = captures.open(summary(id));
    MediaPlane.Reception reception = reservation.receive(id, capture);
    List<StreamDescription> streams = new ArrayList<>();
    for (int index = 0; index < STREAMS_OF_A_CALL; index++) {
      streams.add(
          new StreamDescription(
              index,
              "audio",
              Integer.toString(index + 1),
              List.of(new Codec(0, "PCMU", 8_000, 1, null)),
              false,
              reservation.ports().get(index),
              "127.0.0.1",
              load.source(STREAMS_OF_A_CALL * call + index)));
    }
    try {
      reception.update(streams);
    } catch (MediaPlane.NoPortsException e) {
      throw new IOException(e);
    }
    return new Running(capture, reception);
  }

  private static CallSummary summary(RecordingId id) {
    return new CallSummary(
        id,
        new TenantSlug("bench"),
        CallState.LIVE,
        Instant.now(),
        null,
        ZoneId.of("UTC"),
        Direction.UNKNOWN,
        List.of(),
        Set.of(),
        List.of(id.toString()),
        "bench",
        "bench",
        "bench",
        null,
        null);
  }

  private static long end(Running call) {
    List<StreamQuality> quality = call.reception().close();
    call.capture().close(new CaptureEvent.Closed(Instant.now(), "end of the bench", List.of()));
    return quality.stream().mapToLong(StreamQuality::packets).sum();
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return 0;
  }

  private static long bytes(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      long sum = 0;
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        sum += Files.size(file);
      }
      return sum;
    }
  }
}

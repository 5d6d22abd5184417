package io.earwitness.app.bench;

import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Codec;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.Durability;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.rtp.RtpCounters;
import io.earwitness.recorder.rtp.RtpMediaPlane;
import io.earwitness.recorder.rtp.RtpSettings;
import io.earwitness.recorder.rtp.StreamTerms;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The recorder's own media path under load: ports of their own for each stream, kernel time stamps,
 * accounting, sealing, writing, syncing; everything but SIP.
 */
final class CaptureBench {
  private static final int STREAMS_OF_A_CALL = 2;
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * What to measure.
   *
   * @param streams even; two for each call
   * @param warmUp before the measured time, so that compilers are done
   * @param round pause of the receive loop
   * @param srtp the suite that all streams are protected with; null for plain RTP
   * @param churn so many calls end each second, and as many begin
   * @param archive whether those that ended are archived meanwhile
   */
  record Options(
      int streams,
      Duration warmUp,
      Duration measured,
      Duration round,
      @Nullable SrtpSuite srtp,
      int churn,
      boolean archive) {}

  /**
   * What was measured, all but the losses in the measured time.
   *
   * @param cpu of this process, compilers and collectors included
   * @param packets that were received
   * @param churned calls that ended while as many began
   * @param sent packets from beginning to end
   * @param lost packets sent that are in no capture
   * @param uncounted of these, those that no counter names
   * @param ended calls that ended before the end of the load
   * @param archived of these, those that were archived before it
   */
  record Figures(
      CpuShares cpu,
      long packets,
      int churned,
      double packetsPerSecond,
      long sent,
      long lost,
      long uncounted,
      Durability durability,
      long residentBytes,
      long spoolBytes,
      int ended,
      int archived) {
    /** CPU seconds for a million packets, of all or a part of the time. */
    double perMillion(double cpuSeconds) {
      return cpuSeconds / (packets / 1e6);
    }

    /** CPU milliseconds for each call that ended and that began; 0 if none did. */
    double millisPerCall(double cpuSeconds) {
      return churned == 0 ? 0 : cpuSeconds * 1e3 / churned;
    }
  }

  private record Running(CaptureWriter.Session capture, MediaPlane.Reception reception) {}

  private final Options options;
  private final Path folder;
  private final PlatformKeys keys;
  private final @Nullable SrtpKey key;
  private final Deque<Running> calls = new ArrayDeque<>();
  private @Nullable ArchivingBeside archiving;
  private long received;
  private int ended;
  private long callNanos;

  /**
   * @param folder where the spool, and what is archived, goes
   */
  CaptureBench(Options options, Path folder, PlatformKeys keys) {
    this.options = options;
    this.folder = folder;
    this.keys = keys;
    this.key = options.srtp() == null ? null : SrtpKey.draw(options.srtp(), new SecureRandom());
  }

  Figures run() throws IOException, InterruptedException {
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
    Path spool = Files.createDirectory(folder.resolve("spool"));
    try (SpoolWriter captures =
            SpoolWriter.start(SpoolSettings.defaults(spool), keys.captureCertificate(), clock);
        RtpMediaPlane media = RtpMediaPlane.start(rtp, clock)) {
      if (!media.hasKernelTimeStamps()) {
        throw new IOException("this machine gives no kernel time stamps; nothing was measured");
      }
      if (!options.archive()) {
        return run(captures, media, spool);
      }
      try (ArchivingBeside beside = ArchivingBeside.start(folder, spool, keys)) {
        archiving = beside;
        return run(captures, media, spool);
      }
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
    try (LoadProcess load = new LoadProcess(ports, seconds, key)) {
      for (int call = 0; call < reservations.size(); call++) {
        calls.add(begin(captures, reservations.get(call), load, call));
      }
      load.begin();
      churn(captures, media, load, options.warmUp());
      captures.durability();
      CpuShares cpu = CpuShares.now(callNanos);
      int former = ended;
      long nanos = System.nanoTime();
      long packets = media.counters().packets();
      churn(captures, media, load, options.measured());
      long measuredPackets = media.counters().packets() - packets;
      double elapsed = (System.nanoTime() - nanos) / 1e9;
      CpuShares spent = CpuShares.now(callNanos).since(cpu);
      int churned = ended - former;
      Durability durability = captures.durability();
      long resident = residentBytes();
      int archived = archiving == null ? 0 : archiving.archived();
      long sent = 0;
      for (long each : load.sent()) {
        sent += each;
      }
      Thread.sleep(SETTLE);
      RtpCounters before = media.counters();
      for (Running call : calls) {
        end(call);
      }
      long lost = sent - received;
      return new Figures(
          spent,
          measuredPackets,
          churned,
          measuredPackets / elapsed,
          sent,
          lost,
          lost - before.overflow() - before.foreign() - before.malformed(),
          durability,
          resident,
          bytes(spool),
          ended,
          archived);
    }
  }

  /** Lets the load go on for a time; calls end and others begin, as many as was asked for. */
  private void churn(SpoolWriter captures, RtpMediaPlane media, LoadProcess load, Duration time)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long end = start + time.toNanos();
    for (long done = 0; done < time.toSeconds() * options.churn(); done++) {
      long due = start + done * 1_000_000_000L / options.churn();
      if (System.nanoTime() - end > 0) {
        // Too much for this machine: as many as it did were measured
        return;
      }
      Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
      int place = ended % (options.streams() / STREAMS_OF_A_CALL);
      long cpu = ownCpuNanos();
      MediaPlane.Reservation reservation = reserve(media);
      Running next = begin(captures, reservation, load, place);
      callNanos += ownCpuNanos() - cpu;
      for (int index = 0; index < STREAMS_OF_A_CALL; index++) {
        load.move(STREAMS_OF_A_CALL * place + index, reservation.ports().get(index));
      }
      cpu = ownCpuNanos();
      end(calls.remove());
      callNanos += ownCpuNanos() - cpu;
      ended++;
      calls.add(next);
    }
    Thread.sleep(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
  }

  private static MediaPlane.Reservation reserve(RtpMediaPlane media) throws IOException {
    try {
      return media.reserve(STREAMS_OF_A_CALL);
    } catch (MediaPlane.NoPortsException e) {
      throw new IOException(
          e.getMessage() + "; take fewer streams, or raise the limit of open files", e);
    }
  }

  private Running begin(
      SpoolWriter captures, MediaPlane.Reservation reservation, LoadProcess load, int place)
      throws IOException {
    RecordingId id = RecordingId.draw(Instant.now());
    CaptureWriter.Session capture = captures.open(summary(id));
    MediaPlane.Reception reception = reservation.receive(id, capture);
    List<StreamDescription> streams = new ArrayList<>();
    Map<Integer, StreamTerms> terms = new HashMap<>();
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
              load.source(STREAMS_OF_A_CALL * place + index)));
      if (key != null) {
        terms.put(index, new StreamTerms(key, null, null, false, null));
      }
    }
    try {
      List<StreamDescription> now = reception.update(streams, terms);
      capture.append(new CaptureEvent.Streams(Instant.now(), now));
    } catch (MediaPlane.NoPortsException e) {
      throw new IOException(e);
    }
    return new Running(capture, reception);
  }

  private static CallSummary summary(RecordingId id) {
    return new CallSummary(
        id,
        ArchivingBeside.TENANT,
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

  private void end(Running call) {
    List<StreamQuality> quality = call.reception().close();
    received += quality.stream().mapToLong(StreamQuality::packets).sum();
    call.capture().append(new CaptureEvent.Statistics(Instant.now(), quality));
    call.capture().close(new CaptureEvent.Closed(Instant.now(), "end of the bench", List.of()));
  }

  private static long ownCpuNanos() {
    return THREADS.getCurrentThreadCpuTime();
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

package io.earwitness.recorder.rtp;

import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.dtls.DtlsIdentity;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.srtp.SrtpSupport;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives RTP on a port of its own for each stream, with one thread for all streams. Each accepted
 * packet goes straight into its recording's capture. Thread-safe.
 *
 * <p>When the spool's buffers are nearly full, packets are left in the kernel; what is dropped
 * after all, there or here, is counted and marked in the capture.
 */
public final class RtpMediaPlane implements MediaPlane {
  private static final Logger log = LoggerFactory.getLogger(RtpMediaPlane.class);

  private static final Duration STAMPING_ROUND = Duration.ofMillis(20);

  private final UdpSockets sockets;
  private final PortPool ports;
  private final ReceiveLoop loop;
  private final InstantSource clock;
  private final StreamDtls.Tools dtls;
  private final Set<RtpReception> receptions = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Begins to receive.
   *
   * @param clock stamps marks and, without kernel time stamps, packets
   * @throws IOException if the local address can't be used, saying why
   */
  public static RtpMediaPlane start(RtpSettings settings, InstantSource clock) throws IOException {
    SrtpSupport.prepare();
    UdpSockets sockets = sockets(settings, clock);
    RtpMediaPlane plane = new RtpMediaPlane(settings, sockets, clock);
    plane.loop.start();
    return plane;
  }

  private static UdpSockets sockets(RtpSettings settings, InstantSource clock) throws IOException {
    if (settings.kernelTimeStamps()) {
      try {
        return new LinuxSockets(settings.address());
      } catch (IOException | LinkageError | RuntimeException e) {
        log.warn(
            "no kernel time stamps, so jitter is not measured: {}",
            e instanceof ExceptionInInitializerError ? e.getCause() : e.getMessage());
      }
    }
    NioSockets nio = new NioSockets(settings.address(), clock);
    UdpSocket probe = nio.bind(0, settings.receiveBuffer());
    if (probe != null) {
      probe.close();
    }
    return nio;
  }

  private RtpMediaPlane(RtpSettings settings, UdpSockets sockets, InstantSource clock) {
    this.sockets = sockets;
    this.clock = clock;
    this.ports = new PortPool(sockets, settings, new SecureRandom());
    this.loop = new ReceiveLoop(round(settings, sockets.hasKernelTimeStamps()));
    this.dtls = new StreamDtls.Tools(DtlsIdentity.draw(clock.instant()), this::inReceiveThread);
  }

  /**
   * Where reading itself is the time stamp, a long pause would move the sides against each other.
   */
  private static Duration round(RtpSettings settings, boolean kernelTimeStamps) {
    boolean shorter = !kernelTimeStamps && settings.round().compareTo(STAMPING_ROUND) > 0;
    return shorter ? STAMPING_ROUND : settings.round();
  }

  @Override
  public Reservation reserve(int streams) throws NoPortsException {
    if (closed.get()) {
      throw new NoPortsException("the recorder is stopping");
    }
    return new RtpReservation(ports.bind(streams));
  }

  @Override
  public boolean hasKernelTimeStamps() {
    return sockets.hasKernelTimeStamps();
  }

  private void inReceiveThread(Runnable work) {
    loop.call(
        () -> {
          work.run();
          return true;
        });
  }

  @Override
  public Fingerprint dtlsFingerprint() {
    return dtls.identity().fingerprint();
  }

  /** What was received since the start. */
  public RtpCounters counters() {
    return loop.call(() -> loop.counters().snapshot(ports.inUse()));
  }

  /** How busy it is. For one that asks now and then: each asking begins the lag anew. */
  public ReceiveLoad load() {
    long asked = System.nanoTime();
    return loop.call(
        () -> {
          // A loop that is stuck answers late and has ended no round meanwhile
          long lag = Math.max(loop.takeLagNanos(), System.nanoTime() - asked);
          return new ReceiveLoad(
              Duration.ofNanos(lag),
              loop.counters().overflow,
              ports.count() - ports.inUse(),
              ports.count());
        });
  }

  /** Ends all receptions, as their own {@link Reception#close} would, and the receive thread. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      receptions.forEach(RtpReception::close);
      loop.stop();
      ports.close();
      sockets.close();
    }
  }

  MediaStream newStream(int index, CaptureWriter.Session capture, String rtcpName, Keys keys) {
    return new MediaStream(
        index, capture, loop.counters(), clock, hasKernelTimeStamps(), rtcpName, dtls, keys);
  }

  ReceiveLoop loop() {
    return loop;
  }

  PortPool ports() {
    return ports;
  }

  void ended(RtpReception reception) {
    receptions.remove(reception);
  }

  private final class RtpReservation implements Reservation {
    private final List<PortPair> pairs;
    private final AtomicBoolean used = new AtomicBoolean();

    RtpReservation(List<PortPair> pairs) {
      this.pairs = pairs;
    }

    @Override
    public List<Integer> ports() {
      return pairs.stream().map(PortPair::port).toList();
    }

    @Override
    public Reception receive(RecordingId id, CaptureWriter.Session capture) {
      if (!used.compareAndSet(false, true)) {
        throw new IllegalStateException("the ports of %s were given away already".formatted(id));
      }
      RtpReception reception = new RtpReception(RtpMediaPlane.this, capture, pairs);
      receptions.add(reception);
      if (closed.get()) {
        reception.close();
      }
      return reception;
    }

    @Override
    public void release() {
      if (used.compareAndSet(false, true)) {
        pairs.forEach(ports::free);
      }
    }
  }
}

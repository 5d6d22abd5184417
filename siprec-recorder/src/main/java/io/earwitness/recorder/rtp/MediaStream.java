package io.earwitness.recorder.rtp;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.srtp.SrtpKey;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a recording: takes the datagrams of its port, keeps those that are RTP from the
 * right source. Everything here belongs to the receive thread.
 */
final class MediaStream implements PacketSink {
  /** Drops are marked in the capture at most this often, and at the end. */
  private static final long MARK_NANOS = 1_000_000_000L;

  /** A flood must not keep a stream from ending. */
  private static final int MAX_FINAL_DRAINS = 16;

  private static final Logger log = LoggerFactory.getLogger(MediaStream.class);

  private final int index;
  private final CaptureWriter.Session capture;
  private final LoopCounters counters;
  private final InstantSource clock;
  private final boolean jitterMeasured;
  private final StreamAccounting accounting = new StreamAccounting();
  private final SourceLatch latch = new SourceLatch();
  private final StreamCipher cipher = new StreamCipher();
  private final int[] clockRates = new int[128];
  private final boolean[] offered = new boolean[128];
  private final UnkeptSink rtcpSink;
  private final UnkeptSink strays;

  private @Nullable PortPair ports;
  private boolean read;
  private boolean paused;
  private long lastHeard;
  private long foreign;
  private long overflow;
  private long notTaken;
  private long notTakenBytes;
  private long kernelDrops;
  private int kernelDropsSeen;
  private long unmarked;
  private long lastMark;

  MediaStream(
      int index,
      CaptureWriter.Session capture,
      LoopCounters counters,
      InstantSource clock,
      boolean jitterMeasured) {
    this.index = index;
    this.capture = capture;
    this.counters = counters;
    this.clock = clock;
    this.jitterMeasured = jitterMeasured;
    this.rtcpSink = new UnkeptSink(counters, () -> counters.rtcp++);
    this.strays = new UnkeptSink(counters, this::refused);
  }

  int index() {
    return index;
  }

  @Nullable PortPair ports() {
    return ports;
  }

  /** Whether its ports are read; before, what comes waits in the kernel. */
  boolean isRead() {
    return read;
  }

  /** From here on its ports are read. */
  void read() {
    read = true;
  }

  boolean isCongested() {
    return capture.isCongested();
  }

  /**
   * Begins to receive on other ports than before. Nobody was told of them yet: what waits there is
   * meant for an older call on the same port, and goes.
   */
  void open(PortPair newPorts) {
    for (int i = 0; i < MAX_FINAL_DRAINS; i++) {
      if (newPorts.rtp().drain(strays) < UdpSocket.MAX_DRAIN) {
        break;
      }
    }
    kernelDropsSeen = (int) Math.max(0, newPorts.rtp().kernelDrops());
    ports = newPorts;
    accounting.discontinuity();
  }

  /** What the latest offer and answer say. */
  void describe(StreamDescription description, @Nullable SrtpKey key) {
    cipher.agree(key);
    latch.expect(description.remoteAddress(), description.remotePort());
    if (paused && !description.paused()) {
      accounting.discontinuity();
    }
    paused = description.paused();
    Arrays.fill(clockRates, 0);
    Arrays.fill(offered, false);
    for (Codec codec : description.codecs()) {
      offered[codec.payloadType()] = true;
      if (!codec.isAuxiliary()) {
        clockRates[codec.payloadType()] = codec.clockRate();
      }
    }
  }

  /** Takes what the kernel holds now. */
  void drain() {
    PortPair now = ports;
    if (now != null) {
      now.rtp().drain(this);
      if (unmarked > 0 && System.nanoTime() - lastMark >= MARK_NANOS) {
        markDrops();
      }
    }
  }

  void drainRtcp() {
    PortPair now = ports;
    if (now != null) {
      now.rtcp().drain(rtcpSink);
    }
  }

  /** Takes all that the kernel holds, and what it knows of drops that no packet told. */
  private void drainAll() {
    PortPair now = ports;
    if (now != null) {
      for (int i = 0; i < MAX_FINAL_DRAINS; i++) {
        if (now.rtp().drain(this) < UdpSocket.MAX_DRAIN) {
          break;
        }
      }
      long total = now.rtp().kernelDrops();
      if (total >= 0) {
        kernelDrops((int) total);
      }
    }
  }

  /**
   * Takes and marks what belongs to the past, before the stream changes or ends. Whatever trouble
   * the capture has then, the change goes on, and ports become free.
   */
  void settle() {
    try {
      drainAll();
      if (unmarked > 0) {
        markDrops();
      }
    } catch (RuntimeException e) {
      counters.errors++;
      log.error("stream {} of {}: taking its last packets", index, capture.id(), e);
    }
  }

  /** Ends reception on the present ports; the caller frees them. */
  @Nullable PortPair finish() {
    PortPair last = ports;
    settle();
    drainRtcp();
    cipher.forget();
    ports = null;
    read = false;
    return last;
  }

  @Override
  public void packet(
      MemorySegment buffer,
      long offset,
      int length,
      boolean truncated,
      long arrivalNanos,
      long addressHigh,
      long addressLow,
      int port) {
    RtpPacket.Kind kind =
        truncated
            ? RtpPacket.Kind.MALFORMED
            : RtpPacket.kind(buffer, offset, length, offered, cipher.isActive());
    switch (kind) {
      case MALFORMED -> counters.malformed++;
      case RTCP -> counters.rtcp++;
      case RTP -> {
        if (!latch.accepts(addressHigh, addressLow, port, arrivalNanos)) {
          refused();
        } else if (cipher.isActive()) {
          decrypted(buffer, offset, length, arrivalNanos);
        } else {
          accepted(buffer, offset, length, arrivalNanos);
        }
      }
    }
  }

  /** Also during a pause, in which the rollover counter may go on. */
  private void decrypted(MemorySegment buffer, long offset, int length, long arrivalNanos) {
    if (!cipher.decrypt(buffer, offset, length)) {
      counters.srtpFailed++;
      return;
    }
    MemorySegment plain = cipher.packet();
    if (RtpPacket.kind(plain, 0, cipher.length(), offered, false) == RtpPacket.Kind.RTP) {
      accepted(plain, 0, cipher.length(), arrivalNanos);
    } else {
      counters.malformed++;
    }
  }

  private void refused() {
    foreign++;
    counters.foreign++;
  }

  private void accepted(MemorySegment buffer, long offset, int length, long arrivalNanos) {
    counters.packets++;
    lastHeard = Math.max(lastHeard, arrivalNanos);
    if (paused) {
      counters.paused++;
      return;
    }
    accounting.packet(
        RtpPacket.sequenceNumber(buffer, offset),
        RtpPacket.timestamp(buffer, offset),
        RtpPacket.ssrc(buffer, offset),
        clockRates[RtpPacket.payloadType(buffer, offset)],
        arrivalNanos,
        length);
    if (capture.packet(index, arrivalNanos, buffer, offset, length)) {
      counters.written++;
    } else {
      notTaken++;
      notTakenBytes += length;
      dropped(1);
    }
  }

  @Override
  public void kernelDrops(int total) {
    int more = total - kernelDropsSeen;
    if (more > 0) {
      kernelDropsSeen = total;
      kernelDrops += more;
      dropped(more);
    }
  }

  private void dropped(long packets) {
    overflow += packets;
    unmarked += packets;
    counters.overflow += packets;
  }

  private void markDrops() {
    capture.append(new CaptureEvent.Dropped(clock.instant(), index, unmarked));
    unmarked = 0;
    lastMark = System.nanoTime();
  }

  @Override
  public void failed(int errno) {
    counters.errors++;
  }

  StreamQuality quality() {
    boolean any = accounting.received() > 0;
    return new StreamQuality(
        index,
        accounting.ssrc(),
        accounting.received() - notTaken,
        accounting.bytes() - notTakenBytes,
        accounting.expected(),
        Math.max(0, accounting.lost() - kernelDrops),
        accounting.duplicates(),
        accounting.reordered(),
        foreign,
        overflow,
        jitterMeasured ? accounting.jitterMillis() : null,
        latch.source(),
        any ? instant(accounting.firstArrival()) : null,
        any ? instant(accounting.lastArrival()) : null);
  }

  @Nullable SrtpCounts srtp() {
    return cipher.counts(index);
  }

  /** When the last packet came, one of a pause included; null before any. */
  @Nullable Instant lastHeard() {
    return lastHeard == 0 ? null : instant(lastHeard);
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}

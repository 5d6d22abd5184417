package io.earwitness.recorder.rtp;

import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.time.InstantSource;

/**
 * One stream's RTCP, as it comes by its own port or by that of RTP: what is of the right source,
 * and authentic where it is SRTCP, is kept and read. For the receive thread.
 */
final class RtcpPort implements PacketSink {
  /** Packets read and kept between two exchanges: a flood must fill neither spool nor timeline. */
  private static final int MAX_KEPT = 32;

  private final int stream;
  private final CaptureWriter.Session capture;
  private final LoopCounters counters;
  private final InstantSource clock;
  private final SourceLatch latch;
  private final StreamCipher cipher;
  private final RtcpSession session;
  private int kept;

  RtcpPort(
      int stream,
      CaptureWriter.Session capture,
      LoopCounters counters,
      InstantSource clock,
      SourceLatch latch,
      StreamCipher cipher,
      RtcpSession session) {
    this.stream = stream;
    this.capture = capture;
    this.counters = counters;
    this.clock = clock;
    this.latch = latch;
    this.cipher = cipher;
    this.session = session;
  }

  /** Takes what came, and reports. */
  void exchange(PortPair ports, StreamAccounting accounting) {
    ports.rtcp().drain(this);
    kept = 0;
    if (session.report(ports, accounting, now())) {
      counters.reports++;
    }
  }

  /** Asks for a full frame of the stream's video, if one is needed. */
  void ask(FullFrames frames, PortPair ports, StreamAccounting accounting, long nanos) {
    frames.ask(ports, accounting, now(), nanos);
  }

  /** Takes what came last, and says that we leave. */
  void leave(PortPair ports, StreamAccounting accounting) {
    ports.rtcp().drain(this);
    if (session.leave(ports, accounting, now())) {
      counters.reports++;
    }
    session.forget();
  }

  private long now() {
    Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** Takes a packet, wherever it came. */
  void packet(
      MemorySegment buffer,
      long offset,
      int length,
      long arrivalNanos,
      long addressHigh,
      long addressLow) {
    counters.rtcp++;
    boolean known =
        latch.isOffered(addressHigh, addressLow) || session.isTarget(addressHigh, addressLow);
    if (!known || kept >= MAX_KEPT) {
      return;
    }
    MemorySegment plain = buffer;
    long at = offset;
    int size = length;
    if (cipher.isActive()) {
      if (!cipher.decryptControl(buffer, offset, length)) {
        counters.srtpFailed++;
        return;
      }
      plain = cipher.packet();
      at = 0;
      size = cipher.length();
    }
    session.arrived(arrivalNanos);
    if (RtcpReader.read(plain, at, size, session)) {
      kept++;
      byte[] packet = plain.asSlice(at, size).toArray(ValueLayout.JAVA_BYTE);
      capture.append(new CaptureEvent.Rtcp(Instant.ofEpochSecond(0, arrivalNanos), stream, packet));
    } else {
      counters.malformed++;
    }
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
    if (truncated) {
      counters.malformed++;
    } else {
      packet(buffer, offset, length, arrivalNanos, addressHigh, addressLow);
    }
  }

  @Override
  public void kernelDrops(int total) {
    // The next reports say the same again
  }

  @Override
  public void failed(int errno) {
    counters.errors++;
  }
}

package io.earwitness.recorder.rtp;

import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a recording: takes the datagrams of its port, keeps those that are RTP from the
 * right source. Everything here belongs to the receive thread.
 */
final class MediaStream implements PacketSink, StreamKeying.Stream {
  /** Drops are marked in the capture at most this often, and at the end. */
  private static final long MARK_NANOS = 1_000_000_000L;

  /** RFC 3550 §6.2; the first time after half of it. */
  private static final long RTCP_NANOS = 5_000_000_000L;

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
  private final PayloadTypes types = new PayloadTypes();
  private final TelephoneEvents telephoneEvents = new TelephoneEvents();
  private final Keys keys;
  private final SilenceProbe silence = new SilenceProbe();
  private final Side side;
  private final StreamKeying keying;
  private final RtcpSession rtcpSession;
  private final RtcpPort rtcp;
  private final FullFrames frames;
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
  private long rtcpDue;
  private long unmarked;
  private long lastMark;

  MediaStream(
      int index,
      CaptureWriter.Session capture,
      LoopCounters counters,
      InstantSource clock,
      boolean jitterMeasured,
      String rtcpName,
      StreamDtls.Tools dtlsTools,
      Keys keys) {
    this.index = index;
    this.keys = keys;
    this.capture = capture;
    this.counters = counters;
    this.clock = clock;
    this.jitterMeasured = jitterMeasured;
    this.side = new Side(index);
    String name = side.wireName() + " stream";
    this.rtcpSession = new RtcpSession(name, rtcpName, jitterMeasured, this::note);
    this.frames = new FullFrames(rtcpSession);
    this.keying = new StreamKeying(name, dtlsTools, cipher, rtcpSession, latch, this, this::note);
    this.rtcp = new RtcpPort(index, capture, counters, clock, latch, cipher, rtcpSession);
    this.strays = new UnkeptSink(counters, this::refused);
  }

  int index() {
    return index;
  }

  @Override
  public @Nullable PortPair ports() {
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
    discard(newPorts.rtp());
    discard(newPorts.rtcp());
    kernelDropsSeen = (int) Math.max(0, newPorts.rtp().kernelDrops());
    ports = newPorts;
    rtcpDue = System.nanoTime() + RTCP_NANOS / 2;
    accounting.discontinuity();
  }

  private void discard(UdpSocket socket) {
    for (int i = 0; i < MAX_FINAL_DRAINS; i++) {
      if (socket.drain(strays) < UdpSocket.MAX_DRAIN) {
        return;
      }
    }
  }

  /** What the latest offer and answer say. */
  void describe(StreamDescription description, StreamTerms terms) {
    keying.describe(description, terms);
    latch.expect(description.remoteAddress(), description.remotePort());
    if (paused && !description.paused()) {
      accounting.discontinuity();
      silence.restart();
    }
    paused = description.paused();
    types.describe(description.codecs());
    silence.describe(description.codecs());
    frames.describe(description.media().equals("video"));
  }

  @Override
  public void waited(MemorySegment packet, long arrivalNanos) {
    decrypted(packet, 0, (int) packet.byteSize(), arrivalNanos);
  }

  private void note(String text) {
    line(clock.instant(), TimelineEvent.Type.NOTE, text);
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

  /**
   * Takes what came by RTCP, and reports, if it is time to.
   *
   * @param nanos {@link System#nanoTime} now
   */
  void exchangeRtcp(long nanos) {
    PortPair now = ports;
    if (nanos - rtcpDue >= 0 && now != null) {
      rtcpDue = nanos + RTCP_NANOS;
      rtcp.exchange(now, accounting);
      frames.lost(accounting.lost());
    }
    if (now != null) {
      rtcp.ask(frames, now, accounting, nanos);
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
    leave();
    keying.end();
    ports = null;
    read = false;
    return last;
  }

  private void leave() {
    PortPair now = ports;
    if (now != null) {
      try {
        rtcp.leave(now, accounting);
      } catch (RuntimeException e) {
        counters.errors++;
        log.error("stream {} of {}: its last RTCP", index, capture.id(), e);
      }
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
    RtpPacket.Kind kind =
        truncated
            ? RtpPacket.Kind.MALFORMED
            : RtpPacket.kind(buffer, offset, length, types.offered(), cipher.isActive());
    switch (kind) {
      case MALFORMED -> {
        if (truncated || !keying.takes(buffer, offset, length, addressHigh, addressLow, port)) {
          counters.malformed++;
        }
      }
      case RTCP -> rtcp.packet(buffer, offset, length, arrivalNanos, addressHigh, addressLow);
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
    if (keying.holds(buffer, offset, length, arrivalNanos)) {
      return;
    }
    if (!cipher.decrypt(buffer, offset, length)) {
      counters.srtpFailed++;
      return;
    }
    MemorySegment plain = cipher.packet();
    if (RtpPacket.kind(plain, 0, cipher.length(), types.offered(), false) == RtpPacket.Kind.RTP) {
      accepted(plain, 0, cipher.length(), arrivalNanos);
    } else {
      counters.malformed++;
    }
  }

  private void line(Instant at, TimelineEvent.Type type, String text) {
    capture.append(new CaptureEvent.Timeline(at, new TimelineEvent(at, type, side, text)));
  }

  private void refused() {
    foreign++;
    counters.foreign++;
  }

  private void accepted(MemorySegment buffer, long offset, int length, long arrivalNanos) {
    counters.packets++;
    lastHeard = Math.max(lastHeard, arrivalNanos);
    int type = RtpPacket.payloadType(buffer, offset);
    int eventRate = types.eventRate(type);
    if (eventRate != 0) {
      telephoneEvent(buffer, offset, length, eventRate, arrivalNanos);
    }
    if (paused) {
      counters.paused++;
      return;
    }
    int runs = accounting.runs();
    accounting.packet(
        RtpPacket.sequenceNumber(buffer, offset),
        RtpPacket.timestamp(buffer, offset),
        RtpPacket.ssrc(buffer, offset),
        types.clockRate(type),
        arrivalNanos,
        length);
    if (capture.packet(index, arrivalNanos, buffer, offset, length)) {
      counters.written++;
    } else {
      notTaken++;
      notTakenBytes += length;
      dropped(1);
    }
    silence.packet(type, buffer, offset, length, arrivalNanos);
    if (accounting.runs() != runs) {
      rtcpSession.source(accounting.source());
      frames.begun();
    }
    for (int i = RtpPacket.contributors(buffer, offset) - 1; i >= 0; i--) {
      rtcpSession.contributor(RtpPacket.contributor(buffer, offset, i));
    }
  }

  /** Tells of a key, and takes it out of the packet where it must not be kept. */
  private void telephoneEvent(
      MemorySegment buffer, long offset, int length, int rate, long arrivalNanos) {
    TelephoneEvents.Ended ended = telephoneEvents.packet(buffer, offset, length);
    boolean masked = keys.isMasked();
    if (masked) {
      TelephoneEvents.mask(buffer, offset, length);
    }
    if (ended == null) {
      return;
    }
    Instant at = instant(arrivalNanos);
    if (!paused) {
      String text =
          masked && ended.isKey()
              ? "DTMF masked"
              : "%s, %d ms".formatted(ended.name(), ended.duration() * 1000 / rate);
      line(at, TimelineEvent.Type.DTMF, text);
    }
    KeyListener listener = keys.listener();
    if (listener != null && ended.isKey()) {
      listener.pressed(index, ended.key(), at);
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

  StreamPulse pulse() {
    long silentSince = silence.silentSince();
    return new StreamPulse(
        index,
        lastHeard == 0 ? null : instant(lastHeard),
        accounting.expected(),
        Math.max(0, accounting.lost() - kernelDrops),
        silentSince == 0 ? null : instant(silentSince),
        silence.isComfortNoise(),
        frames.unasked());
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}

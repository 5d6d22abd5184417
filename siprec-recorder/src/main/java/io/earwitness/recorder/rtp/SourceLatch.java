package io.earwitness.recorder.rtp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which source a stream is taken from. The offer names an address and a port; many devices
 * send from another port of that address, so the first packet from the address decides and others
 * are foreign. But another port latches provisionally only: it may be an older call's sender, which
 * shares the address of the SBC and goes on sending to a port that is ours again. So the offered
 * port, as soon as it is heard, takes over and stays.
 *
 * <p>A source that fell silent for two seconds may be followed by another port of the same address,
 * as when a device restarts its sender; but not by one that was refused while the source was heard
 * for a second or more. Who sends beside the source doesn't follow it: with silence suppression an
 * older call would else get into every pause.
 *
 * <p>Addresses are 128 bits in two numbers, IPv4 in its mapped form (RFC 4291 §2.5.5.2). Not
 * thread-safe; allocates nothing per packet.
 */
final class SourceLatch {
  static final long SILENCE_NANOS = 2_000_000_000L;

  /** So long both must have been heard for a source to be another's rival, not its successor. */
  static final long RIVALRY_NANOS = 1_000_000_000L;

  static final long MAPPED_LOW = 0x0000_ffff_0000_0000L;

  private boolean any;
  private long expectedHigh;
  private long expectedLow;
  private int expectedPort;

  private boolean latched;
  private long high;
  private long low;
  private int port;
  private long lastArrival;

  /** The last one refused for the sake of the source, and when first. */
  private long rivalHigh;

  private long rivalLow;
  private int rivalPort;
  private long rivalSince;

  /**
   * Takes what an offer says. If that is new, the next valid packet latches again.
   *
   * @param address an IP literal. The unspecified one, an old form of hold (RFC 3264 §8.4), accepts
   *     every address; null and what is no literal accept none
   */
  void expect(@Nullable String address, int offeredPort) {
    long newHigh = 0;
    long newLow = 0;
    InetAddress literal = literal(address);
    boolean newAny = literal != null && literal.isAnyLocalAddress();
    if (literal != null && !newAny) {
      WireAddress wire = WireAddress.of(literal);
      newHigh = wire.high();
      newLow = wire.low();
    }
    if (newAny != any
        || newHigh != expectedHigh
        || newLow != expectedLow
        || offeredPort != expectedPort) {
      latched = false;
      rivalPort = 0;
    }
    any = newAny;
    expectedHigh = newHigh;
    expectedLow = newLow;
    expectedPort = offeredPort;
  }

  static @Nullable InetAddress literal(@Nullable String address) {
    try {
      return address == null ? null : InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether this is an address that the stream may come from. */
  boolean isOffered(long fromHigh, long fromLow) {
    return any || (fromHigh == expectedHigh && fromLow == expectedLow);
  }

  /** Whether a packet from this source belongs to the stream. */
  boolean accepts(long fromHigh, long fromLow, int fromPort, long arrival) {
    if (latched && fromPort == port && fromLow == low && fromHigh == high) {
      lastArrival = arrival;
      return true;
    }
    if (!isOffered(fromHigh, fromLow)) {
      return false;
    }
    boolean offered = !any && fromPort == expectedPort;
    if (latched && !offered && !mayFollow(fromHigh, fromLow, fromPort, arrival)) {
      return false;
    }
    latched = true;
    high = fromHigh;
    low = fromLow;
    port = fromPort;
    lastArrival = arrival;
    return true;
  }

  private boolean mayFollow(long fromHigh, long fromLow, int fromPort, long arrival) {
    if (fromPort != rivalPort || fromLow != rivalLow || fromHigh != rivalHigh) {
      if (arrival - lastArrival >= SILENCE_NANOS) {
        return true;
      }
      rivalHigh = fromHigh;
      rivalLow = fromLow;
      rivalPort = fromPort;
      rivalSince = arrival;
      return false;
    }
    return arrival - lastArrival >= SILENCE_NANOS && lastArrival - rivalSince < RIVALRY_NANOS;
  }

  /** The source that the stream is taken from, such as {@code 192.0.2.1:4000}; null before any. */
  @Nullable String source() {
    return latched ? text(high, low, port) : null;
  }

  static String text(long high, long low, int port) {
    try {
      byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
      InetAddress address = InetAddress.getByAddress(bytes);
      String host = address.getHostAddress();
      return (address instanceof Inet4Address ? host : "[" + host + "]") + ":" + port;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("sixteen bytes are an address", e);
    }
  }
}

package io.earwitness.recorder.rtp;

/**
 * An RTP timestamp (RFC 3550 §5.1): 32 bits in units of the payload's clock that wrap around.
 *
 * @param bits the 32 bits; read them as unsigned
 */
record RtpTimestamp(int bits) {
  RtpTimestamp plus(int units) {
    return new RtpTimestamp(bits + units);
  }

  /** Clock units from {@code earlier} to this one, the shorter way round. */
  int minus(RtpTimestamp earlier) {
    return bits - earlier.bits;
  }

  boolean isAfter(RtpTimestamp other) {
    return minus(other) > 0;
  }

  /** The value as a number from 0 to 4294967295. */
  long value() {
    return Integer.toUnsignedLong(bits);
  }

  /**
   * An arrival time in units of a payload's clock, modulo 2<sup>32</sup>, to be compared with
   * timestamps (RFC 3550 A.8).
   */
  static int ofNanos(long nanos, int clockRate) {
    long seconds = Math.floorDiv(nanos, 1_000_000_000L);
    long rest = Math.floorMod(nanos, 1_000_000_000L);
    return (int) (seconds * clockRate + rest * clockRate / 1_000_000_000L);
  }
}

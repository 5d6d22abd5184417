package io.earwitness.recorder.rtp;

/**
 * An RTP sequence number (RFC 3550 §5.1): 16 bits that wrap around.
 *
 * @param value 0 to 65535
 */
record RtpSequenceNumber(int value) {
  static final int MODULUS = 1 << 16;

  RtpSequenceNumber {
    if (value < 0 || value >= MODULUS) {
      throw new IllegalArgumentException("sequence number " + value + " is not in 0..65535");
    }
  }

  RtpSequenceNumber next() {
    return plus(1);
  }

  RtpSequenceNumber plus(int packets) {
    return new RtpSequenceNumber((value + packets) & (MODULUS - 1));
  }

  /** Packets from {@code earlier} to this one, the shorter way round: -32768 to 32767. */
  int minus(RtpSequenceNumber earlier) {
    return (short) (value - earlier.value);
  }

  boolean isAfter(RtpSequenceNumber other) {
    return minus(other) > 0;
  }

  /**
   * Steps forward from {@code from} to {@code to}, 0 to 65535; for the receive loop's raw values.
   */
  static int forward(int from, int to) {
    return (to - from) & (MODULUS - 1);
  }
}

package io.earwitness.recorder.rtp;

import org.jspecify.annotations.Nullable;

/**
 * Counts one stream by RFC 3550: sequence numbers by A.1, loss by A.3, jitter by A.8. Unlike a
 * player it needs no probation: everything is written, whatever its number.
 *
 * <p>Numbers are counted in <i>runs</i>. A new run begins with a new SSRC, when the sender starts
 * again elsewhere (two packets in a row behind a jump), and after a pause: between runs nothing is
 * lost. A jump in which the RTP clock went on as the wall clock did is no new start but a long gap,
 * and so is loss. Not thread-safe; allocates nothing.
 */
final class StreamAccounting {
  /** RFC 3550 A.1: a forward step from this size on is a jump. */
  static final int MAX_DROPOUT = 3000;

  /** RFC 3550 A.1: a backward step of less than this is reordering. */
  static final int MAX_MISORDER = 100;

  private static final int NONE = -1;
  private static final int HALF = RtpSequenceNumber.MODULUS / 2;

  /** Timestamps that jump by more than this against the wall clock were set anew (seconds). */
  private static final int CLOCK_JUMP_SECONDS = 10;

  private boolean running;
  private int ssrc;
  // Extended by the cycles; begins one cycle up so that packets before the first one fit below
  private long base;
  private long max;
  private int badSequence = NONE;
  private long strays;
  private long expectedBefore;
  // Which of the latest 128 numbers came, by number modulo 128
  private long seenLow;
  private long seenHigh;

  private long received;
  private long bytes;
  private long duplicates;
  private long reordered;
  private int runs;
  private int firstSsrc;
  private long firstArrival;
  private long lastArrival;

  // For reports: packets before this run, and what the last report of it knew
  private long receivedBefore;
  private long reportedExpected;
  private long reportedReceived;

  private boolean hasTransit;
  private int transit;
  private int clockRate;
  private int jitter;
  private boolean jitterMeasured;

  /**
   * Counts a packet.
   *
   * @param rate clock rate of its payload type in Hz; 0 if unknown or of no use for jitter
   * @param arrival nanoseconds since 1970
   */
  void packet(int sequence, int timestamp, int source, int rate, long arrival, int length) {
    if (received == 0) {
      firstSsrc = source;
      firstArrival = arrival;
    }
    received++;
    bytes += length;
    lastArrival = Math.max(lastArrival, arrival);
    if (!running || source != ssrc) {
      begin(sequence, source);
      transit(timestamp, rate, arrival);
    } else if (count(sequence, timestamp, rate, arrival)) {
      transit(timestamp, rate, arrival);
    }
  }

  /** What comes next may begin anywhere: the stream was paused or its source changed. */
  void discontinuity() {
    running = false;
  }

  private void begin(int sequence, int source) {
    expectedBefore += runExpected();
    ssrc = source;
    base = RtpSequenceNumber.MODULUS + sequence;
    max = base;
    strays = 0;
    badSequence = NONE;
    seenLow = 0;
    seenHigh = 0;
    mark(max);
    hasTransit = false;
    receivedBefore = received - 1;
    reportedExpected = 0;
    reportedReceived = 0;
    running = true;
    runs++;
  }

  /** Returns whether the packet is new, so that it counts for jitter. */
  private boolean count(int sequence, int timestamp, int rate, long arrival) {
    int step = RtpSequenceNumber.forward((int) max & 0xffff, sequence);
    if (step == 0) {
      duplicates++;
      return false;
    }
    if (step < MAX_DROPOUT || (step < HALF && clockWentOn(timestamp, rate, arrival))) {
      advance(step);
      return true;
    }
    int back = RtpSequenceNumber.MODULUS - step;
    if (back < MAX_MISORDER) {
      long number = max - back;
      if (isMarked(number)) {
        duplicates++;
        return false;
      }
      reordered++;
      mark(number);
      base = Math.min(base, number);
      return true;
    }
    if (sequence == badSequence) {
      strays--;
      begin(sequence, ssrc);
      base--;
      receivedBefore--;
      mark(base);
      return true;
    }
    badSequence = (sequence + 1) & 0xffff;
    strays++;
    return false;
  }

  private void advance(int step) {
    for (int i = 1; i <= Math.min(step, 128); i++) {
      unmark(max + i);
    }
    max += step;
    mark(max);
    badSequence = NONE;
  }

  private boolean clockWentOn(int timestamp, int rate, long arrival) {
    if (!hasTransit || rate != clockRate || rate <= 0) {
      return false;
    }
    int difference = RtpTimestamp.ofNanos(arrival, rate) - timestamp - transit;
    return difference > -rate && difference < rate;
  }

  /** RFC 3550 A.8, in sixteenths of a clock unit. */
  private void transit(int timestamp, int rate, long arrival) {
    if (rate <= 0) {
      return;
    }
    if (rate != clockRate) {
      jitter = clockRate == 0 ? 0 : (int) ((long) jitter * rate / clockRate);
      clockRate = rate;
      hasTransit = false;
    }
    int now = RtpTimestamp.ofNanos(arrival, rate) - timestamp;
    if (hasTransit) {
      int difference = now - transit;
      if (difference != Integer.MIN_VALUE
          && Math.abs(difference) < (long) CLOCK_JUMP_SECONDS * rate) {
        jitter += Math.abs(difference) - ((jitter + 8) >> 4);
        jitterMeasured = true;
      }
    }
    transit = now;
    hasTransit = true;
  }

  private void mark(long number) {
    if ((number & 64) == 0) {
      seenLow |= 1L << number;
    } else {
      seenHigh |= 1L << number;
    }
  }

  private void unmark(long number) {
    if ((number & 64) == 0) {
      seenLow &= ~(1L << number);
    } else {
      seenHigh &= ~(1L << number);
    }
  }

  private boolean isMarked(long number) {
    return (((number & 64) == 0 ? seenLow : seenHigh) & (1L << number)) != 0;
  }

  private long runExpected() {
    return runs == 0 ? 0 : max - base + 1 + strays;
  }

  /** The source of the last packet; of no meaning before any. */
  int source() {
    return ssrc;
  }

  /**
   * What is to be reported of the present run since the last report of it (RFC 3550 A.3); null if
   * nothing came since.
   *
   * @param timed whether jitter is told
   */
  @Nullable ReportBlock report(boolean timed) {
    long expected = max - base + 1;
    long came = received - receivedBefore;
    long expectedNow = expected - reportedExpected;
    long cameNow = came - reportedReceived;
    if (runs == 0 || cameNow == 0) {
      return null;
    }
    reportedExpected = expected;
    reportedReceived = came;
    long lostNow = expectedNow - cameNow;
    return new ReportBlock(
        ssrc,
        expectedNow <= 0 || lostNow <= 0 ? 0 : (int) Math.min(255, (lostNow << 8) / expectedNow),
        (int) Math.clamp(expected - came, -0x80_0000, 0x7f_ffff),
        (int) (max - RtpSequenceNumber.MODULUS),
        timed ? jitter >> 4 : 0);
  }

  long received() {
    return received;
  }

  long bytes() {
    return bytes;
  }

  /** RFC 3550 A.3, over all runs. */
  long expected() {
    return expectedBefore + runExpected();
  }

  /** Expected less received without duplicates; never negative. */
  long lost() {
    return Math.max(0, expected() - (received - duplicates));
  }

  long duplicates() {
    return duplicates;
  }

  long reordered() {
    return reordered;
  }

  /** How often numbering began; 1 for an undisturbed stream. */
  int runs() {
    return runs;
  }

  @Nullable Long ssrc() {
    return received == 0 ? null : Integer.toUnsignedLong(firstSsrc);
  }

  long firstArrival() {
    return firstArrival;
  }

  long lastArrival() {
    return lastArrival;
  }

  @Nullable Double jitterMillis() {
    return jitterMeasured ? jitter / 16.0 * 1000 / clockRate : null;
  }
}

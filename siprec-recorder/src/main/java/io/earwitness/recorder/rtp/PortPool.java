package io.earwitness.recorder.rtp;

import io.earwitness.recorder.rtp.MediaPlane.NoPortsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Binds runs of even ports from a range. Thread-safe; ports that others use are passed over.
 *
 * <p>Whatever an earlier call's SRC still sends to a port must not get into the next recording on
 * it, which may be another tenant's and comes from the same SBC's address. Within one life of the
 * recorder that is rare: the pool goes round its range, so a port just freed is used again as late
 * as can be. After a crash it would be the rule, as old calls are sent to old ports until their
 * SRCs give up. Against that:
 *
 * <ul>
 *   <li>The round begins at a random place, not where all lives before began.
 *   <li>The next pairs of the round are bound in advance and so listen for a while, even at
 *       hundreds of calls a second for longer than the time between two packets of a stream. A pair
 *       at which RTP or RTCP arrived is passed over, without any waiting in a call's way. If the
 *       pairs bound in advance run out by that, old calls' ports are all around: the round goes on
 *       at another random place.
 *   <li>What arrives later, until the stream is described and its port told to anybody, {@link
 *       MediaStream#open} throws away.
 *   <li>Of what arrives after that, {@link SourceLatch} prefers the offered source.
 * </ul>
 *
 * A port that old packets reach is better than no recording: if there is no other, it is used.
 */
final class PortPool {
  /** Pairs bound in advance; each may hold a receive buffer full of packets for nobody. */
  static final int AHEAD = 32;

  /** RTCP is a packet every few seconds. */
  private static final int RTCP_BUFFER = 64 * 1024;

  private final UdpSockets sockets;
  private final int first;
  private final int pairs;
  private final int receiveBuffer;
  private final RandomGenerator random;

  // Guarded by this
  private final BitSet used = new BitSet();
  private int cursor;

  /**
   * Bound in advance, by number of the pair; all lie within {@link #looked} pairs of the cursor.
   */
  private final Map<Integer, PortPair> ahead = new HashMap<>();

  private int looked;
  private boolean closed;

  /** Makes a pool and binds its first pairs. */
  PortPool(UdpSockets sockets, RtpSettings settings, RandomGenerator random) {
    this.sockets = sockets;
    this.first = (settings.minPort() + 1) & ~1;
    this.pairs = (settings.maxPort() - first + 1) / 2;
    this.receiveBuffer = settings.receiveBuffer();
    this.random = random;
    this.cursor = random.nextInt(pairs);
    listenAhead();
  }

  /**
   * Binds {@code count} pairs, each even port two above the one before.
   *
   * @throws NoPortsException if there is no such run, or no more sockets can be made
   */
  synchronized List<PortPair> bind(int count) throws NoPortsException {
    if (closed) {
      throw new NoPortsException("the recorder is stopping");
    }
    List<PortPair> run = search(count, true);
    if (run == null) {
      // Those that were passed over are all there is
      run = search(count, false);
    }
    if (run == null) {
      throw new NoPortsException(
          "no run of %d free even ports is left in %d-%d (%d of %d pairs are in use by this recorder)"
              .formatted(count, first, first + 2 * pairs - 1, used.cardinality(), pairs));
    }
    int start = number(run.getFirst());
    used.set(start, start + count);
    moveTo((start + count) % pairs);
    listenAhead();
    return run;
  }

  /** One way round the range; null if it found no run, or none at which nothing arrived. */
  private @Nullable List<PortPair> search(int count, boolean quiet) throws NoPortsException {
    int start = cursor;
    int tried = 0;
    boolean disturbed = false;
    boolean elsewhere = false;
    while (tried <= pairs) {
      if (start + count > pairs) {
        tried += pairs - start + 1;
        start = 0;
        continue;
      }
      int busy = lastUsed(start, count);
      List<PortPair> run = busy < 0 ? new ArrayList<>(count) : List.of();
      boolean arrivals = false;
      for (int i = 0; i < count && busy < 0; i++) {
        PortPair pair = take(start + i, run);
        if (pair == null) {
          busy = start + i;
        } else {
          run.add(pair);
          arrivals = quiet && pair.hasArrivals();
          busy = arrivals ? start + i : busy;
        }
      }
      if (busy < 0) {
        return run;
      }
      run.forEach(PortPool::close);
      disturbed |= arrivals;
      tried += busy + 1 - start;
      start = busy + 1;
      if (disturbed && ahead.isEmpty() && !elsewhere) {
        elsewhere = true;
        tried = 0;
        start = random.nextInt(pairs);
      }
    }
    return null;
  }

  /** The last pair of a run that this pool has bound already; -1 if all are free. */
  private int lastUsed(int start, int count) {
    int last = used.previousSetBit(start + count - 1);
    return last >= start ? last : -1;
  }

  private @Nullable PortPair take(int pair, List<PortPair> run) throws NoPortsException {
    PortPair waiting = ahead.remove(pair);
    if (waiting != null) {
      return waiting;
    }
    try {
      return bindPair(pair);
    } catch (IOException e) {
      run.forEach(PortPool::close);
      throw new NoPortsException(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable PortPair bindPair(int pair) throws IOException {
    int port = first + 2 * pair;
    UdpSocket rtp = sockets.bind(port, receiveBuffer);
    if (rtp == null) {
      return null;
    }
    UdpSocket rtcp = null;
    try {
      rtcp = sockets.bind(port + 1, RTCP_BUFFER);
    } finally {
      if (rtcp == null) {
        rtp.close();
      }
    }
    return rtcp == null ? null : new PortPair(port, rtp, rtcp);
  }

  /** Moves the cursor; pairs that were bound in advance and lie behind it now are let go. */
  private void moveTo(int next) {
    int steps = (next - cursor + pairs) % pairs;
    cursor = next;
    looked = Math.max(0, looked - steps);
    ahead
        .values()
        .removeIf(
            pair -> {
              boolean behind = (number(pair) - cursor + pairs) % pairs >= looked;
              if (behind) {
                close(pair);
              }
              return behind;
            });
  }

  private void listenAhead() {
    // Half of a small range at most: the rest is for those who use it besides us
    for (int wanted = Math.min(AHEAD, pairs / 2); looked < wanted; looked++) {
      int pair = (cursor + looked) % pairs;
      if (!used.get(pair)) {
        try {
          PortPair bound = bindPair(pair);
          if (bound != null) {
            ahead.put(pair, bound);
          }
        } catch (IOException e) {
          // Whoever needs this pair will hear why
          return;
        }
      }
    }
  }

  private int number(PortPair pair) {
    return (pair.port() - first) / 2;
  }

  private static void close(PortPair pair) {
    pair.rtp().close();
    pair.rtcp().close();
  }

  /** Closes both sockets of a pair and gives its ports back. */
  void free(PortPair pair) {
    close(pair);
    synchronized (this) {
      used.clear(number(pair));
    }
  }

  /** Even ports that were given away and are not yet back. */
  synchronized int inUse() {
    return used.cardinality();
  }

  /** Even ports that there are. */
  int count() {
    return pairs;
  }

  /** Lets go what is bound in advance and binds no more. */
  synchronized void close() {
    closed = true;
    ahead.values().forEach(PortPool::close);
    ahead.clear();
  }
}

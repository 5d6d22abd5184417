package io.earwitness.recorder.rtp;

import io.earwitness.recorder.rtp.MediaPlane.NoPortsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Binds runs of even ports from a range, going round it so that a port just freed is used again as
 * late as can be: late packets of an ended call then meet nobody. Ports that others use are passed
 * over. Thread-safe.
 */
final class PortPool {
  /** RTCP is a packet every few seconds. */
  private static final int RTCP_BUFFER = 64 * 1024;

  private final UdpSockets sockets;
  private final int first;
  private final int pairs;
  private final int receiveBuffer;

  // Guarded by this
  private final BitSet used = new BitSet();
  private int cursor;

  PortPool(UdpSockets sockets, RtpSettings settings) {
    this.sockets = sockets;
    this.first = (settings.minPort() + 1) & ~1;
    this.pairs = (settings.maxPort() - first + 1) / 2;
    this.receiveBuffer = settings.receiveBuffer();
  }

  /**
   * Binds {@code count} pairs, each even port two above the one before.
   *
   * @throws NoPortsException if there is no such run, or no more sockets can be made
   */
  synchronized List<PortPair> bind(int count) throws NoPortsException {
    int start = cursor;
    int tried = 0;
    while (tried <= pairs) {
      if (start + count > pairs) {
        tried += pairs - start + 1;
        start = 0;
        continue;
      }
      int busy = lastUsed(start, count);
      List<PortPair> run = busy < 0 ? new ArrayList<>(count) : List.of();
      for (int i = 0; i < count && busy < 0; i++) {
        PortPair pair = bindPair(start + i, run);
        if (pair == null) {
          busy = start + i;
        } else {
          run.add(pair);
        }
      }
      if (busy < 0) {
        used.set(start, start + count);
        cursor = start + count;
        return run;
      }
      run.forEach(PortPool::close);
      tried += busy + 1 - start;
      start = busy + 1;
    }
    throw new NoPortsException(
        "no run of %d free even ports is left in %d-%d (%d of %d pairs are in use by this recorder)"
            .formatted(count, first, first + 2 * pairs - 1, used.cardinality(), pairs));
  }

  /** The last pair of a run that this pool has bound already; -1 if all are free. */
  private int lastUsed(int start, int count) {
    int last = used.previousSetBit(start + count - 1);
    return last >= start ? last : -1;
  }

  private @org.jspecify.annotations.Nullable PortPair bindPair(int pair, List<PortPair> run)
      throws NoPortsException {
    int port = first + 2 * pair;
    UdpSocket rtp = null;
    try {
      rtp = sockets.bind(port, receiveBuffer);
      UdpSocket rtcp = rtp == null ? null : sockets.bind(port + 1, RTCP_BUFFER);
      if (rtp != null && rtcp == null) {
        rtp.close();
      }
      return rtp == null || rtcp == null ? null : new PortPair(port, rtp, rtcp);
    } catch (IOException e) {
      if (rtp != null) {
        rtp.close();
      }
      run.forEach(PortPool::close);
      throw new NoPortsException(String.valueOf(e.getMessage()));
    }
  }

  private static void close(PortPair pair) {
    pair.rtp().close();
    pair.rtcp().close();
  }

  /** Closes both sockets of a pair and gives its ports back. */
  void free(PortPair pair) {
    close(pair);
    synchronized (this) {
      used.clear((pair.port() - first) / 2);
    }
  }

  synchronized int inUse() {
    return used.cardinality();
  }
}

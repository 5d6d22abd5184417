package io.earwitness.app.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/**
 * CPU seconds of this process, by what they were spent on. Threads that do the media path's work
 * are told by their names, and live as long as it does.
 *
 * @param receiving the receive loop
 * @param sealing sealing and writing
 * @param syncing making it survive a power cut
 * @param calls opening and ending calls, in the thread that asks for it
 * @param rest compilers, collectors, whatever else runs in the process, and the bench itself
 */
record CpuShares(double receiving, double sealing, double syncing, double calls, double rest) {
  /** What packets cost; also what ending and beginning calls costs these threads. */
  double packetPath() {
    return receiving + sealing + syncing;
  }

  /**
   * As it stands now.
   *
   * @param callNanos CPU time of calls, which the bench measures itself
   */
  static CpuShares now(long callNanos) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double receiving = 0;
    double sealing = 0;
    double syncing = 0;
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null) {
        double seconds = Math.max(0, threads.getThreadCpuTime(thread.getThreadId())) / 1e9;
        switch (thread.getThreadName()) {
          case "rtp-receive" -> receiving += seconds;
          case "spool-seal" -> sealing += seconds;
          case "spool-sync" -> syncing += seconds;
          default -> {
            // belongs to the rest
          }
        }
      }
    }
    double calls = callNanos / 1e9;
    double rest = processSeconds() - receiving - sealing - syncing - calls;
    return new CpuShares(receiving, sealing, syncing, calls, rest);
  }

  private static double processSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  /** What came on top of an earlier moment. */
  CpuShares since(CpuShares before) {
    return new CpuShares(
        receiving - before.receiving,
        sealing - before.sealing,
        syncing - before.syncing,
        calls - before.calls,
        rest - before.rest);
  }

  double total() {
    return packetPath() + calls + rest;
  }
}

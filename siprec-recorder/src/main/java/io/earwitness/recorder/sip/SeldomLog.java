package io.earwitness.recorder.sip;

import org.slf4j.Logger;

/** Logs what strangers can cause at will: at most one line in ten seconds. Thread-safe. */
final class SeldomLog {
  private static final long PAUSE_NANOS = 10_000_000_000L;

  private final Logger log;
  private long next = System.nanoTime();
  private long untold;

  SeldomLog(Logger log) {
    this.log = log;
  }

  synchronized void warn(String line) {
    long now = System.nanoTime();
    if (now - next < 0) {
      untold++;
      return;
    }
    if (untold > 0) {
      log.warn("{} (and {} like it before)", line, untold);
    } else {
      log.warn("{}", line);
    }
    untold = 0;
    next = now + PAUSE_NANOS;
  }
}

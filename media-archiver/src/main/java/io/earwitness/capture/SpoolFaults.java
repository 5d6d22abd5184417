package io.earwitness.capture;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of a spool could not be written or synced: counted, and said in the log. Thread-safe. */
final class SpoolFaults {
  private static final Logger log = LoggerFactory.getLogger(SpoolFaults.class);

  /** A full disk fails for every capture twice a second: this often is enough to read. */
  private static final Duration LOG_PAUSE = Duration.ofSeconds(10);

  private final InstantSource clock;
  private final AtomicLong writeErrors = new AtomicLong();
  private final AtomicLong syncErrors = new AtomicLong();
  private volatile @Nullable String last;
  private volatile Instant nextLog = Instant.MIN;

  SpoolFaults(InstantSource clock) {
    this.clock = clock;
  }

  void writeFailed(String what, IOException e) {
    writeErrors.incrementAndGet();
    tell("writing %s: %s".formatted(what, SpoolLayout.reason(e)));
  }

  /** Something that should not happen at all; always in the log. */
  void sealingFailed(RecordingId id, Throwable e) {
    writeErrors.incrementAndGet();
    last = e.toString();
    log.error("sealing the capture {}", id, e);
  }

  void syncFailed(String what, Exception e) {
    syncErrors.incrementAndGet();
    tell("sync of " + what + ": " + e.getMessage());
  }

  private void tell(String error) {
    last = error;
    Instant now = clock.instant();
    if (!now.isBefore(nextLog)) {
      nextLog = now.plus(LOG_PAUSE);
      log.error("{} ({} failed writes, {} failed syncs)", error, writeErrors, syncErrors);
    }
  }

  long writeErrors() {
    return writeErrors.get();
  }

  long syncErrors() {
    return syncErrors.get();
  }

  /** The latest, for people; null if there was none. */
  @Nullable String last() {
    return last;
  }
}

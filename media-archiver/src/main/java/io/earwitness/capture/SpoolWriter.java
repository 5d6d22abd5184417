package io.earwitness.capture;

import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcFindings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the spool: one folder of sealed segments for each recording session, and the refusal log.
 * Two threads of its own: one seals and hands to the kernel what sessions hold, one makes it
 * survive a power cut. Thread-safe.
 *
 * <p><b>Guarantees.</b> What a session takes reaches the kernel within half a second while the disk
 * takes it, sealed; so death of the process loses less than a second and no opened capture. A disk
 * that is full delays and then drops media (counted by the caller) but never stops another session.
 *
 * <p><b>Restrictions.</b> One writer for each spool directory. Content in memory, at most the seal
 * interval old, is lost with the process.
 */
public final class SpoolWriter implements CaptureWriter {
  private static final Logger log = LoggerFactory.getLogger(SpoolWriter.class);
  private static final long TICK_NANOS = Duration.ofMillis(20).toNanos();

  private final SpoolLayout layout;
  private final SpoolSettings settings;
  private final Sealing sealing;
  private final InstantSource clock;
  private final SpoolLock lock;
  private final DurabilityMeter durability = new DurabilityMeter();
  private final SpoolFaults faults;
  private final SpoolSync sync;
  private final SpoolSpace space;
  private final ChunkPool pool;
  private final RefusalLog refusals;
  private final Set<CaptureSession> sessions = ConcurrentHashMap.newKeySet();
  private final Queue<CaptureSession> hurried = new ConcurrentLinkedQueue<>();
  private final Thread sealingThread;
  private final AtomicLong refusedPackets = new AtomicLong();
  private volatile boolean stopping;
  private volatile boolean closed;

  /**
   * Takes the spool and begins to write.
   *
   * @param certificate its public key seals; RSA with 3072 bits or more
   * @throws IOException if the directory is missing, is none, can't be written or has another
   *     writer; the message says what to do
   * @throws IllegalArgumentException if the certificate's key won't do
   */
  public static SpoolWriter start(
      SpoolSettings settings, X509Certificate certificate, InstantSource clock) throws IOException {
    return start(settings, certificate, SpoolSpace.of(settings.directory(), 0, clock), clock);
  }

  /**
   * The same with a reserve of disk space.
   *
   * @param space of the spool's directory; this looks at it each second
   */
  public static SpoolWriter start(
      SpoolSettings settings, X509Certificate certificate, SpoolSpace space, InstantSource clock)
      throws IOException {
    return start(settings, new GcmSealing(certificate), space, DiskSync::of, clock);
  }

  static SpoolWriter start(
      SpoolSettings settings,
      Sealing sealing,
      SpoolSpace space,
      Function<Path, DiskSync> sync,
      InstantSource clock)
      throws IOException {
    SpoolLayout layout = new SpoolLayout(settings.directory().toAbsolutePath());
    layout.prepare();
    SpoolLock lock = SpoolLock.take(layout);
    try {
      clearMarkers(layout);
      return new SpoolWriter(layout, settings, sealing, space, sync, clock, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private SpoolWriter(
      SpoolLayout layout,
      SpoolSettings settings,
      Sealing sealing,
      SpoolSpace space,
      Function<Path, DiskSync> sync,
      InstantSource clock,
      SpoolLock lock) {
    this.layout = layout;
    this.settings = settings;
    this.sealing = sealing;
    this.clock = clock;
    this.lock = lock;
    this.space = space;
    this.faults = new SpoolFaults(clock);
    this.sync =
        new SpoolSync(
            sync.apply(layout.directory()),
            durability,
            space,
            faults,
            layout.directory().toString(),
            settings.syncInterval(),
            clock);
    space.look();
    this.pool = new ChunkPool(settings.bufferBytes());
    this.refusals = new RefusalLog(this);
    this.sealingThread = Thread.ofPlatform().name("spool-seal").daemon().unstarted(this::sealAll);
    sealingThread.start();
    this.sync.start();
  }

  /** Whatever an earlier process left open is open no more. */
  private static void clearMarkers(SpoolLayout layout) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(layout.captures())) {
      for (Path folder : folders) {
        if (SpoolLayout.isRemains(folder)) {
          SpoolLayout.deleteFolder(folder);
        } else {
          Files.deleteIfExists(folder.resolve(SpoolLayout.OPEN));
        }
      }
    }
    try (DirectoryStream<Path> markers =
        Files.newDirectoryStream(layout.refusals(), "*." + SpoolLayout.OPEN)) {
      for (Path marker : markers) {
        Files.deleteIfExists(marker);
      }
    }
  }

  @Override
  public Session open(CallSummary summary) throws IOException {
    if (closed) {
      throw new IOException("the spool is closed: the recorder is stopping");
    }
    RecordingId id = summary.id();
    SpoolSpace.Room room = space.room();
    if (room != null && room.low()) {
      throw new IOException(
          "the spool %s has %d MB left, and its reserve of %d MB is for calls that run; free space"
              .formatted(
                  layout.directory(),
                  room.freeBytes() / 1_000_000,
                  space.reserveBytes() / 1_000_000));
    }
    CaptureSession session;
    try {
      session = new CaptureSession(this, id, new CaptureEvent.Opened(now(), summary));
    } catch (IOException e) {
      faults.writeFailed("the new capture " + layout.capture(id), e);
      throw new IOException(
          "the spool %s can't take the capture %s (%s); free space or repair it"
              .formatted(layout.directory(), id, SpoolLayout.reason(e)),
          e);
    }
    sessions.add(session);
    if (closed && sessions.remove(session)) {
      session.abandon();
      throw new IOException("the spool is closed: the recorder is stopping");
    }
    return session;
  }

  @Override
  public void refuse(CallSummary summary, @Nullable SrcFindings findings) throws IOException {
    if (closed) {
      throw new IOException("the spool is closed: the recorder is stopping");
    }
    try {
      refusals.write(new CaptureEvent.Refused(now(), summary, findings));
    } catch (IOException e) {
      faults.writeFailed("the refusal log", e);
      throw new IOException(
          "the spool %s can't take a refusal (%s); free space or repair it"
              .formatted(layout.directory(), SpoolLayout.reason(e)),
          e);
    }
  }

  /** How the spool fares. */
  public SpoolHealth health() {
    int failing = 0;
    for (CaptureSession session : sessions) {
      failing += session.isFailing() ? 1 : 0;
    }
    return new SpoolHealth(
        sessions.size(),
        failing,
        faults.writeErrors(),
        faults.last(),
        refusedPackets.get(),
        pool.takenBytes(),
        sync.disk().method(),
        sync.syncs(),
        faults.syncErrors(),
        sync.syncedAt());
  }

  /** How old content was when it became durable, since this was last asked. */
  public Durability durability() {
    return durability.since();
  }

  /**
   * How old the oldest content is that was written and is not durable yet; grows while the disk
   * completes no sync.
   */
  public Duration waitingForSync() {
    return Duration.ofNanos(durability.waitingNanos(System.nanoTime()));
  }

  DurabilityMeter durabilityMeter() {
    return durability;
  }

  /**
   * Seals and writes what is left, syncs once more and gives the spool up. Captures that are still
   * open end without a Closed event.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      stopping = true;
    }
    LockSupport.unpark(sealingThread);
    join(sealingThread);
    sync.stop();
    for (CaptureSession session : sessions) {
      session.flush();
      session.abandon();
    }
    sessions.clear();
    refusals.close();
    sync.close();
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("giving up the lock of {}: {}", layout.directory(), SpoolLayout.reason(e));
    }
  }

  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void sealAll() {
    long interval = settings.sealInterval().toNanos();
    long next = System.nanoTime();
    while (!stopping) {
      for (CaptureSession session; (session = hurried.poll()) != null; ) {
        seal(session);
      }
      long now = System.nanoTime();
      if (now - next >= 0) {
        for (CaptureSession session : sessions) {
          if (session.isDue(now, interval)) {
            seal(session);
          }
        }
        next = Math.max(next + TICK_NANOS, now);
      }
      if (hurried.isEmpty() && !stopping) {
        LockSupport.parkNanos(this, next - System.nanoTime());
      }
    }
  }

  private void seal(CaptureSession session) {
    try {
      session.flush();
    } catch (Throwable e) {
      // One session's trouble, whatever it is, must not end the others
      faults.sealingFailed(session.id(), e);
    }
  }

  void packetRefused() {
    refusedPackets.incrementAndGet();
  }

  void hurry(CaptureSession session) {
    hurried.add(session);
    LockSupport.unpark(sealingThread);
  }

  void forget(CaptureSession session) {
    sessions.remove(session);
  }

  boolean isClosed() {
    return closed;
  }

  SpoolFaults faults() {
    return faults;
  }

  SpoolLayout layout() {
    return layout;
  }

  ChunkPool pool() {
    return pool;
  }

  DiskSync sync() {
    return sync.disk();
  }

  Sealing sealing() {
    return sealing;
  }

  long segmentBytes() {
    return settings.segmentBytes();
  }

  Instant now() {
    return clock.instant();
  }
}

package io.earwitness.retention.delivery;

import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.JournalShipper.Sealer;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.audit.AuditLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers to all targets, on one node at a time: each target has a thread of its own while it has
 * something to do, so that none waits for another. Thread-safe.
 */
public final class DeliveryWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryWorker.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(15);
  private static final int DOUBLINGS = 6;

  private final Deliveries deliveries;
  private final TargetRun.Parts parts;
  private final InstantSource clock;
  private final Thread thread;
  private final Map<String, Thread> running = new ConcurrentHashMap<>();
  private final Semaphore ended = new Semaphore(0);
  private final Map<String, Failures> failing = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private record Failures(int times, Instant again) {}

  /** Opens a target. */
  @FunctionalInterface
  public interface Opener {
    ObjectPlace open(DeliveryTarget target) throws IOException;
  }

  /**
   * @param places opens targets
   * @param sealer signs and seals indexes, as the journal's bundles are
   * @param keys of tenants whose keys the platform manages
   * @param signer signs content for a key, as manifests are
   */
  public DeliveryWorker(
      Deliveries deliveries,
      Opener places,
      ObjectStore store,
      ManifestVerifier manifests,
      Sealer sealer,
      TenantKeyStore keys,
      BiFunction<byte[], String, byte[]> signer,
      AuditLog audit,
      InstantSource clock) {
    this.deliveries = deliveries;
    this.clock = clock;
    OwnCopy own = new OwnCopy(store, manifests);
    this.parts =
        new TargetRun.Parts(
            deliveries,
            places,
            store,
            new RecordingDelivery(own),
            new PlainDelivery(own, keys, signer, audit, clock),
            new DeliveryIndex(deliveries, sealer, clock),
            new DeliveryInstructions(deliveries.care(), sealer, clock),
            audit,
            clock,
            new ConcurrentHashMap<>());
    this.thread = Thread.ofPlatform().daemon().name("delivery").unstarted(this::loop);
    // Live calls come first
    thread.setPriority(Thread.MIN_PRIORITY);
  }

  public DeliveryWorker start() {
    thread.start();
    return this;
  }

  private void loop() {
    boolean wasFailing = false;
    while (!closed) {
      try {
        deliveries.alone(this::round);
        wasFailing = false;
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!wasFailing) {
          LOG.warn("Recordings can't be delivered now, tried again: {}", e.toString());
        }
        wasFailing = true;
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Delivers until no target has anything to do now; returns how many threads that took. */
  public int round() {
    int started = 0;
    do {
      while (!closed && deliveries.queue()) {}
      for (DeliveryTarget target : deliveries.active()) {
        if (!closed && !running.containsKey(key(target)) && isTime(target) && hasWork(target)) {
          started++;
          run(target);
        }
      }
      try {
        if (!running.isEmpty() && ended.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          ended.drainPermits();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stop();
        return started;
      }
    } while (!closed && !running.isEmpty());
    return started;
  }

  private static String key(DeliveryTarget target) {
    return target.tenant() + "/" + target.name();
  }

  private boolean isTime(DeliveryTarget target) {
    Failures failures = failing.get(key(target));
    return failures == null || !clock.instant().isBefore(failures.again());
  }

  private boolean hasWork(DeliveryTarget target) {
    return new TargetRun(parts, target, () -> closed).hasWork();
  }

  private void run(DeliveryTarget target) {
    Thread worker =
        Thread.ofVirtual().name("delivery-" + key(target)).unstarted(() -> runTarget(target));
    running.put(key(target), worker);
    worker.start();
  }

  private void runTarget(DeliveryTarget target) {
    try {
      if (new TargetRun(parts, target, () -> closed).run()) {
        failing.remove(key(target));
      } else {
        failing.compute(
            key(target),
            (_, before) -> {
              int times = before == null ? 0 : Math.min(before.times() + 1, DOUBLINGS);
              return new Failures(
                  times, clock.instant().plus(FIRST_WAIT.multipliedBy(1L << times)));
            });
      }
    } catch (RuntimeException e) {
      LOG.warn("delivery to {} broke off and is tried again", key(target), e);
      failing.put(key(target), new Failures(0, clock.instant().plus(FIRST_WAIT)));
    } finally {
      running.remove(key(target));
      ended.release();
    }
  }

  private void stop() {
    closed = true;
    running.values().forEach(Thread::interrupt);
  }

  /** Ends after the objects that are under way were cut off; they are sent again next time. */
  @Override
  public void close() {
    stop();
    thread.interrupt();
    try {
      for (Thread each : running.values()) {
        each.join(Duration.ofSeconds(10));
      }
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

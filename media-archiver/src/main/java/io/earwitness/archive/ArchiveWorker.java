package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.CallState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes calls that wait to be archived, or their archive to be read back, from the catalog, by
 * lease, and does it on a few threads of low priority: the live call comes first. Work that fails
 * goes back with a reason and is tried again, later each time, for ever. A lease is extended as
 * long as its call is in work; a worker that dies loses nothing, because its leases then end.
 * {@link #wake} may be called by any thread and never waits.
 */
public final class ArchiveWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ArchiveWorker.class);

  private final CallCatalog catalog;
  private final Archiver archiver;
  private final Settings settings;
  private final Semaphore work = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();
  private final Thread leases;
  private final Set<CallCatalog.Work> inWork = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * How it works.
   *
   * @param name of the node, whose calls come first; unique among all workers of the catalog
   * @param threads 1 to 64
   * @param lease how long after a worker's death nobody takes its calls; extended at each third of
   *     it, however long a call takes
   * @param idle until the next look at the catalog when there was nothing to do
   * @param firstRetry after the first failure; doubled with each further one
   * @param lastRetry the longest delay
   * @param lostAfter a call of which there is neither capture nor rescue copy is lost when its node
   *     has been absent for that long
   */
  public record Settings(
      String name,
      int threads,
      Duration lease,
      Duration idle,
      Duration firstRetry,
      Duration lastRetry,
      Duration lostAfter) {
    public Settings {
      if (threads < 1 || threads > 64) {
        throw new IllegalArgumentException(threads + " archiver threads; allowed are 1 to 64");
      }
    }

    /** A lease of two minutes, a look each second, retries after 1 s to 5 min; lost after a day. */
    public static Settings defaults(String name, int threads) {
      return new Settings(
          name,
          threads,
          Duration.ofMinutes(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMinutes(5),
          Duration.ofDays(1));
    }

    /** The same, but for the time after which calls are lost. */
    public Settings withLostAfter(Duration other) {
      return new Settings(name, threads, lease, idle, firstRetry, lastRetry, other);
    }

    /** The delay after so many attempts, 1 or more. */
    Duration retry(int attempts) {
      Duration delay = firstRetry;
      for (int i = 1; i < attempts && delay.compareTo(lastRetry) < 0; i++) {
        delay = delay.multipliedBy(2);
      }
      return delay.compareTo(lastRetry) > 0 ? lastRetry : delay;
    }
  }

  public ArchiveWorker(CallCatalog catalog, Archiver archiver, Settings settings) {
    this.catalog = catalog;
    this.archiver = archiver;
    this.settings = settings;
    for (int i = 1; i <= settings.threads(); i++) {
      Thread thread = Thread.ofPlatform().name("archiver-" + i).daemon().unstarted(this::run);
      thread.setPriority(Thread.MIN_PRIORITY);
      threads.add(thread);
    }
    leases = Thread.ofPlatform().name("archiver-leases").daemon().unstarted(this::extendLeases);
  }

  /** Begins to work. */
  public void start() {
    threads.forEach(Thread::start);
    leases.start();
  }

  /** There may be something to do: do not wait for the next look. */
  public void wake() {
    if (work.availablePermits() < settings.threads()) {
      work.release();
    }
  }

  /**
   * Stops: the calls in work get half a minute to be finished. What is not finished by then is done
   * again by the next worker.
   */
  @Override
  public void close() {
    stopping = true;
    work.release(settings.threads());
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    for (Thread thread : threads) {
      try {
        if (thread.isAlive()
            && !thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
          log.warn(
              "{} was not done in time; its call is archived at the next start", thread.getName());
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    leases.interrupt();
  }

  private void extendLeases() {
    try {
      while (true) {
        Thread.sleep(settings.lease().dividedBy(3));
        inWork.forEach(this::extendLease);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void extendLease(CallCatalog.Work call) {
    try {
      catalog.extend(call, settings.lease());
    } catch (RuntimeException e) {
      // there is one more chance before it ends, and a call archived twice does no harm
      log.warn("the lease of recording {} could not be extended: {}", call.id(), message(e));
    }
  }

  private void run() {
    boolean away = false;
    while (!stopping) {
      boolean worked = false;
      try {
        worked = archiveNext();
        if (away) {
          away = false;
          log.info("the catalog answers again");
        }
      } catch (CatalogUnavailableException e) {
        if (!away) {
          away = true;
          log.warn("the catalog is away; archiving waits: {}", e.getMessage());
        }
      } catch (RuntimeException e) {
        log.error("looking for work failed", e);
      }
      if (!worked && !stopping) {
        pause();
      }
    }
  }

  private void pause() {
    try {
      if (work.tryAcquire(settings.idle().toNanos(), TimeUnit.NANOSECONDS)) {
        work.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  /**
   * Archives or reads back one call if one waits.
   *
   * @return whether there was one
   * @throws CatalogUnavailableException if the catalog is away; the lease ends by itself
   */
  boolean archiveNext() {
    Optional<CallCatalog.Work> next = catalog.take(settings.name(), settings.lease());
    if (next.isEmpty()) {
      return false;
    }
    CallCatalog.Work call = next.get();
    inWork.add(call);
    try {
      Committed committed = archiver.archive(call);
      log.info(
          "recording {} of {}: committed, {} objects, {} ms of audio",
          call.id(),
          call.tenant(),
          committed.manifest().objects().size(),
          committed.manifest().durationMs());
    } catch (Archiver.StillWrittenException e) {
      catalog.release(call, settings.firstRetry(), message(e));
    } catch (Archiver.NotRecordedException e) {
      catalog.finish(call.id(), CallState.NOT_RECORDED_BY_POLICY, Set.of());
      log.info("{}", message(e));
    } catch (Archiver.HeldException e) {
      if (catalog.notKept(call.id())) {
        log.info("recording {} of {} was not marked in time", call.id(), call.tenant());
      } else {
        catalog.release(call, settings.firstRetry(), message(e));
      }
    } catch (Archiver.NoCaptureException e) {
      withoutCapture(call, message(e));
    } catch (CatalogUnavailableException e) {
      throw e;
    } catch (ObjectStore.ObjectStoreException e) {
      giveBack(call, "the object store failed: " + message(e), null);
    } catch (IOException e) {
      giveBack(call, message(e), e);
    } catch (RuntimeException e) {
      giveBack(call, message(e), e);
    } finally {
      inWork.remove(call);
    }
    return true;
  }

  /** At once if its own node says that there is none; else that node gets time to return. */
  private void withoutCapture(CallCatalog.Work call, String why) {
    Duration absent = call.absentFor();
    boolean givenUp = absent != null && absent.compareTo(settings.lostAfter()) >= 0;
    if (call.captureMissing() || givenUp) {
      catalog.finish(call.id(), CallState.LOST, Set.of());
      log.warn("recording {} of {} is lost: {}", call.id(), call.tenant(), why);
    } else {
      catalog.release(
          call, absent == null ? settings.retry(call.attempts()) : settings.lastRetry(), why);
    }
  }

  private void giveBack(CallCatalog.Work call, String why, @Nullable Exception cause) {
    Duration delay = settings.retry(call.attempts());
    log.error(
        "recording {} of {}: attempt {} failed and is repeated in {}: {}",
        call.id(),
        call.tenant(),
        call.attempts(),
        delay,
        why,
        cause);
    catalog.release(call, delay, why);
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}

package io.earwitness.archive.alarm;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.alarm.Notice;
import io.earwitness.archive.catalog.AlarmOutbox;
import io.earwitness.archive.catalog.AlarmOutbox.Due;
import io.earwitness.notify.Notifier;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells channels what the outbox has for them, each channel apart from the others, again and again
 * until it is taken, for two days. What fails for long is an alarm itself. One thread, and a short
 * one for each channel at work, so that none waits for another; {@link #wake} may be called by any
 * thread and never waits.
 */
public final class AlarmDispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlarmDispatcher.class);
  private static final int AT_ONCE = 50;
  private static final int FAILING_AFTER = 3;
  private static final Duration LEASE = Duration.ofMinutes(5);

  private final AlarmOutbox outbox;
  private final List<AlarmChannel> configured;
  private final Notifier notifier;
  private final Alarms alarms;
  private final Settings settings;
  private final Semaphore news = new Semaphore(0);
  private final Map<String, Thread> busy = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean stopping;

  /**
   * How often.
   *
   * @param idle until the next look when nobody said that there is something
   * @param firstRetry after the first failure; doubled with each further one
   * @param lastRetry the longest
   * @param mostAttempts then it is given up
   */
  public record Settings(Duration idle, Duration firstRetry, Duration lastRetry, int mostAttempts) {
    /** A look each two seconds; retries after 10 s up to an hour, about two days long. */
    public static Settings defaults() {
      return new Settings(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofHours(1), 56);
    }

    /** The delay after so many failures, from 1 on; null if it is given up. */
    @Nullable Duration retry(int failures) {
      if (failures >= mostAttempts) {
        return null;
      }
      Duration delay = firstRetry;
      for (int i = 1; i < failures && delay.compareTo(lastRetry) < 0; i++) {
        delay = delay.multipliedBy(2);
      }
      return delay.compareTo(lastRetry) > 0 ? lastRetry : delay;
    }
  }

  /**
   * @param configured channels of the platform that the configuration has
   */
  public AlarmDispatcher(
      AlarmOutbox outbox,
      List<AlarmChannel> configured,
      Notifier notifier,
      Alarms alarms,
      Settings settings) {
    this.outbox = outbox;
    this.configured = List.copyOf(configured);
    this.notifier = notifier;
    this.alarms = alarms;
    this.settings = settings;
    this.thread = Thread.ofPlatform().daemon().name("alarm-dispatcher").unstarted(this::run);
  }

  public AlarmDispatcher start() {
    thread.start();
    return this;
  }

  /** There may be something to tell. */
  public void wake() {
    if (news.availablePermits() == 0) {
      news.release();
    }
  }

  private void run() {
    while (!stopping) {
      try {
        if (!step()) {
          news.tryAcquire(settings.idle().toMillis(), TimeUnit.MILLISECONDS);
          news.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.debug("alarms can't be told now: {}", e.toString());
        if (!pause()) {
          return;
        }
      }
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(settings.idle());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Plans, and begins to tell what is due; returns whether there was something. */
  boolean step() {
    outbox.plan(configured);
    List<Due> due = outbox.take(configured, Set.copyOf(busy.keySet()), LEASE, AT_ONCE);
    Map<String, List<Due>> ofChannel = new LinkedHashMap<>();
    for (Due one : due) {
      String tenant = one.notice().alarm().key().tenant().value();
      ofChannel.computeIfAbsent(tenant + "/" + one.channelName(), _ -> new ArrayList<>()).add(one);
    }
    ofChannel.forEach(
        (channel, notices) -> {
          Thread telling =
              Thread.ofVirtual().name("alarm-notices").unstarted(() -> tell(channel, notices));
          busy.put(channel, telling);
          telling.start();
        });
    return !due.isEmpty();
  }

  private void tell(String channel, List<Due> notices) {
    try {
      tell(notices);
    } finally {
      busy.remove(channel);
    }
  }

  /** Returns once nothing is being told any more. */
  void settle() throws InterruptedException {
    for (Thread each : List.copyOf(busy.values())) {
      each.join();
    }
  }

  private void tell(List<Due> notices) {
    AlarmChannel channel = notices.getFirst().channel();
    try {
      if (channel == null) {
        outbox.failed(notices, "the channel is there no more", null);
        return;
      }
      String why = attempt(channel, notices);
      if (why == null) {
        outbox.delivered(notices);
        alarms.clear(AlarmKind.ALARM_CHANNEL_FAILING, object(channel), channel.tenant());
        return;
      }
      int failures = notices.stream().mapToInt(Due::attempts).max().orElseThrow() + 1;
      failed(notices, why);
      if (failures >= FAILING_AFTER) {
        alarms.raise(
            AlarmKind.ALARM_CHANNEL_FAILING,
            object(channel),
            channel.tenant(),
            "%d notices wait; the last attempt: %s".formatted(notices.size(), why));
      }
    } catch (RuntimeException e) {
      // The database is away: the lease ends, and it is told once more
      LOG.debug("what became of notices could not be kept: {}", e.toString());
    }
  }

  private void failed(List<Due> notices, String why) {
    Map<Integer, List<Due>> byAttempts = new LinkedHashMap<>();
    for (Due one : notices) {
      byAttempts.computeIfAbsent(one.attempts(), _ -> new ArrayList<>()).add(one);
    }
    byAttempts.forEach(
        (attempts, those) -> outbox.failed(those, why, settings.retry(attempts + 1)));
  }

  /** Null if it was taken. */
  private @Nullable String attempt(AlarmChannel channel, List<Due> notices) {
    List<Notice> told = notices.stream().map(Due::notice).toList();
    try {
      notifier.tell(channel, told);
      return null;
    } catch (IOException e) {
      String why = e.getMessage();
      return why == null ? e.toString() : why;
    } catch (RuntimeException e) {
      LOG.error("telling {}", channel, e);
      return "a fault of ours: " + e;
    }
  }

  private static AlarmObject object(AlarmChannel channel) {
    return AlarmObject.channel(channel.tenant(), channel.name());
  }

  /** Stops; what was not told waits for the next start. */
  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

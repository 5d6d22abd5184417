package io.earwitness.archive.forward;

import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.AuditForwarding.Destination;
import io.earwitness.archive.catalog.AuditForwarding.Leaf;
import io.earwitness.archive.catalog.AuditForwarding.Status;
import io.earwitness.archive.catalog.AuditOrigin;
import io.earwitness.outbound.Outbound;
import io.earwitness.syslog.SyslogConnection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards audit entries to the syslog receivers of their tenants; one node at a time does. A
 * position moves on only after the receiver has ended, in order, the connection by which the
 * entries came, so that each gets there at least once, also if the receiver, this node or the
 * database goes away meanwhile. A receiver that does not take them is tried again, ever more
 * seldom, and delays no other for long.
 */
public final class AuditForwarder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditForwarder.class);

  /** Of one connection: some megabytes at most of what is usual. */
  static final int BATCH = 500;

  private static final int AT_ONCE = 8;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** For a connection with all that it brings: a receiver may stop reading at any point. */
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
  private static final int DOUBLINGS = 6;

  private final AuditForwarding forwarding;
  private final Outbound outbound;
  private final AuditOrigin origin;
  private final AuditMessages messages;
  private final InstantSource clock;
  private final Thread thread;
  private final ExecutorService senders =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("audit-forward-", 0).factory());

  /** Of receivers that failed: how often, and when they are tried again. */
  private final Map<Destination, Failures> failing = new HashMap<>();

  private volatile List<Status> seen = List.of();
  private volatile boolean closed;

  private record Failures(int times, Instant again) {}

  /**
   * @param node this node's name, which messages carry
   */
  public AuditForwarder(
      AuditForwarding forwarding,
      Outbound outbound,
      AuditOrigin origin,
      String node,
      InstantSource clock) {
    this.forwarding = forwarding;
    this.outbound = outbound;
    this.origin = origin;
    this.messages = new AuditMessages(node);
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("audit-forwarder").unstarted(this::loop);
  }

  public AuditForwarder start() {
    thread.start();
    return this;
  }

  private void loop() {
    try {
      while (!closed) {
        if (!moreWaits()) {
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Sends what is next. Returns whether more may follow at once. */
  private boolean moreWaits() {
    try {
      if (forwarding.alone(this::round) >= BATCH) {
        return true;
      }
      seen = forwarding.all();
    } catch (RuntimeException e) {
      LOG.debug("audit entries can't be forwarded now: {}", e.toString());
    }
    return false;
  }

  /** Sends each receiver what it has not taken, a batch at most; returns the largest. */
  int round() {
    List<Status> all = forwarding.all();
    seen = all;
    failing.keySet().retainAll(all.stream().map(Status::destination).toList());
    List<Status> due = all.stream().filter(this::isDue).toList();
    int largest = 0;
    for (int i = 0; i < due.size(); i += AT_ONCE) {
      try {
        largest = Math.max(largest, send(due.subList(i, Math.min(i + AT_ONCE, due.size()))));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 0;
      }
    }
    return largest;
  }

  private boolean isDue(Status status) {
    Failures failures = failing.get(status.destination());
    return status.waiting() > 0
        && (failures == null || !clock.instant().isBefore(failures.again()));
  }

  private int send(List<Status> some) throws InterruptedException {
    List<List<Leaf>> batches = new ArrayList<>();
    for (Status status : some) {
      batches.add(forwarding.entries(status.destination().tenant(), status.next(), BATCH));
    }
    List<Future<Boolean>> sent =
        senders.invokeAll(
            IntStream.range(0, some.size())
                .<Callable<Boolean>>mapToObj(
                    i ->
                        () -> {
                          deliver(some.get(i).destination(), batches.get(i));
                          return true;
                        })
                .toList(),
            LONGEST.toMillis(),
            TimeUnit.MILLISECONDS);
    int largest = 0;
    for (int i = 0; i < some.size(); i++) {
      Status status = some.get(i);
      try {
        sent.get(i).get();
        int count = batches.get(i).size();
        forwarding.sent(status.destination(), status.next(), status.next() + count);
        failing.remove(status.destination());
        largest = Math.max(largest, count);
      } catch (ExecutionException e) {
        failed(status.destination(), reason(e));
      } catch (CancellationException e) {
        failed(
            status.destination(),
            "it did not take %d entries within %d s"
                .formatted(batches.get(i).size(), LONGEST.toSeconds()));
      }
    }
    return largest;
  }

  private void deliver(Destination destination, List<Leaf> batch) throws IOException {
    URI address = URI.create(destination.address());
    String log = origin.of(destination.tenant());
    try (SyslogConnection connection =
        SyslogConnection.open(
            outbound,
            address.getHost(),
            address.getPort(),
            "tls".equalsIgnoreCase(address.getScheme()))) {
      for (Leaf leaf : batch) {
        connection.write(messages.of(log, leaf, destination.masked()));
      }
      connection.end();
    }
  }

  private static String reason(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause == null || cause.getMessage() == null ? e.toString() : cause.getMessage();
  }

  private void failed(Destination destination, String problem) {
    Failures before = failing.get(destination);
    int times = before == null ? 0 : Math.min(before.times() + 1, DOUBLINGS);
    failing.put(
        destination,
        new Failures(times, clock.instant().plus(FIRST_WAIT.multipliedBy(1L << times))));
    if (before == null) {
      LOG.warn(
          "Audit entries of {} wait for the receiver '{}': {}",
          destination.tenant(),
          destination.name(),
          problem);
    }
    forwarding.failed(destination, problem);
  }

  /** How many entries wait for receivers, as seen a moment ago. */
  public long waiting() {
    return seen.stream().mapToLong(Status::waiting).sum();
  }

  /** How long the oldest entry has waited for a receiver, in seconds; 0 if none waits. */
  public double oldestSeconds() {
    Instant now = clock.instant();
    return seen.stream()
        .map(Status::oldest)
        .filter(Objects::nonNull)
        .mapToDouble(oldest -> Math.max(0, Duration.between(oldest, now).toMillis() / 1_000.0))
        .max()
        .orElse(0);
  }

  /** How many receivers take nothing at present. */
  public long failing() {
    return seen.stream().filter(status -> status.failingSince() != null).count();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    senders.shutdownNow();
  }
}

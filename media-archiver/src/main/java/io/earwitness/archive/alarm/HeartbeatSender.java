package io.earwitness.archive.alarm;

import io.earwitness.outbound.HttpPost;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dead man's switch: tells a watch outside again and again that all is well, so that its silence
 * is an alarm there, whatever took everything here. While something is not well, nothing is told.
 */
public final class HeartbeatSender implements ConditionWatch.Condition, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSender.class);

  private final URI url;
  private final HttpPost http;
  private final ConditionWatch.Condition wellness;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("alarm-heartbeat").factory());
  private volatile @Nullable String failure;
  private boolean withheld;

  /**
   * @param wellness says what is not well
   */
  public HeartbeatSender(URI url, HttpPost http, ConditionWatch.Condition wellness) {
    this.url = url;
    this.http = http;
    this.wellness = wellness;
  }

  public HeartbeatSender start(Duration every) {
    timer.scheduleAtFixedRate(this::beat, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  /** Sends one, if all is well. */
  void beat() {
    String unwell;
    try {
      unwell = wellness.problem();
    } catch (Exception e) {
      unwell = e.toString();
    }
    if (unwell != null) {
      if (!withheld) {
        LOG.warn("no heartbeat is sent to {}: {}", url.getHost(), unwell);
      }
      withheld = true;
      return;
    }
    withheld = false;
    try {
      int status = http.post(url, Map.of("User-Agent", "Earwitness"), new byte[0]);
      failure = status < 300 ? null : "it was answered with " + status;
    } catch (IOException | RuntimeException e) {
      failure = "it could not be sent";
      LOG.debug("heartbeat", e);
    }
  }

  /** Why the last one did not arrive; null if it did, or none was to be sent. */
  @Override
  public @Nullable String problem() {
    return failure;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

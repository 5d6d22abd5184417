package io.earwitness.app;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.Pauses;
import io.earwitness.recorder.srs.PauseOutcome;
import io.earwitness.recorder.srs.RecordingServer;
import io.earwitness.recorder.srs.RunningRecording;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks twice a second what people ask of this recorder's running calls, does it, and tells the
 * catalog which are paused. Without the catalog the recorder goes on as it is.
 */
final class PauseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PauseKeeper.class);
  private static final long POLL_MILLIS = 500;

  private final String node;
  private final Pauses pauses;
  private final RecordingServer recorder;
  private final ScheduledExecutorService poll =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("pause-keeper").daemon().factory());
  private @Nullable List<Pauses.Paused> reported;
  private boolean unreachable;

  PauseKeeper(String node, Pauses pauses, RecordingServer recorder) {
    this.node = node;
    this.pauses = pauses;
    this.recorder = recorder;
    poll.scheduleWithFixedDelay(this::look, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      Map<UUID, Pauses.Outcome> outcomes = new LinkedHashMap<>();
      pauses.open(node).forEach(request -> outcomes.put(request.id(), done(request)));
      // First: whoever is told that it is done may ask whether it is paused
      report();
      outcomes.forEach(pauses::done);
      unreachable = false;
    } catch (CatalogUnavailableException e) {
      if (!unreachable) {
        LOG.warn("what people ask of running calls is not heard for now: {}", e.toString());
      }
      unreachable = true;
    } catch (RuntimeException e) {
      LOG.error("what people ask of running calls could not be done", e);
    }
  }

  private Pauses.Outcome done(Pauses.Request request) {
    PauseOutcome outcome =
        request.pause()
            ? recorder.pause(request.tenant(), request.recording(), request.by(), request.reason())
            : recorder.resume(
                request.tenant(), request.recording(), request.by(), request.reason());
    return switch (outcome) {
      case DONE -> Pauses.Outcome.DONE;
      case WAS_SO -> Pauses.Outcome.WAS_SO;
      case NOT_RUNNING -> Pauses.Outcome.NOT_RUNNING;
    };
  }

  /** Also of a recorder that has just begun: what ran before runs no more. */
  private void report() {
    List<Pauses.Paused> now =
        recorder.paused().stream()
            .map(
                one -> {
                  RunningRecording.Pause pause = Objects.requireNonNull(one.recording().pause());
                  return new Pauses.Paused(
                      one.tenant(),
                      one.recording().id(),
                      pause.by(),
                      pause.reason(),
                      pause.since());
                })
            .toList();
    if (!now.equals(reported)) {
      pauses.report(node, now);
      reported = now;
    }
  }

  @Override
  public void close() {
    poll.shutdownNow();
  }
}

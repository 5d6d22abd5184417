package io.earwitness.archive.catalog;

import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How tenants' recordings are paused, what people ask of the recorders that have running calls, and
 * which recordings are paused now. Thread-safe.
 */
public interface Pauses {
  /** What no recorder takes within this time is done no more. */
  Duration PATIENCE = Duration.ofSeconds(15);

  /** What became of a request. */
  enum Outcome {
    DONE,
    /** It was paused, or not paused, already. */
    WAS_SO,
    NOT_RUNNING,
    /** No recorder took it in time. */
    EXPIRED
  }

  /**
   * What somebody asks of a recorder.
   *
   * @param pause whether to pause; else to resume
   * @param by for people
   */
  record Request(
      UUID id,
      TenantSlug tenant,
      RecordingId recording,
      boolean pause,
      String by,
      @Nullable String reason) {}

  /** A recording that is paused. */
  record Paused(
      TenantSlug tenant,
      RecordingId recording,
      String by,
      @Nullable String reason,
      Instant since) {}

  /** A tenant's settings; {@link PauseSettings#DEFAULT} if it has made none. */
  PauseSettings settings(TenantSlug tenant);

  /** Changes them, with a journal entry. */
  void setSettings(TenantSlug tenant, PauseSettings settings, String actor);

  /** Asks a recorder; it looks within a second. */
  void ask(Request request, String node);

  /** What became of a request; empty while that is open. */
  Optional<Outcome> outcome(TenantSlug tenant, UUID request);

  /** Open requests to a recorder, oldest first; those that waited too long expire. */
  List<Request> open(String node);

  /** Says what became of a request. */
  void done(UUID request, Outcome outcome);

  /** Tells which recordings of a recorder are paused now; all others of it are not. */
  void report(String node, List<Paused> paused);

  /** Whether a recording is paused now, as its recorder said some seconds ago at most. */
  Optional<Paused> paused(TenantSlug tenant, RecordingId recording);
}

package io.earwitness.recorder.srs;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;

/**
 * Hears of calls as they happen, as a hint to look at the spool. Called by the threads that answer
 * calls: must return at once and never throw.
 */
public interface CallObserver {
  /** Hears nothing. */
  CallObserver NONE = new CallObserver() {};

  /** A capture was opened and the INVITE answered. */
  default void opened(RecordingId id) {}

  /** What is known of the call has changed. */
  default void updated(RecordingId id) {}

  /** How the media of a running recording does, said each second. */
  default void health(RecordingId id, TenantSlug tenant, MediaHealth health) {}

  /** The capture was closed. */
  default void closed(RecordingId id) {}

  /** An INVITE was refused and entered into the refusal log. */
  default void refused(RecordingId id) {}
}

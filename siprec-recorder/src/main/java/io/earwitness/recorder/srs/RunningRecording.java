package io.earwitness.recorder.srs;

import io.earwitness.call.RecordingId;
import java.time.Instant;
import java.util.List;

/**
 * A recording that runs, as of the moment when it was asked for.
 *
 * @param start when its INVITE came
 * @param callIds by what else it may be known: Call-ID, sipSessionID, UCID and the like, so far as
 *     the SRC told them
 * @param paused whether the recording as a whole is paused, by whomever
 */
public record RunningRecording(
    RecordingId id, Instant start, List<String> callIds, boolean paused, MediaHealth health) {
  public RunningRecording {
    callIds = List.copyOf(callIds);
  }

  /** Whether it is known by this id: its own, or one of the call's. */
  public boolean isKnownAs(String any) {
    return id.toString().equals(any) || callIds.contains(any);
  }
}

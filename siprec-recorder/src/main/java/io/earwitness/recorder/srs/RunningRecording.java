package io.earwitness.recorder.srs;

import io.earwitness.call.RecordingId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recording that runs, as of the moment when it was asked for.
 *
 * @param id as its tenant knows it
 * @param start when its INVITE came
 * @param callIds by what else it may be known: Call-ID, sipSessionID, UCID and the like, so far as
 *     the SRC told them
 * @param pause of the recording as a whole; null while it is not paused so
 * @param withheld whether a gate or a consent that is missing withholds some of it now
 * @param notKept why, as it stands, nothing of it will be kept; null if something will
 */
public record RunningRecording(
    RecordingId id,
    Instant start,
    List<String> callIds,
    @Nullable Pause pause,
    boolean withheld,
    @Nullable String notKept,
    MediaHealth health) {
  /**
   * A pause of a whole recording.
   *
   * @param by who began it, for people
   * @param reason that was given; null for none
   */
  public record Pause(String by, @Nullable String reason, Instant since) {}

  public RunningRecording {
    callIds = List.copyOf(callIds);
  }

  /** Whether the recording as a whole is paused, by whomever. */
  public boolean paused() {
    return pause != null;
  }

  /** Whether it is known by this id: its own, or one of the call's. */
  public boolean isKnownAs(String any) {
    return id.toString().equals(any) || callIds.contains(any);
  }
}

package io.earwitness.recorder.srs;

/** What came of the wish to pause or to resume a running recording. */
public enum PauseOutcome {
  /** It is paused, or resumed, now. */
  DONE,
  /** It was paused, or not paused, before: nothing changed. */
  WAS_SO,
  /** No recording of this tenant with this id runs here (any more). */
  NOT_RUNNING
}

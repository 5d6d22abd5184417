package io.earwitness.recorder.srs;

/** What came of the wish to pause a running recording, to resume it, or to note a signal in it. */
public enum PauseOutcome {
  /** It is paused, or resumed, or the signal is noted. */
  DONE,
  /** It was paused, or not paused, or noted before: nothing changed. */
  WAS_SO,
  /** No recording of this tenant with this id runs here (any more). */
  NOT_RUNNING
}

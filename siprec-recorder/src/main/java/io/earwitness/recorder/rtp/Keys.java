package io.earwitness.recorder.rtp;

import org.jspecify.annotations.Nullable;

/** What is done with keys that are pressed in one recording. Thread-safe. */
final class Keys {
  private volatile boolean masked = true;
  private volatile @Nullable KeyListener listener;

  void set(boolean nowMasked, @Nullable KeyListener nowListening) {
    masked = nowMasked;
    listener = nowListening;
  }

  /** Whether digits must not get into the capture; so it is until {@link #set}. */
  boolean isMasked() {
    return masked;
  }

  @Nullable KeyListener listener() {
    return listener;
  }
}

package io.earwitness.recorder.rtp;

import java.time.Instant;

/** Hears of keys that are pressed. Called by the receive thread: must return at once. */
@FunctionalInterface
public interface KeyListener {
  /**
   * A telephone event (RFC 4733) of a key has ended, also in a stream that is paused.
   *
   * @param stream index of the m-line
   * @param key one of {@code 0-9*#A-D}
   */
  void pressed(int stream, char key, Instant at);
}

package io.earwitness.recorder.rtp;

/**
 * What SRTP said of a stream's packets. Those that failed were dropped.
 *
 * @param stream its index
 * @param authentic packets that were decrypted
 * @param unauthentic packets whose authentication failed
 * @param replayed packets that came again, or too late for the replay list
 * @param noKey whether the handshake that a key was to come by failed, and none came since
 */
public record SrtpCounts(
    int stream, long authentic, long unauthentic, long replayed, boolean noKey) {
  /** Whether packets came and not one could be decrypted, or none could have been. */
  public boolean allFailed() {
    return authentic == 0 && (unauthentic > 0 || noKey);
  }
}

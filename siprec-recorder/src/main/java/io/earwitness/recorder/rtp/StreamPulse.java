package io.earwitness.recorder.rtp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell of a stream while it runs.
 *
 * @param stream its index
 * @param lastHeard when the last packet from a right source came, one of a pause included; null
 *     before any
 * @param expected packets by sequence numbers so far
 * @param lost of them, on the way to us
 * @param silentSince since when nothing but silence was found in it, one packet looked at each
 *     second; null if there was sound, or its codec can't be looked into
 * @param comfortNoise whether its last packet was comfort noise (RFC 3389), after which a sender
 *     may send nothing for as long as nobody speaks
 * @param framesWanted how often a full frame of its video was needed that could not be asked for by
 *     RTCP
 */
public record StreamPulse(
    int stream,
    @Nullable Instant lastHeard,
    long expected,
    long lost,
    @Nullable Instant silentSince,
    boolean comfortNoise,
    long framesWanted) {

  /** Of a stream without pictures, or whose sender is asked by RTCP. */
  public StreamPulse(
      int stream,
      @Nullable Instant lastHeard,
      long expected,
      long lost,
      @Nullable Instant silentSince,
      boolean comfortNoise) {
    this(stream, lastHeard, expected, lost, silentSince, comfortNoise, 0);
  }
}

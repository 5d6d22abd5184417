package io.earwitness.recorder.srs;

import java.time.Duration;

/**
 * From when on a recording's media counts as unwell.
 *
 * @param noRtp so long a stream that should send sends nothing
 * @param deadAir so long there is nothing but silence on all streams; people do fall silent
 * @param lossWindow over so long loss is reckoned
 * @param lossPercent more than so much of the packets of a stream is lost; it is over below half
 */
public record HealthLimits(
    Duration noRtp, Duration deadAir, Duration lossWindow, double lossPercent) {
  /** 10 s without RTP, 30 s of silence, 5 % lost over 10 s. */
  public static final HealthLimits DEFAULT =
      new HealthLimits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(10), 5);
}

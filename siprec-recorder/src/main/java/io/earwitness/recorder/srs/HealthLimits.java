package io.earwitness.recorder.srs;

import java.time.Duration;

/**
 * From when on a recording's media counts as unwell. It is looked at once a second, and silence is
 * looked for in one packet a second, so that an alarm comes up to a second later than the limit, of
 * dead air up to two.
 *
 * @param noRtp so long a stream that should send sends nothing
 * @param deadAir so long there is nothing but silence on all streams; people do fall silent
 * @param lossWindow over so long loss is reckoned
 * @param lossPercent more than so much of the packets of a stream is lost; it is over below half
 */
public record HealthLimits(
    Duration noRtp, Duration deadAir, Duration lossWindow, double lossPercent) {
  /** 9 s without RTP, 8 s of silence, 5 % lost over 9 s: each alarm comes within 10 s. */
  public static final HealthLimits DEFAULT =
      new HealthLimits(Duration.ofSeconds(9), Duration.ofSeconds(8), Duration.ofSeconds(9), 5);

  public HealthLimits {
    if (noRtp.isNegative() || deadAir.isNegative() || lossWindow.isNegative()) {
      throw new IllegalArgumentException(
          "limits of %s, %s and %s".formatted(noRtp, deadAir, lossWindow));
    }
    if (!(lossPercent >= 0 && lossPercent <= 100)) {
      throw new IllegalArgumentException("a limit of " + lossPercent + " % of loss");
    }
  }
}

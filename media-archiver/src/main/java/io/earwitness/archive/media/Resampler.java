package io.earwitness.archive.media;

/**
 * Converts samples from one rate to another by windowed sinc interpolation. Stateless; meant for
 * what is short and seldom, such as prompts.
 */
final class Resampler {
  /** Zero crossings of the sinc on each side. */
  private static final int CROSSINGS = 16;

  /** A little below half the lower rate, so that what would fold is gone there. */
  private static final double CUT_OFF = 0.95;

  private Resampler() {}

  /**
   * @param from the rate of the samples, in any unit
   * @param to the rate of the result, in the same unit
   */
  static float[] resample(float[] samples, double from, double to) {
    if (from == to) {
      return samples.clone();
    }
    double step = from / to;
    double scale = Math.min(1, to / from) * CUT_OFF;
    double reach = CROSSINGS / scale;
    float[] result = new float[(int) Math.round(samples.length / step)];
    for (int i = 0; i < result.length; i++) {
      double centre = i * step;
      int first = Math.max(0, (int) Math.ceil(centre - reach));
      int last = Math.min(samples.length - 1, (int) Math.floor(centre + reach));
      double sum = 0;
      for (int at = first; at <= last; at++) {
        double x = at - centre;
        sum += samples[at] * sinc(x * scale) * (0.5 + 0.5 * Math.cos(Math.PI * x / reach));
      }
      result[i] = (float) (sum * scale);
    }
    return result;
  }

  private static double sinc(double x) {
    return Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }
}

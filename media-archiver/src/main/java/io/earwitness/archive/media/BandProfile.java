package io.earwitness.archive.media;

import java.util.Arrays;

/**
 * How the energy lies over 60 bands from moment to moment, without what a channel's level and
 * colour do to it: what tells how much of a prompt was heard once it is known where. Immutable.
 */
final class BandProfile {
  private static final int BANDS = 60;
  private static final double LOWEST = 250;
  private static final double HIGHEST = 3400;

  /** 35 dB. */
  private static final float FLOOR = (float) Math.pow(10, -3.5);

  private static final int FLOOR_REACH = 31;

  /** Half a second on both sides together. */
  private static final int MEAN_REACH = 15;

  /** A quarter of a second, over which likeness is measured. */
  private static final int LIKENESS_REACH = 7;

  private static final int WOBBLE = 2;

  /** Windows of the prompt with less energy than this part of the median are pauses. */
  private static final double PAUSE = 0.1;

  private static final double REFERENCE_QUANTILE = 0.8;
  private static final double HEARD = 0.6;
  private static final int LEAST_HEARD = 12;

  /** 0.15 s. */
  private static final int LEAST_RUN = 9;

  private static final int[] FIRST = new int[BANDS];
  private static final float[][] WEIGHTS = new float[BANDS][];

  static {
    double width = (HIGHEST - LOWEST) / (BANDS + 1);
    double binWidth = AudioTimeline.SAMPLE_RATE / (double) Spectrum.WINDOW;
    for (int band = 0; band < BANDS; band++) {
      double low = LOWEST + band * width;
      FIRST[band] = (int) Math.ceil(low / binWidth) - Spectrum.FIRST_BIN;
      int last = (int) Math.floor((low + 2 * width) / binWidth) - Spectrum.FIRST_BIN;
      FIRST[band] = Math.max(0, FIRST[band]);
      WEIGHTS[band] = new float[Math.min(last, Spectrum.BINS - 1) - FIRST[band] + 1];
      double sum = 0;
      for (int i = 0; i < WEIGHTS[band].length; i++) {
        double at = (FIRST[band] + i + Spectrum.FIRST_BIN) * binWidth;
        WEIGHTS[band][i] = (float) Math.max(0, 1 - Math.abs(at - low - width) / width);
        sum += WEIGHTS[band][i];
      }
      for (int i = 0; i < WEIGHTS[band].length; i++) {
        WEIGHTS[band][i] /= (float) sum;
      }
    }
  }

  /**
   * Which part of a prompt was heard, as far as the profile tells.
   *
   * @param from the share of the prompt before what was heard first, 0 to 1
   * @param to the share up to the end of what was heard last; 0 if nothing was
   * @param longestHole the longest time in between that sounded otherwise, in seconds
   */
  record Extent(double from, double to, double longestHole) {
    static final Extent NOTHING = new Extent(0, 0, 0);
  }

  private final float[][] levels;

  private BandProfile(float[][] levels) {
    this.levels = levels;
  }

  /**
   * @param frames how many frames of the spectrum count
   */
  static BandProfile of(Spectrum spectrum, int frames) {
    float[][] energies = new float[frames][BANDS];
    float[] strongest = new float[frames];
    for (int frame = 0; frame < frames; frame++) {
      float[] magnitudes = spectrum.frame(frame);
      for (int band = 0; band < BANDS; band++) {
        float energy = 0;
        for (int i = 0; i < WEIGHTS[band].length; i++) {
          float magnitude = magnitudes[FIRST[band] + i];
          energy += WEIGHTS[band][i] * magnitude * magnitude;
        }
        energies[frame][band] = energy;
        strongest[frame] = Math.max(strongest[frame], energy);
      }
    }
    float[] around = Spectrum.slidingMaximum(strongest, FLOOR_REACH);
    for (int frame = 0; frame < frames; frame++) {
      toLevels(energies[frame], around[frame] * FLOOR);
    }
    return new BandProfile(withoutMovingMean(energies));
  }

  /** Decibels above the frame's mean. */
  private static void toLevels(float[] energies, float floor) {
    double mean = 0;
    for (int band = 0; band < BANDS; band++) {
      energies[band] = (float) (10 * Math.log10(Math.max(energies[band], floor) + 1e-9));
      mean += energies[band];
    }
    mean /= BANDS;
    for (int band = 0; band < BANDS; band++) {
      energies[band] -= (float) mean;
    }
  }

  /** The first and the last frame stand for those before and behind. */
  private static float[][] withoutMovingMean(float[][] levels) {
    int frames = levels.length;
    float[][] result = new float[frames][BANDS];
    double[] sum = new double[BANDS];
    for (int at = -MEAN_REACH - 1; at < MEAN_REACH && frames > 0; at++) {
      add(sum, levels[Math.clamp(at, 0, frames - 1)], 1);
    }
    for (int frame = 0; frame < frames; frame++) {
      add(sum, levels[Math.clamp(frame + MEAN_REACH, 0, frames - 1)], 1);
      add(sum, levels[Math.clamp(frame - MEAN_REACH - 1, 0, frames - 1)], -1);
      for (int band = 0; band < BANDS; band++) {
        result[frame][band] = (float) (levels[frame][band] - sum[band] / (2 * MEAN_REACH + 1));
      }
    }
    return result;
  }

  private static void add(double[] sum, float[] levels, int sign) {
    for (int band = 0; band < BANDS; band++) {
      sum[band] += sign * levels[band];
    }
  }

  int frames() {
    return levels.length;
  }

  /**
   * How much of this prompt is heard in a channel.
   *
   * @param offset the channel's frame at which the prompt begins; may be negative
   */
  Extent heardIn(BandProfile channel, int offset) {
    int frames = levels.length;
    double[] own = energy(levels, 0, frames);
    double[] ownSmooth = smooth(own);
    double most = Arrays.stream(ownSmooth).max().orElse(0);
    double[] likeness = new double[frames];
    Arrays.fill(likeness, -1);
    for (int wobble = -WOBBLE; wobble <= WOBBLE; wobble++) {
      double[] products = new double[frames];
      double[] other = energy(channel.levels, offset + wobble, frames);
      for (int frame = 0; frame < frames; frame++) {
        int at = offset + wobble + frame;
        if (at >= 0 && at < channel.levels.length) {
          products[frame] = product(levels[frame], channel.levels[at]);
        }
      }
      double[] productsSmooth = smooth(products);
      double[] otherSmooth = smooth(other);
      for (int frame = 0; frame < frames; frame++) {
        double scale = Math.max(ownSmooth[frame] * otherSmooth[frame], 1e-3 * most * most);
        likeness[frame] = Math.max(likeness[frame], productsSmooth[frame] / Math.sqrt(scale));
      }
    }
    return extent(likeness, ownSmooth);
  }

  private static Extent extent(double[] likeness, double[] energy) {
    int frames = likeness.length;
    double median = quantile(energy, 0.5);
    boolean[] speech = new boolean[frames];
    int count = 0;
    double[] ofSpeech = new double[frames];
    for (int frame = 0; frame < frames; frame++) {
      speech[frame] = energy[frame] > PAUSE * median;
      if (speech[frame]) {
        ofSpeech[count++] = likeness[frame];
      }
    }
    double least = HEARD * quantile(Arrays.copyOf(ofSpeech, count), REFERENCE_QUANTILE);
    int first = -1;
    int end = -1;
    int run = 0;
    int heard = 0;
    for (int frame = 0; frame < frames; frame++) {
      boolean is = speech[frame] && likeness[frame] > least;
      heard += is ? 1 : 0;
      run = is ? run + 1 : 0;
      if (run >= LEAST_RUN) {
        first = first < 0 ? frame - LEAST_RUN + 1 : first;
        end = frame + 1;
      }
    }
    if (heard < LEAST_HEARD || first < 0) {
      return Extent.NOTHING;
    }
    int hole = 0;
    int longest = 0;
    for (int frame = first; frame < end; frame++) {
      hole = speech[frame] && likeness[frame] <= least ? hole + 1 : 0;
      longest = Math.max(longest, hole);
    }
    // Within the reach of a window it can't be told from the very ends
    double slack = LIKENESS_REACH * 0.6;
    return new Extent(
        first <= slack ? 0 : first / (double) frames,
        end >= frames - slack ? 1 : end / (double) frames,
        longest / Spectrum.FRAMES_PER_SECOND);
  }

  private static double[] energy(float[][] levels, int offset, int frames) {
    double[] energy = new double[frames];
    for (int frame = 0; frame < frames; frame++) {
      int at = offset + frame;
      if (at >= 0 && at < levels.length) {
        energy[frame] = product(levels[at], levels[at]);
      }
    }
    return energy;
  }

  private static double product(float[] a, float[] b) {
    float sum = 0;
    for (int band = 0; band < BANDS; band++) {
      sum += a[band] * b[band];
    }
    return sum;
  }

  private static double[] smooth(double[] values) {
    double[] sums = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int to = Math.min(values.length - 1, i + LIKENESS_REACH);
      for (int j = Math.max(0, i - LIKENESS_REACH); j <= to; j++) {
        sums[i] += values[j];
      }
    }
    return sums;
  }

  /** With linear interpolation between the two nearest values; 0 of none. */
  private static double quantile(double[] values, double share) {
    if (values.length == 0) {
      return 0;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double at = share * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}

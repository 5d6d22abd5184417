package io.earwitness.archive.media;

/**
 * Magnitude spectra of telephone audio, one for each 16 ms: windows of 64 ms (Hann), of which the
 * bins from 250 to 3391 Hz are kept. Immutable.
 */
final class Spectrum {
  static final int WINDOW = 512;

  /** Samples from one frame to the next. */
  static final int HOP = 128;

  static final double FRAMES_PER_SECOND = AudioTimeline.SAMPLE_RATE / (double) HOP;

  /** The first bin that is kept. */
  static final int FIRST_BIN = 16;

  /** How many bins are kept. */
  static final int BINS = 202;

  private static final int BITS = Integer.numberOfTrailingZeros(WINDOW);
  private static final double[] HANN = new double[WINDOW];
  private static final double[] COS = new double[WINDOW / 2];
  private static final double[] SIN = new double[WINDOW / 2];

  static {
    for (int i = 0; i < WINDOW; i++) {
      HANN[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW);
    }
    for (int i = 0; i < WINDOW / 2; i++) {
      COS[i] = Math.cos(2 * Math.PI * i / WINDOW);
      SIN[i] = -Math.sin(2 * Math.PI * i / WINDOW);
    }
  }

  private final float[][] magnitudes;

  private Spectrum(float[][] magnitudes) {
    this.magnitudes = magnitudes;
  }

  /**
   * The spectra of 16-bit samples at 8 kHz; audio shorter than a window has none.
   *
   * @param length how many of the samples count
   */
  static Spectrum of(float[] samples, int length) {
    int frames = length < WINDOW ? 0 : (length - WINDOW) / HOP + 1;
    float[][] magnitudes = new float[frames][BINS];
    double[] real = new double[WINDOW];
    double[] imaginary = new double[WINDOW];
    // Two real frames in one complex transform
    for (int frame = 0; frame < frames; frame += 2) {
      boolean pair = frame + 1 < frames;
      for (int i = 0; i < WINDOW; i++) {
        int to = Integer.reverse(i) >>> (Integer.SIZE - BITS);
        real[to] = HANN[i] * samples[frame * HOP + i];
        imaginary[to] = pair ? HANN[i] * samples[(frame + 1) * HOP + i] : 0;
      }
      transform(real, imaginary);
      for (int bin = 0; bin < BINS; bin++) {
        int k = bin + FIRST_BIN;
        int mirrored = WINDOW - k;
        double sumReal = real[k] + real[mirrored];
        double sumImaginary = imaginary[k] + imaginary[mirrored];
        double differenceReal = real[k] - real[mirrored];
        double differenceImaginary = imaginary[k] - imaginary[mirrored];
        magnitudes[frame][bin] = (float) (Math.hypot(sumReal, differenceImaginary) / 2);
        if (pair) {
          magnitudes[frame + 1][bin] = (float) (Math.hypot(sumImaginary, differenceReal) / 2);
        }
      }
    }
    return new Spectrum(magnitudes);
  }

  /** Radix-2 transform in place of values in bit-reversed order. */
  private static void transform(double[] real, double[] imaginary) {
    for (int half = 1; half < WINDOW; half *= 2) {
      int stride = WINDOW / (2 * half);
      for (int from = 0; from < WINDOW; from += 2 * half) {
        for (int i = 0; i < half; i++) {
          double cos = COS[i * stride];
          double sin = SIN[i * stride];
          int a = from + i;
          int b = a + half;
          double re = real[b] * cos - imaginary[b] * sin;
          double im = real[b] * sin + imaginary[b] * cos;
          real[b] = real[a] - re;
          imaginary[b] = imaginary[a] - im;
          real[a] += re;
          imaginary[a] += im;
        }
      }
    }
  }

  int frames() {
    return magnitudes.length;
  }

  /** The magnitudes of a frame, by bin from {@link #FIRST_BIN}; not to be changed. */
  float[] frame(int frame) {
    return magnitudes[frame];
  }

  /** For each frame the largest value within {@code reach} frames on both sides. */
  static float[] slidingMaximum(float[] values, int reach) {
    float[] most = new float[values.length];
    int[] queue = new int[values.length];
    int head = 0;
    int tail = 0;
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      for (; next < values.length && next <= i + reach; next++) {
        while (tail > head && values[queue[tail - 1]] <= values[next]) {
          tail--;
        }
        queue[tail++] = next;
      }
      while (queue[head] < i - reach) {
        head++;
      }
      most[i] = values[queue[head]];
    }
    return most;
  }
}

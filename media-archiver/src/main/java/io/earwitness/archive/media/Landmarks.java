package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Pairs of spectral peaks that lie near each other: what stays of speech through codecs, noise and
 * changes of level. A pair is known by the first peak's bin, the step to the second one's bin and
 * the frames between. Immutable.
 */
final class Landmarks {
  private static final int FAN_OUT = 39;
  private static final int LEAST_FRAMES = 2;
  private static final int MOST_FRAMES = 32;
  private static final int MOST_BINS = 40;
  private static final int STEPS = 2 * MOST_BINS + 1;
  private static final int DISTANCES = MOST_FRAMES - LEAST_FRAMES + 1;

  /** Keys are from 0 to before this. */
  static final int KEYS = Spectrum.BINS * STEPS * DISTANCES;

  private static final int PEAK_FRAMES = 3;
  private static final int PEAK_BINS = 4;

  /** Of 16-bit samples: below this is noise of the quantisation. */
  private static final float LEAST_MAGNITUDE = 200;

  /** 40 dB. */
  private static final float BELOW_STRONGEST = 0.01f;

  /** Half a second. */
  private static final int STRONGEST_REACH = 31;

  private static final int BLOCK_FRAMES = 31;
  private static final int PEAKS_OF_BLOCK = 15;

  private record Peak(int frame, int bin, float magnitude) {}

  private final int[] keys;
  private final int[] frames;

  private Landmarks(int[] keys, int[] frames) {
    this.keys = keys;
    this.frames = frames;
  }

  static Landmarks of(Spectrum spectrum) {
    List<Peak> peaks = peaks(spectrum);
    int size = 0;
    int[] keys = new int[peaks.size() * FAN_OUT];
    int[] frames = new int[keys.length];
    for (int i = 0; i < peaks.size(); i++) {
      Peak first = peaks.get(i);
      for (int j = i + 1; j < peaks.size() && j <= i + FAN_OUT; j++) {
        Peak second = peaks.get(j);
        int key = key(first.bin, second.bin, second.frame - first.frame);
        if (key >= 0) {
          keys[size] = key;
          frames[size++] = first.frame;
        }
      }
    }
    return new Landmarks(Arrays.copyOf(keys, size), Arrays.copyOf(frames, size));
  }

  /** Strict in time, then by bin. */
  private static List<Peak> peaks(Spectrum spectrum) {
    float[] strongest = new float[spectrum.frames()];
    for (int frame = 0; frame < strongest.length; frame++) {
      for (float magnitude : spectrum.frame(frame)) {
        strongest[frame] = Math.max(strongest[frame], magnitude);
      }
    }
    float[] around = Spectrum.slidingMaximum(strongest, STRONGEST_REACH);
    List<Peak> kept = new ArrayList<>();
    List<Peak> block = new ArrayList<>();
    for (int frame = 0; frame < spectrum.frames(); frame++) {
      float least = Math.max(LEAST_MAGNITUDE, around[frame] * BELOW_STRONGEST);
      float[] magnitudes = spectrum.frame(frame);
      for (int bin = 0; bin < Spectrum.BINS; bin++) {
        if (magnitudes[bin] > least && isPeak(spectrum, frame, bin)) {
          block.add(new Peak(frame, bin, magnitudes[bin]));
        }
      }
      if ((frame + 1) % BLOCK_FRAMES == 0 || frame + 1 == spectrum.frames()) {
        block.sort(Comparator.comparing(Peak::magnitude).reversed());
        kept.addAll(block.subList(0, Math.min(PEAKS_OF_BLOCK, block.size())));
        block.clear();
      }
    }
    kept.sort(Comparator.comparing(Peak::frame).thenComparing(Peak::bin));
    return kept;
  }

  private static boolean isPeak(Spectrum spectrum, int frame, int bin) {
    float magnitude = spectrum.frame(frame)[bin];
    int lastFrame = Math.min(spectrum.frames() - 1, frame + PEAK_FRAMES);
    int lastBin = Math.min(Spectrum.BINS - 1, bin + PEAK_BINS);
    for (int f = Math.max(0, frame - PEAK_FRAMES); f <= lastFrame; f++) {
      float[] magnitudes = spectrum.frame(f);
      for (int b = Math.max(0, bin - PEAK_BINS); b <= lastBin; b++) {
        if (magnitudes[b] > magnitude) {
          return false;
        }
      }
    }
    return true;
  }

  /** The key of a pair; -1 if the peaks are too far from each other, or in one moment. */
  private static int key(int first, int second, int distance) {
    int step = second - first;
    return distance < LEAST_FRAMES || distance > MOST_FRAMES || Math.abs(step) > MOST_BINS
        ? -1
        : (first * STEPS + step + MOST_BINS) * DISTANCES + distance - LEAST_FRAMES;
  }

  /**
   * The keys of a pair whose peaks each lie up to one bin beside those of {@code key}.
   *
   * @param into at least 9 long
   * @return how many there are
   */
  static int neighbours(int key, int[] into) {
    int distance = key % DISTANCES + LEAST_FRAMES;
    int first = key / DISTANCES / STEPS;
    int second = first + key / DISTANCES % STEPS - MOST_BINS;
    int count = 0;
    for (int a = Math.max(0, first - 1); a <= Math.min(Spectrum.BINS - 1, first + 1); a++) {
      for (int b = Math.max(0, second - 1); b <= Math.min(Spectrum.BINS - 1, second + 1); b++) {
        int near = key(a, b, distance);
        if (near >= 0) {
          into[count++] = near;
        }
      }
    }
    return count;
  }

  int size() {
    return keys.length;
  }

  int key(int index) {
    return keys[index];
  }

  /** The frame of the first peak of a pair. */
  int frame(int index) {
    return frames[index];
  }
}

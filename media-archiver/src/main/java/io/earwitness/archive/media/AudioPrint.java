package io.earwitness.archive.media;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One channel of a call, made ready for prompts to be searched in it. Each search takes about as
 * long whatever the length of the channel. Memory: about 20 kB for each second, so it is meant for
 * the minutes in which an announcement is expected. Thread-safe.
 *
 * <p>Landmarks that a prompt and the channel share vote for the place at which the prompt begins;
 * the likeness of {@link BandProfile}s there tells how much of it was heard.
 */
public final class AudioPrint {
  /** Of templates so small that chance would score. */
  private static final int LEAST_HASHES = 20;

  private static final int NEIGHBOURS = 9;

  private final BandProfile profile;
  private final int frames;

  /** Where the frames of a key begin in {@link #times}. */
  private final int[] starts = new int[Landmarks.KEYS + 1];

  private final int[] times;

  private AudioPrint(BandProfile profile, Landmarks landmarks, int frames) {
    this.profile = profile;
    this.frames = frames;
    for (int i = 0; i < landmarks.size(); i++) {
      starts[landmarks.key(i) + 1]++;
    }
    for (int key = 0; key < Landmarks.KEYS; key++) {
      starts[key + 1] += starts[key];
    }
    times = new int[landmarks.size()];
    int[] filled = Arrays.copyOf(starts, Landmarks.KEYS);
    for (int i = 0; i < landmarks.size(); i++) {
      times[filled[landmarks.key(i)]++] = landmarks.frame(i);
    }
  }

  /** The print of 16-bit samples at 8 kHz. */
  public static AudioPrint of(short[] samples) {
    return of(samples, samples.length);
  }

  /**
   * The print of the first {@code length} samples.
   *
   * @param samples 16-bit samples at 8 kHz
   */
  public static AudioPrint of(short[] samples, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = samples[i];
    }
    Spectrum spectrum = Spectrum.of(values, length);
    return new AudioPrint(
        BandProfile.of(spectrum, spectrum.frames()), Landmarks.of(spectrum), spectrum.frames());
  }

  /** Where a prompt is heard best. */
  private record Place(double score, int frame, PromptPrint.Variant variant) {}

  /** Searches a prompt; it is found at one place at most, the best. */
  public PromptFinding find(PromptPrint prompt) {
    Place place = place(prompt);
    if (place == null || place.score < PromptFinding.FOUND) {
      return place == null
          ? PromptFinding.NOWHERE
          : PromptFinding.of(place.score, 0, 0, BandProfile.Extent.NOTHING);
    }
    return PromptFinding.of(
        place.score,
        place.frame / Spectrum.FRAMES_PER_SECOND - prompt.startSeconds(),
        place.variant.speedPercent(),
        place.variant.profile().heardIn(profile, place.frame));
  }

  /** The best score of a prompt, found or not. */
  double score(PromptPrint prompt) {
    Place place = place(prompt);
    return place == null ? 0 : place.score;
  }

  private @Nullable Place place(PromptPrint prompt) {
    Place best = null;
    for (PromptPrint.Variant variant : prompt.variants()) {
      Place place = place(variant);
      if (best == null || place.score > best.score) {
        best = place;
      }
    }
    return best;
  }

  private Place place(PromptPrint.Variant variant) {
    Landmarks landmarks = variant.landmarks();
    int shift = variant.frames() + 1;
    int[] votes = new int[frames + shift + 2];
    int[] near = new int[NEIGHBOURS];
    for (int i = 0; i < landmarks.size(); i++) {
      int count = Landmarks.neighbours(landmarks.key(i), near);
      for (int n = 0; n < count; n++) {
        for (int at = starts[near[n]]; at < starts[near[n] + 1]; at++) {
          votes[times[at] - landmarks.frame(i) + shift]++;
        }
      }
    }
    int best = 1;
    int most = 0;
    for (int at = 1; at < votes.length - 1; at++) {
      int sum = votes[at - 1] + votes[at] + votes[at + 1];
      if (sum > most) {
        most = sum;
        best = at;
      }
    }
    int frame = best - shift;
    double score =
        matching(landmarks, frame, near) / (double) Math.max(LEAST_HASHES, landmarks.size());
    return new Place(score, frame, variant);
  }

  /** How many landmarks of a prompt are in the channel if the prompt begins at a frame. */
  private int matching(Landmarks landmarks, int frame, int[] near) {
    int matching = 0;
    for (int i = 0; i < landmarks.size(); i++) {
      int count = Landmarks.neighbours(landmarks.key(i), near);
      boolean matches = false;
      for (int n = 0; n < count && !matches; n++) {
        for (int at = starts[near[n]]; at < starts[near[n] + 1] && !matches; at++) {
          matches = Math.abs(times[at] - landmarks.frame(i) - frame) <= 1;
        }
      }
      matching += matches ? 1 : 0;
    }
    return matching;
  }
}

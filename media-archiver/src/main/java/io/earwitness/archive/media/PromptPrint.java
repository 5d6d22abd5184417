package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What a registered prompt is recognised by, at five speeds from −2 to 2 %. Immutable; about half a
 * megabyte for a prompt of five seconds.
 */
public final class PromptPrint {
  /** Prompts are at least as long, from the first to the last sound. */
  public static final int LEAST_MILLIS = 1500;

  /** Prompts are at most as long. */
  public static final int MOST_MILLIS = 60_000;

  /** What has fewer than these has too little in it to be told from other speech. */
  static final int LEAST_LANDMARKS = 400;

  private static final int[] SPEEDS = {-2, -1, 0, 1, 2};
  private static final double LOUDNESS = 3277;
  private static final double NOISE = 3;

  /** Of the loudest sample: what is weaker at both ends is silence. */
  private static final double SILENCE = 0.01;

  private static final int MARGIN = 200;

  /** The prompt at one speed. */
  record Variant(int speedPercent, Landmarks landmarks, BandProfile profile) {
    int frames() {
      return profile.frames();
    }
  }

  private final List<Variant> variants;
  private final short[] samples;
  private final double startSeconds;

  private PromptPrint(List<Variant> variants, short[] samples, double startSeconds) {
    this.variants = variants;
    this.samples = samples;
    this.startSeconds = startSeconds;
  }

  /**
   * The print of a prompt.
   *
   * @param samples 16-bit samples at 8 kHz; silence at both ends is left out
   * @throws UnfitPromptException if it is too short, too long, or has too little sound in it
   */
  public static PromptPrint of(short[] samples) {
    int from = firstSound(samples);
    int to = lastSound(samples) + 1;
    long millis = from < 0 ? 0 : (to - from) * 1000L / AudioTimeline.SAMPLE_RATE;
    if (millis < LEAST_MILLIS || millis > MOST_MILLIS) {
      throw new UnfitPromptException(
          from < 0
              ? "it holds no sound"
              : "its sound is %.1f s long; a prompt has %.1f to %.0f s"
                  .formatted(millis / 1000.0, LEAST_MILLIS / 1000.0, MOST_MILLIS / 1000.0));
    }
    int start = Math.max(0, from - MARGIN);
    int end = Math.min(samples.length, to + MARGIN);
    float[] spoken = normalised(samples, start, end);
    List<Variant> variants = new ArrayList<>();
    for (int speed : SPEEDS) {
      variants.add(variant(speed, spoken));
    }
    int landmarks = variants.get(SPEEDS.length / 2).landmarks().size();
    if (landmarks < LEAST_LANDMARKS) {
      throw new UnfitPromptException(
          "it is too uniform to be recognised (%d landmarks of at least %d); use speech"
              .formatted(landmarks, LEAST_LANDMARKS));
    }
    return new PromptPrint(
        List.copyOf(variants),
        Arrays.copyOfRange(samples, start, end),
        start / (double) AudioTimeline.SAMPLE_RATE);
  }

  private static Variant variant(int speed, float[] spoken) {
    float[] played = Resampler.resample(spoken, 100 + speed, 100);
    // A last window of quiet noise, as any line has it
    float[] padded = new float[played.length + Spectrum.WINDOW];
    Random noise = new Random(0);
    for (int i = 0; i < padded.length; i++) {
      padded[i] = (float) ((i < played.length ? played[i] : 0) + NOISE * noise.nextGaussian());
    }
    return new Variant(
        speed,
        Landmarks.of(Spectrum.of(played, played.length)),
        BandProfile.of(Spectrum.of(padded, padded.length), played.length / Spectrum.HOP));
  }

  private static float[] normalised(short[] samples, int from, int to) {
    double energy = 0;
    for (int i = from; i < to; i++) {
      energy += (double) samples[i] * samples[i];
    }
    double gain = LOUDNESS / Math.sqrt(energy / (to - from));
    float[] normalised = new float[to - from];
    for (int i = from; i < to; i++) {
      normalised[i - from] = (float) (samples[i] * gain);
    }
    return normalised;
  }

  private static double leastSound(short[] samples) {
    int most = 0;
    for (short sample : samples) {
      most = Math.max(most, Math.abs(sample));
    }
    return Math.max(1, most * SILENCE);
  }

  private static int firstSound(short[] samples) {
    double least = leastSound(samples);
    for (int i = 0; i < samples.length; i++) {
      if (Math.abs(samples[i]) > least) {
        return i;
      }
    }
    return -1;
  }

  private static int lastSound(short[] samples) {
    double least = leastSound(samples);
    for (int i = samples.length - 1; i >= 0; i--) {
      if (Math.abs(samples[i]) > least) {
        return i;
      }
    }
    return -1;
  }

  List<Variant> variants() {
    return variants;
  }

  /** How long the prompt is silent before the part that the print is of. */
  double startSeconds() {
    return startSeconds;
  }

  /**
   * How alike two prompts are: the higher of their scores in one another. From {@link
   * PromptFinding#LOOK_ALIKE} on one could be taken for the other.
   */
  public double likeness(PromptPrint other) {
    double inOther = AudioPrint.of(other.samples).score(this);
    return Math.max(inOther, AudioPrint.of(samples).score(other));
  }

  /** A prompt that can't be recognised in calls. */
  public static final class UnfitPromptException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnfitPromptException(String message) {
      super(message);
    }
  }
}

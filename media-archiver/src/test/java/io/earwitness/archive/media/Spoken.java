package io.earwitness.archive.media;

import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import io.earwitness.archive.media.TextToSpeech.Voice;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Speech for tests, by espeak-ng, and what telephony does to it. 16-bit samples at 8 kHz. */
public final class Spoken {
  private static final Voice VOICE = new Voice("en-us", 160, 50);

  public static final short[] PROMPT =
      say("For regulatory reasons this call is being recorded and kept.");
  public static final short[] NEAR_MISS =
      say("For regulatory reasons this call is not being recorded and kept.");
  public static final short[] OTHER_PROMPT =
      say("Welcome to the desk. You can object to the recording by pressing nine.");
  public static final short[] TALK =
      say("Good morning, I would like to ask about the order that I placed on Monday, please.");

  private Spoken() {}

  public static short[] say(String text) {
    try {
      return TextToSpeech.speak(text, VOICE);
    } catch (NoSpeechException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  public static short[] silence(int millis) {
    return new short[millis * 8];
  }

  public static short[] join(short[]... parts) {
    short[] all = new short[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (short[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** The share of a prompt between two points, 0 to 1. */
  public static short[] part(short[] samples, double from, double to) {
    return Arrays.copyOfRange(samples, (int) (from * samples.length), (int) (to * samples.length));
  }

  static short[] scaled(short[] samples, double decibels) {
    short[] scaled = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      scaled[i] = (short) (samples[i] * Math.pow(10, decibels / 20));
    }
    return scaled;
  }

  static short[] faster(short[] samples, double percent) {
    float[] floats = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      floats[i] = samples[i];
    }
    float[] played = Resampler.resample(floats, 100 + percent, 100);
    short[] shorts = new short[played.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) played[i];
    }
    return shorts;
  }

  /** White noise, so many decibels below the samples. */
  static short[] noisy(short[] samples, double below) {
    double energy = 0;
    for (short sample : samples) {
      energy += (double) sample * sample;
    }
    double loudness = Math.sqrt(energy / samples.length) * Math.pow(10, -below / 20);
    Random random = new Random(1);
    short[] noisy = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      long value = Math.round(samples[i] + loudness * random.nextGaussian());
      noisy[i] = (short) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }
    return noisy;
  }

  /** All that there are, for tests of each. */
  static List<SpeechCodec> codecs() {
    return List.of(SpeechCodec.values());
  }
}

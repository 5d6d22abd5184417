package io.earwitness.app.bench;

import io.earwitness.app.bench.AnnouncementTexts.Speaker;
import io.earwitness.archive.media.PromptPrint;
import io.earwitness.archive.media.SpeechCodec;
import io.earwitness.archive.media.TextToSpeech;
import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import io.earwitness.archive.media.TextToSpeech.Voice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Channels with and without prompts, as they come out of telephony: spoken by espeak-ng, mixed with
 * noise, played a little too fast or slow, cut, sent through a codec. The same number gives the
 * same clip. Thread-safe once made.
 */
final class AnnouncementClips {
  private static final int RATE = 8000;
  private static final double LOUDNESS = 0.1 * 32768;
  private static final SpeechCodec[] CODECS = SpeechCodec.values();

  /** A prompt under test. */
  record TestPrompt(int speaker, String text, short[] samples, PromptPrint print) {}

  /**
   * A channel.
   *
   * @param prompt the index of the prompt in it, whole or in part; −1 if there is none
   * @param offsetMillis where that prompt begins
   */
  record Clip(String condition, short[] samples, int prompt, long offsetMillis) {}

  private final List<TestPrompt> prompts = new ArrayList<>();
  private final Map<String, short[]> spoken = new ConcurrentHashMap<>();

  /** Speaks all prompts. */
  AnnouncementClips() throws NoSpeechException {
    for (int i = 0; i < AnnouncementTexts.SPEAKERS.size(); i++) {
      Speaker speaker = AnnouncementTexts.SPEAKERS.get(i);
      for (AnnouncementTexts.Prompt prompt : speaker.prompts()) {
        short[] samples = speak(prompt.text(), speaker.voice());
        prompts.add(new TestPrompt(i, prompt.text(), samples, PromptPrint.of(samples)));
      }
      for (String sentence : speaker.sentences()) {
        speak(sentence, speaker.voice());
      }
    }
  }

  List<TestPrompt> prompts() {
    return prompts;
  }

  /** What a clip is made under: one thing at a time, and all together. */
  private enum Condition {
    CODEC,
    LEVEL,
    SPEED,
    WHITE_NOISE,
    PINK_NOISE,
    BABBLE,
    RINGING_BEFORE,
    LOSS,
    ALL_TOGETHER
  }

  /** A channel that holds a whole prompt. */
  Clip positive(int number) throws NoSpeechException {
    return withPrompt(number, 0, 1, "");
  }

  /** A channel in which a prompt lacks its beginning or its end: 10 to 40 % of it. */
  Clip cut(int number) throws NoSpeechException {
    double missing = 0.1 + 0.3 * random(number, 7).nextDouble();
    return number % 2 == 0
        ? withPrompt(number, missing, 1, "beginning cut, ")
        : withPrompt(number, 0, 1 - missing, "end cut, ");
  }

  private Clip withPrompt(int number, double from, double to, String prefix)
      throws NoSpeechException {
    Random random = random(number, 1);
    int index = number % prompts.size();
    TestPrompt prompt = prompts.get(index);
    Condition condition = Condition.values()[number / prompts.size() % Condition.values().length];
    SpeechCodec codec =
        switch (condition) {
          // All codecs in each round of prompts, another one for each prompt
          case CODEC ->
              CODECS[
                  (number + number / prompts.size() / Condition.values().length) % CODECS.length];
          case ALL_TOGETHER -> CODECS[random.nextInt(CODECS.length)];
          case LEVEL, SPEED, WHITE_NOISE, PINK_NOISE, BABBLE, RINGING_BEFORE, LOSS ->
              random.nextBoolean() ? SpeechCodec.PCMU : SpeechCodec.PCMA;
        };
    boolean together = condition == Condition.ALL_TOGETHER;
    double gain =
        decibels(condition == Condition.LEVEL || together ? -14 + 20 * random.nextDouble() : 0);
    double speed = condition == Condition.SPEED || together ? 0.98 + 0.04 * random.nextDouble() : 1;

    short[] whole = prompt.samples();
    short[] part =
        Arrays.copyOfRange(whole, (int) (from * whole.length), (int) (to * whole.length));
    double lead = 0.5 + 4 * random.nextDouble();
    float[] head =
        condition == Condition.RINGING_BEFORE
            ? ringing((int) (lead * RATE))
            : from > 0 || random.nextInt(3) > 0
                ? new float[(int) (lead * RATE)]
                : conversation(random, (int) (lead * RATE));
    float[] tail = conversation(random, (int) ((2 + 3 * random.nextDouble()) * RATE));
    float[] mixed = new float[head.length + part.length + RATE / 2 + tail.length];
    System.arraycopy(head, 0, mixed, 0, head.length);
    for (int i = 0; i < part.length; i++) {
      mixed[head.length + i] = (float) (part[i] * gain);
    }
    System.arraycopy(tail, 0, mixed, head.length + part.length + RATE / 2, tail.length);

    double noise = LOUDNESS * gain;
    switch (condition) {
      case WHITE_NOISE -> add(mixed, white(random, mixed.length), noise * decibels(-10));
      case PINK_NOISE -> add(mixed, pink(random, mixed.length), noise * decibels(-10));
      case BABBLE -> add(mixed, babble(random, mixed.length), noise * decibels(-10));
      case ALL_TOGETHER -> add(mixed, pink(random, mixed.length), noise * decibels(-12));
      case CODEC, LEVEL, SPEED, RINGING_BEFORE, LOSS ->
          add(mixed, pink(random, mixed.length), noise * decibels(-40));
    }
    float[] played = played(mixed, speed);
    short[] heard = codec.roundTrip(shorts(played));
    if (condition == Condition.LOSS) {
      lose(random, heard, 0.02);
    }
    long offset = Math.round((head.length - from * whole.length) / speed * 1000 / RATE);
    String name = prefix + condition.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return new Clip(condition == Condition.CODEC ? prefix + codec : name, heard, index, offset);
  }

  /** A channel that holds no whole prompt but perhaps a wording near to one. */
  Clip nearMiss(int number) throws NoSpeechException {
    Random random = random(number, 2);
    Speaker speaker = AnnouncementTexts.SPEAKERS.get(number % AnnouncementTexts.SPEAKERS.size());
    List<String> wordings =
        speaker.prompts().stream().flatMap(prompt -> prompt.nearMisses().stream()).toList();
    String wording = wordings.get(number / AnnouncementTexts.SPEAKERS.size() % wordings.size());
    List<float[]> parts = new ArrayList<>();
    parts.add(new float[RATE / 2 + random.nextInt(2 * RATE)]);
    parts.add(floats(speak(wording, speaker.voice())));
    parts.add(new float[RATE / 2]);
    parts.add(conversation(random, 3 * RATE));
    return new Clip("near miss", disturbed(random, join(parts)), -1, 0);
  }

  /** A channel without any prompt, or with another prompt of the same voice. */
  Clip negative(int number) throws NoSpeechException {
    Random random = random(number, 3);
    Speaker speaker = AnnouncementTexts.SPEAKERS.get(number % AnnouncementTexts.SPEAKERS.size());
    return switch (number / AnnouncementTexts.SPEAKERS.size() % 5) {
      case 0 -> {
        int prompt = 2 * (number % AnnouncementTexts.SPEAKERS.size()) + random.nextInt(2);
        List<float[]> parts = new ArrayList<>();
        parts.add(new float[RATE / 2 + random.nextInt(2 * RATE)]);
        parts.add(floats(prompts.get(prompt).samples()));
        parts.add(new float[RATE / 2]);
        parts.add(sentences(random, speaker, 2));
        yield new Clip("another prompt", disturbed(random, join(parts)), prompt, 0);
      }
      case 1, 2 ->
          new Clip("the same voice", disturbed(random, sentences(random, speaker, 5)), -1, 0);
      case 3 -> new Clip("conversation", disturbed(random, conversation(random, 15 * RATE)), -1, 0);
      default -> {
        float[] sound = random.nextBoolean() ? ringing(12 * RATE) : pink(random, 12 * RATE);
        scale(sound, random.nextBoolean() ? LOUDNESS : 30);
        yield new Clip("tones and noise", disturbed(random, sound), -1, 0);
      }
    };
  }

  private float[] sentences(Random random, Speaker speaker, int count) throws NoSpeechException {
    List<float[]> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> all = speaker.sentences();
      parts.add(floats(speak(all.get(random.nextInt(all.size())), speaker.voice())));
      parts.add(new float[1 + random.nextInt(RATE / 2)]);
    }
    return join(parts);
  }

  /** Two people of one language take turns. */
  private float[] conversation(Random random, int length) throws NoSpeechException {
    List<Speaker> speakers = AnnouncementTexts.SPEAKERS;
    Speaker speaker = speakers.get(random.nextInt(speakers.size()));
    float[] all = new float[length];
    int at = random.nextInt(RATE / 2);
    while (at < length) {
      String voice = speaker.others().get(random.nextInt(speaker.others().size()));
      List<String> texts = speaker.sentences();
      short[] said = speak(texts.get(random.nextInt(texts.size())), new Voice(voice, 165, 50));
      for (int i = 0; i < said.length && at + i < length; i++) {
        all[at + i] = said[i] * 0.8f;
      }
      at += said.length + random.nextInt(RATE / 2);
    }
    return all;
  }

  private float[] babble(Random random, int length) throws NoSpeechException {
    float[] sum = new float[length];
    for (int i = 0; i < 4; i++) {
      add(sum, conversation(random, length), 1);
    }
    scale(sum, 1);
    return sum;
  }

  /** Noise, level, speed and a codec at random. */
  private short[] disturbed(Random random, float[] samples) {
    add(samples, pink(random, samples.length), LOUDNESS * decibels(-40 + 28 * random.nextDouble()));
    double gain = decibels(-12 + 18 * random.nextDouble());
    for (int i = 0; i < samples.length; i++) {
      samples[i] *= (float) gain;
    }
    double speed = random.nextInt(3) == 0 ? 0.98 + 0.04 * random.nextDouble() : 1;
    return CODECS[random.nextInt(CODECS.length)].roundTrip(shorts(played(samples, speed)));
  }

  /** Speech of the telephone's loudness. */
  private short[] speak(String text, Voice voice) throws NoSpeechException {
    String key = voice + "|" + text;
    short[] known = spoken.get(key);
    if (known == null) {
      float[] samples = floats(TextToSpeech.speak(text, voice));
      scale(samples, LOUDNESS);
      known = shorts(samples);
      spoken.put(key, known);
    }
    return known;
  }

  private static Random random(int number, int stream) {
    return new Random(1_000_003L * stream + number);
  }

  private static double decibels(double value) {
    return Math.pow(10, value / 20);
  }

  private static float[] played(float[] samples, double speed) {
    float[] played = new float[(int) (samples.length / speed)];
    for (int i = 0; i < played.length; i++) {
      double at = i * speed;
      int below = (int) at;
      float next = below + 1 < samples.length ? samples[below + 1] : 0;
      played[i] = (float) (samples[below] + (at - below) * (next - samples[below]));
    }
    return played;
  }

  private static void lose(Random random, short[] samples, double share) {
    for (int from = 0; from + 160 <= samples.length; from += 160) {
      if (random.nextDouble() < share) {
        Arrays.fill(samples, from, from + 160, (short) 0);
      }
    }
  }

  private static float[] white(Random random, int length) {
    float[] noise = new float[length];
    for (int i = 0; i < length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    return noise;
  }

  /** White noise through three poles, about 3 dB less for each octave. */
  private static float[] pink(Random random, int length) {
    float[] noise = white(random, length);
    double a = 0;
    double b = 0;
    double c = 0;
    for (int i = 0; i < length; i++) {
      a = 0.99765 * a + noise[i] * 0.0990460;
      b = 0.96300 * b + noise[i] * 0.2965164;
      c = 0.57000 * c + noise[i] * 1.0526913;
      noise[i] = (float) (a + b + c + noise[i] * 0.1848);
    }
    scale(noise, 1);
    return noise;
  }

  /** The ringing tone of most of Europe: 425 Hz, one second in five. */
  private static float[] ringing(int length) {
    float[] tone = new float[length];
    for (int i = 0; i < length; i++) {
      boolean on = i % (5 * RATE) < RATE;
      tone[i] = on ? (float) (LOUDNESS * Math.sin(2 * Math.PI * 425 * i / RATE)) : 0;
    }
    return tone;
  }

  private static void scale(float[] samples, double loudness) {
    double energy = 0;
    for (float sample : samples) {
      energy += sample * sample;
    }
    double gain = loudness / Math.sqrt(Math.max(energy / samples.length, 1e-9));
    for (int i = 0; i < samples.length; i++) {
      samples[i] *= (float) gain;
    }
  }

  private static void add(float[] to, float[] what, double gain) {
    for (int i = 0; i < to.length; i++) {
      to[i] += (float) (what[i] * gain);
    }
  }

  private static float[] join(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static float[] floats(short[] samples) {
    float[] floats = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      floats[i] = samples[i];
    }
    return floats;
  }

  private static short[] shorts(float[] samples) {
    short[] shorts = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      shorts[i] = (short) Math.clamp(Math.round(samples[i]), Short.MIN_VALUE, Short.MAX_VALUE);
    }
    return shorts;
  }
}

package io.earwitness.archive.media;

import static io.earwitness.archive.media.Spoken.NEAR_MISS;
import static io.earwitness.archive.media.Spoken.OTHER_PROMPT;
import static io.earwitness.archive.media.Spoken.PROMPT;
import static io.earwitness.archive.media.Spoken.TALK;
import static io.earwitness.archive.media.Spoken.join;
import static io.earwitness.archive.media.Spoken.part;
import static io.earwitness.archive.media.Spoken.silence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.earwitness.archive.media.PromptFinding.Extent;
import io.earwitness.archive.media.PromptPrint.UnfitPromptException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a prompt is in a channel, where, and how much of it. */
class AudioPrintTest {
  private static final PromptPrint PRINT = PromptPrint.of(PROMPT);
  private static final int LEAD = 2_000;

  private static PromptFinding find(short[] channel) {
    return AudioPrint.of(channel).find(PRINT);
  }

  private static short[] channel(short[] prompt) {
    return join(silence(LEAD), prompt, silence(500), TALK);
  }

  @ParameterizedTest
  @EnumSource(SpeechCodec.class)
  void aWholePromptIsFoundWhereItIsThroughEveryCodec(SpeechCodec codec) {
    PromptFinding finding = find(codec.roundTrip(channel(PROMPT)));
    assertThat(finding.extent()).as(finding.toString()).isEqualTo(Extent.COMPLETE);
    assertThat(finding.offsetMillis()).isCloseTo(LEAD, within(100L));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-2, -1.5, -1, 1, 1.5, 2})
  void aPromptThatIsPlayedALittleFasterOrSlowerIsFoundWithItsSpeed(double percent) {
    PromptFinding finding = find(channel(Spoken.faster(PROMPT, percent)));
    assertThat(finding.extent()).as(finding.toString()).isEqualTo(Extent.COMPLETE);
    assertThat((double) finding.speedPercent()).isCloseTo(percent, within(0.51));
  }

  @Test
  void neitherLevelNorNoiseHidesAPrompt() {
    assertThat(find(Spoken.scaled(channel(PROMPT), -20)).isComplete()).isTrue();
    assertThat(find(Spoken.scaled(channel(PROMPT), 6)).isComplete()).isTrue();
    assertThat(find(Spoken.noisy(channel(PROMPT), 10)).isComplete()).isTrue();
  }

  @Test
  void aPromptWhoseBeginningOrEndIsMissingIsFoundButNotWhole() {
    PromptFinding beginning = find(channel(part(PROMPT, 0.25, 1)));
    assertThat(beginning.extent()).isEqualTo(Extent.BEGINNING_MISSING);
    assertThat(beginning.from()).isCloseTo(0.25, within(0.1));
    assertThat(beginning.offsetMillis()).isCloseTo(LEAD - PROMPT.length / 8 / 4, within(100L));
    PromptFinding end = find(channel(part(PROMPT, 0, 0.6)));
    assertThat(end.extent()).isEqualTo(Extent.END_MISSING);
    assertThat(end.to()).isCloseTo(0.6, within(0.1));
  }

  @Test
  void aPromptThatTheChannelBeginsInTheMiddleOfHasANegativeOffset() {
    assertThat(find(join(part(PROMPT, 0.3, 1), TALK)).offsetMillis()).isNegative();
  }

  @Test
  void anotherWordingByTheSameVoiceIsNotTheWholePrompt() {
    PromptFinding finding = find(channel(NEAR_MISS));
    assertThat(finding.isFound()).as("the control: it is alike").isTrue();
    assertThat(finding.isComplete()).as(finding.toString()).isFalse();
  }

  @Test
  void otherSpeechOfTheSameVoiceIsNotFound() {
    assertThat(find(channel(OTHER_PROMPT)).isFound()).isFalse();
    assertThat(find(TALK).isFound()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, 640, 8000})
  void silenceAndNoiseOfAnyLengthHoldNoPrompt(int samples) {
    assertThat(find(new short[samples]).isFound()).isFalse();
    Random random = new Random(samples);
    short[] noise = new short[samples];
    for (int i = 0; i < samples; i++) {
      noise[i] = (short) random.nextInt(0x10000);
    }
    assertThat(find(noise).isFound()).isFalse();
  }

  @Test
  void ofAPromptThatIsInterruptedAndThenPlayedAgainTheWholeOneIsFound() {
    short[] first = part(PROMPT, 0, 0.5);
    PromptFinding finding = find(join(silence(500), first, silence(500), PROMPT, TALK));
    assertThat(finding.isComplete()).isTrue();
    assertThat(finding.offsetMillis()).isCloseTo(1000 + first.length / 8, within(100L));
  }

  @Test
  void silenceAroundARegisteredPromptChangesNothing() {
    PromptPrint padded = PromptPrint.of(join(silence(1500), PROMPT, silence(1500)));
    PromptFinding finding = AudioPrint.of(channel(PROMPT)).find(padded);
    assertThat(finding.isComplete()).isTrue();
    assertThat(finding.offsetMillis()).isCloseTo(LEAD - 1500, within(100L));
  }

  @Test
  void likenessTellsLookAlikesFromOtherPrompts() {
    assertThat(PRINT.likeness(PromptPrint.of(NEAR_MISS))).isGreaterThan(PromptFinding.LOOK_ALIKE);
    assertThat(PRINT.likeness(PromptPrint.of(OTHER_PROMPT))).isLessThan(PromptFinding.LOOK_ALIKE);
  }

  @Test
  void whatCanNotBeRecognisedIsRefusedAndSaysWhy() {
    assertThatThrownBy(() -> PromptPrint.of(silence(3000)))
        .isInstanceOf(UnfitPromptException.class)
        .hasMessageContaining("no sound");
    assertThatThrownBy(() -> PromptPrint.of(part(PROMPT, 0, 0.2)))
        .isInstanceOf(UnfitPromptException.class)
        .hasMessageContaining("1.5 to 60 s");
    short[] tone = new short[24_000];
    for (int i = 0; i < tone.length; i++) {
      tone[i] = (short) (8000 * Math.sin(2 * Math.PI * 425 * i / 8000));
    }
    assertThatThrownBy(() -> PromptPrint.of(tone))
        .isInstanceOf(UnfitPromptException.class)
        .hasMessageContaining("too uniform");
  }

  @Test
  void theTransformIsThatOfItsDefinition() {
    Random random = new Random(5);
    float[] samples = new float[Spectrum.WINDOW + Spectrum.HOP];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = random.nextInt(2000) - 1000;
    }
    Spectrum spectrum = Spectrum.of(samples, samples.length);
    assertThat(spectrum.frames()).isEqualTo(2);
    for (int frame = 0; frame < 2; frame++) {
      for (int bin : new int[] {0, 7, Spectrum.BINS - 1}) {
        double real = 0;
        double imaginary = 0;
        for (int i = 0; i < Spectrum.WINDOW; i++) {
          double angle = 2 * Math.PI * (bin + Spectrum.FIRST_BIN) * i / Spectrum.WINDOW;
          double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / Spectrum.WINDOW);
          real += samples[frame * Spectrum.HOP + i] * window * Math.cos(angle);
          imaginary += samples[frame * Spectrum.HOP + i] * window * Math.sin(angle);
        }
        assertThat((double) spectrum.frame(frame)[bin])
            .isCloseTo(Math.hypot(real, imaginary), within(0.1));
      }
    }
  }
}

package io.earwitness.archive.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class WaveformTest {
  @Test
  void peaksAreThoseOfEachTwentiethOfASecond() {
    Waveform waveform = new Waveform(2);
    short[][] samples = new short[2][1000];
    samples[0][0] = -32768;
    samples[0][400] = 1;
    samples[1][799] = 32767;
    samples[1][800] = -16384;
    waveform.accept(samples, 0, 399);
    waveform.accept(samples, 399, 601);
    // PKS1, 2 channels, 20 a second, 3 points; left ff 01 00, right 00 ff 80
    assertThat(HexFormat.of().formatHex(waveform.finish()))
        .isEqualTo("504b5331" + "0002" + "0014" + "00000003" + "ff0100" + "00ff80");
  }

  @Test
  void anEmptyAudioHasNoPoint() {
    assertThat(new Waveform(2).finish()).hasSize(12);
  }
}

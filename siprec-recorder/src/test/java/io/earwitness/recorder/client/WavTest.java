package io.earwitness.recorder.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WavTest {
  @Test
  void readsPcmMuLawAndALaw() throws IOException {
    assertThat(Wav.read(pcm(1, 8000, (short) 1, (short) -2, Short.MIN_VALUE), "a"))
        .containsExactly((short) 1, (short) -2, Short.MIN_VALUE);
    assertThat(Wav.read(wav(7, 1, 8000, 8, new byte[] {(byte) 0xff, 0, (byte) 0x80}), "a"))
        .containsExactly((short) 0, (short) -32124, (short) 32124);
    assertThat(Wav.read(wav(6, 1, 8000, 8, new byte[] {(byte) 0xd5, 0x2a, (byte) 0xaa}), "a"))
        .containsExactly((short) 8, (short) -32256, (short) 32256);
  }

  @Test
  void readsOnBehindOtherChunksAndWithAnOpenEnd() throws IOException {
    byte[] plain = pcm(1, 8000, (short) 7, (short) 8);
    byte[] file = new byte[plain.length + 12];
    System.arraycopy(plain, 0, file, 0, 12);
    ByteBuffer chunk = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    chunk.position(12).put("LIST".getBytes(StandardCharsets.US_ASCII)).putInt(3);
    System.arraycopy(plain, 12, file, 24, plain.length - 12);
    chunk.putInt(24 + 24 + 4, -1);
    assertThat(Wav.read(file, "a")).containsExactly((short) 7, (short) 8);
  }

  @Test
  void saysWhatIsWrongAndWhatToDo() {
    assertRefused(pcm(2, 8000, (short) 0, (short) 0), "8000 Hz mono", "2 channels", "sox x.wav");
    assertRefused(pcm(1, 44100, (short) 0), "44100 Hz");
    assertRefused(wav(1, 1, 8000, 8, new byte[4]), "8 bit");
    assertRefused(wav(85, 1, 8000, 16, new byte[4]), "format 85");
    assertRefused(pcm(1, 8000), "x.wav holds no audio");
    assertRefused(new byte[0], "x.wav is no WAV file");
    assertRefused(Arrays.copyOf(pcm(1, 8000, (short) 1), 36), "no data chunk");
    assertRefused(Arrays.copyOf(pcm(1, 8000, (short) 1), 20), "no fmt chunk");
    byte[] hugeSize = pcm(1, 8000, (short) 1);
    Arrays.fill(hugeSize, 16, 20, (byte) 0xff);
    assertRefused(hugeSize, "x.wav");
  }

  @Test
  void theClipsOfTheClientAreTelephoneSpeechOnBothSides() {
    assertThat(Speech.dialogues()).isEqualTo(4);
    for (int i = 0; i < Speech.dialogues(); i++) {
      Speech.Dialogue dialogue = Speech.dialogue(i);
      assertThat(dialogue.left().samples()).hasSameSizeAs(dialogue.right().samples());
      assertThat(dialogue.left().samples().length).isBetween(4 * 8000, 9 * 8000);
      for (Speech side : new Speech[] {dialogue.left(), dialogue.right()}) {
        long loud = 0;
        for (short sample : side.samples()) {
          loud += Math.abs(sample) > 1000 ? 1 : 0;
        }
        assertThat(loud).as(side.name()).isGreaterThan(2000);
      }
    }
  }

  private static void assertRefused(byte[] file, String... inMessage) {
    assertThatThrownBy(() -> Wav.read(file, "x.wav"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(inMessage);
  }

  static byte[] pcm(int channels, int rate, short... samples) {
    ByteBuffer data = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asShortBuffer().put(samples);
    return wav(1, channels, rate, 16, data.array());
  }

  private static byte[] wav(int format, int channels, int rate, int bits, byte[] data) {
    ByteBuffer file = ByteBuffer.allocate(44 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + data.length);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    file.putShort((short) format).putShort((short) channels).putInt(rate);
    file.putInt(rate * channels * bits / 8).putShort((short) (channels * bits / 8));
    file.putShort((short) bits).put("data".getBytes(StandardCharsets.US_ASCII));
    return file.putInt(data.length).put(data).array();
  }
}

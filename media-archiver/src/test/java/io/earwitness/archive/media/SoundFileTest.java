package io.earwitness.archive.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.media.SoundFile.UnreadableSoundException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoundFileTest {
  private static final int RATE = 8000;

  private static short[] tone(int rate, int samples) {
    short[] tone = new short[samples];
    for (int i = 0; i < samples; i++) {
      tone[i] = (short) (10_000 * Math.sin(2 * Math.PI * 440 * i / rate));
    }
    return tone;
  }

  private static byte[] wav(int format, int channels, int rate, int bits, byte[] data) {
    ByteBuffer out = ByteBuffer.allocate(44 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + data.length);
    out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    out.putShort((short) format).putShort((short) channels).putInt(rate);
    out.putInt(rate * channels * bits / 8).putShort((short) (channels * bits / 8));
    out.putShort((short) bits).put("data".getBytes(StandardCharsets.US_ASCII)).putInt(data.length);
    return out.put(data).array();
  }

  private static byte[] bytes(short[] samples) {
    ByteBuffer out = ByteBuffer.allocate(samples.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (short sample : samples) {
      out.putShort(sample);
    }
    return out.array();
  }

  @Test
  void whatIsWrittenIsReadAgainSampleForSample() throws Exception {
    short[] tone = tone(RATE, 4000);
    assertThat(SoundFile.read(SoundFile.wav(tone))).isEqualTo(tone);
  }

  @Test
  void aFlacFileOfTheSameSoundIsTheSame() throws Exception {
    short[] tone = tone(RATE, 9000);
    byte[] flac;
    try (FlacEncoder encoder = new FlacEncoder(1)) {
      encoder.accept(new short[][] {tone}, 0, tone.length);
      flac = encoder.finish().content().toByteArray();
    }
    assertThat(SoundFile.read(flac)).isEqualTo(tone);
    refused(Arrays.copyOf(flac, flac.length / 2), "damaged");
  }

  @Test
  void otherRatesBecomeEightKilohertzAndKeepTheirPitch() throws Exception {
    short[] heard = SoundFile.read(wav(1, 1, 44_100, 16, bytes(tone(44_100, 44_100))));
    short[] expected = tone(RATE, RATE);
    assertThat(heard).hasSize(RATE);
    for (int i = 100; i < RATE - 100; i++) {
      assertThat((int) heard[i]).isBetween(expected[i] - 300, expected[i] + 300);
    }
  }

  @Test
  void bothChannelsOfStereoAreHeard() throws Exception {
    short[] stereo = new short[2 * 100];
    for (int i = 0; i < 100; i++) {
      stereo[2 * i] = 2000;
      stereo[2 * i + 1] = 4000;
    }
    assertThat(SoundFile.read(wav(1, 2, RATE, 16, bytes(stereo)))).containsOnly((short) 3000);
  }

  @Test
  void eachDepthGivesTheSameSample() throws Exception {
    assertThat(SoundFile.read(wav(1, 1, RATE, 8, new byte[] {(byte) 192})))
        .containsExactly((short) 16384);
    assertThat(SoundFile.read(wav(1, 1, RATE, 24, new byte[] {0, 0, (byte) 0xc0})))
        .containsExactly((short) -16384);
    assertThat(SoundFile.read(wav(1, 1, RATE, 32, new byte[] {0, 0, 0, 0x40})))
        .containsExactly((short) 16384);
    byte[] half = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0.5f).array();
    assertThat(SoundFile.read(wav(3, 1, RATE, 32, half))).containsExactly((short) 16384);
    assertThat(SoundFile.read(wav(7, 1, RATE, 8, new byte[] {(byte) 0x80})))
        .containsExactly((short) 32124);
  }

  private static void refused(byte[] file, String why) {
    assertThatThrownBy(() -> SoundFile.read(file))
        .isInstanceOf(UnreadableSoundException.class)
        .hasMessageContaining(why);
  }

  @Test
  void whatCanNotBeTakenIsRefusedWithWhatItIsAndWhatIsTaken() {
    refused(new byte[0], "neither a WAV nor a FLAC file");
    refused("ID3 and so on".getBytes(StandardCharsets.US_ASCII), "neither a WAV nor a FLAC file");
    byte[] good = SoundFile.wav(new short[100]);
    refused(Arrays.copyOf(good, 20), "no fmt chunk");
    refused(Arrays.copyOf(good, 40), "no data chunk");
    refused(SoundFile.wav(new short[0]), "holds no sound");
    refused(wav(85, 1, RATE, 16, new byte[2]), "format 85 with 16 bits");
    refused(wav(1, 3, RATE, 16, new byte[6]), "3 channels at 8000 Hz");
    refused(wav(1, 1, 4000, 16, new byte[2]), "1 channels at 4000 Hz");
    refused(wav(1, 1, RATE, 16, new byte[2 * 91 * RATE]), "91 s long");
    refused("fLaC".getBytes(StandardCharsets.US_ASCII), "ends within its header");
  }

  @Test
  void aFlacFileOfNoiseIsRefusedByTheProcessThatDecodesIt() throws Exception {
    short[] tone = tone(RATE, RATE);
    byte[] flac;
    try (FlacEncoder encoder = new FlacEncoder(1)) {
      encoder.accept(new short[][] {tone}, 0, tone.length);
      flac = encoder.finish().content().toByteArray();
    }
    byte[] noise = new byte[flac.length];
    new Random(1).nextBytes(noise);
    System.arraycopy(flac, 0, noise, 0, 42);
    refused(noise, "the FLAC file ");
  }
}

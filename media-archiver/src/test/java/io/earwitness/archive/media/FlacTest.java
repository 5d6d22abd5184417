package io.earwitness.archive.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlacTest {
  static short[][] noise(int channels, int length) {
    Random random = new Random(length);
    short[][] samples = new short[channels][length];
    for (short[] channel : samples) {
      for (int i = 0; i < length; i++) {
        channel[i] = (short) (random.nextGaussian() * 3000);
      }
    }
    return samples;
  }

  static FlacFile encode(short[][] samples) {
    try (FlacEncoder encoder = new FlacEncoder(samples.length)) {
      int at = 0;
      while (at < samples[0].length) {
        int length = Math.min(777, samples[0].length - at);
        encoder.accept(samples, at, length);
        at += length;
      }
      return encoder.finish();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 4095, 4096, 4097, 8191, 80_000, 245_761})
  void whatWentInComesOutOfOurDecoderAndOfTheFlacProgram(int length) throws Exception {
    short[][] samples = noise(2, length);
    FlacFile file = encode(samples);
    assertThat(file.samples()).isEqualTo(length);
    byte[] bytes = file.content().toByteArray();
    assertThat(bytes).hasSize((int) file.content().size());
    assertThat(FlacDecoder.decode(bytes)).isDeepEqualTo(samples);
    byte[] raw =
        Programs.pipe(
            bytes,
            "flac",
            "-d",
            "-s",
            "-c",
            "--force-raw-format",
            "--endian=little",
            "--sign=signed",
            "-");
    short[] interleaved = Programs.samples(raw);
    assertThat(interleaved).hasSize(2 * length);
    for (int i = 0; i < length; i++) {
      if (interleaved[2 * i] != samples[0][i] || interleaved[2 * i + 1] != samples[1][i]) {
        throw new AssertionError("sample " + i + " differs");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 6, 7, 8})
  void everyNumberOfChannelsThatFlacHasWorks(int channels) throws Exception {
    short[][] samples = noise(channels, 20_000);
    byte[] bytes = encode(samples).content().toByteArray();
    assertThat(FlacDecoder.decode(bytes)).isDeepEqualTo(samples);
    Programs.pipe(bytes, "flac", "-t", "-s", "-");
  }

  /** Random samples, no recording: metaflac reads nothing but files. */
  @Test
  void theHeaderHasLengthDigestAndASeekPointEachTenSeconds(@TempDir Path folder) throws Exception {
    int seconds = 35;
    byte[] bytes = encode(noise(2, seconds * 8000)).content().toByteArray();
    Programs.pipe(bytes, "flac", "-t", "-s", "-");
    Path file = Files.write(folder.resolve("noise.flac"), bytes);
    String list =
        new String(
            Programs.pipe(new byte[0], "metaflac", "--list", "" + file), StandardCharsets.UTF_8);
    assertThat(list)
        .contains("sample_rate: 8000 Hz")
        .contains("channels: 2")
        .contains("bits-per-sample: 16")
        .contains("total samples: " + seconds * 8000)
        .contains("seek points: 4")
        .doesNotContain("MD5 signature: 00000000000000000000000000000000");
    for (int point = 0; point < 4; point++) {
      int sample = point * 80_000 / 4096 * 4096;
      assertThat(list).contains("point %d: sample_number=%d,".formatted(point, sample));
    }
    // the offsets lead to frames with the right number (RFC 9639 §9.1)
    int table = 4 + 4 + 34 + 4;
    int frames = table + 4 * 18;
    for (int point = 0; point < 4; point++) {
      long offset = java.nio.ByteBuffer.wrap(bytes, table + 18 * point + 8, 8).getLong();
      assertThat(bytes[(int) (frames + offset)]).isEqualTo((byte) 0xff);
      assertThat(bytes[(int) (frames + offset) + 1]).isEqualTo((byte) 0xf8);
      assertThat(bytes[(int) (frames + offset) + 4]).isEqualTo((byte) (point * 80_000 / 4096));
    }
  }

  @Test
  void damageIsFoundAndNotDecodedAsSilence() {
    byte[] bytes = encode(noise(2, 20_000)).content().toByteArray();
    assertThatThrownBy(() -> FlacDecoder.decode("no flac".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no FLAC");
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length / 2);
    assertThatThrownBy(() -> FlacDecoder.decode(cut)).isInstanceOf(IllegalArgumentException.class);
  }

  /** The archiver's memory rests on this. */
  @Test
  void noFileIsNotablyLargerThanItsSamples() {
    Random random = new Random(1);
    short[][] samples = new short[2][400_000];
    for (short[] channel : samples) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] = (short) random.nextInt();
      }
    }
    assertThat(encode(samples).content().size()).isLessThan(2 * 2 * 400_000 * 103L / 100);
  }
}

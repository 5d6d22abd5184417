package io.earwitness.archive.media;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class G711Test {
  private static byte[] allCodes() {
    byte[] codes = new byte[256];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) i;
    }
    return codes;
  }

  @Test
  void decisionValuesOfTheRecommendationComeOut() {
    short[] mu = SyntheticCall.muLaw(allCodes());
    // G.711 table 2a: 8031 and the smallest steps 0, 2, 4 (14 bit, here times 4)
    assertThat(mu[0x80]).isEqualTo((short) (8031 * 4));
    assertThat(mu[0x00]).isEqualTo((short) (-8031 * 4));
    assertThat(mu[0xff]).isZero();
    assertThat(mu[0xfe]).isEqualTo((short) (2 * 4));
    assertThat(mu[0xfd]).isEqualTo((short) (4 * 4));
    short[] a = SyntheticCall.aLaw(allCodes());
    // G.711 table 1a: 4032 and the smallest steps 1, 3 (13 bit, here times 8)
    assertThat(a[0xaa]).isEqualTo((short) (4032 * 8));
    assertThat(a[0x2a]).isEqualTo((short) (-4032 * 8));
    assertThat(a[0xd5]).isEqualTo((short) 8);
    assertThat(a[0x55]).isEqualTo((short) -8);
    assertThat(a[0xd4]).isEqualTo((short) (3 * 8));
  }

  @Test
  void everyCodeDecodesAsFfmpegDecodesIt() throws Exception {
    assertThat(SyntheticCall.muLaw(allCodes()))
        .isEqualTo(Programs.samples(Programs.pipe(allCodes(), ffmpeg("mulaw"))));
    assertThat(SyntheticCall.aLaw(allCodes()))
        .isEqualTo(Programs.samples(Programs.pipe(allCodes(), ffmpeg("alaw"))));
  }

  private static String[] ffmpeg(String format) {
    return new String[] {
      "ffmpeg", "-v", "error", "-f", format, "-ar", "8000", "-i", "-", "-f", "s16le", "-"
    };
  }
}

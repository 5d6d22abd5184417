package io.earwitness.recorder.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class G711Test {
  /** From ITU-T G.711 tables 1 and 2, scaled to 16 bit. */
  @ParameterizedTest
  @CsvSource({
    "PCMU,0x00,-32124", "PCMU,0x80,32124", "PCMU,0xFF,0", "PCMU,0x7F,0", "PCMU,0xFE,8",
    "PCMU,0x7E,-8", "PCMU,0xF0,120", "PCMU,0xEF,132", "PCMU,0x8F,16764", "PCMU,0x0F,-16764",
    "PCMA,0xD5,8", "PCMA,0x55,-8", "PCMA,0xAA,32256", "PCMA,0x2A,-32256", "PCMA,0xC5,264",
    "PCMA,0x45,-264", "PCMA,0xDA,248", "PCMA,0xA5,16896",
  })
  void decodesAsTheStandardsTablesSay(G711 law, int code, short sample) {
    assertThat(law.decode((byte) code)).isEqualTo(sample);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasDecodedEncodesToTheSameSampleAgain(G711 law) {
    for (int code = 0; code < 256; code++) {
      short sample = law.decode((byte) code);
      assertThat(law.decode(law.encode(sample))).isEqualTo(sample);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySampleGetsTheNearestCode(G711 law) {
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample += 7) {
      int error = Math.abs(law.decode(law.encode((short) sample)) - sample);
      int best = Integer.MAX_VALUE;
      for (int code = 0; code < 256; code++) {
        best = Math.min(best, Math.abs(law.decode((byte) code) - sample));
      }
      assertThat(error).isEqualTo(best);
    }
  }

  @Test
  void silenceIsTheCodeOfZero() {
    assertThat(G711.PCMU.encode((short) 0)).isEqualTo(G711.PCMU.silence()).isEqualTo((byte) 0xff);
    assertThat(G711.PCMA.encode((short) 0)).isEqualTo(G711.PCMA.silence()).isEqualTo((byte) 0xd5);
  }
}

package io.earwitness.recorder.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The tests' own SRTP against the vectors of the standards, whose session keys it takes. */
class PlainSrtpTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  /** RFC 3711 appendix B.2. */
  @Test
  void keystreamOfCounterMode() throws Exception {
    assertThat(
            PlainSrtp.counterMode(
                hex("2B7E151628AED2A6ABF7158809CF4F3C"),
                hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"),
                new byte[48]))
        .isEqualTo(
            hex(
                "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB"
                    + " 41E95B3BB0A2E8DD477901E4FCA894C0"));
  }

  /** RFC 3711 appendix B.3. */
  @Test
  void derivedKeys() throws Exception {
    byte[] key = hex("E1F97A0D3E018BE0D64FA32C06DE4139");
    byte[] salt = hex("0EC675AD498AFEEBB6960B3AABE6");
    assertThat(PlainSrtp.derive(key, salt, 0, 16))
        .isEqualTo(hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assertThat(PlainSrtp.derive(key, salt, 2, 14)).isEqualTo(hex("30CBBC08863D8C85D49DB34A9AE1"));
    assertThat(PlainSrtp.derive(key, salt, 1, 20))
        .isEqualTo(hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
  }

  /** RFC 7714 §16.1.1 and §16.2.1. */
  @Test
  void aPacketOfGcm() throws Exception {
    byte[] packet =
        hex(
            "8040f17b 8041f8d3 5501a0b2 47616c6c 696120657374206f6d6e69732064697669736120696e20"
                + "706172746573207472657 3");
    byte[] salt = hex("517569642070726f2071756f");
    assertThat(PlainSrtp.gcm(hex("000102030405060708090a0b0c0d0e0f"), salt, packet, 0))
        .isEqualTo(
            hex(
                "8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a"
                    + "51c7d19b36de3adf8833 899d7f27beb16a9152cf765ee4390cce"));
    assertThat(
            PlainSrtp.gcm(
                hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
                salt,
                packet,
                0))
        .isEqualTo(
            hex(
                "8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a02"
                    + "76ffae0f1ba63799b87b 7aa3db36dfffd6b0f9bb7878d7a76c13"));
  }
}

package io.earwitness.recorder.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CryptoLineTest {
  /** 30 bytes: 40 characters without padding. */
  private static final String KEY = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

  private static final String SUITE = "AES_CM_128_HMAC_SHA1_80";

  private static MediaDescription media(String... attributes) throws SdpException {
    String lines =
        "v=0\r\nm=audio 4000 RTP/SAVP 0\r\n"
            + String.join("", Stream.of(attributes).map(a -> "a=" + a + "\r\n").toList());
    return SdpParser.parse(lines.getBytes(StandardCharsets.UTF_8)).media().getFirst();
  }

  private static SrtpKey key(SrtpSuite suite, byte[] bytes, String mki) {
    return new SrtpKey(suite, bytes, HexFormat.of().parseHex(mki));
  }

  @ParameterizedTest
  @CsvSource({
    "1 SUITE inline:KEY, 1, ''",
    "007 aes_cm_128_hmac_sha1_80 INLINE:KEY, 7, ''",
    "1   SUITE\tinline:KEY, 1, ''",
    "1 SUITE inline:KEY|2^20, 1, ''",
    "1 SUITE inline:KEY|2^48, 1, ''",
    "1 SUITE inline:KEY|1048576, 1, ''",
    "1 SUITE inline:KEY|1:4, 1, 00000001",
    "1 SUITE inline:KEY|2^20|1:4, 1, 00000001",
    "1 SUITE inline:KEY|2^20|258:2, 1, 0102",
    "1 SUITE inline:KEY|2^20|255:1, 1, ff",
    "1 SUITE inline:KEY WSH=64, 1, ''",
    "1 SUITE inline:KEY KDR=0 -NEW=1 -other, 1, ''"
  })
  void aLineThatCanBeUsed(String line, int tag, String mki) throws Exception {
    CryptoLine read = CryptoLine.parse(line.replace("KEY", KEY).replace("SUITE", SUITE));
    assertThat(read.tag()).isEqualTo(tag);
    assertThat(read.key())
        .isEqualTo(key(SrtpSuite.AES_CM_128_HMAC_SHA1_80, Base64.getDecoder().decode(KEY), mki));
    assertThat(read.namesKey()).isEqualTo(!mki.isEmpty());
    assertThat(read.toString()).doesNotContain(KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "'', without tag",
    "1 SUITE, without tag",
    "x SUITE inline:KEY, without tag",
    "1 inline:KEY KEY, unknown suite",
    "1 KEY inline:KEY, unknown suite",
    "1 F8_128_HMAC_SHA1_80 inline:KEY, unknown suite F8_128_HMAC_SHA1_80",
    "1 SUITE uri:KEY, no inline key",
    "1 SUITE KEY, no inline key",
    "1 SUITE inline:KEYa, is not base64",
    "1 SUITE inline:KEYaa, a key of 31 bytes",
    "1 SUITE inline:KE?Y, is not base64",
    "1 SUITE inline:, a key of 0 bytes",
    "1 AEAD_AES_128_GCM inline:KEY, 'a key of 30 bytes, AEAD_AES_128_GCM needs 28'",
    "1 SUITE inline:KEY|2^49, a lifetime beyond",
    "1 SUITE inline:KEY|0, a lifetime beyond",
    "1 SUITE inline:KEY|KEY, a lifetime that can't be read",
    "1 SUITE inline:KEY|1:0, doesn't fit",
    "1 SUITE inline:KEY|256:1, doesn't fit",
    "1 SUITE inline:KEY|1:129, doesn't fit",
    "1 SUITE inline:KEY|2^20|x, can't be read",
    "1 SUITE inline:KEY|2^20|1:4|1:4, no inline key",
    "1 SUITE inline:KEY|1:4;inline:KEY|2:4, more than one key",
    "1 SUITE inline:KEY KDR=1, session parameter KDR",
    "1 SUITE inline:KEY UNENCRYPTED_SRTP, session parameter UNENCRYPTED_SRTP",
    "1 SUITE inline:KEY FEC_KEY=inline:KEY, session parameter FEC_KEY",
    "1 SUITE inline:KEY KEY, a session parameter that can't be read"
  })
  void aLineThatCanNotBeUsedSaysWhyWithoutItsKey(String line, String why) {
    assertThatThrownBy(
            () ->
                CryptoLine.parse(
                    line.replace("KEY", KEY)
                        .replace("FEC_" + KEY, "FEC_KEY")
                        .replace("SUITE", SUITE)))
        .isInstanceOf(SdpException.class)
        .hasMessageContaining(why)
        .message()
        .doesNotContain(KEY.substring(0, 12));
  }

  @ParameterizedTest
  @EnumSource(SrtpSuite.class)
  void keysOfEverySuiteAreReadWithAndWithoutPadding(SrtpSuite suite) throws Exception {
    byte[] bytes = new byte[suite.keyAndSaltSize()];
    Arrays.fill(bytes, (byte) 0xfb);
    String padded = Base64.getEncoder().encodeToString(bytes);
    String bare = Base64.getEncoder().withoutPadding().encodeToString(bytes);
    for (String text : new String[] {padded, bare}) {
      assertThat(CryptoLine.parse("3 " + suite + " inline:" + text).key())
          .isEqualTo(key(suite, bytes, ""));
    }
  }

  @Test
  void ofTwelveLinesTheFirstIsTakenThatCanBeUsedAndNamesNoKey() throws Exception {
    MediaDescription media =
        media(
            "crypto:1 F8_128_HMAC_SHA1_80 inline:" + KEY,
            "crypto:2 AES_192_CM_HMAC_SHA1_80 inline:" + KEY,
            "crypto:3 " + SUITE + " inline:" + KEY + " KDR=3",
            "crypto:4 " + SUITE + " inline:" + KEY + "|2^31|1:1",
            "crypto:5 " + SUITE + " inline:" + KEY.substring(4),
            "crypto:6 AES_CM_128_HMAC_SHA1_32 inline:" + KEY,
            "crypto:7 " + SUITE + " inline:" + KEY,
            "fingerprint:sha-256 00:11");
    CryptoLine line = Objects.requireNonNull(CryptoLine.choose(media));
    assertThat(line.tag()).isEqualTo(6);
    assertThat(line.key().suite()).isEqualTo(SrtpSuite.AES_CM_128_HMAC_SHA1_32);
    assertThat(media.toString()).doesNotContain(KEY);
    assertThat(SdpAnswer.canBeStored(media)).isTrue();
  }

  @Test
  void aLineThatNamesItsKeyIsTakenIfThereIsNoOther() throws Exception {
    MediaDescription media =
        media("crypto:1 X_Y inline:" + KEY, "crypto:4 " + SUITE + " inline:" + KEY + "|1:1");
    CryptoLine line = Objects.requireNonNull(CryptoLine.choose(media));
    assertThat(line.tag()).isEqualTo(4);
  }

  @Test
  void withoutALineThatCanBeUsedTheReasonsAreTold() throws Exception {
    MediaDescription media =
        media("crypto:1 X_Y inline:" + KEY, "crypto:2 " + SUITE + " inline:" + KEY + "AAAA");
    assertThat(CryptoLine.choose(media)).isNull();
    assertThat(SdpAnswer.canBeStored(media)).isFalse();
    assertThat(SdpAnswer.lacksKey(media)).isTrue();
    assertThat(CryptoLine.whyNone(media))
        .isEqualTo(
            "crypto line 1 has unknown suite X_Y; crypto line 2 has a key of 33 bytes, "
                + SUITE
                + " needs 30");
    assertThat(CryptoLine.whyNone(media())).isEqualTo("no crypto line");
  }
}

package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SecretMaskTest {
  private static String mask(String text) {
    return new String(
        SecretMask.mask(text.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
  }

  private static String fingerprint(String key) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
    return "sha256-" + HexFormat.of().formatHex(hash) + "-length-" + key.length();
  }

  @Test
  void everyKeyOfACryptoLineLeavesItsHashAndLength() throws Exception {
    String text =
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEYone/+|2^20|1:4;inline:KEYtwo|2^20|2:4"
            + " FEC=x\r\n"
            + "A=Crypto:2 AEAD_AES_256_GCM inline:KEYthree\r\n"
            + "a=label:inline:kept\r\n"
            + "k=base64:KEYfour\r\n"
            + "a=key-mgmt:mikey KEYfive\r\n";
    assertThat(mask(text))
        .isEqualTo(
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"
                + fingerprint("KEYone/+")
                + "|2^20|1:4;inline:"
                + fingerprint("KEYtwo")
                + "|2^20|2:4 FEC=x\r\nA=Crypto:2 AEAD_AES_256_GCM inline:"
                + fingerprint("KEYthree")
                + "\r\na=label:inline:kept\r\nk=base64:"
                + fingerprint("KEYfour")
                + "\r\na=key-mgmt:mikey "
                + fingerprint("KEYfive")
                + "\r\n");
  }

  @Test
  void oddlyWrittenCryptoLinesAreMaskedToo() {
    for (String line :
        new String[] {
          "a= crypto:1 AES_CM_128_HMAC_SHA1_80 inline:SECRET",
          "a=\u000bcrypto:1 AES_CM_128_HMAC_SHA1_80 INLINE:SECRET==|2^31|1:4",
          "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline: SECRET",
          "a=crypto:1 X inline:A FEC_KEY=inline:SECRET",
          "a=crypto:inline:SECRET"
        }) {
      assertThat(mask("v=0\r\n" + line + "\r\n")).as(line).doesNotContain("SECRET");
    }
  }

  @Test
  void credentialsLeaveNothingAlsoWhenFolded() {
    assertThat(
            mask(
                "INVITE sip:a SIP/2.0\r\nAuthorization: Digest username=\"u\",\r\n"
                    + "  response=\"secret\"\r\nPROXY-AUTHORIZATION :Basic c2VjcmV0\r\nX: y\r\n"))
        .isEqualTo(
            "INVITE sip:a SIP/2.0\r\n"
                + "Authorization: masked\r\n"
                + "PROXY-AUTHORIZATION :masked\r\n"
                + "X: y\r\n");
  }

  @Test
  void credentialsBehindAnEmptyFirstLineAreMaskedToo() {
    assertThat(mask("INVITE sip:a SIP/2.0\r\nAuthorization:\r\n Digest x\r\nX: y\r\n"))
        .isEqualTo("INVITE sip:a SIP/2.0\r\nAuthorization:masked\r\nX: y\r\n");
  }

  @Test
  void howeverOftenAHeaderIsFoldedAndWhateverTheBodySays() {
    String folded = "authorization: x" + "\r\n y".repeat(100_000) + "\r\n";
    String head = "INVITE sip:a SIP/2.0\r\n";
    assertThat(mask(head + folded + "\r\n")).isEqualTo(head + "authorization: masked\r\n\r\n");
    // In a body it is no header: every byte of a document stays
    String message = head + "X: y\r\n\r\n" + folded;
    assertThat(mask(message)).isEqualTo(message);
  }

  @Test
  void everyOtherByteStays() {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    assertThat(SecretMask.mask(all)).isEqualTo(all);
  }
}

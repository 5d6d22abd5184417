package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

  /** RFC 6238 appendix B, of whose eight digits ours are the last six. */
  @ParameterizedTest
  @CsvSource({
    "59, 94287082",
    "1111111109, 07081804",
    "1111111111, 14050471",
    "1234567890, 89005924",
    "2000000000, 69279037",
    "20000000000, 65353130"
  })
  void codesAreThoseOfTheRfc(long seconds, String code) {
    Instant at = Instant.ofEpochSecond(seconds);
    assertThat(Totp.code(SECRET, Totp.step(at))).isEqualTo(code.substring(2));
  }

  @Test
  void theCodesOfTheStepsBesideThePresentOneAreTakenAndNoOthers() {
    Instant now = Instant.ofEpochSecond(1_111_111_110);
    long step = Totp.step(now);
    for (long each = step - 3; each <= step + 3; each++) {
      boolean taken = Math.abs(each - step) <= 1;
      assertThat(Totp.steps(SECRET, Totp.code(SECRET, each), now).contains(each))
          .as("%d steps off", each - step)
          .isEqualTo(taken);
    }
    for (String wrong : new String[] {"", "12345", "1234567", "abcdef", "１２３４５６"}) {
      assertThat(Totp.steps(SECRET, wrong, now)).as(wrong).isEmpty();
    }
  }

  /** RFC 4648 section 10. */
  @ParameterizedTest
  @CsvSource({
    "f, MY",
    "fo, MZXQ",
    "foo, MZXW6",
    "foob, MZXW6YQ",
    "fooba, MZXW6YTB",
    "foobar, MZXW6YTBOI"
  })
  void secretsAreWrittenInBase32WithoutPadding(String text, String base32) {
    assertThat(Totp.base32(text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(base32);
  }

  @Test
  void theAddressForAppsNamesTenantUserAndSecret() {
    assertThat(Totp.uri(SECRET, "acme", "ana ruiz@x"))
        .isEqualTo(
            "otpauth://totp/Earwitness%20acme:ana%20ruiz%40x"
                + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Earwitness%20acme"
                + "&algorithm=SHA1&digits=6&period=30");
  }
}

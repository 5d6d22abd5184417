package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordHasherTest {
  private final PasswordHasher hasher = new PasswordHasher();

  @Test
  void aPasswordIsRightForItsHashOnly() {
    String phc = hasher.hash("pässword with ünicode".toCharArray());
    assertThat(phc)
        .matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
    assertThat(hasher.verify("pässword with ünicode".toCharArray(), phc)).isTrue();
    assertThat(hasher.verify("password with unicode".toCharArray(), phc)).isFalse();
    assertThat(hasher.verify("".toCharArray(), phc)).isFalse();
  }

  @Test
  void theSamePasswordHashesDifferentlyEachTime() {
    assertThat(hasher.hash("x".toCharArray())).isNotEqualTo(hasher.hash("x".toCharArray()));
  }

  /** Test vector of the reference implementation (phc-winner-argon2, test.c). */
  @Test
  void hashesOfTheReferenceImplementationAreUnderstood() {
    String reference =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThat(hasher.verify("password".toCharArray(), reference)).isTrue();
    assertThat(hasher.verify("Password".toCharArray(), reference)).isFalse();
  }

  @Test
  void noHashIsRightForNoPasswordNeitherIsOneThatAsksForTooMuch() {
    String phc = hasher.hash("x".toCharArray());
    for (String other :
        new String[] {
          null,
          "",
          "x",
          phc.replace("argon2id", "argon2i"),
          phc.replace("v=19", "v=16"),
          phc.replace("m=19456", "m=9999999"),
          phc.replace("t=2", "t=0"),
          phc.replace("p=1", "p=0"),
          phc.substring(0, phc.length() - 30)
        }) {
      assertThat(hasher.verify("x".toCharArray(), other)).as(other).isFalse();
    }
  }
}

package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SignInKeyTest {
  private static final byte[] SECRET = "a secret".getBytes(StandardCharsets.UTF_8);
  private final SignInKey key = new SignInKey(new byte[SignInKey.BYTES]);

  @Test
  void whatIsSealedIsOpenedForTheSamePurposeWithTheSameKeyOnly() {
    String sealed = key.seal("totp|acme|u-1", SECRET);
    assertThat(key.open("totp|acme|u-1", sealed)).isEqualTo(SECRET);
    assertThat(key.seal("totp|acme|u-1", SECRET)).as("a fresh nonce").isNotEqualTo(sealed);
    assertThatThrownBy(() -> key.open("totp|acme|u-2", sealed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys/sign-in.secret");
    byte[] other = new byte[SignInKey.BYTES];
    other[0] = 1;
    assertThatThrownBy(() -> new SignInKey(other).open("totp|acme|u-1", sealed))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatWasChangedCutOrIsNoSuchTextIsRefused() {
    char[] sealed = key.seal("x", SECRET).toCharArray();
    for (int i = 0; i < sealed.length; i++) {
      char[] changed = sealed.clone();
      changed[i] = changed[i] == 'A' ? 'Q' : 'A';
      assertThatThrownBy(() -> key.open("x", new String(changed)))
          .isInstanceOf(IllegalArgumentException.class);
      String cut = new String(Arrays.copyOf(sealed, i));
      assertThatThrownBy(() -> key.open("x", cut)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> key.open("x", "§")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void codesDifferByPurposeTextAndKey() {
    assertThat(key.code("a", "b")).hasSize(64).isEqualTo(key.code("a", "b"));
    assertThat(key.code("a", "c")).isNotEqualTo(key.code("a", "b"));
    assertThat(key.code("c", "b")).isNotEqualTo(key.code("a", "b"));
    assertThatThrownBy(() -> new SignInKey(new byte[31])).hasMessageContaining("31 bytes");
  }
}

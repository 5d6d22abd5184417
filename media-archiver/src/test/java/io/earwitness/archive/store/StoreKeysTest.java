package io.earwitness.archive.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreKeysTest {
  @Test
  void theLongestKeyAndSegmentAreLegalAndOneMoreIsNot() {
    String segment = "x".repeat(255);
    String many = String.join("/", segment, segment, segment, "x".repeat(254));
    assertThat(StoreKeys.check(segment)).hasSize(255);
    assertThat(StoreKeys.check(many + "/y")).hasSize(1024);
    assertThatThrownBy(() -> StoreKeys.check(segment + "x")).hasMessageContaining("255");
    assertThatThrownBy(() -> StoreKeys.check(many + "/yz")).hasMessageContaining("1024");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a/", "a/b", "a/.", "a/..", "acme/recordings/2026/"})
  void whatAKeyMayBeginWithIsAPrefix(String prefix) {
    assertThat(StoreKeys.checkPrefix(prefix)).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "//", "../", "a/../", "a//", "\u00e9", "a\\"})
  void whatNoKeyBeginsWithIsNone(String prefix) {
    assertThatThrownBy(() -> StoreKeys.checkPrefix(prefix))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theMessageShowsTheKeyWithoutItsControlCharacters() {
    assertThatThrownBy(() -> StoreKeys.check("a\u001b[31m"))
        .hasMessage("'a?[31m' is no object key: character U+001B at 1 is not allowed");
  }
}

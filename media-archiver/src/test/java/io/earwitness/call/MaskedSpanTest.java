package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaskedSpanTest {
  @Test
  void whatIsWrittenIsReadAgain() {
    List<MaskedSpan> spans =
        List.of(
            new MaskedSpan(65_000, 80_500, Set.of(Side.LEFT)),
            new MaskedSpan(0, 1, Set.of(Side.RIGHT, Side.LEFT)),
            new MaskedSpan(3_725_004, 36_000_000, Set.of()));
    String text = MaskedSpan.text(spans);
    assertThat(text)
        .isEqualTo(
            "1:05.000-1:20.500 left, 0:00.000-0:00.001 left+right, 1:02:05.004-10:00:00.000");
    assertThat(MaskedSpan.parse(text)).isEqualTo(spans);
    assertThat(MaskedSpan.text(List.of())).isEqualTo("all");
    assertThat(MaskedSpan.parse("all")).isEmpty();
    assertThat(MaskedSpan.parse("1:05–1:20 right"))
        .containsExactly(new MaskedSpan(65_000, 80_000, Set.of(Side.RIGHT)));
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThatThrownBy(() -> MaskedSpan.parse("1:05-1:01")).hasMessageContaining("ends after");
    for (String wrong : List.of("", "65-80", "1:05", "1:5-1:20", "1:65-1:70", "0:01-0:02 ,")) {
      assertThatThrownBy(() -> MaskedSpan.parse(wrong)).hasMessageContaining("is no span");
    }
    assertThatThrownBy(() -> MaskedSpan.parse("0:01-0:02 middle")).hasMessageContaining("no side");
  }
}

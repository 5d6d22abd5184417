package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpansTest {
  @Test
  void spansThatMeetOrOverlapAreOne() {
    Spans spans = new Spans();
    spans.add(10, 20);
    spans.add(30, 40);
    spans.add(20, 25);
    spans.add(5, 5);
    assertThat(spans.text(Long::toString)).isEqualTo("10-25, 30-40");
    spans.add(0, 35);
    assertThat(spans.text(Long::toString)).isEqualTo("0-40");
  }

  @Test
  void theyAreTheUnionOfWhatWasAdded() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      Spans spans = new Spans();
      BitSet expected = new BitSet();
      for (int i = 0; i < 30; i++) {
        int from = random.nextInt(200);
        int to = from + random.nextInt(20);
        spans.add(from, to);
        expected.set(from, to);
      }
      StringBuilder text = new StringBuilder();
      for (int from = expected.nextSetBit(0); from >= 0; ) {
        int to = expected.nextClearBit(from);
        text.append(text.isEmpty() ? "" : ", ").append(from).append('-').append(to);
        from = expected.nextSetBit(to);
      }
      assertThat(spans.text(Long::toString)).isEqualTo(text.toString());
    }
  }

  @Test
  void ofVeryManyThoseNearestToEachOtherBecomeOne() {
    Spans spans = new Spans();
    for (int i = 0; i < 500; i++) {
      spans.add(i * 100L, i * 100L + 10);
    }
    spans.add(1_000_000, 1_000_010);
    spans.add(1_000_012, 1_000_020);
    String text = spans.text(Long::toString);
    assertThat(text.split(", ")).hasSize(500);
    assertThat(text).startsWith("0-110, 200-210, ").endsWith("49900-49910, 1000000-1000020");
  }
}

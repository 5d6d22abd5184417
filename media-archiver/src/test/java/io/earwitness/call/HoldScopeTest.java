package io.earwitness.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HoldScopeTest {
  private static final Instant START = Instant.parse("2026-05-03T10:00:00Z");
  private static final RecordingId ID = RecordingId.draw(START);
  private static final HoldQuery QUERY = new HoldQuery("quill", null, null, null, null, null);

  private static boolean covers(HoldScope scope) {
    return scope.covers(ID, START, Set.of("u-anna"), Set.of("t-desk", "t-all"), Set.of("+4930123"));
  }

  private static HoldScope scope(
      Set<String> persons, Set<String> teams, List<String> numbers, @Nullable HoldQuery query) {
    return new HoldScope(persons, teams, numbers, query, Set.of(), null, null);
  }

  private static HoldScope between(@Nullable Instant from, @Nullable Instant until) {
    return new HoldScope(Set.of(), Set.of(), List.of(), from, until);
  }

  @Test
  void anyOfWhatIsNamedIsEnough() {
    assertThat(covers(scope(Set.of("u-anna"), Set.of("t-x"), List.of(), null))).isTrue();
    assertThat(covers(scope(Set.of("u-x"), Set.of("t-all"), List.of(), null))).isTrue();
    assertThat(covers(scope(Set.of("u-x"), Set.of(), List.of("+4930*"), null))).isTrue();
    assertThat(covers(scope(Set.of("u-x"), Set.of("t-x"), List.of("+4931*"), null))).isFalse();
  }

  @Test
  void nothingNamedIsOnAllCallsButAQueryOrSingleRecordingsAreNot() {
    assertThat(covers(between(null, null))).isTrue();
    assertThat(covers(scope(Set.of(), Set.of(), List.of(), QUERY))).isFalse();
    assertThat(covers(HoldScope.of(Set.of(RecordingId.draw(START))))).isFalse();
    assertThat(covers(HoldScope.of(Set.of(ID)))).isTrue();
  }

  @Test
  void theFirstMomentIsInAndTheLastIsNotButSingleRecordingsAreWhenever() {
    assertThat(covers(between(START, START.plusSeconds(1)))).isTrue();
    assertThat(covers(between(START.plusSeconds(1), null))).isFalse();
    assertThat(covers(between(null, START))).isFalse();
    assertThat(
            covers(
                new HoldScope(
                    Set.of(), Set.of(), List.of(), null, Set.of(ID), START.plusSeconds(1), null)))
        .isTrue();
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThatThrownBy(() -> between(START, START)).hasMessageContaining("is not after");
    assertThatThrownBy(() -> scope(Set.of(), Set.of(), List.of("x"), null))
        .hasMessageContaining("'x' is no number");
    assertThatThrownBy(() -> new HoldQuery(" ", null, null, null, null, null))
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> HoldScope.of(Set.of())).hasMessageContaining("at least one");
  }

  @Test
  void itIsReadAsItIsWritten() throws Exception {
    HoldScope scope =
        new HoldScope(
            Set.of("u-anna"), Set.of(), List.of("+4930*"), QUERY, Set.of(ID), START, null);
    assertThat(Json.read(Json.bytes(scope), HoldScope.class)).isEqualTo(scope);
    assertThat(Json.read("{}".getBytes(UTF_8), HoldScope.class)).isEqualTo(between(null, null));
  }
}

package io.earwitness.call;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a hold finds by search; a call meets all that is given. It says the same as the
 * search for calls does, and is answered by it.
 *
 * @param text words of names, numbers as people write them, or ids
 * @param number a whole number, a prefix ({@code +4930*}) or last digits ({@code *4711})
 * @param person user id
 * @param team team id
 * @param callId one of the call's ids
 */
public record HoldQuery(
    @Nullable String text,
    @Nullable String number,
    @Nullable String person,
    @Nullable String team,
    @Nullable Direction direction,
    @Nullable String callId) {
  public HoldQuery {
    if (direction == null
        && Stream.of(text, number, person, team, callId)
            .filter(Objects::nonNull)
            .allMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "the query of a hold is empty; leave it out, or say what calls are found by");
    }
  }
}

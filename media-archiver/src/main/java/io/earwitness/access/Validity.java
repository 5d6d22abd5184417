package io.earwitness.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A time in which something held.
 *
 * @param from inclusive
 * @param until exclusive; null as long as no end is known. One that is not after {@code from} means
 *     that it never held.
 */
public record Validity(Instant from, @Nullable Instant until) {
  /** From then on. */
  public static Validity since(Instant from) {
    return new Validity(from, null);
  }

  /** Whether it held at that moment. */
  public boolean at(Instant when) {
    return !when.isBefore(from) && (until == null || when.isBefore(until));
  }

  /** Whether it held at that moment or some time before. */
  public boolean begunBy(Instant when) {
    return !when.isBefore(from) && (until == null || until.isAfter(from));
  }
}

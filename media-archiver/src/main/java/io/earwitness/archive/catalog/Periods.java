package io.earwitness.archive.catalog;

import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Times in which rows hold: {@code valid_from} inclusive, {@code valid_until} exclusive or null.
 */
final class Periods {
  private Periods() {}

  /** Those that hold at a moment. */
  static Condition at(Field<Instant> from, Field<Instant> until, Instant when) {
    return from.le(when).and(until.isNull().or(until.gt(when)));
  }

  /** The end to be written to what ends now: later than its beginning, if only just. */
  static Field<Instant> end(Field<Instant> from, Instant now) {
    return DSL.field(
        "greatest({0}, {1} + interval '1 microsecond')",
        SQLDataType.INSTANT, DSL.val(now, SQLDataType.INSTANT), from);
  }
}

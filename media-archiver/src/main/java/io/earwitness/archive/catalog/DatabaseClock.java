package io.earwitness.archive.catalog;

import java.time.Duration;
import java.time.Instant;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Leases are judged by the database's clock: the clocks of its users need not agree. */
final class DatabaseClock {
  static final Field<Instant> NOW = DSL.field("clock_timestamp()", SQLDataType.INSTANT);

  private DatabaseClock() {}

  static Field<Instant> in(Duration duration) {
    return DSL.field(
        "clock_timestamp() + {0} * interval '1 millisecond'",
        SQLDataType.INSTANT, DSL.val(duration.toMillis()));
  }
}

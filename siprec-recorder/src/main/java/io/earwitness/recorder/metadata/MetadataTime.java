package io.earwitness.recorder.metadata;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * A time as an SRC wrote it (XML Schema {@code dateTime}, or what vendors take for one).
 *
 * @param text as received
 * @param instant what it means; null if it can't be read. A time without zone is taken for UTC
 * @param zoned whether the text names its zone
 */
public record MetadataTime(String text, @Nullable Instant instant, boolean zoned) {
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("[ ]['T']['t']")
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter();

  /** Reads a time; never fails. */
  public static MetadataTime parse(String text) {
    String stripped = text.strip();
    try {
      TemporalAccessor parsed =
          FORMAT.parseBest(stripped, OffsetDateTime::from, LocalDateTime::from);
      return parsed instanceof OffsetDateTime time
          ? new MetadataTime(stripped, time.toInstant(), true)
          : new MetadataTime(stripped, LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC), false);
    } catch (DateTimeParseException e) {
      return new MetadataTime(stripped, null, false);
    }
  }
}

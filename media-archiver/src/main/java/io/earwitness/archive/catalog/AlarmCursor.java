package io.earwitness.archive.catalog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.UUID;

/** Where a page of alarms ended. */
record AlarmCursor(Instant at, UUID id) {
  String text() {
    String plain = ChronoUnit.MICROS.between(Instant.EPOCH, at) + ":" + id;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
  }

  static AlarmCursor parse(String text) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split(":", 2);
      return new AlarmCursor(
          Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS),
          UUID.fromString(parts[1]));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("'%s' is no cursor of the alarms".formatted(text), e);
    }
  }
}

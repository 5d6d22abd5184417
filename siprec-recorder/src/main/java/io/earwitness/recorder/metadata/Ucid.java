package io.earwitness.recorder.metadata;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Avaya's universal call id. On the wire it is user-to-user information: perhaps a protocol
 * discriminator ({@code 00} or {@code 04}), then {@code FA}, the length {@code 08} and eight bytes
 * in hex. People, and Avaya's own reports, write the same as 20 digits: two bytes as five digits
 * (the node), two as five (a sequence number), four as ten (seconds).
 */
final class Ucid {
  private static final Pattern ON_THE_WIRE =
      Pattern.compile("(?:00|04)?FA08([0-9A-F]{4})([0-9A-F]{4})([0-9A-F]{8})(?:[0-9A-F]{2})*");

  private Ucid() {}

  /** The 20 digits; null if the text is no UCID as it is on the wire. */
  static @Nullable String digits(String text) {
    Matcher matcher = ON_THE_WIRE.matcher(text.toUpperCase(Locale.ROOT));
    return matcher.matches()
        ? "%05d%05d%010d"
            .formatted(
                Integer.parseInt(matcher.group(1), 16),
                Integer.parseInt(matcher.group(2), 16),
                Long.parseLong(matcher.group(3), 16))
        : null;
  }
}

package io.earwitness.call;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A country, or a part of one, in which all parties must agree to a recording. Law changes and its
 * readings differ: each entry says what it is based on and as of when.
 *
 * @param code ISO 3166-1 alpha-2, or ISO 3166-2 for a part such as {@code US-CA}
 * @param name for people
 * @param prefixes E.164 beginnings of its numbers, such as {@code +1415}; empty for a whole
 *     country, which is known by its numbers' country
 * @param source what it is based on
 * @param asOf the day as of which the entry stands
 */
public record Jurisdiction(
    String code, String name, List<String> prefixes, String source, LocalDate asOf) {
  private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
  private static final Pattern PART = Pattern.compile("[A-Z]{2}-[A-Z0-9]{1,3}");
  private static final Pattern PREFIX = Pattern.compile("\\+[0-9]{1,15}");

  public Jurisdiction {
    prefixes = List.copyOf(prefixes);
    if (!isCode(code)) {
      throw new IllegalArgumentException(
          "'%s' is no jurisdiction; write a country as ISO 3166-1 (DE) or a part as ISO 3166-2 (US-CA)"
              .formatted(code));
    }
    if (code.length() > 2 && prefixes.isEmpty()) {
      throw new IllegalArgumentException(
          "the jurisdiction %s is a part of a country, so it needs the beginnings of its numbers"
              .formatted(code));
    }
    for (String prefix : prefixes) {
      if (!PREFIX.matcher(prefix).matches()) {
        throw new IllegalArgumentException(
            "'%s' of the jurisdiction %s is no beginning of a number such as +1415"
                .formatted(prefix, code));
      }
    }
    if (name.isBlank() || source.isBlank()) {
      throw new IllegalArgumentException(
          "the jurisdiction %s needs a name and the source it is based on".formatted(code));
    }
  }

  static boolean isCode(String code) {
    return COUNTRIES.contains(code)
        || (PART.matcher(code).matches() && COUNTRIES.contains(code.substring(0, 2)));
  }

  /** Whether a number is of it. */
  boolean covers(@Nullable String number, @Nullable String country) {
    return prefixes.isEmpty()
        ? code.equals(country)
        : number != null && prefixes.stream().anyMatch(number::startsWith);
  }
}

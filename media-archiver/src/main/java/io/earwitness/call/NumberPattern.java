package io.earwitness.call;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers as rules name them: digits with or without {@code +}, a trailing {@code *} for all that
 * begin so.
 */
public final class NumberPattern {
  private static final Pattern NUMBER = Pattern.compile("[+]?[0-9]{1,32}[*]?");

  private NumberPattern() {}

  /**
   * Demands that a text is one.
   *
   * @throws IllegalArgumentException naming it, and how one is written
   */
  public static void demand(String pattern) {
    if (!NUMBER.matcher(pattern).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no number; write digits, a + in front for E.164, a * behind for all that begin so"
              .formatted(pattern));
    }
  }

  /**
   * The same for a number of a rule.
   *
   * @throws IllegalArgumentException naming the rule, too
   */
  static void demand(String rule, String pattern) {
    try {
      demand(pattern);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("rule '%s': %s".formatted(rule, e.getMessage()), e);
    }
  }

  /**
   * Whether a number is the one that is named, or begins so. One that lost its plus, or has {@code
   * 00} in its place, is also taken for the E.164 number that it would be, as for whose call it is.
   */
  static boolean matches(String pattern, @Nullable String number) {
    if (number == null) {
      return false;
    }
    boolean beginning = pattern.endsWith("*");
    String digits = beginning ? pattern.substring(0, pattern.length() - 1) : pattern;
    return NumberRanges.forms(number).stream()
        .anyMatch(form -> beginning ? form.startsWith(digits) : form.equals(digits));
  }

  /** Whether any of the patterns names any of the numbers, as they are written. */
  public static boolean anyNames(List<String> patterns, Collection<String> numbers) {
    for (String pattern : patterns) {
      for (String number : numbers) {
        if (names(pattern, number)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean names(String pattern, String number) {
    int last = pattern.length() - 1;
    return pattern.charAt(last) == '*'
        ? number.regionMatches(0, pattern, 0, last)
        : number.equals(pattern);
  }
}

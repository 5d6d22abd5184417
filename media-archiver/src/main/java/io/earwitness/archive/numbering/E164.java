package io.earwitness.archive.numbering;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks international numbers, and takes spans of numbers apart. Thread-safe. */
public final class E164 {
  private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();
  private static final Pattern DIGITS = Pattern.compile("[+]?[0-9]{1,32}");
  private static final int MOST = 15;
  private static final int PIECES = 100;

  private E164() {}

  /**
   * Why no such number, or no range of numbers that begin so, can be given to anybody; empty if it
   * can. Numbers without plus are internal extensions, of which nothing is known.
   *
   * @param digits with a leading {@code +}
   * @param prefix whether all numbers are meant that begin so
   */
  public static Optional<String> problem(String digits, boolean prefix) {
    if (!digits.startsWith("+")) {
      return Optional.empty();
    }
    String plain = digits.substring(1);
    if (plain.length() > MOST) {
      return Optional.of("E.164 numbers have at most 15 digits");
    }
    int code = countryCode(plain);
    if (code == 0) {
      return Optional.of(
          prefix
              ? "a range lies within one country code"
              : "no country has a code that these digits begin with");
    }
    if (prefix) {
      return Optional.empty();
    }
    try {
      PhoneNumber parsed = NUMBERS.parse(digits, null);
      ValidationResult result = NUMBERS.isPossibleNumberWithReason(parsed);
      return switch (result) {
        case TOO_SHORT, IS_POSSIBLE_LOCAL_ONLY ->
            Optional.of("too short for a number of country code +" + code);
        case TOO_LONG -> Optional.of("too long for a number of country code +" + code);
        case INVALID_COUNTRY_CODE -> Optional.of("no such country code");
        case IS_POSSIBLE, INVALID_LENGTH ->
            result == ValidationResult.IS_POSSIBLE
                ? Optional.empty()
                : Optional.of("numbers of country code +" + code + " have another length");
      };
    } catch (NumberParseException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The country code that digits begin with; 0 if they begin with none. */
  private static int countryCode(String digits) {
    for (int length = 1; length <= Math.min(3, digits.length()); length++) {
      int code = Integer.parseInt(digits.substring(0, length));
      if (NUMBERS.getSupportedCallingCodes().contains(code)) {
        return code;
      }
    }
    return 0;
  }

  /**
   * The prefixes and whole numbers that a span consists of: {@code +4930100} to {@code +4930129}
   * are {@code +493010*}, {@code +493011*}, {@code +493012*}. A prefix also holds what is dialled
   * behind its numbers.
   *
   * @return each with {@code *} at its end where it is a prefix
   * @throws IllegalArgumentException if it is no span, saying what is wrong
   */
  public static List<String> span(String from, String to) {
    if (!DIGITS.matcher(from).matches() || !DIGITS.matcher(to).matches()) {
      throw new IllegalArgumentException("both ends are digits, with a leading + for E.164");
    }
    if (from.length() != to.length() || from.startsWith("+") != to.startsWith("+")) {
      throw new IllegalArgumentException("both ends of a span have the same length");
    }
    if (from.compareTo(to) > 0) {
      throw new IllegalArgumentException("a span begins with its lower end");
    }
    List<String> pieces = new ArrayList<>();
    split(from.startsWith("+") ? "+" : "", from, to, pieces);
    if (pieces.size() > PIECES) {
      throw new IllegalArgumentException(
          "a span of %d pieces; at most %d: choose rounder ends".formatted(pieces.size(), PIECES));
    }
    return pieces;
  }

  private static void split(String head, String from, String to, List<String> pieces) {
    int left = from.length() - head.length();
    String low = head + "0".repeat(left);
    String high = head + "9".repeat(left);
    if (from.compareTo(high) > 0 || to.compareTo(low) < 0) {
      return;
    }
    boolean whole = from.compareTo(low) <= 0 && to.compareTo(high) >= 0;
    if (whole && head.length() > (from.startsWith("+") ? 1 : 0)) {
      pieces.add(left == 0 ? head : head + "*");
      return;
    }
    for (char digit = '0'; digit <= '9'; digit++) {
      split(head + digit, from, to, pieces);
    }
  }
}

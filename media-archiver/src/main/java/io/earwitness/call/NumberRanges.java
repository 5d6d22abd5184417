package io.earwitness.call;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the longest number range that holds a number. Immutable. */
final class NumberRanges {
  /**
   * A range that holds a number.
   *
   * @param rank greater for the better match: a whole number beats a prefix of the same digits
   */
  record Hit(RecorderSnapshot.Tenant tenant, RecorderSnapshot.Number range, int rank) {}

  /** What may be an E.164 number that lost its plus; shorter ones are taken for extensions. */
  private static final Pattern E164_DIGITS = Pattern.compile("[1-9][0-9]{7,14}");

  private record Entry(RecorderSnapshot.Tenant tenant, RecorderSnapshot.Number range) {}

  private final Map<String, Entry> wholes = new HashMap<>();
  private final Map<String, Entry> prefixes = new HashMap<>();

  /** Where two tenants claim the same range, the one that comes first has it. */
  NumberRanges(Collection<RecorderSnapshot.Tenant> tenants) {
    for (RecorderSnapshot.Tenant tenant : tenants) {
      for (RecorderSnapshot.Number range : tenant.numbers()) {
        Map<String, Entry> map = range.prefix() ? prefixes : wholes;
        map.putIfAbsent(range.digits(), new Entry(tenant, range));
      }
    }
  }

  Optional<Hit> find(@Nullable String number) {
    if (number == null) {
      return Optional.empty();
    }
    for (String form : forms(number)) {
      Entry whole = wholes.get(form);
      if (whole != null) {
        return Optional.of(new Hit(whole.tenant, whole.range, 2 * form.length() + 1));
      }
      for (int length = form.length(); length >= 0; length--) {
        Entry prefix = prefixes.get(form.substring(0, length));
        if (prefix != null) {
          return Optional.of(new Hit(prefix.tenant, prefix.range, 2 * length));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The number as it is, then what it would be as E.164: {@code 0049…} and {@code 49…} are +49….
   */
  static List<String> forms(String number) {
    if (number.startsWith("00") && E164_DIGITS.matcher(number.substring(2)).matches()) {
      return List.of(number, "+" + number.substring(2));
    }
    return E164_DIGITS.matcher(number).matches() ? List.of(number, "+" + number) : List.of(number);
  }
}

package io.earwitness.portal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a Range header asks for (RFC 9110 §14.2):
 *
 * <pre>
 * ranges-specifier = range-unit "=" range-set
 * range-spec       = int-range / suffix-range
 * int-range        = first-pos "-" [ last-pos ]
 * suffix-range     = "-" suffix-length
 * </pre>
 */
sealed interface ByteRange {
  /** The whole content: no range, one that is malformed or not in bytes, or several at once. */
  record Whole() implements ByteRange {}

  /** Bytes {@code first} to {@code last}, both inclusive, both inside the content. */
  record Part(long first, long last) implements ByteRange {
    long length() {
      return last - first + 1;
    }
  }

  /** No byte of the content lies in the range. */
  record Unsatisfiable() implements ByteRange {}

  Pattern ONE = Pattern.compile("bytes\\s*=\\s*(\\d*)\\s*-\\s*(\\d*)", Pattern.CASE_INSENSITIVE);

  /**
   * Reads a header. Section 14.2 lets a server ignore what it can't or won't serve as a range, so a
   * malformed header and a set of several ranges get the whole content.
   *
   * @param length of the content in bytes
   */
  static ByteRange parse(@Nullable String header, long length) {
    if (header == null) {
      return new Whole();
    }
    Matcher one = ONE.matcher(header.trim());
    if (!one.matches()) {
      return new Whole();
    }
    String first = one.group(1);
    String last = one.group(2);
    if (first.isEmpty()) {
      if (last.isEmpty()) {
        return new Whole();
      }
      long suffix = Math.min(position(last), length);
      return suffix == 0 ? new Unsatisfiable() : new Part(length - suffix, length - 1);
    }
    long from = position(first);
    long to = last.isEmpty() ? Long.MAX_VALUE : position(last);
    if (to < from) {
      return new Whole();
    }
    return from >= length ? new Unsatisfiable() : new Part(from, Math.min(to, length - 1));
  }

  private static long position(String digits) {
    return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
  }
}

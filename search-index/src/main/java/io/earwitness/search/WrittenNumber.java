package io.earwitness.search;

import java.util.regex.Pattern;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/**
 * Telephone numbers as people write them, with blanks, hyphens and brackets, and what they find.
 */
final class WrittenNumber {
  /** What may stand in a number between its digits; the index knows nothing of it. */
  private static final String INSIDE = "[0-9 ()./\\p{Pd}]*";

  private static final Pattern WHOLE_OR_PART = Pattern.compile("\\*?\\(?\\+?" + INSIDE + "\\*?");
  private static final Pattern INTERNATIONAL = Pattern.compile("\\(?(\\+|00).*");

  /** The trunk zero in brackets of +49 (0)30 is dialled only without what stands before it. */
  private static final Pattern TRUNK_ZERO = Pattern.compile("\\( *0 *\\)");

  /** Fewer digits stand in too many numbers, and in names. */
  private static final int SHORTEST_PART = 3;

  /** Fewer digits of a national number, without its zero, would end too many other numbers. */
  private static final int SHORTEST_NATIONAL = 6;

  private WrittenNumber() {}

  /** Whether a word can be a number, or a part of one that is written with blanks. */
  static boolean isLike(String word) {
    return WHOLE_OR_PART.matcher(word).matches();
  }

  /** Calls with a number that a text may mean; null if it means none. */
  static @Nullable Query query(String text) {
    boolean begins = text.endsWith("*");
    boolean ends = text.startsWith("*");
    String digits = CallDocument.digits(withoutTrunkZero(text));
    if (!isLike(text) || digits.isEmpty() || (begins && ends)) {
      return null;
    }
    if (begins) {
      return beginsWith(digits);
    }
    if (ends) {
      return endsWith(digits);
    }
    if (digits.length() < SHORTEST_PART) {
      return null;
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    any.add(beginsWith(digits), Occur.SHOULD);
    any.add(endsWith(digits), Occur.SHOULD);
    String significant = digits.replaceFirst("^0+", "");
    if (significant.length() < digits.length() && significant.length() >= SHORTEST_NATIONAL) {
      any.add(endsWith(significant), Occur.SHOULD);
    }
    return any.build();
  }

  private static String withoutTrunkZero(String text) {
    return INTERNATIONAL.matcher(text).matches() ? TRUNK_ZERO.matcher(text).replaceAll("") : text;
  }

  static Query beginsWith(String digits) {
    return new PrefixQuery(new Term(Fields.NUMBER, digits));
  }

  static Query endsWith(String digits) {
    return new PrefixQuery(new Term(Fields.NUMBER_REVERSED, CallDocument.reversed(digits)));
  }
}

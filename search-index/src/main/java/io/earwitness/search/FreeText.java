package io.earwitness.search;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The free text of a query, cut into words. Words in a row that look like a number may be one that
 * is written with blanks, so they stay together.
 */
final class FreeText {
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

  private FreeText() {}

  /** Runs of words in order; a run has several only where all of them look like a number. */
  static List<List<String>> runs(String text) {
    List<List<String>> runs = new ArrayList<>();
    List<String> open = null;
    for (String word : BLANKS.split(text)) {
      if (word.isEmpty()) {
        continue;
      }
      boolean number = WrittenNumber.isLike(word);
      if (open == null || !number || beginsAnother(word)) {
        List<String> run = new ArrayList<>();
        runs.add(run);
        open = number ? run : null;
      }
      runs.getLast().add(word);
      if (word.endsWith("*")) {
        open = null;
      }
    }
    return runs;
  }

  private static boolean beginsAnother(String word) {
    return word.startsWith("*") || word.startsWith("+") || word.startsWith("(+");
  }
}

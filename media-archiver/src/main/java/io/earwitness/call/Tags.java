package io.earwitness.call;

import java.util.Locale;
import java.util.regex.Pattern;

/** The words that people put on calls. */
public final class Tags {
  /** The longest, in characters. */
  public static final int LONGEST = 64;

  /** As many as a call may have. */
  public static final int MOST = 50;

  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern TAG =
      Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} ._:#&+-]{0,63}");

  private Tags() {}

  /**
   * A tag as it is kept: in lower case, without blanks around it, with single ones inside.
   *
   * @throws IllegalArgumentException saying what a tag is made of
   */
  public static String normal(String text) {
    String tag = BLANKS.matcher(text.strip()).replaceAll(" ").toLowerCase(Locale.ROOT);
    if (!TAG.matcher(tag).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no tag: it has 1 to %d letters and digits, inside also blanks and . _ : # & + -"
              .formatted(
                  text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text, LONGEST));
    }
    return tag;
  }
}

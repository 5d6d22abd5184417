package io.earwitness.recorder.srs;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes elements out of XML within some other text, by their names. Works on the text as it is, so
 * that the rest stays as it came, also where it is not well-formed: an element without an end tag
 * ends where the next tag begins.
 */
final class ElementOmission {
  private static final Pattern SAYS_OF_WHAT =
      Pattern.compile(
          "(?i)\\s(?:label|name)\\s*+=\\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s\"'>/]++))");

  private final String text;
  private final Set<String> names;
  private final String word;
  private final StringBuilder out = new StringBuilder();

  /** Tags that have no end, so that it need not be looked for again. */
  private final Set<String> endless = new HashSet<>();

  /**
   * Prepares to take out elements.
   *
   * @param names of elements, in lower case and without prefix
   * @param word what stands in place of their content; empty to leave nothing of them
   */
  ElementOmission(String text, Set<String> names, String word) {
    this.text = text;
    this.names = names;
    this.word = word;
  }

  String result() {
    int from = 0;
    for (int open = text.indexOf('<'); open >= 0; open = text.indexOf('<', open + 1)) {
      String tag = tag(open + 1);
      int close = endOfTag(open);
      if (tag.isEmpty() || !isMeant(tag, text.substring(open, close))) {
        continue;
      }
      out.append(text, from, open);
      boolean empty = text.startsWith("/>", close - 2);
      from = empty ? close : endOfElement(tag, close);
      if (!word.isEmpty()) {
        out.append('<').append(tag).append('>').append(word).append("</").append(tag).append('>');
      }
      open = from - 1;
    }
    return out.append(text, from, text.length()).toString();
  }

  /** The name that stands there, prefix included; empty if none does. */
  private String tag(int at) {
    int end = at;
    while (end < text.length() && isPartOfName(text.charAt(end))) {
      end++;
    }
    return text.substring(at, end);
  }

  private static boolean isPartOfName(char c) {
    return c > ' ' && "<>/=\"'!?".indexOf(c) < 0;
  }

  /** Behind the {@code >} of a tag, of which none may be within quotes. */
  private int endOfTag(int open) {
    char quote = 0;
    for (int i = open + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return i + 1;
      } else if (c == '<') {
        return i;
      }
    }
    return text.length();
  }

  private boolean isMeant(String tag, String whole) {
    if (names.contains(local(tag))) {
      return true;
    }
    Matcher said = SAYS_OF_WHAT.matcher(whole);
    while (said.find()) {
      for (int group = 1; group <= 3; group++) {
        String value = said.group(group);
        if (value != null && names.contains(value.strip().toLowerCase(Locale.ROOT))) {
          return true;
        }
      }
    }
    return false;
  }

  private static String local(String tag) {
    return tag.substring(tag.indexOf(':') + 1).toLowerCase(Locale.ROOT);
  }

  /** Behind the end tag that belongs to a start tag, or where the next tag begins. */
  private int endOfElement(String tag, int from) {
    int depth = 1;
    int first = endless.contains(tag) ? -1 : text.indexOf('<', from);
    for (int open = first; open >= 0; open = text.indexOf('<', open + 1)) {
      boolean ends = text.startsWith("/", open + 1);
      if (!tag(open + (ends ? 2 : 1)).equals(tag)) {
        continue;
      }
      int close = endOfTag(open);
      if (ends) {
        depth--;
      } else if (!text.startsWith("/>", close - 2)) {
        depth++;
      }
      if (depth == 0) {
        return close;
      }
    }
    endless.add(tag);
    int next = text.indexOf('<', from);
    return next < 0 ? text.length() : next;
  }
}

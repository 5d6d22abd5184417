package io.earwitness.archive.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Makes text storable: PostgreSQL keeps neither U+0000 nor half a surrogate pair, and a hostile
 * header must not keep a call out of the catalog. Either becomes U+FFFD.
 */
final class Text {
  private Text() {}

  static String clean(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return replaced(text);
      }
    }
    return text;
  }

  static @Nullable String cleanOrNull(@Nullable String text) {
    return text == null ? null : clean(text);
  }

  private static String replaced(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c ->
                c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                    ? 0xfffd
                    : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}

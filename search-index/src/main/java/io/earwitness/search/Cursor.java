package io.earwitness.search;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a page ended: the sort value and the id of its last hit, so that the next page goes on
 * there whatever was added meanwhile.
 */
record Cursor(CallSearch.Sort sort, long value, String id) {
  String encode() {
    String text = sort.ordinal() + ":" + value + ":" + id;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static Cursor decode(String text, CallSearch.Sort sort) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(":", 3);
      Cursor cursor =
          new Cursor(
              CallSearch.Sort.values()[Integer.parseInt(parts[0])],
              Long.parseLong(parts[1]),
              parts[2]);
      if (cursor.sort == sort) {
        return cursor;
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw malformed(e);
    }
    throw malformed(null);
  }

  private static IllegalArgumentException malformed(@Nullable Exception cause) {
    return new IllegalArgumentException(
        "cursor is not one that a page of this query returned; leave it away to begin anew", cause);
  }
}

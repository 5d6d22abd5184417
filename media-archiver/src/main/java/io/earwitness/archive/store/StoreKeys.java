package io.earwitness.archive.store;

/**
 * Which object keys are legal in every store: 1 to 1,024 printable ASCII characters but {@code \},
 * in segments of 1 to 255 characters between single slashes, none of them {@code .} or {@code ..}.
 * So a key is also a relative path that can't leave its folder, on any file system and whatever the
 * locale. Every adapter checks every key before it does anything with it.
 */
public final class StoreKeys {
  private static final int LONGEST_KEY = 1024;
  private static final int LONGEST_SEGMENT = 255;

  private StoreKeys() {}

  /**
   * Returns the key.
   *
   * @throws IllegalArgumentException if the key is not legal, saying why
   */
  public static String check(String key) {
    if (key.isEmpty()) {
      throw illegal(key, "it is empty");
    }
    checkCharacters(key);
    for (String segment : key.split("/", -1)) {
      checkSegment(key, segment);
    }
    return key;
  }

  /**
   * Returns the prefix: empty, or what a legal key may begin with. It need not end at a slash.
   *
   * @throws IllegalArgumentException if no legal key begins like that, saying why
   */
  public static String checkPrefix(String prefix) {
    checkCharacters(prefix);
    int lastSlash = prefix.lastIndexOf('/');
    if (lastSlash >= 0) {
      for (String segment : prefix.substring(0, lastSlash).split("/", -1)) {
        checkSegment(prefix, segment);
      }
    }
    return prefix;
  }

  private static void checkCharacters(String key) {
    if (key.length() > LONGEST_KEY) {
      throw illegal(key, "it is longer than " + LONGEST_KEY + " characters");
    }
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c < ' ' || c > '~' || c == '\\') {
        throw illegal(key, "character U+%04X at %d is not allowed".formatted((int) c, i));
      }
    }
  }

  private static void checkSegment(String key, String segment) {
    if (segment.isEmpty()) {
      throw illegal(key, "a slash is first, last or doubled");
    }
    if (segment.equals(".") || segment.equals("..")) {
      throw illegal(key, "'" + segment + "' is no name");
    }
    if (segment.length() > LONGEST_SEGMENT) {
      throw illegal(key, "a segment is longer than " + LONGEST_SEGMENT + " characters");
    }
  }

  private static IllegalArgumentException illegal(String key, String why) {
    StringBuilder shown = new StringBuilder();
    key.chars()
        .limit(80)
        .forEach(c -> shown.append(c < ' ' || c > '~' ? "?" : Character.toString(c)));
    return new IllegalArgumentException("'%s' is no object key: %s".formatted(shown, why));
  }
}

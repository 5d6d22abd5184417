package io.earwitness.call;

/**
 * Something that the SRC told of a call beside what RFC 7865 has an element for: an item of its
 * extension data, or a header of its INVITE.
 *
 * @param name as the SRC names it, such as {@code ucid} or {@code Diversion}; at most {@value
 *     #MAX_NAME} characters
 * @param value at most {@value #MAX_VALUE} characters
 */
public record VendorDatum(String name, String value) {
  public static final int MAX_NAME = 128;
  public static final int MAX_VALUE = 512;

  /** How many of them are kept of one call; all are in its raw messages. */
  public static final int MAX_PER_CALL = 100;

  public VendorDatum {
    name = cut(name, MAX_NAME);
    value = cut(value, MAX_VALUE);
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    // Not within a character that takes two
    boolean pair = Character.isHighSurrogate(text.charAt(length - 1));
    return text.substring(0, pair ? length - 1 : length);
  }
}

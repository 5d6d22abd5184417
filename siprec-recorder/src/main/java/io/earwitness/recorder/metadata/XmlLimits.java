package io.earwitness.recorder.metadata;

/** How much of a document is read; a real one has 3 kB and a depth of 6. */
final class XmlLimits {
  static final int BYTES = 1 << 20;
  static final int DEPTH = 64;
  static final int ELEMENTS = 20_000;

  /** Of an element; namespace declarations count too. */
  static final int ATTRIBUTES = 100;

  /** Characters of an element's or attribute's name. */
  static final int NAME = 256;

  /** Characters kept of an attribute's value or an element's text. */
  static final int VALUE = 2048;

  private XmlLimits() {}

  /** The beginning of a text, no character of it cut in half. */
  static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
  }
}

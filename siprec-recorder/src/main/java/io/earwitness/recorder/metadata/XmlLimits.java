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

  static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}

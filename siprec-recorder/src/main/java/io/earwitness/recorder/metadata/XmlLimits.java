package io.earwitness.recorder.metadata;

/** How much of a document is read; a real one has 3 kB and a depth of 6. */
final class XmlLimits {
  static final int BYTES = 1 << 20;
  static final int DEPTH = 64;
  static final int ELEMENTS = 20_000;

  private XmlLimits() {}
}

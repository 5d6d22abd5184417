package io.earwitness.portal;

import java.util.SortedMap;

/** Reads the facts of an act that was asked for. */
final class Facts {
  private Facts() {}

  /**
   * A fact that must be there.
   *
   * @throws IllegalArgumentException if it isn't
   */
  static String required(SortedMap<String, String> facts, String name) {
    String value = facts.get(name);
    if (value == null) {
      throw new IllegalArgumentException("what was asked for says no '%s'".formatted(name));
    }
    return value;
  }
}

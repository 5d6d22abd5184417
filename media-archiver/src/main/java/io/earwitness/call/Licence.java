package io.earwitness.call;

/** For how long the calls of a number may be kept by what was paid for. */
public enum Licence implements WireName {
  STANDARD("standard", 1),
  EXTENDED("extended", 7);

  private final String wireName;
  private final int years;

  Licence(String wireName, int years) {
    this.wireName = wireName;
    this.years = years;
  }

  /** The most calendar years of retention that it covers. */
  public int years() {
    return years;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

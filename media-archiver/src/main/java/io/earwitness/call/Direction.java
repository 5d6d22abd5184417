package io.earwitness.call;

/** A call's direction as seen from its tenant. */
public enum Direction implements WireName {
  INBOUND("inbound"),
  OUTBOUND("outbound"),
  INTERNAL("internal"),
  UNKNOWN("unknown");

  private final String wireName;

  Direction(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

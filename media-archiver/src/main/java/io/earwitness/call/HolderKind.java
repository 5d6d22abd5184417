package io.earwitness.call;

/** Who or what holds a number. */
public enum HolderKind implements WireName {
  PERSON("person"),
  QUEUE("queue"),
  AUTO_ATTENDANT("auto-attendant"),
  PLACE("place"),
  SHARED_LINE("shared-line");

  private final String wireName;

  HolderKind(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

package io.earwitness.call;

/**
 * Where a call is on its way. {@link #LIVE} and {@link #CLOSED} come before an outcome; every other
 * constant is one: each INVITE that reached the recorder ends with exactly one outcome.
 */
public enum CallState implements WireName {
  LIVE("live"),
  CLOSED("closed"),
  ARCHIVED("archived"),
  ARCHIVED_PARTIAL("archived-partial"),
  NO_MEDIA("no-media"),
  NOT_RECORDED_BY_POLICY("not-recorded-by-policy"),
  REFUSED("refused"),
  QUARANTINED("quarantined"),
  LOST("lost"),
  DISPOSED("disposed"),
  NEVER_SEEN("never-seen");

  private final String wireName;

  CallState(String wireName) {
    this.wireName = wireName;
  }

  /** Whether this is a final outcome. */
  public boolean isOutcome() {
    return this != LIVE && this != CLOSED;
  }

  /** Whether media objects exist in the object store for a call in this state. */
  public boolean hasMedia() {
    return this == ARCHIVED || this == ARCHIVED_PARTIAL || this == QUARANTINED;
  }

  /**
   * Whether a signed call record is in the object store for a call that was archived as this; one
   * without media has one too.
   */
  public boolean hasCallRecord() {
    return hasMedia() || this == NO_MEDIA || this == NOT_RECORDED_BY_POLICY;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

package io.earwitness.call;

/** What a rule of a {@link RecordingPolicy} does with the calls that it applies to. */
public enum RecordingAction implements WireName {
  /** Recorded and archived. */
  ALWAYS("always"),
  /** Not recorded. */
  NEVER("never"),
  /** Held sealed, and archived only if somebody who may marks it within some minutes of its end. */
  ON_DEMAND("on-demand"),
  /** A percentage of the calls is recorded; which ones, their call ids decide. */
  SELECTIVE("selective");

  private final String wireName;

  RecordingAction(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

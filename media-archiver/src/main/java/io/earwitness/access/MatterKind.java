package io.earwitness.access;

import io.earwitness.call.WireName;

/** What a list of recordings is for. */
public enum MatterKind implements WireName {
  /** A legal hold. */
  HOLD("hold", Right.HOLD),
  /** A production: what is handed over to somebody. */
  PRODUCTION("production", Right.PRODUCE),
  /** A sample, for an audit or for quality. */
  SAMPLE("sample", Right.ANNOTATE);

  private final String wireName;
  private final Right needed;

  MatterKind(String wireName, Right needed) {
    this.wireName = wireName;
    this.needed = needed;
  }

  @Override
  public String wireName() {
    return wireName;
  }

  /** The right on a call without which nobody puts it on such a list or takes it off. */
  public Right needed() {
    return needed;
  }
}

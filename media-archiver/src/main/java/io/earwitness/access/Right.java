package io.earwitness.access;

import io.earwitness.call.WireName;

/** What may be done with a call. No right includes another: each is given by name. */
public enum Right implements WireName {
  /** Find it and see what is known of it. */
  SEARCH("search"),
  /** Hear it, or see its waveform. */
  LISTEN("listen"),
  /** Take its audio away, encrypted or not. */
  DOWNLOAD("download"),
  /** Tag it and write notes on it. */
  ANNOTATE("annotate"),
  /** Put it under legal hold. */
  HOLD("hold"),
  /** Make it part of a production. */
  PRODUCE("produce");

  private final String wireName;

  Right(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

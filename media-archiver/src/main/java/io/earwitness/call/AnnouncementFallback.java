package io.earwitness.call;

/** What becomes of a call whose announcement can't be played. */
public enum AnnouncementFallback implements WireName {
  CONNECT_UNRECORDED("connect-unrecorded"),
  /** The call is connected and recorded; its recording says that the announcement is missing. */
  CONNECT_FLAGGED("connect-flagged"),
  DO_NOT_CONNECT("do-not-connect");

  private final String wireName;

  AnnouncementFallback(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

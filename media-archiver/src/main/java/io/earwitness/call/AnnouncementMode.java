package io.earwitness.call;

/** How a party is told that the call is recorded. */
public enum AnnouncementMode implements WireName {
  /** Nothing is said. */
  NONE("none"),
  /** A prompt is heard before the conversation is recorded. */
  ANNOUNCE("announce"),
  /** The same, and a beep is repeated while the call is recorded. */
  ANNOUNCE_AND_BEEP("announce-and-beep"),
  /** The party agrees or objects by a key. */
  CONSENT_BY_KEY("consent-by-key");

  private final String wireName;

  AnnouncementMode(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

package io.earwitness.call;

/**
 * How it stands with a class of licence of a tenant, and what follows from it. {@code
 * docs/operations/licences.md} has a row for each, in these words. Whatever it is, nothing that is
 * recorded is kept for a shorter time or withheld.
 */
public enum LicenceState implements WireName {
  ACTIVE("active", "yes", "counted"),
  /** More extensions were recorded this month than are licensed. */
  OVER_USE("over-use", "yes, with an alarm", "counted; those above the licence are stated"),
  /** The time is over, and its grace is not. */
  GRACE("grace", "yes, with an alarm", "counted"),
  /** The operator said so. */
  SUSPENDED("suspended", "yes, with an alarm; no where the operator set that it stops", "counted"),
  /** The grace is over, too. */
  ENDED("ended", "yes, with an alarm; no where the operator set that it stops", "counted");

  private final String wireName;
  private final String recording;
  private final String billing;

  LicenceState(String wireName, String recording, String billing) {
    this.wireName = wireName;
    this.recording = recording;
    this.billing = billing;
  }

  /** Whether calls are recorded. */
  public String recording() {
    return recording;
  }

  /** Whether what is recorded is found and heard. */
  public String search() {
    return "yes";
  }

  /** For how long what is recorded is kept. */
  public String keeping() {
    return "as decided, never shorter";
  }

  /** What becomes of the count of recorded extensions. */
  public String billing() {
    return billing;
  }

  /** Whether recording stops in it, where that was set. */
  public boolean mayStop() {
    return this == SUSPENDED || this == ENDED;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

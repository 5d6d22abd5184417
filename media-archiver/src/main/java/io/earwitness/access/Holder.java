package io.earwitness.access;

/** Whose a grant is. */
public sealed interface Holder {
  String id();

  /** As the audit trail and the command line write it. */
  String text();

  /** One person. */
  record OfUser(String id) implements Holder {
    @Override
    public String text() {
      return "user:" + id;
    }
  }

  /** The members of a team and of the teams below it, whoever they are at the time. */
  record OfTeam(String id) implements Holder {
    @Override
    public String text() {
      return "team:" + id;
    }
  }
}

package io.earwitness.access;

import java.util.UUID;

/** On which calls something is allowed. */
public sealed interface Target {
  /** As the audit trail and the command line write it. */
  String text();

  /** Those in which this person took part. */
  record OfUser(String id) implements Target {
    @Override
    public String text() {
      return "user:" + id;
    }
  }

  /** Those in which somebody took part who belonged to this team, or one below, at their start. */
  record OfTeam(String id) implements Target {
    @Override
    public String text() {
      return "team:" + id;
    }
  }

  /** Those on the list of a matter, as long as it is open. */
  record InMatter(UUID id) implements Target {
    @Override
    public String text() {
      return "matter:" + id;
    }
  }

  /** Every call of the tenant. */
  record WholeTenant() implements Target {
    @Override
    public String text() {
      return "tenant";
    }
  }
}

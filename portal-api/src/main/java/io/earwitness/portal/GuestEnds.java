package io.earwitness.portal;

import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the accounts of guests whose day has come. They can do nothing from that moment on whatever
 * is ended here: this closes the account, and has the trail say so. Thread-safe.
 */
final class GuestEnds {
  private static final Logger LOG = LoggerFactory.getLogger(GuestEnds.class);
  private static final String ACTOR = "job:guests";
  private static final int AT_ONCE = 200;

  private final Guests guests;
  private final Acts acts;
  private final Clock clock;

  GuestEnds(PortalParts parts, Acts acts) {
    this.guests = parts.people().guests();
    this.acts = acts;
    this.clock = parts.clock();
  }

  void endOverdue() {
    for (Guest guest : guests.overdue(clock.instant(), AT_ONCE)) {
      try {
        end(guest);
      } catch (RuntimeException e) {
        LOG.warn("guest {} of {} could not be ended yet", guest.userId(), guest.tenant(), e);
      }
    }
  }

  private void end(Guest guest) {
    Acts.Act act =
        acts.begin(
            guest.tenant(), ACTOR, "guest.end", "user:" + guest.name(), Map.of("why", "its time"));
    String outcome = "failed";
    try {
      outcome =
          guests.end(guest.tenant(), guest.userId(), ACTOR) ? Acts.DONE : "done by another node";
    } finally {
      acts.end(act, outcome);
    }
    if (guest.platformUser() != null) {
      enterForPlatform(acts, ACTOR, guest);
    }
  }

  /** What ends support's access is in the platform's log too. */
  static void enterForPlatform(Acts acts, String actor, Guest guest) {
    acts.end(
        acts.begin(
            TenantSlug.PLATFORM,
            actor,
            "support.end",
            "tenant:" + guest.tenant(),
            Map.of("guest", guest.name())),
        Acts.DONE);
  }
}

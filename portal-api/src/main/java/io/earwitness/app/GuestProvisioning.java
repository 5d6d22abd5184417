package io.earwitness.app;

import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Guest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Invites and ends guests, each change as an audited act. */
final class GuestProvisioning {
  private final Guests guests;
  private final AuditedActs acts;

  GuestProvisioning(Guests guests, AuditedActs acts) {
    this.guests = guests;
    this.acts = acts;
  }

  Guest invite(Guests.Invitation invitation) {
    Guests.Terms terms = invitation.terms();
    Map<String, String> details = new TreeMap<>();
    details.put("displayName", invitation.displayName());
    details.put("provider", String.valueOf(invitation.provider()));
    details.put("on", "matter:" + terms.matter());
    details.put("download", Boolean.toString(terms.download()));
    details.put("until", terms.ends().toString());
    details.put("plays", Integer.toString(terms.plays()));
    details.put("reason", terms.reason());
    return acts.run(
        invitation.tenant(),
        "guest.invite",
        "user:" + invitation.name(),
        details,
        () -> guests.invite(invitation, acts.actor()));
  }

  Guest renew(Guest guest, String codeHash) {
    return acts.run(
        guest.tenant(),
        "guest.renew-invitation",
        "user:" + guest.name(),
        Map.of(),
        () -> guests.renew(guest.tenant(), guest.userId(), codeHash, acts.actor()));
  }

  Guest extend(Guest guest, Instant until, int plays) {
    return acts.run(
        guest.tenant(),
        "guest.extend",
        "user:" + guest.name(),
        Map.of(
            "before",
            text(guest.terms().ends(), guest.terms().plays()),
            "after",
            text(until, plays)),
        () -> guests.extend(guest.tenant(), guest.userId(), until, plays, acts.actor()));
  }

  private static String text(Instant until, int plays) {
    return "until %s, %d plays".formatted(until, plays);
  }

  boolean end(Guest guest) {
    return acts.run(
        guest.tenant(),
        "guest.end",
        "user:" + guest.name(),
        Map.of(),
        () -> guests.end(guest.tenant(), guest.userId(), acts.actor()));
  }
}

package io.earwitness.portal;

import io.earwitness.access.AccountKind;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.archive.catalog.Plays.NoPlayLeftException;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Whether guests may enter, and until when. Thread-safe. */
final class GuestAccess {
  private final Guests guests;
  private final Directory directory;
  private final Clock clock;

  GuestAccess(PortalParts parts) {
    this.guests = parts.people().guests();
    this.directory = parts.directory();
    this.clock = parts.clock();
  }

  /** Whether an account can be used now: asked at every request. */
  boolean admits(Directory.User user) {
    return user.active() && (user.kind() != AccountKind.GUEST || active(user).isPresent());
  }

  /** The guest of an account, as long as he or she is one. */
  Optional<Guest> active(Directory.User user) {
    return user.kind() == AccountKind.GUEST
        ? guests
            .find(user.tenant(), user.id())
            .filter(guest -> guest.state(clock.instant()) == Guests.State.ACTIVE)
            .filter(this::isStillOfSupport)
        : Optional.empty();
  }

  /** Support is let in as a person, who may have left the platform, or may operate it by now. */
  private boolean isStillOfSupport(Guest guest) {
    return guest.platformUser() == null
        || directory
            .userById(TenantSlug.PLATFORM, guest.platformUser())
            .filter(GuestAccess::mayBeSupport)
            .isPresent();
  }

  /** Whether somebody of the platform may be let into tenants: an operator never hears a call. */
  static boolean mayBeSupport(Directory.User person) {
    return person.active()
        && person.kind() == AccountKind.PERSON
        && !person.roles().contains(Role.OPERATOR);
  }

  /**
   * When a session that would end then has to end.
   *
   * @throws ProblemException 403 if it must not begin
   */
  Instant end(Directory.User user, Instant usual) {
    if (user.kind() != AccountKind.GUEST) {
      return usual;
    }
    Instant ends =
        active(user)
            .orElseThrow(
                () ->
                    ProblemException.forbidden("guest-ended", "Your access as a guest has ended."))
            .terms()
            .ends();
    return ends.isBefore(usual) ? ends : usual;
  }

  /** Counts that audio is taken away; nothing for whoever is no guest. */
  void countDownload(Principal asking) {
    if (asking.user().kind() == AccountKind.GUEST) {
      try {
        guests.countDownload(asking.slug(), asking.user().id());
      } catch (NoPlayLeftException e) {
        throw noPlayLeft(e);
      }
    }
  }

  static ProblemException noPlayLeft(NoPlayLeftException e) {
    return ProblemException.forbidden("no-play-left", String.valueOf(e.getMessage()));
  }
}

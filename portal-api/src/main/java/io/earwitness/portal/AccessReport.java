package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Grant;
import io.earwitness.access.Person;
import io.earwitness.access.Team;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Who has access in a tenant at a moment: what a reviewer looks through and signs off.
 *
 * @param unusedDays after how long without a play a grant counts as unused
 * @param people whose accounts may be used
 * @param guests who are in or invited, support of the platform too
 * @param unused of the grants to listen those that nobody used for so long
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record AccessReport(
    String format,
    TenantSlug tenant,
    Instant at,
    int unusedDays,
    List<AccessViews.UserView> people,
    List<AccessViews.TeamView> teams,
    List<AccessViews.GrantView> grants,
    Set<UUID> unused,
    List<AccessViews.MatterView> matters,
    List<GuestViews.GuestView> guests) {
  private static final String FORMAT = "earwitness-access-review-1";
  private static final int UNUSED_DAYS = 90;

  static AccessReport of(Principal asking, GrantUse use, List<Guest> guests) {
    AccessSnapshot directory = asking.directory();
    Instant at = asking.asked();
    List<Grant> grants =
        directory
            .allGrants()
            .filter(grant -> grant.validity().at(at))
            .sorted(
                Comparator.comparing((Grant grant) -> grant.validity().from())
                    .thenComparing(Grant::id))
            .toList();
    Set<UUID> unused = new HashSet<>();
    use.unused(asking, grants, Duration.ofDays(UNUSED_DAYS))
        .forEach(grant -> unused.add(grant.id()));
    return new AccessReport(
        FORMAT,
        asking.slug(),
        at.truncatedTo(ChronoUnit.MICROS), // as the database keeps it
        UNUSED_DAYS,
        directory.people().values().stream()
            .filter(person -> person.isActive(at))
            .sorted(Comparator.comparing(Person::name))
            .map(person -> AccessViews.UserView.of(person, at))
            .toList(),
        directory.teams().values().stream()
            .sorted(Comparator.comparing(Team::name).thenComparing(Team::id))
            .map(team -> AccessViews.TeamView.of(directory, team, at))
            .toList(),
        grants.stream().map(grant -> AccessViews.GrantView.of(directory, grant)).toList(),
        unused,
        directory.matters().values().stream()
            .filter(matter -> matter.open().at(at))
            .map(AccessViews.MatterView::of)
            .sorted(Comparator.comparing(AccessViews.MatterView::name))
            .toList(),
        GuestViews.GuestView.of(
            directory,
            guests.stream().filter(guest -> guest.state(at) != Guests.State.ENDED).toList(),
            at));
  }
}

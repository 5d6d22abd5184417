package io.earwitness.archive.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.Role;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class MembershipTest {
  private static final TenantSlug ACME = new TenantSlug("acme");

  @Test
  void aMembershipReachesUpInTeamsOfACallButNotInWhatItsMemberMaySee() {
    try (CatalogDatabase database =
        CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC())) {
      Directory directory = database.directory();
      directory.addTenant(
          new Directory.Tenant(ACME, "Acme", ZoneId.of("Europe/Berlin"), Set.of(), 1), "cli:test");
      Directory.User sue =
          new Directory.User(
              "u-sue", ACME, "sue", "Sue", null, Set.of(Role.SUPERVISOR, Role.USER), true);
      directory.addUser(sue, "cli:test");
      directory.addTeam(new Directory.Team("t-all", ACME, "All", null), "cli:test");
      directory.addTeam(new Directory.Team("t-desk", ACME, "Desk", "t-all"), "cli:test");
      directory.addMember(ACME, "t-desk", "sue", "cli:test");

      assertThat(directory.teamsOf(ACME, "u-sue")).containsExactlyInAnyOrder("t-desk", "t-all");
      assertThat(directory.memberships(ACME, "u-sue")).containsExactly("t-desk");
      assertThat(directory.userById(ACME, "u-sue")).contains(sue);
      assertThat(directory.userById(ACME, "u-nobody")).isEmpty();
      assertThat(directory.userById(TenantSlug.PLATFORM, "u-sue")).isEmpty();
    }
  }
}

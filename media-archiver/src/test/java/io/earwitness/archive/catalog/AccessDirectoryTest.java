package io.earwitness.archive.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccessedCall;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Matter;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Person;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.AccessDirectory.NewGrant;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AccessDirectoryTest {
  private static final TestServer SERVER = TestServer.bundled();
  private static final Instant MAY_1 = Instant.parse("2026-05-01T08:00:00Z");
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final Going CLOCK = new Going();
  private static DatabaseConfig.External config;
  private static CatalogDatabase database;
  private static AccessDirectory access;
  private static Directory directory;

  /** A clock that goes a second with each look, and further when told to. */
  private static final class Going extends Clock {
    private Instant now = MAY_1;

    @Override
    public synchronized Instant instant() {
      now = now.plusSeconds(1);
      return now;
    }

    synchronized void to(Instant later) {
      assertThat(later).isAfter(now);
      now = later;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeAll
  static void open() {
    config = SERVER.newDatabase();
    database = CatalogDatabase.open(config, CLOCK);
    access = database.access();
    directory = database.directory();
    tenant(ACME);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static void tenant(TenantSlug slug) {
    directory.addTenant(
        new Directory.Tenant(slug, slug.value(), ZoneOffset.UTC, Set.of(), 1), "cli:test");
  }

  /** A tenant of its own for a test that moves the clock or counts. */
  private static TenantSlug own(String slug) {
    TenantSlug tenant = new TenantSlug(slug);
    tenant(tenant);
    return tenant;
  }

  private static void user(TenantSlug tenant, String name, Role... roles) {
    directory.addUser(
        new Directory.User(name, tenant, name, name, null, Set.of(roles), true), "cli:test");
  }

  private static void team(TenantSlug tenant, String id, @Nullable String parent) {
    directory.addTeam(new Directory.Team(id, tenant, "Team " + id, parent), "cli:test");
  }

  private static Person person(AccessSnapshot directory, String id) {
    return Objects.requireNonNull(directory.people().get(id));
  }

  private static NewGrant grant(
      Holder holder, Target on, @Nullable Instant until, Right... rights) {
    return new NewGrant(UUID.randomUUID(), holder, Set.of(rights), on, null, until);
  }

  private static AccessedCall call(TenantSlug tenant, String user, String... teams) {
    return new AccessedCall(tenant, RecordingId.draw(MAY_1), Set.of(user), Set.of(teams));
  }

  private static boolean hears(TenantSlug tenant, String user, AccessedCall call, Instant when) {
    return AccessRules.decide(access.snapshot(tenant), user, Right.LISTEN, call, when).allowed();
  }

  @Test
  void whoCouldHearACallOnAPastDayHasAnAnswer() {
    TenantSlug tenant = own("history");
    user(tenant, "sue", Role.SUPERVISOR);
    user(tenant, "olaf", Role.COMPLIANCE_OFFICER);
    user(tenant, "aud", Role.AUDITOR);
    user(tenant, "emma", Role.USER);
    team(tenant, "all", null);
    team(tenant, "desk", "all");
    team(tenant, "other", null);
    access.addMember(tenant, "desk", "sue", null, "cli:test");
    UUID matter = access.addMatter(tenant, "Case 7", MatterKind.SAMPLE, "cli:test").id();
    AccessedCall call = call(tenant, "emma", "desk", "all");
    RecordingId id = Objects.requireNonNull(call.id());
    access.addRecordings(tenant, matter, List.of(id), "cli:test");
    UUID audit =
        access
            .addGrant(
                tenant,
                grant(
                    new Holder.OfUser("aud"),
                    new Target.InMatter(matter),
                    Instant.parse("2026-05-10T00:00:00Z"),
                    Right.SEARCH,
                    Right.LISTEN),
                "cli:test")
            .grant()
            .id();
    Instant may3 = Instant.parse("2026-05-03T12:00:00Z");
    CLOCK.to(may3.plusSeconds(1));
    // From here on everything changes, and what was so on 3 May stays an answer
    access.removeMember(tenant, "desk", "sue", "cli:test");
    access.setRoles(tenant, "olaf", Map.of(Role.ANALYST, MAY_1.plus(Duration.ofDays(99))), "x");
    access.allowOwnCalls(tenant, true, "cli:test");
    access.moveTeam(tenant, "desk", "other", "cli:test");
    access.removeRecording(tenant, matter, id, "cli:test");
    access.setActive(tenant, "aud", false, "cli:test");
    Instant later = CLOCK.instant();

    Set<String> people = Set.of("sue", "olaf", "aud", "emma");
    assertThat(people.stream().filter(user -> hears(tenant, user, call, may3)))
        .containsExactlyInAnyOrder("sue", "olaf", "aud");
    assertThat(people.stream().filter(user -> hears(tenant, user, call, later)))
        .containsExactly("emma");
    assertThat(people.stream().filter(user -> hears(tenant, user, call, MAY_1.minusSeconds(9))))
        .isEmpty();
    AccessSnapshot now = access.snapshot(tenant);
    assertThat(AccessRules.decide(now, "aud", Right.LISTEN, call, may3).reasons())
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason.grant()).isEqualTo(audit);
              assertThat(reason.text()).startsWith("Grant to aud on matter Case 7 until 2026-05-");
            });
    assertThat(AccessRules.decide(now, "sue", Right.LISTEN, call, may3).text())
        .isEqualTo("Supervisor of team Team desk.");
    // The tree as it was, and as it is
    assertThat(now.withAncestors(Set.of("desk"), may3)).containsExactlyInAnyOrder("desk", "all");
    assertThat(now.withAncestors(Set.of("desk"), later)).containsExactlyInAnyOrder("desk", "other");
    assertThat(person(now, "olaf").roles(later)).containsExactly(Role.ANALYST);
    assertThat(person(now, "olaf").roles(MAY_1.plus(Duration.ofDays(100)))).isEmpty();
  }

  @Test
  void aChangeCountsAtOnceOnEveryNodeAlsoOnOneWhoseClockIsBehind() {
    user(ACME, "nora");
    Holder nora = new Holder.OfUser("nora");
    AccessedCall call = call(ACME, "somebody");
    Clock behind = Clock.offset(CLOCK, Duration.ofMinutes(-3));
    try (CatalogDatabase other = CatalogDatabase.open(config, behind)) {
      for (int i = 0; i < 3; i++) {
        Grant grant =
            access
                .addGrant(ACME, grant(nora, new Target.WholeTenant(), null, Right.LISTEN), "t")
                .grant();
        AccessSnapshot there = other.access().snapshot(ACME);
        Instant present = there.present(behind.instant());
        assertThat(AccessRules.decide(there, "nora", Right.LISTEN, call, present).allowed())
            .isTrue();
        assertThat(access.revokeGrant(ACME, grant.id(), "t")).isTrue();
        assertThat(access.revokeGrant(ACME, grant.id(), "t")).isFalse();
        there = other.access().snapshot(ACME);
        present = there.present(behind.instant());
        assertThat(AccessRules.decide(there, "nora", Right.LISTEN, call, present).allowed())
            .isFalse();
      }
      // Nothing changed, so what was read is used again
      AccessSnapshot read = other.access().snapshot(ACME);
      assertThat(other.access().snapshot(ACME)).isSameAs(read);
    }
  }

  @Test
  void whoeverLeavesLosesSessionsTokensAndGrantsAtOnce() {
    user(ACME, "leo", Role.SUPERVISOR);
    Instant far = MAY_1.plus(Duration.ofDays(999));
    for (String digit : List.of("a", "b")) {
      database.sessions().create(TestSessions.of(digit, ACME, "leo", MAY_1, far));
    }
    UUID grant =
        access
            .addGrant(
                ACME,
                grant(new Holder.OfUser("leo"), new Target.OfUser("leo"), null, Right.LISTEN),
                "t")
            .grant()
            .id();
    assertThat(access.setActive(ACME, "leo", false, "cli:test")).isTrue();
    assertThat(access.setActive(ACME, "leo", false, "cli:test")).isFalse();
    assertThat(database.sessions().find("a".repeat(64))).isEmpty();
    assertThat(database.sessions().find("b".repeat(64))).isEmpty();
    assertThat(directory.user(ACME, "leo").orElseThrow().active()).isFalse();
    AccessSnapshot now = access.snapshot(ACME);
    Instant present = now.present(CLOCK.instant());
    assertThat(person(now, "leo").isActive(present)).isFalse();
    // Whoever comes back has roles and teams again, but not what was granted in person
    assertThat(access.setActive(ACME, "leo", true, "cli:test")).isTrue();
    now = access.snapshot(ACME);
    present = now.present(CLOCK.instant());
    assertThat(person(now, "leo").isActive(present)).isTrue();
    assertThat(person(now, "leo").roles(present)).containsExactly(Role.SUPERVISOR);
    Grant ended = Objects.requireNonNull(now.grant(grant));
    assertThat(ended.validity().at(present)).isFalse();
    assertThat(database.sessions().find("a".repeat(64))).isEmpty();
  }

  @Test
  void whoeverLeavesGivesOpenMattersToASuccessorAndHoldsNoNumbers() {
    TenantSlug tenant = own("leavers");
    TenantSlug other = own("leavers-next-door");
    user(tenant, "lea");
    user(tenant, "sam");
    user(tenant, "gone");
    user(other, "far");
    access.setActive(tenant, "gone", false, "t");
    UUID open = access.addMatter(tenant, "Open", MatterKind.HOLD, "lea", "t").id();
    UUID closed = access.addMatter(tenant, "Closed", MatterKind.HOLD, "lea", "t").id();
    access.closeMatter(tenant, closed, "t");
    Instant now = CLOCK.instant();
    directory.addNumber(new Directory.NumberRange(tenant, "+4977", true, "lea", now), "t");
    directory.addNumber(new Directory.NumberRange(tenant, "+49661", false, "lea", now), "t");
    for (String wrong : List.of("lea", "gone", "far", "nobody")) {
      assertThatThrownBy(() -> access.leave(tenant, "lea", wrong, "t"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + wrong + "'");
    }
    assertThat(person(access.snapshot(tenant), "lea").isActive(CLOCK.instant())).isTrue();

    assertThat(access.leave(tenant, "lea", "sam", "t")).isTrue();
    AccessSnapshot after = access.snapshot(tenant);
    assertThat(person(after, "lea").isActive(after.present(CLOCK.instant()))).isFalse();
    assertThat(Objects.requireNonNull(after.matters().get(open)).owner()).isEqualTo("sam");
    assertThat(Objects.requireNonNull(after.matters().get(closed)).owner()).isEqualTo("lea");
    assertThat(directory.numbers(tenant))
        .extracting(Directory.NumberRange::digits, Directory.NumberRange::userName)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("+4977", null),
            org.assertj.core.groups.Tuple.tuple("+49661", null));
    assertThat(access.leave(tenant, "lea", "sam", "t")).as("once more").isFalse();
  }

  @Test
  void theSameGrantIsMadeOnceAndNoneBeginsInThePast() {
    user(ACME, "gil");
    team(ACME, "grant-team", null);
    NewGrant grant =
        grant(new Holder.OfTeam("grant-team"), new Target.OfUser("gil"), null, Right.SEARCH);
    AccessDirectory.Granted made = access.addGrant(ACME, grant, "cli:test");
    assertThat(made.isNew()).isTrue();
    assertThat(made.grant().id()).isEqualTo(grant.id());
    AccessDirectory.Granted again =
        access.addGrant(ACME, grant(grant.holder(), grant.on(), null, Right.SEARCH), "cli:test");
    assertThat(again.isNew()).isFalse();
    assertThat(again.grant()).isEqualTo(made.grant());
    assertThat(access.snapshot(ACME).grants().get(grant.holder())).containsExactly(made.grant());
    Instant past = MAY_1.minusSeconds(1);
    assertThatThrownBy(
            () ->
                access.addGrant(
                    ACME,
                    new NewGrant(
                        UUID.randomUUID(),
                        grant.holder(),
                        Set.of(Right.HOLD),
                        grant.on(),
                        past,
                        null),
                    "t"))
        .hasMessageStartingWith("a grant can't begin in the past");
    assertThatThrownBy(
            () -> access.addGrant(ACME, grant(grant.holder(), grant.on(), past, Right.HOLD), "t"))
        .hasMessageContaining("can't end at");
    for (Target missing :
        List.of(
            new Target.OfUser("nobody"),
            new Target.OfTeam("no-team"),
            new Target.InMatter(new UUID(1, 2)))) {
      assertThatThrownBy(
              () -> access.addGrant(ACME, grant(grant.holder(), missing, null, Right.HOLD), "t"))
          .as(missing.text())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("tenant acme has no ");
    }
    assertThatThrownBy(
            () ->
                access.addGrant(
                    TenantSlug.PLATFORM,
                    grant(grant.holder(), new Target.WholeTenant(), null, Right.LISTEN),
                    "t"))
        .hasMessageContaining("heard by anybody");
  }

  @Test
  void aGrantThatBeginsLaterIsNoGrantYetAndCanBeRevokedBefore() {
    user(ACME, "lea");
    Instant begin = CLOCK.instant().plus(Duration.ofDays(1));
    AccessDirectory.Granted made =
        access.addGrant(
            ACME,
            new NewGrant(
                UUID.randomUUID(),
                new Holder.OfUser("lea"),
                Set.of(Right.LISTEN),
                new Target.WholeTenant(),
                begin,
                null),
            "t");
    AccessedCall call = call(ACME, "x");
    assertThat(hears(ACME, "lea", call, begin.minusMillis(1))).isFalse();
    assertThat(hears(ACME, "lea", call, begin)).isTrue();
    assertThat(access.revokeGrant(ACME, made.grant().id(), "t")).isTrue();
    assertThat(hears(ACME, "lea", call, begin)).isFalse();
  }

  @Test
  void teamsFormATreeAndNoCircle() {
    team(ACME, "top", null);
    team(ACME, "middle", "top");
    team(ACME, "low", "middle");
    for (String below : List.of("top", "middle", "low")) {
      assertThatThrownBy(() -> access.moveTeam(ACME, "top", below, "t"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("can't be below itself");
    }
    assertThat(access.moveTeam(ACME, "low", "top", "t")).isTrue();
    assertThat(access.moveTeam(ACME, "low", "top", "t")).isFalse();
    assertThat(access.moveTeam(ACME, "low", null, "t")).isTrue();
    assertThat(directory.teams(ACME))
        .contains(new Directory.Team("low", ACME, "Team low", null))
        .contains(new Directory.Team("middle", ACME, "Team middle", "top"));
    assertThatThrownBy(() -> access.moveTeam(ACME, "low", "nowhere", "t"))
        .hasMessage("tenant acme has no team 'nowhere'");
  }

  @Test
  void aMembershipWithAnEndEndsAlsoForWhatRecordersAreTold() throws Exception {
    TenantSlug tenant = own("ending");
    user(tenant, "mia");
    team(tenant, "desk", null);
    directory.addNumber(
        new Directory.NumberRange(tenant, "+49555", false, "mia", MAY_1), "cli:test");
    Instant end = CLOCK.instant().plus(Duration.ofHours(1));
    assertThat(access.addMember(tenant, "desk", "mia", end, "t")).isTrue();
    assertThat(access.addMember(tenant, "desk", "mia", end, "t")).isFalse();
    assertThat(directory.teamsOf(tenant, "mia")).containsExactly("desk");
    assertThat(told(tenant)).containsExactly("desk");
    CLOCK.to(end);
    assertThat(directory.teamsOf(tenant, "mia")).isEmpty();
    assertThat(directory.memberships(tenant, "mia")).isEmpty();
    assertThat(told(tenant)).isEmpty();
    assertThatThrownBy(() -> access.addMember(tenant, "desk", "mia", end, "t"))
        .hasMessageContaining("is past already");
  }

  private static List<String> told(TenantSlug tenant) {
    return directory.snapshot().tenants().stream()
        .filter(each -> each.slug().equals(tenant))
        .flatMap(each -> each.numbers().stream())
        .flatMap(number -> number.teamIds().stream())
        .toList();
  }

  @Test
  void aMatterListsRecordingsUntilItIsClosed() {
    AccessDirectory.Opened opened = access.addMatter(ACME, " Fraud ", MatterKind.HOLD, "t");
    UUID id = opened.id();
    assertThat(opened.isNew()).isTrue();
    assertThat(access.addMatter(ACME, "Fraud", MatterKind.HOLD, "t"))
        .isEqualTo(new AccessDirectory.Opened(id, false));
    assertThatThrownBy(() -> access.addMatter(ACME, "Fraud", MatterKind.SAMPLE, "t"))
        .hasMessage("there is a matter 'Fraud' already: hold, open");
    RecordingId one = RecordingId.draw(MAY_1);
    RecordingId two = RecordingId.draw(MAY_1);
    assertThat(access.addRecordings(ACME, id, List.of(one, two, one), "t")).isEqualTo(2);
    assertThat(access.addRecordings(ACME, id, List.of(one), "t")).isZero();
    assertThat(access.removeRecording(ACME, id, two, "t")).isTrue();
    assertThat(access.removeRecording(ACME, id, two, "t")).isFalse();
    assertThat(matter(id).recordings(CLOCK.instant())).containsExactly(one);
    List<RecordingId> many =
        IntStream.range(0, AccessDirectory.MAX_RECORDINGS)
            .mapToObj(_ -> RecordingId.draw(MAY_1))
            .toList();
    assertThatThrownBy(() -> access.addRecordings(ACME, id, many, "t"))
        .hasMessage(
            "a matter lists at most 20000 recordings; this one has 1, and 20000 more are too many");
    assertThat(access.closeMatter(ACME, id, "t")).isTrue();
    assertThat(access.closeMatter(ACME, id, "t")).isFalse();
    assertThat(matter(id).recordings(CLOCK.instant())).isEmpty();
    assertThatThrownBy(() -> access.addRecordings(ACME, id, List.of(two), "t"))
        .hasMessageStartingWith("the matter 'Fraud' was closed at ");
  }

  private static Matter matter(UUID id) {
    return Objects.requireNonNull(access.snapshot(ACME).matters().get(id));
  }

  @Test
  void everyChangeIsInTheJournalWithBeforeAndAfter() throws Exception {
    TenantSlug tenant = own("journalled");
    user(tenant, "jo", Role.USER);
    team(tenant, "desk", null);
    team(tenant, "all", null);
    access.addMember(tenant, "desk", "jo", null, "cli:test");
    access.moveTeam(tenant, "desk", "all", "cli:test");
    access.setRoles(tenant, "jo", Collections.singletonMap(Role.AUDITOR, null), "cli:test");
    UUID matter = access.addMatter(tenant, "Case", MatterKind.SAMPLE, "cli:test").id();
    RecordingId call = RecordingId.draw(MAY_1);
    access.addRecordings(tenant, matter, List.of(call), "cli:test");
    NewGrant grant =
        grant(new Holder.OfUser("jo"), new Target.InMatter(matter), null, Right.LISTEN);
    access.addGrant(tenant, grant, "cli:test");
    access.revokeGrant(tenant, grant.id(), "cli:test");
    access.removeRecording(tenant, matter, call, "cli:test");
    access.closeMatter(tenant, matter, "cli:test");
    access.removeMember(tenant, "desk", "jo", "cli:test");
    access.allowOwnCalls(tenant, true, "cli:test");
    access.allowOwnCalls(tenant, false, "cli:test");
    access.setActive(tenant, "jo", false, "cli:test");
    access.setActive(tenant, "jo", true, "cli:test");
    try (Connection admin = SERVER.admin(config);
        Statement statement = admin.createStatement();
        var rows =
            statement.executeQuery(
                "select string_agg(kind, ' ' order by position),"
                    + " string_agg(data::text, ' ' order by position)"
                    + " filter (where kind in ('user.set-roles', 'team.move', 'grant.add'))"
                    + " from earwitness.journal_entry where tenant = 'journalled'"
                    + " and kind not like 'tenant.add'")) {
      rows.next();
      assertThat(rows.getString(1))
          .isEqualTo(
              "user.add team.add team.add member.add team.move user.set-roles matter.add"
                  + " matter.add-recordings grant.add grant.revoke matter.remove-recording"
                  + " matter.close member.remove tenant.set-own-calls tenant.set-own-calls"
                  + " user.deactivate user.activate");
      assertThat(rows.getString(2))
          .contains("\"before\": {\"user\": \"\"}", "\"after\": {\"auditor\": \"\"}")
          .contains("\"after\": \"all\"", "\"team\": \"desk\"")
          .contains("\"holder\": \"user:jo\"", "\"on\": \"matter:" + matter, grant.id().toString());
    }
  }

  @Test
  void changesAtTheSameTimeAreAllKeptAndReadWhole() throws Exception {
    TenantSlug tenant = own("busy");
    int people = 8;
    IntStream.range(0, people).forEach(i -> user(tenant, "p" + i));
    try (ExecutorService threads = Executors.newFixedThreadPool(people)) {
      List<Callable<Integer>> work =
          IntStream.range(0, people)
              .<Callable<Integer>>mapToObj(
                  i ->
                      () -> {
                        for (int n = 0; n < 10; n++) {
                          UUID matter =
                              access.addMatter(tenant, i + "-" + n, MatterKind.SAMPLE, "t").id();
                          access.addGrant(
                              tenant,
                              grant(
                                  new Holder.OfUser("p" + i),
                                  new Target.InMatter(matter),
                                  null,
                                  Right.LISTEN),
                              "t");
                          AccessSnapshot read = access.snapshot(tenant);
                          // Never a grant without the matter that it is on
                          assertThat(
                                  read.allGrants()
                                      .map(Grant::on)
                                      .map(on -> ((Target.InMatter) on).id()))
                              .isSubsetOf(read.matters().keySet());
                        }
                        return i;
                      })
              .toList();
      for (Future<Integer> each : threads.invokeAll(work)) {
        each.get();
      }
    }
    assertThat(access.snapshot(tenant).allGrants()).hasSize(10 * people);
  }

  @Test
  void whatWasThereBeforeHasItsTimesFromItsBeginning() throws Exception {
    DatabaseConfig.External old = SERVER.databaseOfVersion("7");
    try (Connection admin = SERVER.admin(old);
        Statement statement = admin.createStatement()) {
      statement.execute(
          "insert into earwitness.tenant (tenant, name, zone, retention_years, created_at)"
              + " values ('acme', 'Acme', 'UTC', 1, '2026-01-01Z')");
      statement.execute(
          "insert into earwitness.app_user values ('acme', 'u', 'ana', 'Ana', null, true, '2026-01-02Z'),"
              + " ('acme', 'gone', 'bo', 'Bo', null, false, '2026-01-02Z')");
      statement.execute(
          "insert into earwitness.team values ('acme', 'all', 'All', null, '2026-01-03Z'),"
              + " ('acme', 'desk', 'Desk', 'all', '2026-01-04Z')");
    }
    try (CatalogDatabase migrated = CatalogDatabase.open(old, Clock.systemUTC())) {
      AccessSnapshot read = migrated.access().snapshot(ACME);
      assertThat(person(read, "u").isActive(Instant.parse("2026-01-02T00:00:00Z"))).isTrue();
      assertThat(person(read, "u").isActive(Instant.parse("2026-01-01T23:00:00Z"))).isFalse();
      assertThat(person(read, "gone").isActive(Instant.now())).isFalse();
      assertThat(read.withAncestors(Set.of("desk"), Instant.parse("2026-01-04T00:00:00Z")))
          .containsExactlyInAnyOrder("desk", "all");
      assertThat(migrated.access().moveTeam(ACME, "desk", null, "t")).isTrue();
      assertThat(migrated.access().setActive(ACME, "gone", true, "t")).isTrue();
    }
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccessedCall;
import io.earwitness.access.Holder;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.Guests.Acceptance;
import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Guests of a tenant and support by consent, as two nodes see them. */
class GuestsTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static DatabaseConfig.External config;
  private static CatalogDatabase database;
  private static CatalogDatabase other;
  private static UUID matter;
  private static CallSummary listed;
  private static CallSummary unlisted;

  @BeforeAll
  static void open() {
    config = TestServer.bundled().newDatabase();
    database = CatalogDatabase.open(config, Clock.fixed(NOW, ZoneOffset.UTC));
    other = CatalogDatabase.open(config, Clock.fixed(NOW, ZoneOffset.UTC));
    for (var tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "t");
    }
    matter = database.access().addMatter(ACME, "Case 7", MatterKind.SAMPLE, "t").id();
    listed = call();
    unlisted = call();
    database.access().addRecordings(ACME, matter, List.of(listed.id()), "t");
  }

  private static CallSummary call() {
    CallSummary call = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    database.calls().report(call);
    return call;
  }

  @AfterAll
  static void close() {
    other.close();
    database.close();
  }

  private static Guests.Terms terms(int plays, Duration ends) {
    return new Guests.Terms(matter, false, "audit of 2026", NOW.plus(ends), plays);
  }

  /** A code's hash of its own for each name. */
  private static String hash(String name) {
    return "%064x".formatted(name.hashCode() & 0xffffffffL);
  }

  private static Guest invited(String name, int plays) {
    return database
        .guests()
        .invite(
            new Guests.Invitation(
                "u-" + name, ACME, name, name, null, terms(plays, Duration.ofDays(30)), hash(name)),
            "admin");
  }

  private static Guest accepted(String name, int plays) {
    invited(name, plays);
    return database
        .guests()
        .accept(ACME, hash(name), new Acceptance.Password("$argon2id$x"), "user:" + name)
        .orElseThrow();
  }

  private static boolean may(String user, Right right, CallSummary call) {
    AccessSnapshot snapshot = other.access().snapshot(ACME);
    return AccessRules.decide(snapshot, user, right, AccessedCall.of(call), snapshot.present(NOW))
        .allowed();
  }

  private static Plays.Play play(Guest guest) {
    return new Plays.Play(UUID.randomUUID(), ACME, listed.id(), guest.userId(), null, NOW, null);
  }

  @Test
  void an_invitation_gives_nothing_before_it_is_accepted_and_then_one_matter_once() {
    Guest guest = invited("anna", 5);
    assertThat(guest.state(NOW)).isEqualTo(Guests.State.INVITED);
    assertThat(database.directory().user(ACME, "anna").orElseThrow().active()).isFalse();
    assertThat(may(guest.userId(), Right.LISTEN, listed)).isFalse();
    assertThat(database.guests().invited(GLOBEX, hash("anna"))).isEmpty();

    Guest in =
        other
            .guests()
            .accept(ACME, hash("anna"), new Acceptance.Password("$argon2id$x"), "user:anna")
            .orElseThrow();
    assertThat(in.state(NOW)).isEqualTo(Guests.State.ACTIVE);
    assertThat(may(guest.userId(), Right.SEARCH, listed)).isTrue();
    assertThat(may(guest.userId(), Right.LISTEN, listed)).isTrue();
    assertThat(may(guest.userId(), Right.DOWNLOAD, listed)).isFalse();
    assertThat(may(guest.userId(), Right.SEARCH, unlisted)).isFalse();
    assertThat(
            database
                .guests()
                .accept(ACME, hash("anna"), new Acceptance.Password("$argon2id$y"), "user:anna"))
        .as("again")
        .isEmpty();
    assertThat(database.directory().user(ACME, "anna").orElseThrow().passwordHash())
        .isEqualTo("$argon2id$x");
  }

  @Test
  void nodes_that_open_plays_at_once_open_as_many_as_the_invitation_gives() throws Exception {
    Guest guest = accepted("many", 7);
    List<Callable<Boolean>> attempts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Plays plays = (i % 2 == 0 ? database : other).plays();
      attempts.add(
          () -> {
            try {
              plays.open(play(guest));
              return true;
            } catch (Plays.NoPlayLeftException e) {
              assertThat(e).hasMessage("Your invitation gives 7 plays, and all of them are used.");
              return false;
            }
          });
    }
    int opened = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Boolean> each : threads.invokeAll(attempts)) {
        opened += each.get() ? 1 : 0;
      }
    }
    assertThat(opened).isEqualTo(7);
    assertThat(database.guests().find(ACME, guest.userId()).orElseThrow().playsUsed()).isEqualTo(7);
    assertThat(
            database.plays().heard(ACME, Instant.EPOCH).stream()
                .filter(heard -> heard.userId().equals(guest.userId())))
        .hasSize(1);
  }

  @Test
  void a_play_that_is_told_twice_counts_once_and_a_download_counts_too() {
    Guest guest = accepted("twice", 2);
    Plays.Play play = play(guest);
    database.plays().open(play);
    other.plays().open(play);
    database.guests().countDownload(ACME, guest.userId());
    assertThat(database.guests().find(ACME, guest.userId()).orElseThrow().playsUsed()).isEqualTo(2);
    assertThatThrownBy(() -> database.guests().countDownload(ACME, guest.userId()))
        .isInstanceOf(Plays.NoPlayLeftException.class);
    database.guests().countDownload(ACME, "somebody who is no guest");
  }

  @Test
  void the_database_itself_counts_no_further_than_the_invitation_goes() throws SQLException {
    accepted("counted", 1);
    try (Connection admin = TestServer.bundled().admin(config);
        Statement statement = admin.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.execute(
                      "update earwitness.guest set plays_used = 2 where user_id = 'u-counted'"))
          .hasMessageContaining("guest_check");
    }
  }

  @Test
  void a_sooner_end_counts_at_once_and_a_later_one_goes_on() {
    Guest guest = accepted("extended", 1);
    Sessions.Session session =
        TestSessions.of("e", ACME, guest.userId(), NOW, NOW.plus(Duration.ofHours(12)));
    database.sessions().create(session);
    Guest later =
        database.guests().extend(ACME, guest.userId(), NOW.plus(Duration.ofDays(60)), 3, "admin");
    assertThat(later.terms().plays()).isEqualTo(3);
    assertThat(may(guest.userId(), Right.LISTEN, listed)).isTrue();

    Instant soon = NOW.plusSeconds(1);
    other.guests().extend(ACME, guest.userId(), soon, 3, "admin");
    assertThat(database.sessions().find(session.tokenHash()).orElseThrow().expires())
        .isEqualTo(soon);
    AccessSnapshot snapshot = database.access().snapshot(ACME);
    assertThat(
            AccessRules.decide(
                    snapshot,
                    guest.userId(),
                    Right.LISTEN,
                    AccessedCall.of(listed),
                    NOW.plusSeconds(2))
                .allowed())
        .isFalse();
  }

  @Test
  void an_end_takes_sessions_grant_and_account_with_it() {
    Guest guest = accepted("over", 1);
    Sessions.Session session =
        TestSessions.of("f", ACME, guest.userId(), NOW, NOW.plus(Duration.ofHours(12)));
    database.sessions().create(session);
    assertThat(database.guests().end(ACME, guest.userId(), "admin")).isTrue();
    assertThat(other.guests().end(ACME, guest.userId(), "admin")).isFalse();
    assertThat(other.sessions().find(session.tokenHash())).isEmpty();
    assertThat(other.directory().user(ACME, "over").orElseThrow().active()).isFalse();
    assertThat(may(guest.userId(), Right.LISTEN, listed)).isFalse();
    assertThatThrownBy(() -> database.plays().open(play(guest)))
        .hasMessage("Your access as a guest has ended.");
    assertThatThrownBy(
            () -> database.guests().extend(ACME, guest.userId(), NOW.plusSeconds(9), 1, "admin"))
        .hasMessageContaining("ended at");
  }

  @Test
  void a_guest_is_given_nothing_beside_the_invitation() {
    Guest guest = accepted("plain", 1);
    database.directory().addTeam(new Directory.Team("t-desk", ACME, "desk", null), "t");
    AccessDirectory access = database.access();
    String id = guest.userId();
    assertThatThrownBy(
            () -> access.setRoles(ACME, id, Collections.singletonMap(Role.AUDITOR, null), "t"))
        .hasMessageContaining("has no roles");
    assertThatThrownBy(() -> access.addMember(ACME, "t-desk", id, null, "t"))
        .hasMessageContaining("belongs to no team");
    assertThatThrownBy(() -> access.setActive(ACME, id, false, "t"))
        .hasMessageContaining("let in by an invitation");
    assertThatThrownBy(
            () ->
                access.addGrant(
                    ACME,
                    new AccessDirectory.NewGrant(
                        UUID.randomUUID(),
                        new Holder.OfUser(id),
                        Set.of(Right.LISTEN),
                        new Target.WholeTenant(),
                        null,
                        null),
                    "t"))
        .hasMessageContaining("what the invitation says");
  }

  @Test
  void nobody_is_invited_to_what_is_not_possible() {
    Map<String, Guests.Terms> wrong =
        Map.of(
            "no matter",
            new Guests.Terms(new UUID(0, 1), false, "x", NOW.plusSeconds(9), 1),
            "is past already",
            terms(1, Duration.ofSeconds(-1)),
            "too far ahead",
            terms(1, Duration.ofDays(367)),
            "0 plays",
            terms(0, Duration.ofDays(1)));
    wrong.forEach(
        (text, terms) ->
            assertThatThrownBy(
                    () ->
                        database
                            .guests()
                            .invite(
                                new Guests.Invitation(
                                    "u-wrong", ACME, "wrong", "Wrong", null, terms, hash("wrong")),
                                "admin"))
                .hasMessageContaining(text));
    assertThat(database.directory().user(ACME, "wrong")).isEmpty();
  }

  @Test
  void a_renewed_invitation_voids_the_former_code() {
    Guest guest = invited("renewed", 1);
    database.guests().renew(ACME, guest.userId(), hash("another"), "admin");
    assertThat(database.guests().invited(ACME, hash("renewed"))).isEmpty();
    assertThat(database.guests().invited(ACME, hash("another"))).isPresent();
  }

  @Test
  void support_is_let_in_once_by_consent_and_for_three_days_at_most() {
    UUID id = UUID.randomUUID();
    SupportRequests requests = database.supportRequests();
    requests.ask(ACME, id, "p-ina", "ina", "the player stops", "user:op@platform");
    assertThat(other.supportRequests().ofPlatform("p-ina", 9)).hasSize(1);
    assertThat(requests.list(GLOBEX)).isEmpty();
    assertThat(requests.find(GLOBEX, id)).isEmpty();
    assertThatThrownBy(() -> requests.consent(ACME, id, terms(1, Duration.ofHours(73)), "admin"))
        .hasMessageContaining("at most 72 hours");

    Guest guest = requests.consent(ACME, id, terms(1, Duration.ofHours(72)), "admin").orElseThrow();
    assertThat(guest.platformUser()).isEqualTo("p-ina");
    assertThat(guest.state(NOW)).isEqualTo(Guests.State.ACTIVE);
    assertThat(may(guest.userId(), Right.LISTEN, listed)).isTrue();
    assertThat(requests.consent(ACME, id, terms(1, Duration.ofHours(1)), "admin")).isEmpty();
    assertThat(requests.close(ACME, id, SupportRequests.Decision.REFUSED, "no", "admin")).isFalse();
    assertThatThrownBy(
            () ->
                database
                    .guests()
                    .extend(ACME, guest.userId(), NOW.plus(Duration.ofHours(1)), 9, "admin"))
        .hasMessageContaining("given once");
    database.plays().open(play(guest));
    assertThatThrownBy(() -> database.plays().open(play(guest)))
        .isInstanceOf(Plays.NoPlayLeftException.class);
  }

  @Test
  void those_whose_day_has_come_are_found_in_every_tenant() {
    Guest guest = accepted("due", 1);
    assertThat(database.guests().overdue(NOW, 99)).extracting(Guest::name).doesNotContain("due");
    assertThat(database.guests().overdue(guest.terms().ends(), 99))
        .extracting(Guest::name)
        .contains("due");
  }
}

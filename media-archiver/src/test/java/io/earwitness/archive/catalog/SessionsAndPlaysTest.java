package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionsAndPlaysTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static CatalogDatabase database;
  private static Sessions sessions;
  private static Plays plays;

  @BeforeAll
  static void open() {
    database =
        CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.fixed(NOW, ZoneOffset.UTC));
    sessions = database.sessions();
    plays = database.plays();
    for (var tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "t");
      database
          .directory()
          .addUser(new Directory.User("u-1", tenant, "ana", "Ana", null, Set.of(), true), "t");
    }
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static Sessions.Session session(String digit, Instant expires) {
    Sessions.Session session = TestSessions.of(digit, ACME, "u-1", NOW.minusSeconds(60), expires);
    sessions.create(session);
    return session;
  }

  @Test
  void a_session_is_found_by_the_hash_of_its_token_until_it_is_revoked() {
    Sessions.Session session = session("1", NOW.plusSeconds(1));
    assertThat(sessions.find(session.tokenHash())).contains(session);
    assertThat(sessions.find("f".repeat(64))).isEmpty();
    sessions.revoke(session);
    sessions.revoke(session);
    assertThat(sessions.find(session.tokenHash())).isEmpty();
  }

  @Test
  void a_session_ends_at_its_time() {
    assertThat(sessions.find(session("2", NOW).tokenHash())).isEmpty();
  }

  @Test
  void using_a_session_is_noted_and_never_goes_back() {
    Sessions.Session session = session("3", NOW.plusSeconds(9));
    sessions.touch(session, NOW);
    sessions.touch(session, NOW.minusSeconds(1));
    assertThat(sessions.find(session.tokenHash()).orElseThrow().lastUsed()).isEqualTo(NOW);
  }

  @Test
  void all_sessions_of_a_user_end_at_once() {
    Sessions.Session one = session("4", NOW.plusSeconds(9));
    Sessions.Session two = session("5", NOW.plusSeconds(9));
    assertThat(sessions.revokeAll(GLOBEX, "u-1")).isZero();
    assertThat(sessions.find(one.tokenHash())).isPresent();
    assertThat(sessions.revokeAll(ACME, "u-1")).isGreaterThanOrEqualTo(2);
    assertThat(sessions.find(one.tokenHash())).isEmpty();
    assertThat(sessions.find(two.tokenHash())).isEmpty();
  }

  @Test
  void a_persons_sessions_are_listed_with_how_they_began_newest_first() {
    Sessions.Session old = session("6", NOW.plusSeconds(9));
    session("7", NOW);
    sessions.revoke(session("8", NOW.plusSeconds(9)));
    Sessions.Session token = through("9", Sessions.Kind.TOKEN, "nightly report");
    assertThat(sessions.list(ACME, "u-1")).startsWith(token).contains(old).hasSizeLessThan(4);
    assertThat(sessions.list(GLOBEX, "u-1")).isEmpty();
    sessions.enrolled(token);
    assertThat(sessions.find(token.tokenHash()).orElseThrow().enrolmentDue()).isFalse();

    sessions.revoke(old);
    sessions.revoke(token);
  }

  private static Sessions.Session through(String digit, Sessions.Kind kind, @Nullable String name) {
    Sessions.Session session =
        new Sessions.Session(
            digit.repeat(64),
            ACME,
            "u-1",
            NOW,
            NOW,
            NOW.plusSeconds(9),
            new Sessions.Start(
                kind,
                name,
                "2001:db8::1",
                "curl/8",
                Sessions.Method.OIDC,
                new Sessions.Through("idp", "sid-1", "sealed")),
            true);
    sessions.create(session);
    return session;
  }

  @Test
  void sessions_that_a_provider_names_end_and_tokens_stay() {
    Sessions.Session browser = through("a", Sessions.Kind.BROWSER, null);
    Sessions.Session token = through("b", Sessions.Kind.TOKEN, "nightly report");
    assertThat(sessions.revokeThrough(ACME, "idp", null, "sid-2")).isZero();
    assertThat(sessions.revokeThrough(ACME, "other", "u-1", null)).isZero();
    assertThat(sessions.revokeThrough(GLOBEX, "idp", "u-1", null)).isZero();
    assertThat(sessions.revokeThrough(ACME, "idp", null, "sid-1")).isOne();
    assertThat(sessions.find(browser.tokenHash())).isEmpty();
    assertThat(sessions.find(token.tokenHash())).isPresent();
    through("c", Sessions.Kind.BROWSER, null);
    assertThat(sessions.revokeThrough(ACME, "idp", "u-1", null)).isOne();
    sessions.revoke(token);
  }

  @Test
  void of_sessions_that_an_earlier_version_began_those_of_more_than_a_day_are_tokens()
      throws Exception {
    DatabaseConfig.External config = TestServer.bundled().databaseOfVersion("8");
    TestServer.bundled()
        .execute(
            config,
            "insert into earwitness.app_user select tenant, 'u', 'u', 'U', null, true, now()"
                + " from earwitness.tenant");
    for (String[] each : new String[][] {{"a", "12 hours"}, {"b", "1 day"}}) {
      TestServer.bundled()
          .execute(
              config,
              "insert into earwitness.portal_session select repeat('%s', 64), tenant, 'u', now(), now(), now() + interval '%s' from earwitness.tenant"
                  .formatted(each[0], each[1]));
    }
    try (CatalogDatabase migrated = CatalogDatabase.open(config, Clock.systemUTC())) {
      assertThat(migrated.sessions().find("a".repeat(64)).orElseThrow().start().kind())
          .isEqualTo(Sessions.Kind.BROWSER);
      assertThat(migrated.sessions().find("b".repeat(64)).orElseThrow().start().kind())
          .isEqualTo(Sessions.Kind.TOKEN);
    }
  }

  @Test
  void a_play_is_found_by_its_person_while_it_is_open_and_young() {
    CallSummary call = TestCalls.live(ACME);
    database.calls().report(call);
    Plays.Play play =
        new Plays.Play(
            UUID.randomUUID(), ACME, call.id(), "u-1", "complaint 7", NOW.minusSeconds(60), null);
    plays.open(play);
    plays.open(play);
    Duration hour = Duration.ofHours(1);
    assertThat(plays.findOpen(ACME, call.id(), "u-1", hour, null)).contains(play);
    assertThat(plays.findOpen(ACME, call.id(), "u-1", Duration.ofSeconds(59), null)).isEmpty();
    assertThat(plays.findOpen(ACME, call.id(), "u-2", hour, null)).isEmpty();
    assertThat(plays.findOpen(GLOBEX, call.id(), "u-1", hour, null)).isEmpty();
    plays.close(GLOBEX, play.id());
    assertThat(plays.find(ACME, play.id())).contains(play);
    plays.close(ACME, play.id());
    assertThat(plays.findOpen(ACME, call.id(), "u-1", hour, null)).isEmpty();
    assertThat(plays.find(ACME, play.id()).orElseThrow().closed()).isEqualTo(NOW);
  }

  @Test
  void who_heard_what_is_told_once_for_each_person_and_recording() {
    CallSummary call = TestCalls.live(GLOBEX);
    database.calls().report(call);
    for (int minutes : List.of(90, 30, 60)) {
      plays.open(
          new Plays.Play(
              UUID.randomUUID(),
              GLOBEX,
              call.id(),
              "u-1",
              null,
              NOW.minus(Duration.ofMinutes(minutes)),
              null));
    }
    Plays.Heard heard = new Plays.Heard("u-1", call.id(), NOW.minus(Duration.ofMinutes(30)));
    assertThat(plays.heard(GLOBEX, NOW.minus(Duration.ofHours(2)))).containsExactly(heard);
    assertThat(plays.heard(GLOBEX, heard.last())).containsExactly(heard);
    assertThat(plays.heard(GLOBEX, heard.last().plusMillis(1))).isEmpty();
    assertThat(plays.heard(ACME, Instant.EPOCH)).doesNotContain(heard);
  }
}

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
    Sessions.Session session =
        new Sessions.Session(
            digit.repeat(64), ACME, "u-1", NOW.minusSeconds(60), NOW.minusSeconds(60), expires);
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
  void a_play_is_found_by_its_person_while_it_is_open_and_young() {
    CallSummary call = TestCalls.live(ACME);
    database.calls().report(call);
    Plays.Play play =
        new Plays.Play(
            UUID.randomUUID(), ACME, call.id(), "u-1", "complaint 7", NOW.minusSeconds(60), null);
    plays.open(play);
    plays.open(play);
    Duration hour = Duration.ofHours(1);
    assertThat(plays.findOpen(ACME, call.id(), "u-1", hour)).contains(play);
    assertThat(plays.findOpen(ACME, call.id(), "u-1", Duration.ofSeconds(59))).isEmpty();
    assertThat(plays.findOpen(ACME, call.id(), "u-2", hour)).isEmpty();
    assertThat(plays.findOpen(GLOBEX, call.id(), "u-1", hour)).isEmpty();
    plays.close(GLOBEX, play.id());
    assertThat(plays.find(ACME, play.id())).contains(play);
    plays.close(ACME, play.id());
    assertThat(plays.findOpen(ACME, call.id(), "u-1", hour)).isEmpty();
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

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static io.earwitness.archive.catalog.TestCalls.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A refused call and the copy that another recorder took. */
class AttemptsTest {
  private static CatalogDatabase database;

  /** What the conversation of a test is known by. */
  private final String session = UUID.randomUUID().toString();

  @BeforeAll
  static void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private CallSummary call(
      TenantSlug tenant, CallState state, Instant start, @Nullable Duration length, String... ids) {
    CallSummary base = TestCalls.live(tenant, start);
    CallSummary call =
        new CallSummary(
            base.id(),
            tenant,
            state,
            start,
            length == null ? null : start.plus(length),
            base.zone(),
            base.direction(),
            base.parties(),
            base.flags(),
            List.of(ids),
            base.node(),
            base.matchedRule(),
            base.configurationVersion(),
            state == CallState.REFUSED ? new Refusal(503, "full") : null,
            null);
    database.calls().report(call);
    return call;
  }

  private CallSummary refused(Instant at) {
    return call(ACME, CallState.REFUSED, at, Duration.ZERO, "refused@" + at, session);
  }

  private CallSummary recorded(Instant start, @Nullable Duration length) {
    CallState state = length == null ? CallState.LIVE : CallState.CLOSED;
    return call(ACME, state, start, length, session, "recorded@" + start);
  }

  private static List<RecordingId> attempts(CallSummary call) {
    return database.attempts().of(call).stream().map(entry -> entry.summary().id()).toList();
  }

  @Test
  void eachFindsTheOtherWhicheverCameFirst() {
    CallSummary first = refused(START);
    assertThat(attempts(first)).isEmpty();
    CallSummary copy = recorded(START.plusMillis(40), null);
    assertThat(attempts(first)).containsExactly(copy.id());
    assertThat(attempts(copy)).containsExactly(first.id());
    CallSummary again = refused(START.plusSeconds(2));
    assertThat(attempts(again)).containsExactly(copy.id());
    assertThat(attempts(copy)).as("by their starts").containsExactly(first.id(), again.id());
    CallSummary secondCopy = recorded(START.plusMillis(90), Duration.ofMinutes(3));
    assertThat(attempts(first)).containsExactly(copy.id(), secondCopy.id());
    assertThat(attempts(secondCopy)).containsExactly(first.id(), again.id());
  }

  @Test
  void neverAcrossTenants() {
    CallSummary refused = refused(START);
    call(GLOBEX, CallState.LIVE, START, null, session);
    call(TenantSlug.PLATFORM, CallState.LIVE, START, null, session);
    assertThat(attempts(refused)).isEmpty();
    CallSummary theirs = call(GLOBEX, CallState.CLOSED, START, Duration.ofSeconds(9), session);
    assertThat(attempts(theirs)).isEmpty();
  }

  @Test
  void onlyWhileTheOtherRanOrWithinMinutesOfIt() {
    CallSummary call = recorded(START, Duration.ofHours(1));
    CallSummary justBefore = refused(START.minus(Attempts.NEAR));
    CallSummary within = refused(START.plus(Duration.ofMinutes(59)));
    CallSummary justAfter = refused(START.plus(Duration.ofHours(1)).plus(Attempts.NEAR));
    CallSummary tooEarly = refused(START.minus(Attempts.NEAR).minusSeconds(1));
    CallSummary tooLate =
        refused(START.plus(Duration.ofHours(1)).plus(Attempts.NEAR).plusSeconds(1));
    assertThat(attempts(call)).containsExactly(justBefore.id(), within.id(), justAfter.id());
    for (CallSummary near : List.of(justBefore, within, justAfter)) {
      assertThat(attempts(near)).containsExactly(call.id());
    }
    assertThat(attempts(tooEarly)).isEmpty();
    assertThat(attempts(tooLate)).isEmpty();
  }

  @Test
  void whatWasNotRecordedStandsForNothingAndOtherConversationsAreNone() {
    CallSummary refused = refused(START);
    call(ACME, CallState.NO_MEDIA, START, Duration.ofSeconds(5), session);
    call(ACME, CallState.LOST, START, Duration.ofSeconds(5), session);
    CallSummary other = call(ACME, CallState.LIVE, START, null, "another-" + session);
    call(ACME, CallState.LIVE, START, null);
    assertThat(attempts(refused)).isEmpty();
    assertThat(attempts(other)).isEmpty();
    assertThat(attempts(call(ACME, CallState.REFUSED, START, Duration.ZERO))).isEmpty();
  }
}

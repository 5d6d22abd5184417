package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.SubjectRequests.Count;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Found;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Kind;
import io.earwitness.archive.catalog.SubjectRequests.NewRequest;
import io.earwitness.archive.catalog.SubjectRequests.Outcome;
import io.earwitness.archive.catalog.SubjectRequests.Request;
import io.earwitness.archive.catalog.SubjectRequests.State;
import io.earwitness.archive.catalog.SubjectRequests.Subject;
import io.earwitness.archive.catalog.SubjectRequests.Verdict;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Subjects' requests in a real database: what is found, and what has to come before what. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubjectRequestsTest {
  private static final String OLGA = "user:olga@acme";
  private static final ZoneId ZONE = ZoneOffset.UTC;

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final SubjectRequests requests = database.subjectRequests();

  @BeforeAll
  void tenants() {
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "test");
    }
  }

  @AfterAll
  void close() {
    database.close();
  }

  private UUID opened(
      Kind kind, LocalDate received, List<String> numbers, @Nullable String person) {
    UUID id = UUID.randomUUID();
    Subject subject = new Subject("Sue", null, numbers, person);
    requests.open(ACME, new NewRequest(id, kind, subject, received, ZONE), OLGA);
    return id;
  }

  private static LocalDate today() {
    return Instant.now().atZone(ZONE).toLocalDate();
  }

  private CallSummary call(TenantSlug tenant, Instant start, boolean archived, Party... parties) {
    CallSummary like = TestCalls.as(TestCalls.live(tenant, start), CallState.CLOSED);
    CallSummary call =
        new CallSummary(
            like.id(),
            tenant,
            CallState.CLOSED,
            start,
            start.plusSeconds(60),
            like.zone(),
            like.direction(),
            List.of(parties),
            Set.of(),
            like.callIds(),
            like.node(),
            like.matchedRule(),
            like.configurationVersion(),
            null,
            null);
    database.calls().report(call);
    if (archived) {
      database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
    }
    return call;
  }

  private static Party party(Side side, String number, @Nullable String user) {
    return new Party(side, number, null, null, user, List.of());
  }

  @Test
  void callsAreFoundByNumberAndByPersonOverAllDatesAndOnlyOfTheTenant() {
    Instant now = Instant.now();
    Party other = party(Side.RIGHT, "+4420111", null);
    Party hers = party(Side.LEFT, "+49 555-1", null);
    CallSummary old = call(ACME, now.minus(Duration.ofDays(3_000)), true, hers, other);
    CallSummary held =
        call(ACME, now.minusSeconds(500), true, other, party(Side.LEFT, "+49777", "u-sue"));
    CallSummary mixed =
        call(ACME, now.minusSeconds(400), true, hers, party(Side.LEFT, "+49888", null));
    call(ACME, now.minusSeconds(300), true, party(Side.LEFT, "+495551999", null), other);
    call(ACME, now.minusSeconds(200), false, hers, other);
    call(GLOBEX, now.minusSeconds(100), true, hers, other);

    UUID id = opened(Kind.ACCESS, today(), List.of("+495551"), "u-sue");
    requests.identify(ACME, id, "she called back on her number", OLGA);
    Request request = requests.find(ACME, id, List.of(), OLGA);
    assertThat(request.found())
        .extracting(Found::recordings, Found::disposed, Found::others)
        .containsExactly(3, 0, 1);
    assertThat(requests.items(ACME, id, null, 100))
        .extracting(Item::recording)
        .containsExactlyInAnyOrder(old.id(), held.id(), mixed.id());
    assertThat(requests.item(ACME, id, old.id()).orElseThrow().channels()).containsExactly(0);
    assertThat(requests.item(ACME, id, mixed.id()).orElseThrow().channels())
        .as("another is heard there too")
        .isEmpty();
    assertThat(requests.items(ACME, id, null, 2)).hasSize(2);

    requests.decide(ACME, id, Map.of(old.id(), new Verdict(Decision.RELEASE, null)), OLGA);
    CallSummary later = call(ACME, now, true, hers, other);
    assertThat(requests.find(ACME, id, List.of(), OLGA).state()).isEqualTo(State.FOUND);
    assertThat(requests.item(ACME, id, later.id())).isPresent();
    assertThat(requests.item(ACME, id, old.id()).orElseThrow().decision())
        .as("what was decided stays")
        .isEqualTo(Decision.RELEASE);
    requests.decideRest(ACME, id, new Verdict(Decision.DECLINE, "of others"), OLGA);
    assertThat(requests.counts(ACME, id))
        .containsExactly(
            new Count(Decision.DECLINE, Outcome.DECLINED, 3),
            new Count(Decision.RELEASE, Outcome.PENDING, 1));
    assertThat(requests.find(GLOBEX, id)).isEmpty();
    assertThat(requests.items(GLOBEX, id, null, 100)).isEmpty();
    assertThat(requests.list(GLOBEX, false, null, 100)).isEmpty();
  }

  @Test
  void eachStepNeedsTheOneBefore() {
    UUID id = opened(Kind.ERASURE, today(), List.of("+490"), null);
    assertThatThrownBy(() -> requests.find(ACME, id, List.of(), OLGA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("how it was made sure who asks");
    assertThatThrownBy(() -> requests.close(ACME, id, State.DONE, "x", OLGA))
        .hasMessageContaining("not looked for");
    requests.identify(ACME, id, "passport", OLGA);
    assertThatThrownBy(() -> requests.identify(ACME, id, "again", OLGA))
        .hasMessageContaining("made sure of");
    requests.find(ACME, id, List.of(), OLGA);
    requests.close(ACME, id, State.DONE, "there are none", OLGA);
    assertThatThrownBy(() -> requests.find(ACME, id, List.of(), OLGA))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(requests.list(ACME, true, null, 100)).extracting(Request::id).contains(id);
  }

  @Test
  void theDeadlineIsExtendedOnceAndItsEndIsAnAlarm() {
    LocalDate day = today().minusMonths(1).plusDays(3);
    UUID soon = opened(Kind.ACCESS, day, List.of("+490"), null);
    UUID late = opened(Kind.ACCESS, today().minusMonths(2), List.of("+490"), null);
    UUID fresh = opened(Kind.ACCESS, today(), List.of("+490"), null);
    assertThat(alarms(soon)).containsExactly(AlarmKind.SUBJECT_REQUEST_DUE);
    assertThat(alarms(late)).containsExactly(AlarmKind.SUBJECT_REQUEST_OVERDUE);
    assertThat(alarms(fresh)).isEmpty();
    Request extended = requests.extend(ACME, soon, "many calls", ZONE, OLGA);
    assertThat(extended.due())
        .isEqualTo(day.plusMonths(3).plusDays(1).atStartOfDay(ZONE).toInstant());
    assertThat(alarms(soon)).isEmpty();
    assertThatThrownBy(() -> requests.extend(ACME, soon, "again", ZONE, OLGA))
        .hasMessageContaining("once");
    assertThatThrownBy(() -> requests.extend(ACME, late, "too late", ZONE, OLGA))
        .hasMessageContaining("before it is over");
    requests.close(ACME, late, State.WITHDRAWN, "she took it back", OLGA);
    assertThat(alarms(late)).isEmpty();
  }

  private List<AlarmKind> alarms(UUID request) {
    return database
        .conditions(CatalogConditions.Limits.of(Duration.ofHours(1), Duration.ofHours(1)))
        .find()
        .stream()
        .filter(found -> found.object().text().equals("subject-request:" + request))
        .map(CatalogConditions.Found::kind)
        .toList();
  }
}

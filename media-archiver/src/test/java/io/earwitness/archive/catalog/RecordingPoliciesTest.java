package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.RecordingPolicies.ConflictException;
import io.earwitness.archive.catalog.RecordingPolicies.Kept;
import io.earwitness.archive.catalog.generated.Tables;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Persona;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordingPoliciesTest {
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final RecordingPolicies policies = database.recordingPolicies();

  RecordingPoliciesTest() throws Exception {}

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

  private static RecordingRule rule(String name, RecordingAction action) {
    return new RecordingRule(
        name,
        Set.of(),
        Set.of(),
        null,
        List.of(),
        List.of("112"),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        null,
        action,
        null,
        null);
  }

  private long journalled(TenantSlug tenant, String kind) {
    return database
        .transactions()
        .inTenant(
            tenant,
            sql ->
                (long)
                    sql.fetchCount(
                        Tables.JOURNAL_ENTRY,
                        Tables.JOURNAL_ENTRY
                            .TENANT
                            .eq(tenant.value())
                            .and(Tables.JOURNAL_ENTRY.KIND.eq(kind))));
  }

  @Test
  void eachChangeMakesAVersionThatRecordersGetInTheirConfiguration() {
    assertThat(policies.versions(GLOBEX)).isEmpty();
    String before = database.directory().snapshot().version();
    List<Persona> personas = List.of(new Persona("desk", List.of("+4930100")));
    List<RecordingRule> rules = List.of(rule("emergency", RecordingAction.NEVER));

    RecordingPolicy first = policies.set(GLOBEX, 0, personas, rules, "user:rita@globex");

    assertThat(first.version()).isEqualTo(1);
    assertThat(policies.set(GLOBEX, 1, personas, rules, "user:rita@globex")).isEqualTo(first);
    assertThatThrownBy(() -> policies.set(GLOBEX, 0, personas, List.of(), "user:ralf@globex"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("at version 1 by now, not 0");
    RecorderSnapshot snapshot = database.directory().snapshot();
    assertThat(snapshot.version()).isNotEqualTo(before);
    assertThat(
            snapshot.tenants().stream()
                .filter(tenant -> tenant.slug().equals(GLOBEX))
                .findFirst()
                .orElseThrow()
                .policy())
        .isEqualTo(first);
    policies.set(GLOBEX, 1, personas, List.of(), "user:rita@globex");
    assertThat(policies.versions(GLOBEX))
        .extracting(version -> version.policy().version())
        .containsExactly(2, 1);
    assertThat(policies.versions(GLOBEX).getLast().policy()).isEqualTo(first);
    assertThat(journalled(GLOBEX, "recording-policy.set")).isEqualTo(2);
    assertThat(policies.versions(ACME)).isEmpty();
  }

  /** An on-demand call that ended so long ago, as a recorder reports it. */
  private RecordingId held(Duration ago) {
    CallSummary plain = TestCalls.live(ACME, Instant.now().minus(ago).minusSeconds(60));
    RecordingDecision decision =
        new RecordingDecision(1, RecordingAction.ON_DEMAND, true, "private", 10, "rule 1 applies");
    for (CallState state : List.of(CallState.LIVE, CallState.CLOSED)) {
      database
          .calls()
          .report(
              new CallSummary(
                  plain.id(),
                  plain.tenant(),
                  state,
                  plain.start(),
                  state == CallState.LIVE ? null : plain.start().plusSeconds(60),
                  plain.zone(),
                  plain.direction(),
                  plain.parties(),
                  plain.flags(),
                  plain.callIds(),
                  plain.node(),
                  plain.matchedRule(),
                  plain.configurationVersion(),
                  plain.refusal(),
                  plain.rawMetadata(),
                  plain.vendorData(),
                  plain.capture(),
                  plain.shares(),
                  decision));
    }
    return plain.id();
  }

  private CallEntry entry(RecordingId id) {
    return database.calls().find(ACME, id).orElseThrow();
  }

  private Optional<CallCatalog.Work> take(RecordingId id) {
    while (true) {
      Optional<CallCatalog.Work> work = database.calls().take("node-1", Duration.ofMinutes(5));
      if (work.isEmpty() || work.get().id().equals(id)) {
        return work;
      }
    }
  }

  @Test
  void aHeldCallIsNobodysWorkUntilItIsMarkedOrItsTimeIsOver() {
    RecordingId waiting = held(Duration.ofMinutes(2));
    assertThat(take(waiting)).isEmpty();
    assertThat(database.calls().notKept(waiting)).isFalse();
    assertThat(Objects.requireNonNull(entry(waiting).keeping()).keptAt()).isNull();

    assertThat(policies.keep(GLOBEX, waiting, "user:carl@globex", "x")).isEqualTo(Kept.NOT_HELD);
    assertThat(policies.keep(ACME, waiting, "user:clara@acme", "a complaint")).isEqualTo(Kept.NOW);
    assertThat(policies.keep(ACME, waiting, "user:susan@acme", "me too")).isEqualTo(Kept.BEFORE);

    CallCatalog.Keeping keeping = Objects.requireNonNull(entry(waiting).keeping());
    assertThat(keeping.keptBy()).isEqualTo("user:clara@acme");
    assertThat(keeping.reason()).isEqualTo("a complaint");
    assertThat(take(waiting)).map(CallCatalog.Work::kept).contains(true);
    assertThat(journalled(ACME, "recording.keep")).isPositive();
  }

  @Test
  void whatNobodyMarkedIsOverOnceAndForAll() {
    RecordingId late = held(Duration.ofMinutes(11));
    assertThat(take(late)).map(CallCatalog.Work::kept).contains(false);

    assertThat(database.calls().notKept(late)).isTrue();
    assertThat(database.calls().notKept(late)).isFalse();

    assertThat(entry(late).summary().state()).isEqualTo(CallState.NOT_RECORDED_BY_POLICY);
    assertThat(entry(late).summary().flags()).contains(CallFlag.NOT_KEPT);
    assertThat(policies.keep(ACME, late, "user:clara@acme", "x")).isEqualTo(Kept.NOT_HELD);
    assertThat(take(late)).isEmpty();
  }

  @Test
  void ofAMarkAndTheRemovalAtTheSameMomentExactlyOneWins() throws Exception {
    int kept = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 30; i++) {
        RecordingId id = held(Duration.ofMinutes(11));
        CountDownLatch go = new CountDownLatch(1);
        Future<Kept> mark =
            threads.submit(
                () -> {
                  go.await();
                  return policies.keep(ACME, id, "user:clara@acme", "x");
                });
        Future<Boolean> removal =
            threads.submit(
                () -> {
                  go.await();
                  return database.calls().notKept(id);
                });
        go.countDown();
        boolean marked = mark.get() == Kept.NOW;
        assertThat(removal.get()).isEqualTo(!marked);
        assertThat(entry(id).summary().state())
            .isEqualTo(marked ? CallState.CLOSED : CallState.NOT_RECORDED_BY_POLICY);
        kept += marked ? 1 : 0;
      }
    }
    assertThat(kept).isBetween(0, 30);
  }

  @Test
  void aCallWithoutAPolicyIsNotHeld() {
    CallSummary call = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    database.calls().report(call);
    assertThat(policies.keep(ACME, call.id(), "user:clara@acme", "x")).isEqualTo(Kept.NOT_HELD);
    assertThat(entry(call.id()).keeping()).isNull();
    assertThat(entry(call.id()).summary().policy()).isNull();
  }
}

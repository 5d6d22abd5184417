package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CallCatalog.Work;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Generation;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Nodes' presence, and who may work on whose calls. */
@Execution(ExecutionMode.CONCURRENT)
class NodesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration GONE = Duration.ofMillis(1);

  private CatalogDatabase database;
  private CallCatalog calls;

  @BeforeEach
  void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
    calls = database.calls();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Nodes.Heartbeat node(String name, UUID spool) {
    return new Nodes.Heartbeat(
        name,
        "eu-1",
        spool,
        "0.1",
        TestCalls.START,
        7,
        1L << 40,
        1L << 30,
        Duration.ofHours(5),
        Duration.ofMillis(-3));
  }

  private static CallSummary call(String node, CallState state) {
    return TestCalls.as(TestCalls.live(ACME), state).withNode(node);
  }

  private void heartbeat(String name, Duration lease) throws Exception {
    assertThat(
            database
                .nodes()
                .heartbeat(
                    node(
                        name,
                        UUID.nameUUIDFromBytes(
                            name.getBytes(java.nio.charset.StandardCharsets.UTF_8))),
                    lease))
        .isPresent();
    if (lease.equals(GONE)) {
      while (!find(name).absent()) {
        Thread.sleep(2);
      }
    }
  }

  private Nodes.Node find(String name) {
    return database.nodes().list().stream()
        .filter(node -> node.said().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private @Nullable Work take(String node) {
    return calls.take(node, MINUTE).orElse(null);
  }

  private CallEntry entry(CallSummary call) {
    return calls.load(List.of(call.id())).getFirst();
  }

  @Test
  void a_node_is_listed_as_it_said_and_absent_when_its_lease_is_over() throws Exception {
    Nodes.Heartbeat said = node("a", UUID.randomUUID());
    Instant now = database.nodes().heartbeat(said, MINUTE).orElseThrow();
    assertThat(database.nodes().list()).containsExactly(new Nodes.Node(said, now, false));
    database.nodes().heartbeat(said, GONE);
    while (!find("a").absent()) {
      Thread.sleep(2);
    }
    database.nodes().heartbeat(said, MINUTE);
    assertThat(find("a").absent()).isFalse();
  }

  @Test
  void two_nodes_of_one_name_are_told_apart_by_their_spools() throws Exception {
    Nodes.Heartbeat first = node("a", UUID.randomUUID());
    Nodes.Heartbeat second = node("a", UUID.randomUUID());
    assertThat(database.nodes().heartbeat(first, MINUTE)).isPresent();
    assertThat(database.nodes().heartbeat(second, MINUTE)).isEmpty();
    assertThat(find("a").said()).isEqualTo(first);
    database.nodes().heartbeat(first, GONE);
    while (!find("a").absent()) {
      Thread.sleep(2);
    }
    assertThat(database.nodes().heartbeat(second, MINUTE)).isPresent();
  }

  @Test
  void a_closed_call_is_its_own_nodes_as_long_as_that_is_there() throws Exception {
    heartbeat("a", MINUTE);
    CallSummary call = call("a", CallState.CLOSED);
    calls.report(call);
    assertThat(take("b")).isNull();
    Work work = calls.take("a", MINUTE).orElseThrow();
    assertThat(work.node()).isEqualTo("a");
    assertThat(work.absentFor()).isNull();
    assertThat(work.captureMissing()).isFalse();
  }

  @Test
  void others_take_closed_and_running_calls_of_an_absent_node_but_not_its_own() throws Exception {
    heartbeat("a", GONE);
    CallSummary closed = call("a", CallState.CLOSED);
    CallSummary live = call("a", CallState.LIVE);
    calls.report(closed);
    calls.report(live);
    List<Work> taken =
        List.of(calls.take("b", MINUTE).orElseThrow(), calls.take("b", MINUTE).orElseThrow());
    assertThat(taken).extracting(Work::id).containsExactly(closed.id(), live.id());
    assertThat(taken).allMatch(work -> work.absentFor() != null);
    assertThat(take("b")).isNull();

    CallSummary other = call("a", CallState.LIVE);
    calls.report(other);
    assertThat(take("a")).as("its own running call").isNull();
  }

  @Test
  void running_calls_of_a_node_that_nobody_ever_heard_of_are_left_alone() {
    calls.report(call("a", CallState.LIVE));
    assertThat(take("b")).isNull();
  }

  @Test
  void a_capture_that_is_missing_makes_a_call_anybodys_until_it_is_reported_again()
      throws Exception {
    heartbeat("a", MINUTE);
    CallSummary live = call("a", CallState.LIVE);
    calls.report(live);
    assertThat(database.captures().awaited("a").waiting()).containsExactly(live.id());
    database.captures().missing("b", List.of(live.id()));
    assertThat(take("b")).as("only its own node can say so").isNull();
    database.captures().missing("a", List.of(live.id()));
    assertThat(database.captures().awaited("a").waiting()).isEmpty();
    Work work = calls.take("b", MINUTE).orElseThrow();
    assertThat(work.captureMissing()).isTrue();
    calls.release(work, Duration.ZERO, "not now");
    calls.report(TestCalls.as(live, CallState.CLOSED));
    assertThat(take("b")).isNull();
    assertThat(take("a")).isNotNull();
  }

  @Test
  void a_lost_call_is_closed_when_its_capture_turns_up() {
    CallSummary closed = call("a", CallState.CLOSED);
    calls.report(TestCalls.as(closed, CallState.LIVE));
    calls.finish(closed.id(), CallState.LOST, Set.of());
    assertThat(database.captures().awaited("a").unwhole()).containsExactly(closed.id());
    calls.report(TestCalls.as(closed, CallState.LIVE));
    assertThat(entry(closed).summary().state()).isEqualTo(CallState.LOST);
    calls.report(closed);
    assertThat(entry(closed).summary().state()).isEqualTo(CallState.CLOSED);
    assertThat(database.captures().awaited("a").unwhole()).isEmpty();
  }

  @Test
  void what_was_rescued_is_archived_again_by_its_own_node_once_that_has_the_whole() {
    CallSummary live = call("a", CallState.LIVE);
    CallSummary cut =
        live.withState(
            CallState.CLOSED, live.start().plusSeconds(5), Set.of(CallFlag.RECORDER_INTERRUPTED));
    CallSummary whole = TestCalls.as(live, CallState.CLOSED);
    calls.report(live);
    database.captures().rescued(cut);
    assertThat(entry(live).summary()).isEqualTo(cut);
    archive(live, Generation.RESCUED, CallState.ARCHIVED_PARTIAL);
    assertThat(database.captures().awaited("a").unwhole()).containsExactly(live.id());
    assertThat(take("a")).as("the whole is not there yet").isNull();

    calls.report(whole);
    assertThat(entry(live).summary().state()).isEqualTo(CallState.ARCHIVED_PARTIAL);
    assertThat(entry(live).summary().end()).isEqualTo(whole.end());
    assertThat(database.captures().awaited("a").unwhole()).isEmpty();
    assertThat(take("b")).isNull();
    Work work = calls.take("a", MINUTE).orElseThrow();
    assertThat(work.unverified()).isNull();
    archive(live, Generation.RETURNED, CallState.ARCHIVED);
    assertThat(entry(live).summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(take("a")).isNull();
    long version = entry(live).version();
    calls.report(whole);
    assertThat(entry(live).version()).as("nothing new").isEqualTo(version);
  }

  private void archive(CallSummary call, int generation, CallState outcome) {
    calls.archived(TestCalls.archived(call, generation, outcome));
    calls.verified(call.tenant(), call.id(), generation, TestCalls.START);
  }

  @Test
  void a_node_that_reported_the_end_while_others_rescued_archives_its_capture_too() {
    CallSummary whole = call("a", CallState.CLOSED);
    calls.report(whole);
    archive(whole, Generation.ORDINARY, CallState.ARCHIVED);
    archive(whole, Generation.RESCUED, CallState.ARCHIVED_PARTIAL);
    Optional<Work> work = calls.take("a", MINUTE);
    assertThat(work).map(Work::id).contains(whole.id());
  }

  @Test
  void a_rescue_changes_nothing_of_a_call_whose_end_is_known_and_adds_one_that_is_not() {
    CallSummary whole = call("a", CallState.CLOSED);
    calls.report(whole);
    database.captures().rescued(whole.withState(CallState.CLOSED, whole.start(), Set.of()));
    assertThat(entry(whole).summary()).isEqualTo(whole);
    CallSummary unknown = call("a", CallState.CLOSED);
    database.captures().rescued(unknown);
    assertThat(entry(unknown).summary()).isEqualTo(unknown);
  }

  @Test
  void a_call_rescued_as_nobodys_is_returned_under_the_tenant_that_the_catalog_has() {
    CallSummary nobodys = call("a", CallState.LIVE).withTenant(TenantSlug.PLATFORM);
    calls.report(nobodys);
    database.captures().rescued(TestCalls.as(nobodys, CallState.CLOSED));
    archive(nobodys, Generation.RESCUED, CallState.QUARANTINED);
    calls.report(TestCalls.as(nobodys.withTenant(ACME), CallState.CLOSED));
    Work work = calls.take("a", MINUTE).orElseThrow();
    assertThat(work.tenant()).isEqualTo(TenantSlug.PLATFORM);
  }
}

package io.earwitness.search;

import static io.earwitness.search.Calls.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccessedCall;
import io.earwitness.access.CallScope;
import io.earwitness.access.Decision;
import io.earwitness.access.Right;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 10,000 random grants and calls: what is found, counted and decided is what the text says. */
class AccessOracleTest {
  private static final int PEOPLE = 160;
  private static final int QUESTIONS = 200;
  private static final int DECISIONS = 10_000;

  @TempDir private Path folder;

  @Test
  void searchesCountsAndDecisionsEqualTheTextForTenThousandGrantsAndCalls() throws IOException {
    AccessOracle oracle = new AccessOracle(4475, PEOPLE, 10_000, 10_000);
    AccessSnapshot directory = oracle.snapshot();
    Random random = new Random(1);
    try (CallIndex index = new CallIndex(folder)) {
      fill(index, oracle);
      long unblocked = oracle.calls.stream().filter(call -> !call.blocked()).count();
      int nothing = 0;
      int everything = 0;
      int some = 0;
      for (int i = 0; i < QUESTIONS; i++) {
        String user = oracle.users.get(random.nextInt(PEOPLE));
        Right right = Right.values()[random.nextInt(Right.values().length)];
        int when = random.nextInt(AccessOracle.SECONDS);
        Set<RecordingId> expected =
            oracle.calls.stream()
                .filter(oracle.asks(user, right.wireName(), when))
                .map(call -> call.entry().summary().id())
                .collect(Collectors.toSet());
        CallScope scope =
            AccessRules.scope(directory, user, right, AccessOracle.BEGIN.plusSeconds(when));
        String what = "%s %s at %d".formatted(user, right, when);
        assertThat(found(index, scope, what)).as(what).isEqualTo(expected);
        assertThat(
                AccessRules.anywhere(directory, user, right, AccessOracle.BEGIN.plusSeconds(when)))
            .as(what)
            .isEqualTo(!scope.isEmpty());
        nothing += expected.isEmpty() ? 1 : 0;
        boolean all = expected.size() == oracle.calls.size() || expected.size() == unblocked;
        everything += all ? 1 : 0;
        some += expected.isEmpty() || all ? 0 : 1;
      }
      // Otherwise it would prove little
      assertThat(nothing).isGreaterThan(10);
      assertThat(everything).isGreaterThan(3);
      assertThat(some).isGreaterThan(30);
    }
  }

  @Test
  void tenThousandDecisionsEqualTheText() {
    AccessOracle oracle = new AccessOracle(4476, PEOPLE, 10_000, 10_000);
    AccessSnapshot directory = oracle.snapshot();
    Random random = new Random(2);
    int allowed = 0;
    for (int i = 0; i < DECISIONS; i++) {
      String user = oracle.users.get(random.nextInt(PEOPLE));
      Right right = Right.values()[random.nextInt(Right.values().length)];
      AccessOracle.CallRow call = oracle.calls.get(random.nextInt(oracle.calls.size()));
      int when = random.nextInt(AccessOracle.SECONDS);
      Instant at = AccessOracle.BEGIN.plusSeconds(when);
      AccessedCall facts = AccessedCall.of(call.entry().summary());
      Decision decision = AccessRules.decide(directory, user, right, facts, at);
      String what = "%s %s at %d: %s".formatted(user, right, when, decision.text());
      assertThat(decision.allowed())
          .as(what)
          .isEqualTo(oracle.may(user, right.wireName(), call, when));
      assertThat(AccessRules.scope(directory, user, right, at).includes(facts))
          .as(what)
          .isEqualTo(decision.allowed());
      allowed += decision.allowed() ? 1 : 0;
    }
    assertThat(allowed).isBetween(DECISIONS / 50, DECISIONS / 2);
  }

  /** And calls of another tenant with the same people and teams, which nobody may find. */
  private static void fill(CallIndex index, AccessOracle oracle) throws IOException {
    long position = index.position("epoch-1");
    List<CallEntry> entries = new ArrayList<>();
    for (AccessOracle.CallRow call : oracle.calls) {
      entries.add(call.entry());
      entries.add(
          Calls.call(
              Calls.OTHER,
              call.entry().summary().start(),
              Duration.ofMinutes(1),
              call.entry().summary().parties(),
              CallState.ARCHIVED));
    }
    index.apply(
        entries.stream().map(entry -> entry.summary().id()).toList(), entries, position + 1);
  }

  /** All pages, whose totals say the same. */
  private static Set<RecordingId> found(CallIndex index, CallScope scope, String what) {
    Set<RecordingId> all = new HashSet<>();
    String cursor = null;
    long total;
    do {
      CallSearch.Page page =
          index.search(
              scope,
              new CallSearch.Query(
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  Set.of(),
                  Set.of(),
                  Set.of(),
                  null,
                  ALL.sort(),
                  500,
                  cursor));
      all.addAll(page.ids());
      total = page.total();
      cursor = page.next();
    } while (cursor != null);
    assertThat(total).as("total of %s", what).isEqualTo(all.size());
    return all;
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static io.earwitness.archive.catalog.TestCalls.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CallCatalog.Work;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Interactions;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.VendorDatum;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a catalog of calls does, on whichever PostgreSQL. */
interface CallCatalogContract {
  Duration HOUR = Duration.ofHours(1);

  /** A catalog of this test class's own; other tests of the class leave calls in it. */
  CatalogDatabase database();

  private CallCatalog calls() {
    return database().calls();
  }

  private CallEntry found(CallSummary call) {
    return calls().find(call.tenant(), call.id()).orElseThrow();
  }

  private @Nullable Instant verifiedAt(CallSummary call) {
    return Objects.requireNonNull(found(call).archive()).verifiedAt();
  }

  @Test
  default void a_reported_call_is_found_with_every_field() {
    CallSummary call = TestCalls.live(ACME);
    calls().report(call);
    assertThat(calls().find(ACME, call.id())).contains(new CallEntry(call, 1, null));
    CallSummary refused = TestCalls.refused(ACME);
    calls().report(refused);
    assertThat(calls().find(ACME, refused.id())).contains(new CallEntry(refused, 1, null));
  }

  @Test
  default void another_tenants_call_is_not_found() {
    CallSummary call = TestCalls.live(GLOBEX);
    calls().report(call);
    assertThat(calls().find(ACME, call.id())).isEmpty();
    assertThat(calls().started(ACME, START.minusSeconds(1), START.plusSeconds(1)))
        .extracting(entry -> entry.summary().tenant())
        .containsOnly(ACME);
  }

  @Test
  default void a_call_moves_from_live_to_closed_and_its_version_grows() {
    CallSummary live = TestCalls.live(ACME);
    CallSummary closed = TestCalls.as(live, CallState.CLOSED);
    calls().report(live);
    calls().report(closed);
    assertThat(found(live)).isEqualTo(new CallEntry(closed, 2, null));
  }

  @Test
  default void the_same_report_twice_changes_nothing() {
    CallSummary live = TestCalls.live(ACME);
    calls().report(live);
    calls().report(live);
    assertThat(found(live).version()).isEqualTo(1);
  }

  @Test
  default void a_call_never_goes_back() {
    CallSummary live = TestCalls.live(ACME);
    CallSummary closed = TestCalls.as(live, CallState.CLOSED);
    CallSummary outcome = TestCalls.as(live, CallState.NO_MEDIA);
    calls().report(closed);
    calls().report(live);
    assertThat(found(live)).isEqualTo(new CallEntry(closed, 1, null));
    calls().report(outcome);
    for (CallSummary late : List.of(live, closed, TestCalls.as(live, CallState.LOST))) {
      calls().report(late);
      assertThat(found(live)).isEqualTo(new CallEntry(outcome, 2, null));
    }
  }

  @Test
  default void a_live_call_leaves_quarantine_when_its_tenant_becomes_known() {
    CallSummary nobodys = TestCalls.live(TenantSlug.PLATFORM);
    calls().report(nobodys);
    CallSummary closed = TestCalls.as(nobodys.withTenant(ACME), CallState.CLOSED);
    calls().report(closed);
    assertThat(found(closed).summary()).isEqualTo(closed);
    assertThat(calls().find(TenantSlug.PLATFORM, closed.id())).isEmpty();
  }

  @Test
  default void a_report_of_another_tenant_cannot_change_a_call() {
    CallSummary call = TestCalls.live(ACME);
    calls().report(call);
    CallSummary stolen =
        new CallSummary(
            call.id(),
            GLOBEX,
            CallState.CLOSED,
            call.start(),
            call.start(),
            call.zone(),
            call.direction(),
            List.of(),
            Set.of(),
            List.of(),
            "n",
            "r",
            "v",
            null,
            null);
    assertThatThrownBy(() -> calls().report(stolen)).isInstanceOf(IllegalStateException.class);
    assertThat(found(call).summary()).isEqualTo(call);
    assertThat(calls().find(GLOBEX, call.id())).isEmpty();
  }

  @Test
  default void characters_that_the_database_cannot_keep_never_cost_a_call() {
    CallSummary hostile = TestCalls.named(TestCalls.live(ACME), "a\u0000b\ud800c", "<x>\u0000");
    calls().report(hostile);
    CallSummary kept = found(hostile).summary();
    assertThat(kept.parties().getFirst().name()).isEqualTo("a\ufffdb\ufffdc");
    assertThat(kept.rawMetadata()).isEqualTo("<x>\ufffd");
    assertThat(kept.vendorData())
        .containsExactly(new VendorDatum("a\ufffdb\ufffdc", "a\ufffdb\ufffdc"));
  }

  @Test
  default void what_the_src_tells_later_is_a_change_of_the_call() {
    CallSummary first = TestCalls.live(ACME);
    calls().report(first);
    assertThat(found(first).summary().vendorData()).isEqualTo(first.vendorData()).hasSize(1);
    CallSummary more = TestCalls.telling(first, new VendorDatum("Diversion", "<sip:+4930@a>"));
    calls().report(more);
    assertThat(found(first)).isEqualTo(new CallEntry(more, 2, null));
  }

  @Test
  default void recordings_of_one_conversation_are_joined_once_they_have_ended() {
    String group = "group-" + UUID.randomUUID();
    CallSummary first = TestCalls.sharing(TestCalls.live(ACME, START.plusSeconds(7_000)), group);
    CallSummary second = TestCalls.sharing(TestCalls.live(ACME, START.plusSeconds(7_100)), group);
    CallSummary globex = TestCalls.sharing(TestCalls.live(GLOBEX, START.plusSeconds(7_050)), group);
    List.of(first, second, globex).forEach(calls()::report);
    // The later one ends first
    for (CallSummary call : List.of(globex, second)) {
      calls().report(TestCalls.as(call, CallState.CLOSED));
      assertThat(found(call).place()).isNull();
    }
    long version = found(second).version();
    calls().report(TestCalls.as(first, CallState.CLOSED));

    Interactions.Place place = new Interactions.Place(first.id(), null);
    assertThat(found(first).place()).isEqualTo(place);
    assertThat(found(second).place()).isEqualTo(place);
    assertThat(found(second).version()).isEqualTo(version + 1);
    assertThat(found(globex).place()).isNull();
    assertThat(calls().interaction(ACME, first.id()))
        .extracting(entry -> entry.summary().id())
        .containsExactly(first.id(), second.id());
    assertThat(calls().interaction(GLOBEX, first.id())).isEmpty();
  }

  @Test
  default void the_worse_of_two_copies_is_a_duplicate_and_which_one_may_change_when_archived() {
    String session = "session-" + UUID.randomUUID();
    CallSummary one =
        TestCalls.as(
            TestCalls.sharing(TestCalls.live(ACME, START.plusSeconds(7_500)), session),
            CallState.CLOSED);
    CallSummary other =
        TestCalls.as(
            TestCalls.sharing(TestCalls.live(ACME, START.plusSeconds(7_501)), session),
            CallState.CLOSED);
    calls().report(one);
    calls().report(other);
    assertThat(found(other).place()).isEqualTo(new Interactions.Place(one.id(), one.id()));
    assertThat(found(other).summary().flags()).contains(CallFlag.DUPLICATE);
    assertThat(found(one).summary().flags()).doesNotContain(CallFlag.DUPLICATE);

    // Of the first, one side turns out to be missing
    calls().archived(TestCalls.archived(one, 0, CallState.ARCHIVED));
    assertThat(found(one).place()).isEqualTo(new Interactions.Place(one.id(), other.id()));
    assertThat(found(one).summary().flags()).contains(CallFlag.DUPLICATE);
    assertThat(found(other).place()).isEqualTo(new Interactions.Place(one.id(), null));
    assertThat(found(other).summary().flags()).doesNotContain(CallFlag.DUPLICATE);
  }

  @Test
  default void recordings_that_end_at_the_same_time_find_each_other() throws Exception {
    String group = "group-" + UUID.randomUUID();
    List<CallSummary> ended = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      CallSummary live = TestCalls.live(ACME, START.plusSeconds(9_000 + 100L * i));
      ended.add(TestCalls.as(TestCalls.sharing(live, group), CallState.CLOSED));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(ended.size())) {
      List<Callable<Object>> reports = new ArrayList<>();
      ended.forEach(call -> reports.add(Executors.callable(() -> calls().report(call))));
      for (Future<Object> report : threads.invokeAll(reports)) {
        report.get();
      }
    }
    assertThat(calls().interaction(ACME, ended.getFirst().id()))
        .extracting(entry -> entry.summary().id())
        .containsExactlyElementsOf(ended.stream().map(CallSummary::id).toList());
  }

  @Test
  default void many_calls_are_loaded_and_missing_ones_left_out() {
    List<RecordingId> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      CallSummary call = TestCalls.live(i == 0 ? ACME : GLOBEX);
      calls().report(call);
      ids.add(call.id());
    }
    List<RecordingId> wanted = new ArrayList<>(ids);
    for (int i = 0; i < 2000; i++) {
      wanted.add(RecordingId.draw(START));
    }
    assertThat(calls().load(wanted))
        .extracting(entry -> entry.summary().id())
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(calls().find(GLOBEX, wanted))
        .extracting(entry -> entry.summary().id())
        .containsExactlyInAnyOrder(ids.get(1), ids.get(2));
  }

  @Test
  default void calls_are_listed_by_start_from_inclusive_to_exclusive() {
    CallSummary second = TestCalls.live(ACME, START.plusSeconds(1001));
    CallSummary first = TestCalls.live(ACME, START.plusSeconds(1000));
    CallSummary beyond = TestCalls.live(ACME, START.plusSeconds(1002));
    List.of(second, first, beyond).forEach(calls()::report);
    assertThat(calls().started(ACME, first.start(), beyond.start()))
        .extracting(CallEntry::summary)
        .containsExactly(first, second);
  }

  @Test
  default void calls_in_a_state_are_listed_oldest_first_across_tenants() {
    CallSummary newer = TestCalls.as(TestCalls.live(ACME, START.plusSeconds(9)), CallState.LOST);
    CallSummary older = TestCalls.as(TestCalls.live(GLOBEX, START.plusSeconds(8)), CallState.LOST);
    calls().report(newer);
    calls().report(older);
    assertThat(calls().inState(CallState.LOST)).containsSubsequence(older.id(), newer.id());
  }

  /** Ends what other tests left to do, so that a test's own call is the only work there is. */
  private void endOtherWork() {
    for (Optional<Work> other = calls().take("other", HOUR);
        other.isPresent();
        other = calls().take("other", HOUR)) {
      calls().finish(other.get().id(), CallState.NO_MEDIA, Set.of());
    }
  }

  @Test
  default void work_is_a_closed_call_and_one_workers_at_a_time() {
    endOtherWork();
    CallSummary live = TestCalls.live(ACME);
    calls().report(live);
    assertThat(calls().take("one", HOUR)).isEmpty();
    calls().report(TestCalls.as(live, CallState.CLOSED));
    Work work = calls().take("one", HOUR).orElseThrow();
    assertThat(work.tenant()).isEqualTo(ACME);
    assertThat(work.attempts()).isEqualTo(1);
    assertThat(calls().take("two", HOUR)).isEmpty();
    calls().release(work, Duration.ZERO, "the store is away");
    assertThat(calls().take("two", HOUR).orElseThrow().attempts()).isEqualTo(2);
  }

  @Test
  default void released_work_waits_for_its_delay() {
    endOtherWork();
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    Work work = calls().take("one", HOUR).orElseThrow();
    calls().release(work, HOUR, "the store is away");
    assertThat(calls().take("two", HOUR)).isEmpty();
  }

  @Test
  default void an_expired_lease_goes_to_another_worker_and_the_first_cannot_give_it_back() {
    endOtherWork();
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    Work expired = calls().take("one", Duration.ZERO).orElseThrow();
    Work taken = calls().take("two", HOUR).orElseThrow();
    assertThat(taken.attempts()).isEqualTo(2);
    calls().release(expired, Duration.ZERO, "too late");
    assertThat(calls().take("three", HOUR)).isEmpty();
  }

  @Test
  default void a_lease_is_extended_by_its_worker_alone() {
    endOtherWork();
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    Work first = calls().take("one", Duration.ZERO).orElseThrow();
    calls().extend(first, HOUR);
    assertThat(calls().take("two", HOUR)).isEmpty();
    calls().extend(first, Duration.ZERO);
    Work second = calls().take("two", Duration.ZERO).orElseThrow();
    calls().extend(first, HOUR);
    Work third = calls().take("three", HOUR).orElseThrow();
    assertThat(third.id()).as("the first lease was over").isEqualTo(closed.id());
    calls().extend(second, Duration.ZERO);
    assertThat(calls().take("four", HOUR)).as("so was the second").isEmpty();
  }

  @Test
  default void workers_at_once_never_get_the_same_call() throws Exception {
    Set<RecordingId> waiting = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
      calls().report(closed);
      waiting.add(closed.id());
    }
    List<RecordingId> taken = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
      Callable<List<RecordingId>> all =
          () -> {
            List<RecordingId> mine = new ArrayList<>();
            calls()
                .take("w", HOUR)
                .ifPresent(
                    work -> {
                      for (Optional<Work> next = Optional.of(work);
                          next.isPresent();
                          next = calls().take("w", HOUR)) {
                        mine.add(next.get().id());
                      }
                    });
            return mine;
          };
      List<Future<List<RecordingId>>> futures = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        futures.add(workers.submit(all));
      }
      for (Future<List<RecordingId>> each : futures) {
        taken.addAll(each.get());
      }
    }
    assertThat(taken).doesNotHaveDuplicates().containsAll(waiting);
  }

  @Test
  default void of_two_archives_of_a_generation_the_first_wins() {
    endOtherWork();
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    ArchivedCall first = TestCalls.archived(closed, 0, CallState.ARCHIVED);
    calls().archived(first);
    ArchivedCall second = TestCalls.archived(closed, 0, CallState.ARCHIVED_PARTIAL);
    calls().archived(second);
    CallEntry entry = found(closed);
    assertThat(entry.archive()).isEqualTo(first);
    assertThat(entry.version()).isEqualTo(2);
    assertThat(entry.summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(entry.summary().flags())
        .containsExactlyInAnyOrder(CallFlag.SOURCE_PORT_MISMATCH, CallFlag.PACKET_LOSS);
    calls().report(closed);
    assertThat(found(closed)).isEqualTo(entry);
  }

  @Test
  default void an_archive_is_work_until_it_is_read_back_but_calls_to_archive_come_first() {
    endOtherWork();
    CallSummary archived = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(archived);
    Work work = calls().take("one", HOUR).orElseThrow();
    assertThat(work.unverified()).isNull();
    calls().archived(TestCalls.archived(archived, 0, CallState.ARCHIVED));
    assertThat(calls().take("two", HOUR)).as("the archiver reads back itself").isEmpty();
    calls().release(work, Duration.ZERO, "the store broke off");

    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    assertThat(calls().take("two", HOUR).orElseThrow().id()).isEqualTo(closed.id());
    Work again = calls().take("two", HOUR).orElseThrow();
    assertThat(again.id()).isEqualTo(archived.id());
    assertThat(again.tenant()).isEqualTo(ACME);
    assertThat(again.unverified()).isEqualTo(0);
    assertThat(again.attempts()).isEqualTo(2);
    calls().release(again, HOUR, "block 7 is not what was signed");
    assertThat(calls().take("three", HOUR)).as("it is backed off").isEmpty();
    assertThat(found(archived).summary().state()).isEqualTo(CallState.ARCHIVED);
  }

  @Test
  default void a_lease_that_ends_while_its_worker_reads_back_lets_another_do_it() {
    endOtherWork();
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    assertThat(calls().take("dying", Duration.ZERO)).isPresent();
    calls().archived(TestCalls.archived(closed, 0, CallState.ARCHIVED));
    assertThat(calls().take("two", HOUR).orElseThrow().unverified()).isEqualTo(0);
  }

  @Test
  default void what_is_read_back_is_no_work_any_more_and_the_first_time_stays() {
    endOtherWork();
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    assertThat(calls().take("one", HOUR)).isPresent();
    calls().archived(TestCalls.archived(closed, 0, CallState.ARCHIVED));
    CallEntry before = found(closed);
    assertThat(verifiedAt(closed)).isNull();
    calls().verified(ACME, closed.id(), 0, START.plusSeconds(100));
    calls().verified(ACME, closed.id(), 0, START.plusSeconds(200));
    assertThat(verifiedAt(closed)).isEqualTo(START.plusSeconds(100));
    assertThat(found(closed).version()).isEqualTo(before.version());
    assertThat(calls().take("two", HOUR)).isEmpty();
  }

  @Test
  default void only_an_archive_of_ones_own_can_be_read_back() {
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    assertThatThrownBy(() -> calls().verified(ACME, closed.id(), 0, START))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no archive");
    calls().archived(TestCalls.archived(closed, 0, CallState.ARCHIVED));
    assertThatThrownBy(() -> calls().verified(GLOBEX, closed.id(), 0, START))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> calls().verified(ACME, closed.id(), 1, START))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(verifiedAt(closed)).isNull();
  }

  @Test
  default void a_later_generation_supersedes_and_an_earlier_one_does_not() {
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    calls().archived(TestCalls.archived(closed, 1, CallState.ARCHIVED_PARTIAL));
    calls().archived(TestCalls.archived(closed, 2, CallState.ARCHIVED));
    calls().archived(TestCalls.archived(closed, 0, CallState.ARCHIVED_PARTIAL));
    CallEntry entry = found(closed);
    assertThat(entry.summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(entry.archive()).isEqualTo(TestCalls.archived(closed, 2, CallState.ARCHIVED));
    assertThat(calls().load(List.of(closed.id()))).containsExactly(entry);
    assertThat(calls().started(ACME, START, START.plusSeconds(1))).contains(entry);
  }

  @Test
  default void an_archive_needs_its_call_and_a_proper_outcome() {
    CallSummary unknown = TestCalls.live(ACME);
    assertThatThrownBy(() -> calls().archived(TestCalls.archived(unknown, 0, CallState.ARCHIVED)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("report it first");
    calls().report(unknown);
    assertThatThrownBy(() -> calls().archived(TestCalls.archived(unknown, 0, CallState.CLOSED)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void a_call_record_is_archived_without_media() {
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    calls().archived(TestCalls.archived(closed, 0, CallState.NO_MEDIA));
    CallEntry entry = found(closed);
    assertThat(entry.summary().state()).isEqualTo(CallState.NO_MEDIA);
    assertThat(entry.archive()).isEqualTo(TestCalls.archived(closed, 0, CallState.NO_MEDIA));
  }

  @Test
  default void a_call_without_media_is_finished_once() {
    CallSummary closed = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    calls().report(closed);
    calls().finish(closed.id(), CallState.NO_MEDIA, Set.of(CallFlag.ONE_WAY));
    calls().finish(closed.id(), CallState.LOST, Set.of(CallFlag.NO_BYE));
    CallEntry entry = found(closed);
    assertThat(entry.version()).isEqualTo(2);
    assertThat(entry.summary().state()).isEqualTo(CallState.NO_MEDIA);
    assertThat(entry.summary().flags())
        .containsExactlyInAnyOrder(CallFlag.SOURCE_PORT_MISMATCH, CallFlag.ONE_WAY);
    assertThatThrownBy(() -> calls().finish(closed.id(), CallState.CLOSED, Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> calls().finish(RecordingId.draw(START), CallState.LOST, Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void every_change_of_a_call_is_in_the_feed_and_no_report_without_change()
      throws Exception {
    ChangeFeed feed = database().changes();
    long before = end(feed);
    CallSummary live = TestCalls.live(ACME);
    calls().report(live);
    long afterLive = awaitChange(feed, before, live.id());
    calls().report(TestCalls.as(live, CallState.CLOSED));
    long afterClosed = awaitChange(feed, afterLive, live.id());
    calls().report(live);
    CallSummary mark = TestCalls.live(GLOBEX);
    calls().report(mark);
    long afterMark = awaitChange(feed, afterClosed, mark.id());
    assertThat(feed.read(afterClosed, 1000))
        .extracting(ChangeFeed.Change::id)
        .doesNotContain(live.id());
    calls().archived(TestCalls.archived(live, 0, CallState.ARCHIVED));
    awaitChange(feed, afterMark, live.id());
  }

  private static long end(ChangeFeed feed) {
    long end = 0;
    for (List<ChangeFeed.Change> some = feed.read(end, 1000);
        !some.isEmpty();
        some = feed.read(end, 1000)) {
      end = some.getLast().position();
    }
    return end;
  }

  private static long awaitChange(ChangeFeed feed, long after, RecordingId id) throws Exception {
    long position = after;
    for (int i = 0; i < 60; i++) {
      feed.await(position, Duration.ofSeconds(1));
      for (ChangeFeed.Change change : feed.read(position, 1000)) {
        assertThat(change.position()).isEqualTo(position + 1);
        position = change.position();
        if (change.id().equals(id)) {
          return position;
        }
      }
    }
    throw new AssertionError("no change of " + id + " in a minute");
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.JournalReader;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CatalogRebuild.Rebuilt;
import io.earwitness.archive.catalog.CatalogRebuild.Recording;
import io.earwitness.archive.catalog.generated.Earwitness;
import io.earwitness.archive.catalog.generated.Tables;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog filled from the object store is the one that was. */
class CatalogRebuildTest {
  /** Tables that don't come back, each for its reason in {@code docs/operations/rebuild.md}. */
  private static final Set<String> NOT_COMPARED =
      Set.of(
          // derived, or of the database itself
          "flyway_schema_history",
          "access_version",
          "outbox",
          "change_feed",
          "feed_state",
          // of sign-in: people sign in anew
          "portal_session",
          "api_token",
          "sign_in_failure",
          "play",
          // what is found again as it was: holds in the store, what was delivered
          "object_hold",
          "delivery",
          "delivery_file",
          "delivery_index",
          "delivery_instruction",
          "delivery_position",
          // who listened to a copy that waits for its release listens again
          "subject_copy_heard",
          // announced anew if it is still due
          "disposal_item",
          // what nodes report as long as they run
          "node",
          "node_drain",
          "live_request",
          "live_pause",
          "src_activity",
          "src_deviation",
          "announcement_play",
          // the audit trail lies in the store by itself; alarms are raised anew
          "audit_entry",
          "audit_pending",
          "audit_leaf",
          "audit_subtree",
          "audit_checkpoint",
          "audit_bundle",
          "audit_checkpoint_copy",
          "alarm",
          "alarm_notice",
          "alarm_attempt",
          "alarm_silence");

  private static final Map<String, Set<String>> COLUMNS_NOT_COMPARED =
      Map.of(
          "guest", Set.of("code_hash", "code_expires_at"),
          "break_glass_code", Set.of("hash"),
          "totp", Set.of("pending", "last_step"),
          "legal_hold", Set.of("examined_until"),
          "retention_lengthening", Set.of("last_seen", "recordings", "bytes", "finished_at"),
          "disposal_run", Set.of("copy_version"),
          "restriction", Set.of("problem", "not_before"),
          "delivery_target",
              Set.of(
                  "queued_to",
                  "delivered_at",
                  "failing_since",
                  "problem",
                  "sequence",
                  "checked",
                  "checked_at",
                  "damaged",
                  "damaged_at"),
          "audit_destination", Set.of("next_leaf", "sent_at", "failing_since", "problem"),
          "call",
              Set.of(
                  "version",
                  "capture_whole",
                  "attempts",
                  "leased_by",
                  "leased_until",
                  "not_before",
                  "last_problem"));

  /** Moves on by a millisecond and some at each look. */
  private static final class Ticking extends Clock {
    private final AtomicLong ticks = new AtomicLong();
    private volatile Duration ahead = Duration.ZERO;

    void advance(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
      return Instant.parse("2026-11-27T12:00:00Z")
          .plus(ahead)
          .plusNanos(ticks.incrementAndGet() * 1_234_567);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @TempDir private Path folder;
  private final Ticking clock = new Ticking();

  private static byte[] signed(String key, byte[] content) {
    byte[] at = key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] all = java.util.Arrays.copyOf(at, at.length + content.length);
    System.arraycopy(content, 0, all, at.length, content.length);
    return all;
  }

  private static byte[] opened(String key, byte[] sealed) {
    return java.util.Arrays.copyOfRange(sealed, key.length(), sealed.length);
  }

  private static void ship(CatalogDatabase database, ObjectStore store, Clock clock) {
    JournalShipper shipper =
        new JournalShipper(
            database.transactions(),
            clock,
            store,
            ObjectKeys::journal,
            (_, key, content) -> signed(key, content),
            (_, at) ->
                new ObjectStore.Lock(ObjectStore.LockMode.GOVERNANCE, at.plusSeconds(999_999)));
    shipper.ship();
    shipper.close();
  }

  private static List<Iterator<JournalBundle>> journals(ObjectStore store) {
    return new JournalReader(store, CatalogRebuildTest::opened, null)
        .journals(store.list(Bucket.LOCK, ""));
  }

  @Test
  void everything_in_the_journal_comes_back_row_by_row() throws Exception {
    DatabaseConfig.External before = TestServer.bundled().newDatabase();
    DatabaseConfig.External after = TestServer.bundled().newDatabase();
    try (DirectoryStore store = DirectoryStore.open(folder, InstantSource.system())) {
      List<CallSummary> calls;
      try (CatalogDatabase database = CatalogDatabase.open(before, clock)) {
        EveryAct acts = new EveryAct(database, clock, clock::advance);
        acts.run();
        calls = acts.calls();
        ship(database, store, clock);
      }
      Rebuilt rebuilt;
      try (CatalogDatabase database = CatalogDatabase.open(after, clock)) {
        CatalogRebuild.Recordings recordings =
            each -> calls.forEach(call -> each.accept(recording(call)));
        rebuilt = database.rebuild().run(recordings, journals(store));

        assertThatThrownBy(() -> database.rebuild().run(recordings, journals(store)))
            .isInstanceOf(CatalogRebuild.NotEmptyException.class)
            .hasMessageContaining("access_grant=");
      }
      assertThat(rebuilt.left()).isEmpty();
      assertThat(rebuilt.recordings()).isEqualTo(calls.size());
      Set<String> untried = new TreeSet<>(JournalReplay.known());
      untried.removeAll(rebuilt.applied().keySet());
      assertThat(untried).as("kinds that EveryAct does not do").isEmpty();
      assertThat(rows(after)).isEqualTo(rows(before));

      // What is done next goes on where the journal was
      try (CatalogDatabase database = CatalogDatabase.open(after, clock)) {
        database.directory().setNumberScreening(ACME, true, "t");
        ship(database, store, clock);
      }
      journals(store).forEach(journal -> journal.forEachRemaining(_ -> {}));
    }
  }

  private static JournalBundle bundle(TenantSlug tenant, String... kindsAndData) throws Exception {
    Instant at = Instant.parse("2026-11-27T12:00:00Z");
    List<JournalBundle.Entry> entries = new ArrayList<>();
    for (int i = 0; i < kindsAndData.length; i += 2) {
      entries.add(
          new JournalBundle.Entry(
              entries.size() + 1,
              at,
              "t",
              kindsAndData[i],
              Json.mapper().readTree(kindsAndData[i + 1])));
    }
    return new JournalBundle(
        "%s/journal/1-%d.cms".formatted(tenant, entries.size()),
        "v1",
        tenant,
        LocalDate.of(2026, 11, 27),
        1,
        entries.size(),
        entries);
  }

  @Test
  void a_run_that_had_not_begun_is_stopped_and_a_hold_lets_go_what_is_not_there() throws Exception {
    UUID hold = UUID.randomUUID();
    JournalBundle bundle =
        bundle(
            ACME,
            "tenant.add",
            "{\"slug\":\"acme\",\"name\":\"Acme\",\"zone\":\"UTC\",\"retentionYears\":7}",
            "hold.place",
            "{\"id\":\"%s\",\"name\":\"H\",\"reason\":\"r\",\"graceDays\":7,\"scope\":{},\"placedAt\":\"2026-11-27T12:00:00Z\"}"
                .formatted(hold),
            "hold.add-recordings",
            "{\"hold\":\"%s\",\"recordings\":[\"%s\"]}".formatted(hold, UUID.randomUUID()),
            "disposal.announce",
            "{\"run\":\"%s\",\"mode\":\"by-approval\",\"recordings\":3,\"notBefore\":\"2026-12-28T12:00:00Z\"}"
                .formatted(UUID.randomUUID()));
    try (CatalogDatabase database =
        CatalogDatabase.open(TestServer.bundled().newDatabase(), clock)) {
      Rebuilt rebuilt = database.rebuild().run(_ -> {}, List.of(List.of(bundle).iterator()));
      assertThat(rebuilt.left()).containsOnly(Map.entry("hold.add-recordings", 1L));
      assertThat(database.holds().find(ACME, hold).orElseThrow().recordings()).isZero();
      assertThat(database.disposals().runs(ACME, 9))
          .extracting(Disposals.Run::state)
          .containsExactly(Disposals.RunState.STOPPED);
    }
  }

  @Test
  void what_can_t_be_applied_is_named_and_leaves_the_catalog_empty() throws Exception {
    String added = "{\"slug\":\"acme\",\"name\":\"Acme\",\"zone\":\"UTC\",\"retentionYears\":7}";
    try (CatalogDatabase database =
        CatalogDatabase.open(TestServer.bundled().newDatabase(), clock)) {
      CatalogRebuild rebuild = database.rebuild();
      JournalBundle tenant = bundle(ACME, "tenant.add", added);
      JournalBundle later = bundle(TenantSlug.PLATFORM, "from.the-future", "{}");
      assertThatThrownBy(
              () ->
                  rebuild.run(
                      _ -> {}, List.of(List.of(tenant).iterator(), List.of(later).iterator())))
          .isInstanceOf(CatalogRebuild.NotReplayableException.class)
          .hasMessageContainingAll("platform/journal/1-1.cms", "entry 1", "'from.the-future'");
      JournalBundle incomplete = bundle(ACME, "tenant.add", "{\"slug\":\"acme\"}");
      assertThatThrownBy(() -> rebuild.run(_ -> {}, List.of(List.of(incomplete).iterator())))
          .hasMessageContainingAll("acme/journal/1-1.cms", "it lacks 'name'");
      JournalBundle alone =
          bundle(
              ACME,
              "key.add",
              "{\"id\":\"%s\",\"certificate\":\"c\",\"custody\":\"managed\",\"active\":true}"
                  .formatted("0".repeat(64)));
      assertThatThrownBy(() -> rebuild.run(_ -> {}, List.of(List.of(alone).iterator())))
          .isInstanceOf(CatalogRebuild.NotReplayableException.class)
          .hasMessageContaining("the journals do not fit together");

      Rebuilt rebuilt = rebuild.run(_ -> {}, List.of(List.of(tenant).iterator()));
      assertThat(rebuilt.applied()).containsOnly(Map.entry("tenant.add", 1L));
    }
  }

  @Test
  void a_call_that_left_quarantine_is_the_tenants() throws Exception {
    CallSummary held = TestCalls.as(TestCalls.live(TenantSlug.PLATFORM), CallState.QUARANTINED);
    CallSummary released =
        held.withTenant(ACME).withState(CallState.ARCHIVED, held.end(), held.flags());
    try (CatalogDatabase database =
        CatalogDatabase.open(TestServer.bundled().newDatabase(), clock)) {
      database
          .rebuild()
          .run(
              each -> {
                each.accept(
                    new Recording(held, TestCalls.archived(held, 0, CallState.QUARANTINED)));
                each.accept(
                    new Recording(released, TestCalls.archived(released, 3, CallState.ARCHIVED)));
              },
              List.of());
      CallCatalog.CallEntry entry = database.calls().find(ACME, held.id()).orElseThrow();
      assertThat(entry.summary().state()).isEqualTo(CallState.ARCHIVED);
      assertThat(Objects.requireNonNull(entry.archive()).generation()).isEqualTo(3);
    }
  }

  private static Recording recording(CallSummary call) {
    CallSummary archived = call.withState(CallState.ARCHIVED, call.end(), call.flags());
    return new Recording(archived, TestCalls.archived(call, 0, CallState.ARCHIVED));
  }

  /** Every row of every table that comes back, as text, sorted. */
  private static Map<String, List<String>> rows(DatabaseConfig.External database) throws Exception {
    Map<String, List<String>> rows = new TreeMap<>();
    try (Connection connection = TestServer.bundled().admin(database)) {
      DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
      for (Table<?> table : Earwitness.EARWITNESS.getTables()) {
        if (!NOT_COMPARED.contains(table.getName())) {
          Set<String> left = COLUMNS_NOT_COMPARED.getOrDefault(table.getName(), Set.of());
          List<Field<?>> fields =
              table
                  .fieldStream()
                  .filter(field -> !left.contains(field.getName()))
                  .collect(Collectors.toList());
          rows.put(
              table.getName(),
              sql
                  .select(fields)
                  .from(table)
                  .where(isCompared(table))
                  .fetch(CatalogRebuildTest::text)
                  .stream()
                  .sorted()
                  .toList());
        }
      }
    }
    assertThat(rows).allSatisfy((table, found) -> assertThat(found).as(table).isNotEmpty());
    return rows;
  }

  /**
   * The platform's own row comes with the tables; what lay in the store of a recording that is gone
   * is told by its tombstone alone.
   */
  private static Condition isCompared(Table<?> table) {
    if (table.equals(Tables.CALL_ARCHIVE)) {
      return Tables.CALL_ARCHIVE.ID.notIn(DSL.select(Tables.TOMBSTONE.CALL).from(Tables.TOMBSTONE));
    }
    return table.equals(Tables.TENANT)
        ? Tables.TENANT.TENANT_.ne(TenantSlug.PLATFORM.value())
        : DSL.noCondition();
  }

  private static String text(Record row) {
    return row.formatJSON(
        new org.jooq.JSONFormat()
            .header(false)
            .recordFormat(org.jooq.JSONFormat.RecordFormat.OBJECT));
  }
}

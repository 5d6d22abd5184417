package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each condition that the catalog shows, from its beginning to its end. */
class CatalogConditionsTest {
  private final DatabaseConfig.External server = TestServer.bundled().newDatabase();
  private Instant now = TestCalls.START.plusSeconds(120);
  private CatalogDatabase database;
  private CatalogConditions conditions;

  @BeforeEach
  void open() {
    Clock clock =
        new Clock() {
          @Override
          public Instant instant() {
            return now;
          }

          @Override
          public ZoneId getZone() {
            return ZoneId.of("UTC");
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }
        };
    database = CatalogDatabase.open(server, clock);
    conditions =
        database.conditions(
            CatalogConditions.Limits.of(Duration.ofMinutes(5), Duration.ofMinutes(60)));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void sql(String statement) {
    TestServer.bundled().execute(server, statement);
  }

  private List<String> found() {
    return conditions.find().stream()
        .map(each -> each.kind().wireName() + " " + each.object() + " of " + each.tenant())
        .toList();
  }

  private void heartbeat(Duration lease, Duration offset) throws Exception {
    database
        .nodes()
        .heartbeat(
            new Nodes.Heartbeat(
                "rec-1", "eu", new UUID(1, 1), "0.1", now, 3, null, null, null, offset),
            lease);
    while (lease.toMillis() == 1 && !database.nodes().list().getFirst().absent()) {
      Thread.sleep(2);
    }
  }

  @Test
  void a_node_that_is_gone_and_one_whose_clock_is_off() throws Exception {
    heartbeat(Duration.ofMinutes(1), Duration.ofMillis(900));
    assertThat(found()).isEmpty();
    heartbeat(Duration.ofMinutes(1), Duration.ofMillis(-2500));
    assertThat(found()).containsExactly("node-clock-off node:rec-1 of platform");
    heartbeat(Duration.ofMillis(1), Duration.ZERO);
    assertThat(found()).containsExactly("node-absent node:rec-1 of platform");
    database.drains().report("rec-1", false, 0);
    database.drains().drain("rec-1", "test");
    assertThat(found()).as("taken away by an operator").isEmpty();
    database.drains().undrain("rec-1");
    heartbeat(Duration.ofMinutes(1), Duration.ZERO);
    assertThat(found()).isEmpty();
  }

  @Test
  void calls_that_are_lost_damaged_quarantined_or_can_not_be_archived() {
    CallSummary lost = TestCalls.live(ACME);
    CallSummary damaged = TestCalls.live(ACME);
    CallSummary stuck = TestCalls.live(ACME);
    for (CallSummary call : List.of(lost, damaged, stuck)) {
      database.calls().report(TestCalls.as(call, CallState.CLOSED));
    }
    assertThat(found()).isEmpty();
    database.calls().finish(lost.id(), CallState.LOST, Set.of());
    sql(
        "update earwitness.call set state = 'archived-partial', flags = '{no-bye,capture-damaged}' where id = '%s'"
            .formatted(damaged.id()));
    sql("update earwitness.call set attempts = 4 where id = '%s'".formatted(stuck.id()));
    assertThat(found())
        .containsExactlyInAnyOrder(
            "calls-lost tenant:acme of acme",
            "captures-damaged tenant:acme of acme",
            "archiving-failing tenant:acme of acme");
    assertThat(conditions.find())
        .filteredOn(each -> each.kind() == AlarmKind.CALLS_LOST)
        .singleElement()
        .satisfies(
            each -> assertThat(each.detail()).isEqualTo("1 recordings, the newest " + lost.id()));
    sql("update earwitness.call set state = 'archived' where id = '%s'".formatted(stuck.id()));
    now = TestCalls.START.plus(Duration.ofDays(7));
    assertThat(found()).isEmpty();

    now = TestCalls.START;
    CallSummary nobodys = TestCalls.live(TenantSlug.PLATFORM);
    database.calls().report(TestCalls.as(nobodys, CallState.CLOSED));
    sql("update earwitness.call set state = 'quarantined' where id = '%s'".formatted(nobodys.id()));
    assertThat(found()).contains("calls-quarantined tenant:platform of platform");
    now = TestCalls.START.plus(Duration.ofDays(1));
    assertThat(found()).doesNotContain("calls-quarantined tenant:platform of platform");
  }

  @Test
  void a_journal_that_is_not_shipped() {
    sql("insert into earwitness.journal_head values ('acme', 2, 1)");
    sql(
        "insert into earwitness.journal_entry values ('acme', 2, '%s', 'x', 'y', '{}')"
            .formatted(now.minus(Duration.ofMinutes(5))));
    assertThat(found()).isEmpty();
    now = now.plusMillis(1);
    assertThat(found()).containsExactly("journal-behind tenant:acme of platform");
    sql("update earwitness.journal_head set shipped = 2");
    assertThat(found()).isEmpty();
  }

  @Test
  void audit_entries_without_leaves_and_logs_that_are_not_copied() {
    sql(
        """
        insert into earwitness.audit_entry (id, tenant, at, actor, action, details, salt, canonical, leaf_hash)
        values ('00000000-0000-0000-0000-000000000001', 'acme', '%s', 'x', 'y', '{}',
                decode(repeat('00', 32), 'hex'), '', decode(repeat('00', 32), 'hex'))
        """
            .formatted(now.minusSeconds(61)));
    sql(
        "insert into earwitness.audit_pending (tenant, entry, leaf_hash) select tenant, id, leaf_hash from earwitness.audit_entry");
    assertThat(found()).containsExactly("audit-leaves-behind tenant:platform of platform");
    sql("delete from earwitness.audit_pending");
    assertThat(found()).isEmpty();

    for (String tenant : List.of("platform", "acme")) {
      sql(
          "insert into earwitness.audit_checkpoint values ('%s', 7, decode(repeat('00', 32), 'hex'), 'n', '%s')"
              .formatted(tenant, now));
    }
    now = now.plus(Duration.ofMinutes(16));
    assertThat(found()).isEmpty();
    now = now.plusMillis(1);
    assertThat(found()).containsExactly("audit-copies-behind tenant:platform of platform");
    sql("insert into earwitness.audit_checkpoint_copy values ('platform', 7, 'k', 'v', now())");
    assertThat(found()).isEmpty();
    now = now.plus(Duration.ofMinutes(165)).plusMillis(1);
    assertThat(found())
        .containsExactlyInAnyOrder(
            "audit-copies-behind tenant:platform of platform",
            "audit-copies-behind tenant:acme of platform");
    sql("insert into earwitness.audit_bundle values ('platform', 0, 6, 'k', 'v', now())");
    sql("insert into earwitness.audit_bundle values ('acme', 0, 6, 'k', 'v', now())");
    assertThat(found()).isEmpty();
  }

  @Test
  void audit_entries_that_no_receiver_takes_for_five_minutes() {
    enterWithLeaf(0);
    AuditForwarding forwarding = database.auditForwarding();
    AuditForwarding.Destination siem =
        new AuditForwarding.Destination(
            TenantSlug.PLATFORM, "siem", "tls://siem.example:6514", true);
    now = now.plus(Duration.ofMinutes(30));
    forwarding.set(siem, OptionalLong.of(0), "t");
    assertThat(forwardingFound()).as("a whole log is before it").isEmpty();
    now = now.plus(Duration.ofMinutes(5)).plusMillis(1);
    assertThat(forwardingFound())
        .containsExactly("audit-forwarding-behind tenant:platform of platform");
    forwarding.sent(siem, 0, 1);
    assertThat(forwardingFound()).isEmpty();
    enterWithLeaf(1);
    now = now.plus(Duration.ofMinutes(5));
    assertThat(forwardingFound()).isEmpty();
    now = now.plusMillis(1);
    assertThat(forwardingFound())
        .containsExactly("audit-forwarding-behind tenant:platform of platform");
    forwarding.remove(TenantSlug.PLATFORM, "siem", "t");
    assertThat(forwardingFound()).isEmpty();
  }

  /** Beside it the journal, which nobody ships here, is behind. */
  private List<String> forwardingFound() {
    return found().stream().filter(each -> each.startsWith("audit-forwarding")).toList();
  }

  private void enterWithLeaf(long index) {
    database
        .audit()
        .append(
            new AuditEntry(
                new UUID(9, index),
                now,
                TenantSlug.PLATFORM,
                "job:x",
                "x",
                null,
                null,
                null,
                Map.of()));
    sql(
        "insert into earwitness.audit_leaf select tenant, %d, entry, leaf_hash from earwitness.audit_pending"
            .formatted(index));
    sql("delete from earwitness.audit_pending");
  }

  @Test
  void a_change_feed_that_stands_still() {
    // Nobody sequences while the lock is held
    try (Standstill ignored = new Standstill()) {
      sql("insert into earwitness.outbox (tenant, call) values ('acme', gen_random_uuid())");
      assertThat(found()).isEmpty();
      now = now.plus(Duration.ofMinutes(1));
      assertThat(found()).isEmpty();
      now = now.plusMillis(1);
      assertThat(found()).containsExactly("change-feed-behind catalog:outbox of platform");
      sql("delete from earwitness.outbox");
      assertThat(found()).isEmpty();
    }
  }

  /** Holds the sequencer's lock. */
  private final class Standstill implements AutoCloseable {
    private final java.sql.Connection connection;

    Standstill() {
      try {
        connection = TestServer.bundled().admin(server);
        connection.createStatement().execute("select pg_advisory_lock(" + Locks.SEQUENCER + ")");
      } catch (java.sql.SQLException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      try {
        connection.close();
      } catch (java.sql.SQLException e) {
        throw new AssertionError(e);
      }
    }
  }
}

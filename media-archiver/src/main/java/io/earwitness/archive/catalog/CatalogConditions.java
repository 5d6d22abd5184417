package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.AUDIT_BUNDLE;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_CHECKPOINT;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_CHECKPOINT_COPY;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_PENDING;
import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_HEAD;
import static io.earwitness.archive.catalog.generated.Tables.OUTBOX;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record3;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong by looking at the catalog: nodes that are absent, calls that are lost, work
 * that waits for too long, whoever should have done it. For one thread.
 */
public final class CatalogConditions {
  /** What {@link #find} finds; of these kinds whatever it did not find is over. */
  public static final Set<AlarmKind> KINDS =
      Set.copyOf(
          EnumSet.of(
              AlarmKind.NODE_ABSENT,
              AlarmKind.NODE_CLOCK_OFF,
              AlarmKind.CALLS_LOST,
              AlarmKind.CAPTURES_DAMAGED,
              AlarmKind.CALLS_QUARANTINED,
              AlarmKind.QUARANTINE_OLD,
              AlarmKind.ARCHIVING_FAILING,
              AlarmKind.LOCK_RENEWAL_FAILING,
              AlarmKind.LOCK_RENEWAL_MISSED,
              AlarmKind.JOURNAL_BEHIND,
              AlarmKind.AUDIT_LEAVES_BEHIND,
              AlarmKind.AUDIT_COPIES_BEHIND,
              AlarmKind.AUDIT_FORWARDING_BEHIND,
              AlarmKind.DELIVERY_BEHIND,
              AlarmKind.DELIVERY_DAMAGED,
              AlarmKind.CHANGE_FEED_BEHIND,
              AlarmKind.LICENCE_OVER_USE,
              AlarmKind.LICENCE_ENDING,
              AlarmKind.SUBJECT_REQUEST_DUE,
              AlarmKind.SUBJECT_REQUEST_OVERDUE,
              AlarmKind.APPROVAL_WAITING,
              AlarmKind.BREAK_GLASS_USED,
              AlarmKind.BREAK_GLASS_UNREVIEWED));

  private static final Duration CLOCK_OFFSET = Duration.ofSeconds(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration FORWARDING = Duration.ofMinutes(5);
  private static final int ATTEMPTS = 4;
  private static final AlarmObject CATALOG = new AlarmObject("catalog:outbox");

  private final Transactions transactions;
  private final Nodes nodes;
  private final Drains drains;
  private final Clock clock;
  private final Limits limits;
  private @Nullable Long oldest;
  private @Nullable Instant oldestSince;

  /**
   * From when on something is late.
   *
   * @param leaves an audit entry without its leaf, and a change without its place in the feed
   * @param journal a change that is not in the object store
   * @param checkpoints a checkpoint of the platform's log that is not copied
   * @param bundles audit entries that are not copied
   */
  public record Limits(Duration leaves, Duration journal, Duration checkpoints, Duration bundles) {
    /** A minute, five minutes, and three times the intervals and a minute. */
    public static Limits of(Duration checkpointInterval, Duration bundleInterval) {
      Duration minute = Duration.ofMinutes(1);
      return new Limits(
          minute,
          minute.multipliedBy(5),
          checkpointInterval.multipliedBy(3).plus(minute),
          bundleInterval.multipliedBy(3).plus(minute));
    }
  }

  /** Something that is wrong. */
  public record Found(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail) {}

  CatalogConditions(
      Transactions transactions, Nodes nodes, Drains drains, Clock clock, Limits limits) {
    this.transactions = transactions;
    this.nodes = nodes;
    this.drains = drains;
    this.clock = clock;
    this.limits = limits;
  }

  /** Everything that is wrong now. */
  public List<Found> find() {
    List<Found> found = new ArrayList<>();
    Instant now = clock.instant();
    nodes(found);
    transactions
        .asWorker(
            sql -> {
              List<Found> seen = new ArrayList<>();
              calls(sql, now, seen);
              journal(sql, now, seen);
              auditLeaves(sql, now, seen);
              auditCopies(sql, now, seen);
              auditForwarding(sql, now, seen);
              DeliveryConditions.find(sql, now, seen);
              SecondPersonConditions.find(sql, now, seen);
              LockConditions.find(sql, now, seen);
              LicenceConditions.find(sql, now, seen);
              SubjectConditions.find(sql, now, seen);
              return seen;
            })
        .forEach(found::add);
    changeFeed(now, found);
    return found;
  }

  private void nodes(List<Found> found) {
    Set<String> drained =
        drains.list().stream()
            .filter(drain -> drain.since() != null)
            .map(Drains.Drain::node)
            .collect(Collectors.toSet());
    for (Nodes.Node node : nodes.list()) {
      Nodes.Heartbeat said = node.said();
      AlarmObject object = AlarmObject.node(said.name());
      Duration offset = said.clockOffset();
      // Who drains a node is about to take it away
      if (node.absent() && !drained.contains(said.name())) {
        found.add(
            platform(
                AlarmKind.NODE_ABSENT,
                object,
                "last heard of at %s, with %d running calls"
                    .formatted(node.heartbeatAt(), said.runningCalls())));
      } else if (!node.absent() && offset != null && offset.abs().compareTo(CLOCK_OFFSET) > 0) {
        found.add(
            platform(
                AlarmKind.NODE_CLOCK_OFF,
                object,
                "about %d s from the database's".formatted(offset.toSeconds())));
      }
    }
  }

  private static Found platform(AlarmKind kind, AlarmObject object, String detail) {
    return new Found(kind, object, TenantSlug.PLATFORM, detail);
  }

  private static void calls(DSLContext sql, Instant now, List<Found> found) {
    Condition thisWeek = CALL.STARTED_AT.gt(now.minus(WEEK));
    Field<String[]> damaged = DSL.array(DSL.inline(CallFlag.CAPTURE_DAMAGED.wireName()));
    counted(
        sql, AlarmKind.CALLS_LOST, CALL.STATE.eq(CallState.LOST.wireName()).and(thisWeek), found);
    counted(
        sql,
        AlarmKind.CAPTURES_DAMAGED,
        CALL.STATE
            .eq(CallState.ARCHIVED_PARTIAL.wireName())
            .and(thisWeek)
            .and(CALL.FLAGS.contains(damaged)),
        found);
    counted(
        sql,
        AlarmKind.CALLS_QUARANTINED,
        CALL.STATE.eq(CallState.QUARANTINED.wireName()).and(CALL.STARTED_AT.gt(now.minus(DAY))),
        found);
    counted(
        sql,
        AlarmKind.QUARANTINE_OLD,
        CALL.STATE.eq(CallState.QUARANTINED.wireName()).and(CALL.STARTED_AT.le(now.minus(WEEK))),
        found);
    counted(
        sql,
        AlarmKind.ARCHIVING_FAILING,
        CALL.ATTEMPTS
            .ge(ATTEMPTS)
            .and(
                CALL.STATE
                    .eq(DSL.inline(CallState.CLOSED.wireName()))
                    .or(
                        CALL.ID.in(
                            DSL.select(CALL_ARCHIVE.ID)
                                .from(CALL_ARCHIVE)
                                .where(CALL_ARCHIVE.VERIFIED_AT.isNull())))),
        found);
  }

  private static void counted(DSLContext sql, AlarmKind kind, Condition which, List<Found> found) {
    Field<UUID> newest =
        DSL.field("(array_agg({0} order by {1} desc))[1]", UUID.class, CALL.ID, CALL.STARTED_AT);
    for (Record3<String, Integer, UUID> row :
        sql.select(CALL.TENANT, DSL.count(), newest)
            .from(CALL)
            .where(which)
            .groupBy(CALL.TENANT)
            .fetch()) {
      TenantSlug tenant = new TenantSlug(row.value1());
      found.add(
          new Found(
              kind,
              AlarmObject.tenant(tenant),
              tenant,
              "%d recordings, the newest %s".formatted(row.value2(), row.value3())));
    }
  }

  private void journal(DSLContext sql, Instant now, List<Found> found) {
    sql.select(JOURNAL_HEAD.TENANT, JOURNAL_ENTRY.AT)
        .from(JOURNAL_HEAD)
        .join(JOURNAL_ENTRY)
        .on(
            JOURNAL_ENTRY
                .TENANT
                .eq(JOURNAL_HEAD.TENANT)
                .and(JOURNAL_ENTRY.POSITION.eq(JOURNAL_HEAD.SHIPPED.plus(1L))))
        .where(JOURNAL_ENTRY.AT.lt(now.minus(limits.journal())))
        .forEach(row -> found.add(late(AlarmKind.JOURNAL_BEHIND, row.value1(), row.value2())));
  }

  private static Found late(AlarmKind kind, String tenant, Instant since) {
    return platform(kind, AlarmObject.tenant(new TenantSlug(tenant)), "since %s".formatted(since));
  }

  private void auditLeaves(DSLContext sql, Instant now, List<Found> found) {
    var first =
        sql.select(AUDIT_ENTRY.TENANT, AUDIT_ENTRY.AT)
            .from(AUDIT_PENDING)
            .join(AUDIT_ENTRY)
            .on(AUDIT_ENTRY.ID.eq(AUDIT_PENDING.ENTRY))
            .orderBy(AUDIT_PENDING.ID)
            .limit(1)
            .fetchOne();
    if (first != null && first.value2().isBefore(now.minus(limits.leaves()))) {
      found.add(late(AlarmKind.AUDIT_LEAVES_BEHIND, TenantSlug.PLATFORM.value(), first.value2()));
    }
  }

  private void auditCopies(DSLContext sql, Instant now, List<Found> found) {
    Instant uncopied =
        sql.select(DSL.min(AUDIT_CHECKPOINT.SIGNED_AT))
            .from(AUDIT_CHECKPOINT)
            .where(AUDIT_CHECKPOINT.TENANT.eq(TenantSlug.PLATFORM.value()))
            .and(
                AUDIT_CHECKPOINT.TREE_SIZE.gt(
                    DSL.coalesce(
                        DSL.field(
                            DSL.select(DSL.max(AUDIT_CHECKPOINT_COPY.TREE_SIZE))
                                .from(AUDIT_CHECKPOINT_COPY)
                                .where(
                                    AUDIT_CHECKPOINT_COPY.TENANT.eq(TenantSlug.PLATFORM.value()))),
                        DSL.inline(0L))))
            .fetchSingle()
            .value1();
    if (uncopied != null && uncopied.isBefore(now.minus(limits.checkpoints()))) {
      found.add(late(AlarmKind.AUDIT_COPIES_BEHIND, TenantSlug.PLATFORM.value(), uncopied));
      return;
    }
    Field<Instant> oldestSigned = DSL.min(AUDIT_CHECKPOINT.SIGNED_AT);
    sql.select(AUDIT_CHECKPOINT.TENANT, oldestSigned)
        .from(AUDIT_CHECKPOINT)
        .where(
            AUDIT_CHECKPOINT.TREE_SIZE.gt(
                DSL.coalesce(
                    DSL.field(
                        DSL.select(DSL.max(AUDIT_BUNDLE.LAST).plus(1L))
                            .from(AUDIT_BUNDLE)
                            .where(AUDIT_BUNDLE.TENANT.eq(AUDIT_CHECKPOINT.TENANT))),
                    DSL.inline(0L))))
        .groupBy(AUDIT_CHECKPOINT.TENANT)
        .having(oldestSigned.lt(now.minus(limits.bundles())))
        .forEach(row -> found.add(late(AlarmKind.AUDIT_COPIES_BEHIND, row.value1(), row.value2())));
  }

  /** One that was just set up may have a whole log before it, and is not late while it moves. */
  private static void auditForwarding(DSLContext sql, Instant now, List<Found> found) {
    Instant late = now.minus(FORWARDING);
    Map<TenantSlug, String> behind = new TreeMap<>(Comparator.comparing(TenantSlug::value));
    for (AuditForwarding.Status status : PostgresAuditForwarding.all(sql)) {
      Instant oldest = status.oldest();
      Instant moved = status.sentAt() == null ? status.addedAt() : status.sentAt();
      if (oldest != null
          && oldest.isBefore(late)
          && (moved.isBefore(late) || status.addedAt().isBefore(now.minus(DAY)))) {
        String since =
            "receiver %s, entries since %s".formatted(status.destination().name(), oldest);
        behind.merge(status.destination().tenant(), since, (one, other) -> one + "; " + other);
      }
    }
    behind.forEach(
        (tenant, detail) ->
            found.add(
                new Found(
                    AlarmKind.AUDIT_FORWARDING_BEHIND,
                    AlarmObject.tenant(tenant),
                    tenant,
                    detail)));
  }

  /** The outbox knows no times: one that waits is late when it was the oldest for long. */
  private void changeFeed(Instant now, List<Found> found) {
    Long first =
        transactions.asFeed(
            sql -> sql.select(DSL.min(OUTBOX.ID)).from(OUTBOX).fetchSingle().value1());
    Instant since = oldestSince;
    if (first == null || since == null || !first.equals(oldest)) {
      oldest = first;
      oldestSince = now;
    } else if (since.isBefore(now.minus(limits.leaves()))) {
      found.add(platform(AlarmKind.CHANGE_FEED_BEHIND, CATALOG, "since %s".formatted(since)));
    }
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.SRC_ACTIVITY;
import static io.earwitness.archive.catalog.generated.Tables.SRC_DEVIATION;

import io.earwitness.archive.catalog.generated.tables.records.SrcActivityRecord;
import io.earwitness.archive.catalog.generated.tables.records.SrcDeviationRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record2;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * {@link SrcReports} in PostgreSQL. What of a call was counted stands in the call's own row, so
 * that a capture that is read again after a crash counts once.
 */
final class PostgresSrcReports implements SrcReports {
  private static final Map<String, Deviation> DEVIATIONS =
      Arrays.stream(Deviation.values()).collect(Collectors.toMap(Deviation::wireName, one -> one));

  private final Transactions transactions;

  PostgresSrcReports(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void found(CallSummary call, SrcFindings findings) {
    transactions.inTenant(
        call.tenant(),
        sql -> {
          count(sql, call, findings);
          return true;
        });
  }

  private static void count(DSLContext sql, CallSummary call, SrcFindings findings) {
    UUID id = call.id().value();
    Record2<@Nullable String, String[]> row =
        sql.select(CALL.SRC, CALL.DEVIATIONS)
            .from(CALL)
            .where(CALL.ID.eq(id))
            .forUpdate()
            .fetchOne();
    if (row == null) {
      throw new IllegalArgumentException(
          "tenant %s has no call %s in the catalog: report it first"
              .formatted(call.tenant(), call.id()));
    }
    boolean first = row.value1() == null;
    Set<String> counted = new TreeSet<>(List.of(row.value2()));
    List<DeviationFound> fresh = new ArrayList<>();
    findings.deviations().stream()
        .filter(found -> counted.add(found.deviation().wireName()))
        .forEach(fresh::add);
    if (!first && fresh.isEmpty()) {
      return;
    }
    sql.update(CALL)
        .set(CALL.SRC, Text.clean(findings.src()))
        .set(CALL.DEVIATIONS, counted.toArray(String[]::new))
        .where(CALL.ID.eq(id))
        .execute();
    if (first) {
      add(sql, call, findings.src());
    }
    // In one order everywhere: recorders that count at the same time wait for each other, no more
    fresh.sort(Comparator.comparing(DeviationFound::deviation));
    fresh.forEach(found -> add(sql, call, findings.src(), found));
  }

  private static void add(DSLContext sql, CallSummary call, String src) {
    boolean refused = call.state() == CallState.REFUSED;
    Instant at = CallRows.micros(call.start());
    SrcActivityRecord row =
        new SrcActivityRecord(
            call.tenant().value(),
            Text.clean(src),
            refused ? 0L : 1L,
            refused ? 1L : 0L,
            call.id().value(),
            at);
    sql.insertInto(SRC_ACTIVITY)
        .set(row)
        .onConflict(SRC_ACTIVITY.TENANT, SRC_ACTIVITY.SRC)
        .doUpdate()
        .set(SRC_ACTIVITY.CALLS, SRC_ACTIVITY.CALLS.plus(row.getCalls()))
        .set(SRC_ACTIVITY.REFUSED, SRC_ACTIVITY.REFUSED.plus(row.getRefused()))
        .set(
            SRC_ACTIVITY.LAST_CALL,
            DSL.when(SRC_ACTIVITY.LAST_SEEN.le(at), row.getLastCall())
                .otherwise(SRC_ACTIVITY.LAST_CALL))
        .set(SRC_ACTIVITY.LAST_SEEN, DSL.greatest(SRC_ACTIVITY.LAST_SEEN, DSL.val(at)))
        .execute();
  }

  private static void add(DSLContext sql, CallSummary call, String src, DeviationFound found) {
    Instant at = CallRows.micros(call.start());
    SrcDeviationRecord row =
        new SrcDeviationRecord(
            call.tenant().value(),
            Text.clean(src),
            found.deviation().wireName(),
            1L,
            at,
            at,
            call.id().value(),
            Text.clean(found.detail()));
    var newer = SRC_DEVIATION.LAST_SEEN.le(at);
    sql.insertInto(SRC_DEVIATION)
        .set(row)
        .onConflict(SRC_DEVIATION.TENANT, SRC_DEVIATION.SRC, SRC_DEVIATION.DEVIATION)
        .doUpdate()
        .set(SRC_DEVIATION.COUNT, SRC_DEVIATION.COUNT.plus(1L))
        .set(SRC_DEVIATION.FIRST_SEEN, DSL.least(SRC_DEVIATION.FIRST_SEEN, DSL.val(at)))
        .set(
            SRC_DEVIATION.LAST_CALL,
            DSL.when(newer, row.getLastCall()).otherwise(SRC_DEVIATION.LAST_CALL))
        .set(
            SRC_DEVIATION.LAST_DETAIL,
            DSL.when(newer, row.getLastDetail()).otherwise(SRC_DEVIATION.LAST_DETAIL))
        .set(SRC_DEVIATION.LAST_SEEN, DSL.greatest(SRC_DEVIATION.LAST_SEEN, DSL.val(at)))
        .execute();
  }

  @Override
  public List<SrcReport> all() {
    return transactions.asWorker(sql -> reports(sql, Srcs.list(sql)));
  }

  @Override
  public List<SrcReport> of(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            reports(
                sql,
                // The platform's own tenant may see them all, for its operators to keep
                Srcs.list(sql).stream().filter(src -> tenant.equals(src.tenant())).toList()));
  }

  private static List<SrcReport> reports(DSLContext sql, List<RecorderSnapshot.Src> srcs) {
    Map<String, List<SrcActivityRecord>> activity =
        sql.selectFrom(SRC_ACTIVITY).fetch().stream()
            .collect(Collectors.groupingBy(SrcActivityRecord::getSrc));
    Map<String, List<SrcDeviationRecord>> deviations =
        sql.selectFrom(SRC_DEVIATION).fetch().stream()
            .collect(Collectors.groupingBy(SrcDeviationRecord::getSrc));
    return srcs.stream()
        .map(
            src ->
                report(
                    src,
                    activity.getOrDefault(src.name(), List.of()),
                    deviations.getOrDefault(src.name(), List.of())))
        .toList();
  }

  /** Adds up what the tenants have of an SRC. */
  private static SrcReport report(
      RecorderSnapshot.Src src,
      List<SrcActivityRecord> activity,
      List<SrcDeviationRecord> deviations) {
    SrcActivityRecord newest =
        activity.stream().max(Comparator.comparing(SrcActivityRecord::getLastSeen)).orElse(null);
    List<DeviationCount> counts =
        deviations.stream()
            .filter(row -> DEVIATIONS.containsKey(row.getDeviation()))
            .collect(Collectors.groupingBy(SrcDeviationRecord::getDeviation))
            .values()
            .stream()
            .map(PostgresSrcReports::sum)
            .sorted(
                Comparator.comparingLong((DeviationCount count) -> -count.calls())
                    .thenComparing(DeviationCount::deviation))
            .toList();
    return new SrcReport(
        src,
        activity.stream().mapToLong(SrcActivityRecord::getCalls).sum(),
        activity.stream().mapToLong(SrcActivityRecord::getRefused).sum(),
        newest == null ? null : newest.getLastSeen(),
        newest == null ? null : new RecordingId(newest.getLastCall()),
        counts);
  }

  private static DeviationCount sum(List<SrcDeviationRecord> rows) {
    SrcDeviationRecord newest =
        rows.stream().max(Comparator.comparing(SrcDeviationRecord::getLastSeen)).orElseThrow();
    return new DeviationCount(
        Objects.requireNonNull(DEVIATIONS.get(newest.getDeviation())),
        rows.stream().mapToLong(SrcDeviationRecord::getCount).sum(),
        rows.stream()
            .map(SrcDeviationRecord::getFirstSeen)
            .min(Comparator.naturalOrder())
            .orElseThrow(),
        newest.getLastSeen(),
        new RecordingId(newest.getLastCall()),
        newest.getLastDetail());
  }
}

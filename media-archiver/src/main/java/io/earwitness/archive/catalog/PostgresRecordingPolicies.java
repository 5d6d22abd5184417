package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.RECORDING_POLICY;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.archive.catalog.generated.tables.records.RecordingPolicyRecord;
import io.earwitness.call.Persona;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/** {@link RecordingPolicies} in PostgreSQL. */
final class PostgresRecordingPolicies implements RecordingPolicies {
  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresRecordingPolicies(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
  }

  @Override
  public List<PolicyVersion> versions(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> versions(sql, tenant));
  }

  private static List<PolicyVersion> versions(DSLContext sql, TenantSlug tenant) {
    return sql.selectFrom(RECORDING_POLICY)
        .where(RECORDING_POLICY.TENANT.eq(tenant.value()))
        .orderBy(RECORDING_POLICY.VERSION.desc())
        .fetch(row -> new PolicyVersion(policy(row), row.getValidFrom(), row.getChangedBy()));
  }

  private static RecordingPolicy policy(RecordingPolicyRecord row) {
    try {
      return Json.mapper().readValue(row.getPolicy().data(), RecordingPolicy.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a policy of recording can't be read", e);
    }
  }

  /** The newest policy of each tenant that has one. */
  static Map<String, RecordingPolicy> newest(DSLContext sql) {
    Map<String, RecordingPolicy> newest = new HashMap<>();
    sql.selectFrom(RECORDING_POLICY)
        .orderBy(RECORDING_POLICY.TENANT, RECORDING_POLICY.VERSION.desc())
        .forEach(row -> newest.computeIfAbsent(row.getTenant(), _ -> policy(row)));
    return newest;
  }

  @Override
  public RecordingPolicy set(
      TenantSlug tenant,
      int expected,
      List<Persona> personas,
      List<RecordingRule> rules,
      String actor) {
    RecordingPolicy next = new RecordingPolicy(expected + 1, personas, rules);
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          sql.execute(
              "select pg_advisory_xact_lock(hashtextextended({0}, 0))",
              DSL.val("recording-policy|" + tenant.value()));
          RecordingPolicy present =
              versions(sql, tenant).stream()
                  .findFirst()
                  .map(PolicyVersion::policy)
                  .orElseGet(RecordingPolicy::none);
          if (present.version() != expected) {
            throw new ConflictException(
                "the policy is at version %d by now, not %d; look at it again before you change it"
                    .formatted(present.version(), expected));
          }
          if (present.rules().equals(next.rules()) && present.personas().equals(next.personas())) {
            return present;
          }
          Instant now = CallRows.micros(clock.instant());
          sql.insertInto(RECORDING_POLICY)
              .set(RECORDING_POLICY.TENANT, tenant.value())
              .set(RECORDING_POLICY.VERSION, next.version())
              .set(RECORDING_POLICY.VALID_FROM, now)
              .set(RECORDING_POLICY.CHANGED_BY, Text.clean(actor))
              .set(RECORDING_POLICY.POLICY, JSONB.valueOf(Text.clean(Json.text(next))))
              .execute();
          Journal.write(sql, tenant, now, actor, "recording-policy.set", next);
          return next;
        });
  }

  @Override
  public Kept keep(TenantSlug tenant, RecordingId id, String actor, String reason) {
    Kept kept =
        transactions.inTenant(
            tenant,
            sql -> {
              // The lock decides between this and the removal
              CallRecord row =
                  sql.selectFrom(CALL)
                      .where(CALL.TENANT.eq(tenant.value()))
                      .and(CALL.ID.eq(id.value()))
                      .forUpdate()
                      .fetchOne();
              if (row != null && row.getKeptAt() != null) {
                return Kept.BEFORE;
              }
              if (row == null
                  || !CallReports.BEFORE_OUTCOME.contains(row.getState())
                  || !isOnDemand(row)) {
                return Kept.NOT_HELD;
              }
              Instant now = CallRows.micros(clock.instant());
              sql.update(CALL)
                  .set(CALL.KEPT_AT, now)
                  .set(CALL.KEPT_BY, Text.clean(actor))
                  .set(CALL.KEPT_REASON, Text.clean(reason))
                  .set(CALL.VERSION, CALL.VERSION.plus(1L))
                  .setNull(CALL.NOT_BEFORE)
                  .where(CALL.ID.eq(id.value()))
                  .execute();
              CallReports.addToOutbox(sql, tenant.value(), id.value());
              Journal.write(
                  sql,
                  tenant,
                  now,
                  actor,
                  "recording.keep",
                  Map.of("recording", id, "reason", reason));
              return Kept.NOW;
            });
    if (kept == Kept.NOW) {
      changed.run();
    }
    return kept;
  }

  private static boolean isOnDemand(CallRecord row) {
    JSONB policy = row.getPolicy();
    return policy != null
        && CallRows.read(policy, new TypeReference<RecordingDecision>() {}).onDemand();
  }
}

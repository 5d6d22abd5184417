package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APPROVAL;
import static io.earwitness.archive.catalog.generated.Tables.APPROVAL_DELEGATION;
import static io.earwitness.archive.catalog.generated.Tables.APPROVAL_STEP;

import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.Delegation;
import io.earwitness.archive.catalog.generated.tables.records.ApprovalRecord;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;

/** {@link Approvals} in PostgreSQL. */
final class PostgresApprovals implements Approvals {
  private static final Set<String> OPEN =
      Arrays.stream(ApprovalState.values())
          .filter(ApprovalState::isOpen)
          .map(ApprovalState::wireName)
          .collect(Collectors.toUnmodifiableSet());

  private final Transactions transactions;
  private final Clock clock;

  PostgresApprovals(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Instant now() {
    return CallRows.micros(clock.instant());
  }

  @Override
  public void add(Approval approval) {
    TenantSlug tenant = approval.tenant();
    transactions.inTenant(
        tenant,
        sql -> {
          if (!approval.isAskedByPlatform()) {
            Assignments.demandUser(sql, tenant, approval.askedBy());
          }
          sql.insertInto(APPROVAL)
              .set(APPROVAL.TENANT, tenant.value())
              .set(APPROVAL.ID, approval.id())
              .set(APPROVAL.KIND, approval.kind().wireName())
              .set(APPROVAL.STATE, approval.state().wireName())
              .set(APPROVAL.PAYLOAD, approval.payload())
              .set(APPROVAL.PAYLOAD_SHA256, approval.sha256())
              .set(APPROVAL.ASKING_TENANT, asking(approval).value())
              .set(APPROVAL.ASKED_BY, account(approval.askedBy()))
              .set(APPROVAL.ASKER, Text.clean(approval.asker()))
              .set(APPROVAL.BENEFITS, approval.benefits().stream().sorted().toArray(String[]::new))
              .set(APPROVAL.REASON, Text.clean(approval.reason()))
              .set(APPROVAL.ASKED_AT, CallRows.micros(approval.askedAt()))
              .set(APPROVAL.EXPIRES_AT, CallRows.micros(approval.expiresAt()))
              .set(APPROVAL.EXECUTES_AT, Assignments.micros(approval.executesAt()))
              .execute();
          write(
              sql,
              tenant,
              approval.id(),
              new Approval.Step(
                  approval.state(),
                  approval.askedAt(),
                  approval.askedBy(),
                  approval.asker(),
                  null,
                  approval.reason()));
          Journal.write(
              sql, tenant, approval.askedAt(), approval.asker(), "approval.ask", asked(approval));
          return true;
        });
  }

  private static TenantSlug asking(Approval approval) {
    return approval.isAskedByPlatform() ? TenantSlug.PLATFORM : approval.tenant();
  }

  private static Map<String, Object> asked(Approval approval) {
    Map<String, Object> asked = new TreeMap<>();
    asked.put("id", approval.id());
    asked.put("kind", approval.kind());
    asked.put("state", approval.state());
    asked.put("payload", approval.payload());
    asked.put("sha256", approval.sha256());
    asked.put("askingTenant", asking(approval));
    asked.put("askedBy", account(approval.askedBy()));
    asked.put("step", approval.askedBy());
    asked.put("benefits", approval.benefits().stream().sorted().toList());
    asked.put("reason", approval.reason());
    asked.put("expiresAt", CallRows.micros(approval.expiresAt()));
    Instant executesAt = Assignments.micros(approval.executesAt());
    if (executesAt != null) {
      asked.put("executesAt", executesAt);
    }
    return asked;
  }

  private static String account(String askedBy) {
    return askedBy.startsWith(Approval.OF_PLATFORM)
        ? askedBy.substring(Approval.OF_PLATFORM.length())
        : askedBy;
  }

  static void write(DSLContext sql, TenantSlug tenant, UUID id, Approval.Step step) {
    Field<Integer> next =
        DSL.field(
            DSL.select(DSL.coalesce(DSL.max(APPROVAL_STEP.NUMBER), DSL.inline(0)).plus(1))
                .from(APPROVAL_STEP)
                .where(APPROVAL_STEP.TENANT.eq(tenant.value()))
                .and(APPROVAL_STEP.APPROVAL.eq(id)));
    sql.insertInto(APPROVAL_STEP)
        .set(APPROVAL_STEP.TENANT, tenant.value())
        .set(APPROVAL_STEP.APPROVAL, id)
        .set(APPROVAL_STEP.NUMBER, next)
        .set(APPROVAL_STEP.STATE, step.state().wireName())
        .set(APPROVAL_STEP.AT, CallRows.micros(step.at()))
        .set(APPROVAL_STEP.USER_ID, step.userId())
        .set(APPROVAL_STEP.ACTOR, Text.clean(step.actor()))
        .set(APPROVAL_STEP.ON_BEHALF_OF, step.onBehalfOf())
        .set(APPROVAL_STEP.NOTE, Text.clean(step.note()))
        .execute();
  }

  private static Condition is(TenantSlug tenant, UUID id) {
    return APPROVAL.TENANT.eq(tenant.value()).and(APPROVAL.ID.eq(id));
  }

  @Override
  public Optional<Approval> find(TenantSlug tenant, UUID id) {
    return transactions
        .inTenant(
            tenant,
            sql -> read(sql, sql.selectFrom(APPROVAL).where(is(tenant, id)).fetch()).stream())
        .findFirst();
  }

  @Override
  public List<Approval> list(TenantSlug tenant, boolean openOnly, int limit) {
    Condition which = APPROVAL.TENANT.eq(tenant.value());
    Condition where = openOnly ? which.and(APPROVAL.STATE.in(OPEN)) : which;
    return transactions.inTenant(
        tenant,
        sql ->
            read(
                sql,
                sql.selectFrom(APPROVAL)
                    .where(where)
                    .orderBy(APPROVAL.ASKED_AT.desc(), APPROVAL.ID.desc())
                    .limit(limit)
                    .fetch()));
  }

  private static List<Approval> read(DSLContext sql, Collection<ApprovalRecord> rows) {
    Map<UUID, List<Approval.Step>> steps =
        sql
            .selectFrom(APPROVAL_STEP)
            .where(APPROVAL_STEP.APPROVAL.in(rows.stream().map(ApprovalRecord::getId).toList()))
            .orderBy(APPROVAL_STEP.NUMBER)
            .fetch()
            .stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.getApproval(),
                    Collectors.mapping(
                        row ->
                            new Approval.Step(
                                WireName.parse(ApprovalState.class, row.getState()),
                                row.getAt(),
                                row.getUserId(),
                                row.getActor(),
                                row.getOnBehalfOf(),
                                row.getNote()),
                        Collectors.toList())));
    return rows.stream()
        .map(row -> approval(row, steps.getOrDefault(row.getId(), List.of())))
        .toList();
  }

  static Approval approval(ApprovalRecord row, List<Approval.Step> steps) {
    return new Approval(
        row.getId(),
        new TenantSlug(row.getTenant()),
        WireName.parse(ApprovalKind.class, row.getKind()),
        WireName.parse(ApprovalState.class, row.getState()),
        ApprovalPayload.act(row.getPayload()),
        row.getPayload(),
        row.getPayloadSha256(),
        row.getAskingTenant().equals(row.getTenant())
            ? row.getAskedBy()
            : Approval.ofPlatform(row.getAskedBy()),
        row.getAsker(),
        Set.of(row.getBenefits()),
        row.getReason(),
        row.getAskedAt(),
        row.getExpiresAt(),
        row.getExecutesAt(),
        steps);
  }

  @Override
  public Optional<Approval> step(
      TenantSlug tenant, UUID id, Set<ApprovalState> from, Approval.Step step) {
    return transactions.inTenant(
        tenant,
        sql -> {
          ApprovalRecord row =
              sql.selectFrom(APPROVAL)
                  .where(is(tenant, id))
                  .and(APPROVAL.STATE.in(from.stream().map(ApprovalState::wireName).toList()))
                  .forUpdate()
                  .fetchOne();
          if (row == null) {
            return Optional.empty();
          }
          take(sql, tenant, id, step);
          return read(sql, sql.selectFrom(APPROVAL).where(is(tenant, id)).fetch()).stream()
              .findFirst();
        });
  }

  private static void take(DSLContext sql, TenantSlug tenant, UUID id, Approval.Step step) {
    var update = sql.update(APPROVAL).set(APPROVAL.STATE, step.state().wireName());
    if (step.state() == ApprovalState.APPROVED) {
      update = update.set(APPROVAL.APPROVED_BY, step.userId());
    }
    update.where(is(tenant, id)).execute();
    write(sql, tenant, id, step);
    Map<String, String> data = new TreeMap<>();
    data.put("id", id.toString());
    data.put("state", step.state().wireName());
    data.put("note", step.note());
    if (step.userId() != null) {
      data.put("user", step.userId());
    }
    if (step.onBehalfOf() != null) {
      data.put("onBehalfOf", step.onBehalfOf());
    }
    Journal.write(sql, tenant, step.at(), step.actor(), "approval.step", data);
  }

  @Override
  public boolean execute(TenantSlug tenant, UUID id, Function<Approval, Approval.Step> work) {
    return transactions.inTenant(
        tenant,
        sql -> {
          List<ApprovalRecord> row =
              sql.selectFrom(APPROVAL)
                  .where(is(tenant, id))
                  .and(isExecutable(now()))
                  .forUpdate()
                  .skipLocked()
                  .fetch();
          if (row.isEmpty()) {
            return false;
          }
          take(sql, tenant, id, work.apply(read(sql, row).getFirst()));
          return true;
        });
  }

  private static Condition isExecutable(Instant now) {
    return APPROVAL
        .STATE
        .eq(ApprovalState.APPROVED.wireName())
        .or(APPROVAL.STATE.eq(ApprovalState.WAITING.wireName()).and(APPROVAL.EXECUTES_AT.le(now)));
  }

  @Override
  public List<Approval> due() {
    Instant now = now();
    return transactions.asWorker(
        sql ->
            read(
                sql,
                sql.selectFrom(APPROVAL)
                    .where(
                        isExecutable(now)
                            .or(
                                APPROVAL
                                    .STATE
                                    .eq(ApprovalState.REQUESTED.wireName())
                                    .and(APPROVAL.EXPIRES_AT.le(now))))
                    .orderBy(APPROVAL.ASKED_AT)
                    .limit(500)
                    .fetch()));
  }

  @Override
  public List<Delegation> delegations(TenantSlug tenant) {
    Field<Instant> end =
        DSL.least(
            APPROVAL_DELEGATION.VALID_UNTIL,
            DSL.coalesce(APPROVAL_DELEGATION.ENDED_AT, APPROVAL_DELEGATION.VALID_UNTIL));
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(APPROVAL_DELEGATION)
                .where(APPROVAL_DELEGATION.TENANT.eq(tenant.value()))
                .and(end.gt(now()))
                .orderBy(APPROVAL_DELEGATION.VALID_FROM, APPROVAL_DELEGATION.ID)
                .fetch(
                    row ->
                        new Delegation(
                            row.getId(),
                            tenant,
                            row.getFromUser(),
                            row.getToUser(),
                            row.getValidFrom(),
                            row.getValidUntil())));
  }

  @Override
  public void delegate(Delegation delegation, String actor) {
    TenantSlug tenant = delegation.tenant();
    delegation.check(now());
    transactions.inTenant(
        tenant,
        sql -> {
          Assignments.demandUser(sql, tenant, delegation.from());
          Assignments.demandUser(sql, tenant, delegation.to());
          Instant now = now();
          sql.insertInto(APPROVAL_DELEGATION)
              .set(APPROVAL_DELEGATION.TENANT, tenant.value())
              .set(APPROVAL_DELEGATION.ID, delegation.id())
              .set(APPROVAL_DELEGATION.FROM_USER, delegation.from())
              .set(APPROVAL_DELEGATION.TO_USER, delegation.to())
              .set(APPROVAL_DELEGATION.VALID_FROM, CallRows.micros(delegation.begins()))
              .set(APPROVAL_DELEGATION.VALID_UNTIL, CallRows.micros(delegation.ends()))
              .set(APPROVAL_DELEGATION.CREATED_AT, now)
              .execute();
          Journal.write(sql, tenant, now, actor, "approval.delegate", delegation);
          return true;
        });
  }

  @Override
  public boolean endDelegation(TenantSlug tenant, UUID id, String from, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = now();
          int rows =
              sql.update(APPROVAL_DELEGATION)
                  .set(APPROVAL_DELEGATION.ENDED_AT, now)
                  .set(APPROVAL_DELEGATION.ENDED_BY, Text.clean(actor))
                  .where(APPROVAL_DELEGATION.TENANT.eq(tenant.value()))
                  .and(APPROVAL_DELEGATION.ID.eq(id))
                  .and(APPROVAL_DELEGATION.FROM_USER.eq(from))
                  .and(APPROVAL_DELEGATION.ENDED_AT.isNull())
                  .and(APPROVAL_DELEGATION.VALID_UNTIL.gt(now))
                  .execute();
          if (rows > 0) {
            Map<String, String> data = Map.of("id", id.toString());
            Journal.write(sql, tenant, now, actor, "approval.end-delegation", data);
          }
          return rows > 0;
        });
  }

  @Override
  public boolean alone(Runnable work) {
    return transactions.alone(
            Locks.APPROVALS,
            () -> {
              work.run();
              return 1;
            })
        > 0;
  }
}

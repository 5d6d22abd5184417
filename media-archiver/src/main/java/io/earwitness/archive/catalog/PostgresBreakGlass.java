package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.BREAK_GLASS_BOUND;
import static io.earwitness.archive.catalog.generated.Tables.BREAK_GLASS_CODE;
import static io.earwitness.archive.catalog.generated.Tables.BREAK_GLASS_USE;

import io.earwitness.archive.catalog.generated.tables.records.BreakGlassCodeRecord;
import io.earwitness.archive.catalog.generated.tables.records.BreakGlassUseRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** {@link BreakGlass} in PostgreSQL. */
final class PostgresBreakGlass implements BreakGlass {
  private final Transactions transactions;
  private final Clock clock;

  PostgresBreakGlass(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public void addCodes(TenantSlug tenant, List<Code> codes, String actor) {
    transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          for (Code code : codes) {
            sql.insertInto(BREAK_GLASS_CODE)
                .set(BREAK_GLASS_CODE.TENANT, tenant.value())
                .set(BREAK_GLASS_CODE.SELECTOR, code.selector())
                .set(BREAK_GLASS_CODE.HASH, code.hash())
                .set(BREAK_GLASS_CODE.CREATED_AT, CallRows.micros(code.createdAt()))
                .set(BREAK_GLASS_CODE.CREATED_BY, Text.clean(actor))
                .set(BREAK_GLASS_CODE.EXPIRES_AT, CallRows.micros(code.expiresAt()))
                .execute();
          }
          // Not the hashes: the journal is read by whoever rebuilds a catalog
          Journal.write(
              sql,
              tenant,
              clock.instant(),
              actor,
              "break-glass.create",
              Map.of(
                  "codes",
                  codes.stream().map(Code::selector).collect(Collectors.joining(",")),
                  "times",
                  codes.stream()
                      .map(
                          code ->
                              Map.of(
                                  "selector", code.selector(),
                                  "createdAt", CallRows.micros(code.createdAt()),
                                  "expiresAt", CallRows.micros(code.expiresAt())))
                      .toList()));
          return true;
        });
  }

  @Override
  public List<Code> codes(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(BREAK_GLASS_CODE)
                .where(BREAK_GLASS_CODE.TENANT.eq(tenant.value()))
                .orderBy(BREAK_GLASS_CODE.CREATED_AT.desc(), BREAK_GLASS_CODE.SELECTOR)
                .fetch(PostgresBreakGlass::code));
  }

  @Override
  public Optional<Code> code(TenantSlug tenant, String selector) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(BREAK_GLASS_CODE)
                .where(BREAK_GLASS_CODE.TENANT.eq(tenant.value()))
                .and(BREAK_GLASS_CODE.SELECTOR.eq(Text.clean(selector)))
                .fetchOptional(PostgresBreakGlass::code));
  }

  private static Code code(BreakGlassCodeRecord row) {
    return new Code(
        new TenantSlug(row.getTenant()),
        row.getSelector(),
        row.getHash(),
        row.getCreatedAt(),
        row.getExpiresAt(),
        row.getUsedAt());
  }

  @Override
  public boolean use(Use use, String actor) {
    TenantSlug tenant = use.tenant();
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant at = CallRows.micros(use.usedAt());
          int spent =
              sql.update(BREAK_GLASS_CODE)
                  .set(BREAK_GLASS_CODE.USED_AT, at)
                  .where(BREAK_GLASS_CODE.TENANT.eq(tenant.value()))
                  .and(BREAK_GLASS_CODE.SELECTOR.eq(use.selector()))
                  .and(BREAK_GLASS_CODE.USED_AT.isNull())
                  .and(BREAK_GLASS_CODE.EXPIRES_AT.gt(at))
                  .execute();
          if (spent == 0) {
            return false;
          }
          sql.insertInto(BREAK_GLASS_USE)
              .set(BREAK_GLASS_USE.TENANT, tenant.value())
              .set(BREAK_GLASS_USE.ID, use.id())
              .set(BREAK_GLASS_USE.SELECTOR, use.selector())
              .set(BREAK_GLASS_USE.USER_ID, use.userId())
              .set(BREAK_GLASS_USE.USER_NAME, Text.clean(use.userName()))
              .set(BREAK_GLASS_USE.USED_AT, at)
              .set(BREAK_GLASS_USE.ROLE_UNTIL, CallRows.micros(use.until()))
              .set(BREAK_GLASS_USE.REVIEW_BY, CallRows.micros(use.reviewBy()))
              .execute();
          Journal.write(sql, tenant, at, actor, "break-glass.use", use);
          return true;
        });
  }

  private static Condition is(TenantSlug tenant, UUID use) {
    return BREAK_GLASS_USE.TENANT.eq(tenant.value()).and(BREAK_GLASS_USE.ID.eq(use));
  }

  @Override
  public List<Use> uses(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(BREAK_GLASS_USE)
                .where(BREAK_GLASS_USE.TENANT.eq(tenant.value()))
                .orderBy(BREAK_GLASS_USE.USED_AT.desc(), BREAK_GLASS_USE.ID)
                .fetch(PostgresBreakGlass::use));
  }

  static Use use(BreakGlassUseRecord row) {
    Instant reviewed = row.getReviewedAt();
    return new Use(
        row.getId(),
        new TenantSlug(row.getTenant()),
        row.getSelector(),
        row.getUserId(),
        row.getUserName(),
        row.getUsedAt(),
        row.getRoleUntil(),
        row.getReviewBy(),
        reviewed == null
            ? null
            : new Review(
                reviewed,
                Objects.requireNonNull(row.getReviewedBy()),
                Objects.requireNonNull(row.getReviewNote())));
  }

  @Override
  public Optional<Use> review(TenantSlug tenant, UUID id, Review review) {
    return transactions.inTenant(
        tenant,
        sql -> {
          int rows =
              sql.update(BREAK_GLASS_USE)
                  .set(BREAK_GLASS_USE.REVIEWED_AT, CallRows.micros(review.at()))
                  .set(BREAK_GLASS_USE.REVIEWED_BY, Text.clean(review.by()))
                  .set(BREAK_GLASS_USE.REVIEW_NOTE, Text.clean(review.note()))
                  .where(is(tenant, id))
                  .and(BREAK_GLASS_USE.REVIEWED_AT.isNull())
                  .execute();
          if (rows > 0) {
            Map<String, String> data = Map.of("use", id.toString(), "note", review.note());
            Journal.write(sql, tenant, review.at(), review.by(), "break-glass.review", data);
          }
          return sql.selectFrom(BREAK_GLASS_USE)
              .where(is(tenant, id))
              .fetchOptional(PostgresBreakGlass::use);
        });
  }

  @Override
  public void bind(TenantSlug tenant, String by, String userId, String actor) {
    transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          int rows = bind(sql, tenant, by, userId, now);
          if (rows > 0) {
            Journal.write(
                sql, tenant, now, actor, "break-glass.bind", Map.of("by", by, "user", userId));
          }
          return rows;
        });
  }

  /** Binds with whatever binds the other one at that moment; how many uses these are. */
  static int bind(DSLContext sql, TenantSlug tenant, String by, String userId, Instant now) {
    return sql.insertInto(
            BREAK_GLASS_BOUND,
            BREAK_GLASS_BOUND.TENANT,
            BREAK_GLASS_BOUND.USE,
            BREAK_GLASS_BOUND.USER_ID,
            BREAK_GLASS_BOUND.BOUND_AT)
        .select(
            DSL.select(
                    BREAK_GLASS_USE.TENANT,
                    BREAK_GLASS_USE.ID,
                    DSL.val(Text.clean(userId)),
                    DSL.val(now, BREAK_GLASS_BOUND.BOUND_AT))
                .from(BREAK_GLASS_USE)
                .where(binds(tenant, by, now)))
        .onConflictDoNothing()
        .execute();
  }

  /** Uses that bind somebody. */
  private static Condition binds(TenantSlug tenant, String userId, Instant now) {
    String user = Text.clean(userId);
    Condition goesOn = BREAK_GLASS_USE.ROLE_UNTIL.gt(now);
    return BREAK_GLASS_USE
        .TENANT
        .eq(tenant.value())
        .and(
            BREAK_GLASS_USE
                .USER_ID
                .eq(user)
                .and(goesOn)
                .or(
                    goesOn
                        .or(BREAK_GLASS_USE.REVIEWED_AT.isNull())
                        .and(
                            DSL.exists(
                                DSL.selectOne()
                                    .from(BREAK_GLASS_BOUND)
                                    .where(BREAK_GLASS_BOUND.TENANT.eq(BREAK_GLASS_USE.TENANT))
                                    .and(BREAK_GLASS_BOUND.USE.eq(BREAK_GLASS_USE.ID))
                                    .and(BREAK_GLASS_BOUND.USER_ID.eq(user))))));
  }

  @Override
  public boolean isHeld(TenantSlug tenant, String userId) {
    return transactions.inTenant(
        tenant, sql -> sql.fetchExists(BREAK_GLASS_USE, binds(tenant, userId, clock.instant())));
  }
}

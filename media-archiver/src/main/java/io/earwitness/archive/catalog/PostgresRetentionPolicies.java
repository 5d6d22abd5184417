package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.NUMBER_RANGE;
import static io.earwitness.archive.catalog.generated.Tables.RETENTION_POLICY;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.call.CallState;
import io.earwitness.call.Direction;
import io.earwitness.call.Licence;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Question;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link RetentionPolicies} in PostgreSQL. */
final class PostgresRetentionPolicies implements RetentionPolicies {
  /** Recordings that are read in one transaction. */
  private static final int PAGE = 5_000;

  private final Transactions transactions;
  private final Clock clock;

  PostgresRetentionPolicies(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public RetentionHistory history(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> history(sql, tenant));
  }

  static RetentionHistory history(DSLContext sql, TenantSlug tenant) {
    Directory.Tenant known =
        PostgresDirectory.tenants(sql).stream()
            .filter(each -> each.slug().equals(tenant))
            .findFirst()
            .orElse(null);
    return known == null
        ? new RetentionHistory(1, ZoneId.of("UTC"), List.of())
        : new RetentionHistory(
            known.retentionYears(),
            known.zone(),
            versions(sql, tenant),
            PostgresRetentionTrials.onTrial(sql, tenant),
            PostgresMediaMoves.moves(sql, tenant));
  }

  private static List<RetentionHistory.Version> versions(DSLContext sql, TenantSlug tenant) {
    return sql.selectFrom(RETENTION_POLICY)
        .where(RETENTION_POLICY.TENANT.eq(tenant.value()))
        .fetch(
            row ->
                new RetentionHistory.Version(
                    CallRows.read(row.getPolicy(), new TypeReference<RetentionPolicy>() {}),
                    row.getValidFrom(),
                    row.getChangedBy()));
  }

  @Override
  public RetentionPolicy set(TenantSlug tenant, int expected, RetentionPolicy draft, String actor) {
    RetentionPolicy next = draft.as(expected + 1, draft.extending());
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          lock(sql, tenant);
          RetentionPolicy present = history(sql, tenant).newest();
          if (present.version() != expected) {
            throw new ConflictException(
                "the policy is at version %d by now, not %d; look at it again before you change it"
                    .formatted(present.version(), expected));
          }
          if (next.as(present.version(), present.extending()).equals(present)
              && (present.extending() || !next.extending())) {
            return present;
          }
          Instant now = CallRows.micros(clock.instant());
          sql.insertInto(RETENTION_POLICY)
              .set(RETENTION_POLICY.TENANT, tenant.value())
              .set(RETENTION_POLICY.VERSION, next.version())
              .set(RETENTION_POLICY.VALID_FROM, now)
              .set(RETENTION_POLICY.CHANGED_BY, Text.clean(actor))
              .set(RETENTION_POLICY.POLICY, JSONB.valueOf(Json.text(next)))
              .execute();
          Journal.write(sql, tenant, now, actor, "retention-policy.set", next);
          if (next.extending()) {
            PostgresRetentionLengthenings.begin(sql, tenant, next.version(), now, actor);
          }
          return next;
        });
  }

  @Override
  public Instant latest(TenantSlug tenant, Instant now) {
    return transactions.inTenant(
        tenant,
        sql -> {
          RetentionHistory history = history(sql, tenant);
          RetentionPolicy newest = history.newest();
          return Stream.concat(
                  Stream.concat(
                          Stream.of(newest.standard()),
                          newest.rules().stream().map(RetentionRule::keep))
                      .map(keep -> keep.lockedUntil(now, history.zone())),
                  sql
                      .select(DSL.max(CALL_ARCHIVE.KEEP_UNTIL))
                      .from(CALL_ARCHIVE)
                      .where(CALL_ARCHIVE.TENANT.eq(tenant.value()))
                      .fetchOptional(row -> row.value1())
                      .stream())
              .max(Comparator.naturalOrder())
              .orElseThrow();
        });
  }

  /** Until the transaction ends, nobody else changes what is kept or archives anything. */
  static void lock(DSLContext sql, TenantSlug tenant) {
    sql.execute("select pg_advisory_xact_lock(hashtextextended({0}, 0))", key(tenant));
  }

  /** Until the transaction ends, nobody changes what is kept. */
  static void lockShared(DSLContext sql, TenantSlug tenant) {
    sql.execute("select pg_advisory_xact_lock_shared(hashtextextended({0}, 0))", key(tenant));
  }

  private static Field<String> key(TenantSlug tenant) {
    return DSL.val("retention|" + tenant.value());
  }

  @Override
  public Set<Licence> licences(TenantSlug tenant, Set<String> numbers, Instant at) {
    return numbers.isEmpty()
        ? Set.of()
        : transactions.inTenant(tenant, sql -> licences(sql, tenant, numbers, at));
  }

  /** Of each number the longest range that held it decides. */
  static Set<Licence> licences(DSLContext sql, TenantSlug tenant, Set<String> numbers, Instant at) {
    Set<Licence> licences = EnumSet.noneOf(Licence.class);
    for (String number : numbers) {
      String name =
          sql.select(NUMBER_RANGE.LICENCE)
              .from(NUMBER_RANGE)
              .where(NUMBER_RANGE.TENANT.eq(tenant.value()))
              .and(NUMBER_RANGE.VALID_FROM.le(at))
              .and(NUMBER_RANGE.VALID_UNTIL.isNull().or(NUMBER_RANGE.VALID_UNTIL.gt(at)))
              .and(
                  NUMBER_RANGE
                      .DIGITS
                      .eq(number)
                      .or(
                          NUMBER_RANGE
                              .PREFIX
                              .isTrue()
                              .and(
                                  DSL.condition(
                                      "starts_with({0}, {1})",
                                      DSL.val(number), NUMBER_RANGE.DIGITS))))
              .orderBy(DSL.length(NUMBER_RANGE.DIGITS).desc(), NUMBER_RANGE.PREFIX.asc())
              .limit(1)
              .fetchOne(NUMBER_RANGE.LICENCE);
      if (name != null) {
        licences.add(WireName.parse(Licence.class, name));
      }
    }
    return licences;
  }

  @Override
  public void forEach(TenantSlug tenant, Consumer<Archived> consumer) {
    UUID last = new UUID(0, 0);
    List<Archived> page;
    do {
      UUID after = last;
      page = transactions.inTenant(tenant, sql -> page(sql, tenant, after, PAGE));
      page.forEach(consumer);
      last = page.isEmpty() ? last : page.getLast().id().value();
    } while (page.size() == PAGE);
  }

  /** Recordings in the order of their ids. */
  static List<Archived> page(DSLContext sql, TenantSlug tenant, UUID after, int limit) {
    return sql.select(
            CALL.ID,
            CALL.STARTED_AT,
            CALL.ENDED_AT,
            CALL.DIRECTION,
            CALL.PARTIES,
            CALL.TAGS,
            CALL_ARCHIVE.KEEP_UNTIL,
            CALL_ARCHIVE.MEDIA_BYTES,
            CALL_ARCHIVE.RETENTION)
        .distinctOn(CALL.ID)
        .from(CALL)
        .join(CALL_ARCHIVE)
        .on(CALL_ARCHIVE.ID.eq(CALL.ID))
        .where(CALL.TENANT.eq(tenant.value()))
        .and(CALL.ENDED_AT.isNotNull())
        .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
        .and(CALL.ID.gt(after))
        .orderBy(CALL.ID, CALL_ARCHIVE.GENERATION.desc())
        .limit(limit)
        .fetch()
        .map(row -> archived(sql, tenant, row));
  }

  private static Archived archived(DSLContext sql, TenantSlug tenant, Record row) {
    Set<String> teams = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    for (Party party : CallRows.read(row.get(CALL.PARTIES), new TypeReference<List<Party>>() {})) {
      teams.addAll(party.teamIds());
      if (party.number() != null) {
        numbers.add(party.number());
      }
    }
    RetentionBasis basis = basis(row.get(CALL_ARCHIVE.RETENTION));
    Set<Licence> licences =
        basis == null ? licences(sql, tenant, numbers, row.get(CALL.STARTED_AT)) : basis.licences();
    return new Archived(
        new RecordingId(row.get(CALL.ID)),
        row.get(CALL.ENDED_AT),
        new Question(
            WireName.parse(Direction.class, row.get(CALL.DIRECTION)),
            teams,
            numbers,
            licences,
            Set.of(row.get(CALL.TAGS))),
        row.get(CALL_ARCHIVE.KEEP_UNTIL),
        row.get(CALL_ARCHIVE.MEDIA_BYTES),
        basis);
  }

  static @Nullable RetentionBasis basis(@Nullable JSONB json) {
    return json == null ? null : CallRows.read(json, new TypeReference<RetentionBasis>() {});
  }
}

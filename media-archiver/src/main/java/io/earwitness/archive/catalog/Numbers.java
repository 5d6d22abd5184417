package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.NUMBER_RANGE;

import io.earwitness.archive.catalog.Directory.NumberRange;
import io.earwitness.archive.catalog.generated.tables.records.NumberRangeRecord;
import io.earwitness.call.HolderKind;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, ranges and their holders. A number is never two tenants'; within one tenant a longer
 * prefix may lie in a shorter one. A change of holder ends the former one's time.
 */
final class Numbers {
  private static final Pattern DIGITS = Pattern.compile("[+]?[0-9]{1,32}");

  private final Transactions transactions;
  private final Clock clock;

  Numbers(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  List<NumberRange> list(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(
                    NUMBER_RANGE.DIGITS,
                    NUMBER_RANGE.PREFIX,
                    APP_USER.NAME,
                    NUMBER_RANGE.VALID_FROM)
                .from(NUMBER_RANGE)
                .leftJoin(APP_USER)
                .on(APP_USER.TENANT.eq(NUMBER_RANGE.TENANT), APP_USER.ID.eq(NUMBER_RANGE.USER_ID))
                .where(NUMBER_RANGE.TENANT.eq(tenant.value()))
                .and(NUMBER_RANGE.VALID_UNTIL.isNull())
                .orderBy(NUMBER_RANGE.DIGITS, NUMBER_RANGE.PREFIX)
                .fetch(
                    row ->
                        new NumberRange(
                            tenant, row.value1(), row.value2(), row.value3(), row.value4())));
  }

  boolean add(NumberRange range, String actor) {
    demandDigits(range);
    // As a worker, who sees the other tenants' ranges too
    return transactions.asWorker(
        sql -> {
          sql.select(DSL.function("pg_advisory_xact_lock", Object.class, DSL.val(Locks.NUMBERS)))
              .fetch();
          PostgresDirectory.demandTenant(sql, range.tenant());
          refuseOverlap(sql, range);
          String userName = range.userName();
          String holder = userName == null ? null : People.userId(sql, range.tenant(), userName);
          if (!hold(sql, range, holder)) {
            return false;
          }
          Journal.write(sql, range.tenant(), clock.instant(), actor, "number.add", range);
          return true;
        });
  }

  /** All of them or none; whoever holds one that is there already goes on to. */
  int addAll(List<NumberRange> ranges, String actor) {
    ranges.forEach(Numbers::demandDigits);
    return transactions.asWorker(
        sql -> {
          NumberHolders.lock(sql);
          Instant now = CallRows.micros(clock.instant());
          int added = 0;
          for (NumberRange range : ranges) {
            PostgresDirectory.demandTenant(sql, range.tenant());
            refuseOverlap(sql, range);
            if (!NumberHolders.isThere(sql, range.tenant(), range.digits(), range.prefix())) {
              NumberHolders.assign(
                  sql, range.tenant(), range.digits(), range.prefix(), null, now, actor);
              added++;
            }
          }
          return added;
        });
  }

  private static void demandDigits(NumberRange range) {
    if (!DIGITS.matcher(range.digits()).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no number: 1 to 32 digits, with a leading '+' for E.164"
              .formatted(range.digits()));
    }
  }

  static boolean hold(DSLContext sql, NumberRange range, @Nullable String holder) {
    Instant from = CallRows.micros(range.from());
    NumberRangeRecord present =
        sql.selectFrom(NUMBER_RANGE)
            .where(NUMBER_RANGE.TENANT.eq(range.tenant().value()))
            .and(NUMBER_RANGE.DIGITS.eq(range.digits()))
            .and(NUMBER_RANGE.PREFIX.eq(range.prefix()))
            .and(NUMBER_RANGE.VALID_UNTIL.isNull())
            .fetchOne();
    if (present != null) {
      if (Objects.equals(present.getUserId(), holder)) {
        return false;
      }
      if (!from.isAfter(present.getValidFrom())) {
        throw new IllegalArgumentException(
            "the number %s has its present holder since %s; another can only hold it from later on"
                .formatted(range.digits(), present.getValidFrom()));
      }
      sql.update(NUMBER_RANGE)
          .set(NUMBER_RANGE.VALID_UNTIL, from)
          .where(NUMBER_RANGE.TENANT.eq(range.tenant().value()))
          .and(NUMBER_RANGE.DIGITS.eq(range.digits()))
          .and(NUMBER_RANGE.PREFIX.eq(range.prefix()))
          .and(NUMBER_RANGE.VALID_UNTIL.isNull())
          .execute();
    }
    sql.insertInto(NUMBER_RANGE)
        .set(NUMBER_RANGE.TENANT, range.tenant().value())
        .set(NUMBER_RANGE.DIGITS, range.digits())
        .set(NUMBER_RANGE.PREFIX, range.prefix())
        .set(NUMBER_RANGE.USER_ID, holder)
        .set(NUMBER_RANGE.HOLDER_KIND, holder == null ? null : HolderKind.PERSON.wireName())
        .set(NUMBER_RANGE.VALID_FROM, from)
        .execute();
    return true;
  }

  static void refuseOverlap(DSLContext sql, NumberRange range) {
    refuseOverlap(sql, range, null);
  }

  /**
   * @param by what takes the numbers, for people; null if the range itself is given out
   */
  static void refuseOverlap(DSLContext sql, NumberRange range, @Nullable String by) {
    Condition inside =
        NUMBER_RANGE
            .PREFIX
            .isTrue()
            .and(
                DSL.condition(
                    "starts_with({0}, {1})", DSL.val(range.digits()), NUMBER_RANGE.DIGITS));
    Condition around =
        range.prefix()
            ? DSL.condition("starts_with({0}, {1})", NUMBER_RANGE.DIGITS, DSL.val(range.digits()))
            : DSL.falseCondition();
    if (by == null) {
      MatchingRuleRows.refuseTaken(sql, range);
    }
    NumberRangeRecord other =
        sql.selectFrom(NUMBER_RANGE)
            .where(NUMBER_RANGE.TENANT.ne(range.tenant().value()))
            .and(NUMBER_RANGE.VALID_UNTIL.isNull().or(NUMBER_RANGE.VALID_UNTIL.gt(range.from())))
            .and(NUMBER_RANGE.DIGITS.eq(range.digits()).or(inside).or(around))
            .limit(1)
            .fetchOne();
    if (other != null) {
      throw new IllegalArgumentException(
          "%s%s overlaps %s of tenant %s"
              .formatted(
                  by == null ? "" : by + ": ",
                  text(range.digits(), range.prefix()),
                  text(other.getDigits(), other.getPrefix()),
                  other.getTenant()));
    }
  }

  private static String text(String digits, boolean prefix) {
    return (prefix ? "the range %s…" : "the number %s").formatted(digits);
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.NUMBER_RANGE;

import io.earwitness.archive.catalog.Directory.NumberRange;
import io.earwitness.archive.catalog.generated.tables.records.NumberRangeRecord;
import io.earwitness.call.HolderKind;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a tenant's numbers, as the tenant itself may say it: only within ranges that it has. A
 * number whose holder goes stays the tenant's, held by nobody.
 */
final class NumberHolders {
  private static final Pattern DIGITS = Pattern.compile("[+]?[0-9]{1,32}");
  private static final Pattern LAYOUT = Pattern.compile("[\\s()./-]");

  private NumberHolders() {}

  /**
   * A number without the layout that people write it with: blanks, brackets, dots, slashes, hyphens
   * and what RFC 3966 puts around it. Empty if it is none.
   */
  static Optional<String> digits(String written) {
    String text = written.strip();
    if (text.regionMatches(true, 0, "tel:", 0, 4)) {
      text = text.substring(4);
    }
    int parameters = text.indexOf(';');
    if (parameters >= 0) {
      text = text.substring(0, parameters);
    }
    String digits = LAYOUT.matcher(text).replaceAll("");
    return DIGITS.matcher(digits).matches() ? Optional.of(digits) : Optional.empty();
  }

  static void lock(DSLContext sql) {
    sql.select(DSL.function("pg_advisory_xact_lock", Object.class, DSL.val(Locks.NUMBERS))).fetch();
  }

  /** Whether a number lies in a range that the tenant has. */
  static boolean covers(DSLContext sql, TenantSlug tenant, String digits) {
    return sql.fetchExists(
        NUMBER_RANGE,
        NUMBER_RANGE
            .TENANT
            .eq(tenant.value())
            .and(NUMBER_RANGE.VALID_UNTIL.isNull())
            .and(
                NUMBER_RANGE
                    .DIGITS
                    .eq(digits)
                    .or(
                        NUMBER_RANGE
                            .PREFIX
                            .isTrue()
                            .and(
                                DSL.condition(
                                    "starts_with({0}, {1})",
                                    DSL.val(digits), NUMBER_RANGE.DIGITS)))));
  }

  /**
   * Makes somebody the holder of numbers, whoever held them before; those that are not the tenant's
   * are left alone.
   */
  static void take(
      DSLContext sql,
      TenantSlug tenant,
      String userId,
      Set<String> numbers,
      Instant now,
      String actor) {
    if (numbers.isEmpty()) {
      return;
    }
    lock(sql);
    for (String digits : new TreeSet<>(numbers)) {
      if (covers(sql, tenant, digits)) {
        assign(sql, tenant, digits, false, userId, now, actor);
      }
    }
  }

  /** Ends somebody's hold of these numbers, as far as it is that person who holds them. */
  static void release(
      DSLContext sql,
      TenantSlug tenant,
      String userId,
      Set<String> numbers,
      Instant now,
      String actor) {
    if (numbers.isEmpty()) {
      return;
    }
    lock(sql);
    for (NumberRangeRecord held : held(sql, tenant, userId)) {
      if (numbers.contains(held.getDigits()) && !held.getPrefix()) {
        assign(sql, tenant, held.getDigits(), false, null, now, actor);
      }
    }
  }

  /** Ends somebody's hold of all numbers and ranges. */
  static void releaseAll(
      DSLContext sql, TenantSlug tenant, String userId, Instant now, String actor) {
    lock(sql);
    for (NumberRangeRecord held : held(sql, tenant, userId)) {
      assign(sql, tenant, held.getDigits(), held.getPrefix(), null, now, actor);
    }
  }

  private static List<NumberRangeRecord> held(DSLContext sql, TenantSlug tenant, String userId) {
    return sql.selectFrom(NUMBER_RANGE)
        .where(NUMBER_RANGE.TENANT.eq(tenant.value()))
        .and(NUMBER_RANGE.USER_ID.eq(userId))
        .and(NUMBER_RANGE.VALID_UNTIL.isNull())
        .orderBy(NUMBER_RANGE.DIGITS, NUMBER_RANGE.PREFIX)
        .fetch();
  }

  /** Gives back what ended at a moment and is held by nobody now. */
  static void giveBack(
      DSLContext sql, TenantSlug tenant, String userId, Instant ended, Instant now, String actor) {
    lock(sql);
    for (NumberRangeRecord former :
        sql.selectFrom(NUMBER_RANGE)
            .where(NUMBER_RANGE.TENANT.eq(tenant.value()))
            .and(NUMBER_RANGE.USER_ID.eq(userId))
            .and(NUMBER_RANGE.VALID_UNTIL.eq(ended))
            .fetch()) {
      NumberRangeRecord present = present(sql, tenant, former.getDigits(), former.getPrefix());
      if (present != null && present.getUserId() == null) {
        assign(sql, tenant, former.getDigits(), former.getPrefix(), userId, now, actor);
      }
    }
  }

  /** Whether it is the tenant's now, whoever holds it. */
  static boolean isThere(DSLContext sql, TenantSlug tenant, String digits, boolean prefix) {
    return present(sql, tenant, digits, prefix) != null;
  }

  private static @Nullable NumberRangeRecord present(
      DSLContext sql, TenantSlug tenant, String digits, boolean prefix) {
    return sql.selectFrom(NUMBER_RANGE)
        .where(NUMBER_RANGE.TENANT.eq(tenant.value()))
        .and(NUMBER_RANGE.DIGITS.eq(digits))
        .and(NUMBER_RANGE.PREFIX.eq(prefix))
        .and(NUMBER_RANGE.VALID_UNTIL.isNull())
        .fetchOne();
  }

  /** Returns whether that changed anything. The lock must be held. */
  static boolean assign(
      DSLContext sql,
      TenantSlug tenant,
      String digits,
      boolean prefix,
      @Nullable String holder,
      Instant now,
      String actor) {
    NumberRangeRecord present = present(sql, tenant, digits, prefix);
    Instant from = now;
    if (present != null) {
      if (Objects.equals(present.getUserId(), holder)) {
        return false;
      }
      // A holder who is there since just now, or from later on, never was
      Instant earliest = present.getValidFrom().plusNanos(1_000);
      from = from.isBefore(earliest) ? earliest : from;
      sql.update(NUMBER_RANGE)
          .set(NUMBER_RANGE.VALID_UNTIL, from)
          .where(NUMBER_RANGE.TENANT.eq(tenant.value()))
          .and(NUMBER_RANGE.DIGITS.eq(digits))
          .and(NUMBER_RANGE.PREFIX.eq(prefix))
          .and(NUMBER_RANGE.VALID_UNTIL.isNull())
          .execute();
    }
    sql.insertInto(NUMBER_RANGE)
        .set(NUMBER_RANGE.TENANT, tenant.value())
        .set(NUMBER_RANGE.DIGITS, digits)
        .set(NUMBER_RANGE.PREFIX, prefix)
        .set(NUMBER_RANGE.USER_ID, holder)
        .set(NUMBER_RANGE.HOLDER_KIND, holder == null ? null : HolderKind.PERSON.wireName())
        .set(NUMBER_RANGE.VALID_FROM, from)
        .execute();
    String name =
        holder == null
            ? null
            : sql.select(APP_USER.NAME)
                .from(APP_USER)
                .where(APP_USER.TENANT.eq(tenant.value()))
                .and(APP_USER.ID.eq(holder))
                .fetchOne(APP_USER.NAME);
    Journal.write(
        sql, tenant, now, actor, "number.add", new NumberRange(tenant, digits, prefix, name, from));
    return true;
  }
}

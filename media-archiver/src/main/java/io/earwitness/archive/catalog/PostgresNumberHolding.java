package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.NUMBER_RANGE;

import io.earwitness.archive.catalog.generated.tables.records.NumberRangeRecord;
import io.earwitness.call.HolderKind;
import io.earwitness.call.Licence;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** {@link NumberHolding} in PostgreSQL. */
final class PostgresNumberHolding implements NumberHolding {
  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresNumberHolding(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
  }

  @Override
  public List<Holding> list(TenantSlug tenant) {
    return transactions.inTenant(
        tenant, sql -> holdings(sql, NUMBER_RANGE.TENANT.eq(tenant.value())));
  }

  /** By digits and time. */
  static List<Holding> holdings(DSLContext sql, Condition which) {
    return sql.selectFrom(NUMBER_RANGE)
        .where(which)
        .orderBy(NUMBER_RANGE.DIGITS, NUMBER_RANGE.PREFIX, NUMBER_RANGE.VALID_FROM)
        .fetch(PostgresNumberHolding::holding);
  }

  private static Holding holding(NumberRangeRecord row) {
    return new Holding(
        row.getDigits(), row.getPrefix(), holder(row), row.getValidFrom(), row.getValidUntil());
  }

  private static @Nullable Holder holder(NumberRangeRecord row) {
    Licence licence =
        row.getLicence() == null ? null : WireName.parse(Licence.class, row.getLicence());
    if (row.getUserId() != null) {
      return new Holder(HolderKind.PERSON, row.getUserId(), null, licence);
    }
    return row.getHolderKind() == null
        ? null
        : new Holder(
            WireName.parse(HolderKind.class, row.getHolderKind()),
            null,
            row.getHolderName(),
            licence);
  }

  @Override
  public Effect preview(TenantSlug tenant, Change change) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Plan plan = plan(sql, tenant, change);
          return Reattribution.of(sql, tenant, plan.before, plan.after, clock.instant()).effect();
        });
  }

  @Override
  public Effect apply(TenantSlug tenant, Change change, String actor) {
    Effect effect =
        transactions.inTenant(
            tenant,
            sql -> {
              Plan plan = plan(sql, tenant, change);
              Instant now = CallRows.micros(clock.instant());
              Reattribution calls = Reattribution.of(sql, tenant, plan.before, plan.after, now);
              if (!plan.before.equals(plan.after)) {
                write(sql, tenant, change, plan.after);
                Journal.write(sql, tenant, now, actor, "number.set-holder", change);
                calls.write(actor);
              }
              return calls.effect();
            });
    if (effect.recordings() > 0) {
      changed.run();
    }
    return effect;
  }

  private record Plan(List<Holding> before, List<Holding> after) {}

  private static Condition same(TenantSlug tenant, Change change) {
    return NUMBER_RANGE
        .TENANT
        .eq(tenant.value())
        .and(NUMBER_RANGE.DIGITS.eq(change.digits()))
        .and(NUMBER_RANGE.PREFIX.eq(change.prefix()));
  }

  /** The times of the number as they are and as they are to be; the lock is held afterwards. */
  private static Plan plan(DSLContext sql, TenantSlug tenant, Change change) {
    NumberHolders.lock(sql);
    String text = change.digits() + (change.prefix() ? "*" : "");
    if (NumberHolders.digits(change.digits()).filter(change.digits()::equals).isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' is no number: 1 to 32 digits, with a leading '+' for E.164".formatted(text));
    }
    if (!NumberHolders.covers(sql, tenant, change.digits())) {
      throw new IllegalArgumentException(
          "%s lies in no range of this tenant; ranges are given out by the platform's operator"
              .formatted(text));
    }
    Holder holder = change.holder();
    if (holder != null && holder.userId() != null) {
      demandPerson(sql, tenant, holder.userId());
    }
    List<Holding> before = holdings(sql, same(tenant, change));
    List<Holding> after = new ArrayList<>();
    for (Holding each : before) {
      if (overlaps(each, change)) {
        refuseSecondHolder(text, each, change);
        cut(each, change, after);
      } else {
        after.add(each);
      }
    }
    after.add(
        new Holding(
            change.digits(), change.prefix(), change.holder(), change.from(), change.until()));
    after.sort(Comparator.comparing(Holding::from));
    return new Plan(before, joined(after));
  }

  private static void demandPerson(DSLContext sql, TenantSlug tenant, String userId) {
    if (!sql.fetchExists(
        APP_USER, APP_USER.TENANT.eq(tenant.value()).and(APP_USER.ID.eq(userId)))) {
      throw new IllegalArgumentException("there is no user '%s'".formatted(userId));
    }
  }

  private static boolean overlaps(Holding each, Change change) {
    return (each.until() == null || each.until().isAfter(change.from()))
        && (change.until() == null || each.from().isBefore(change.until()));
  }

  private static void refuseSecondHolder(String text, Holding there, Change change) {
    Holder holder = there.holder();
    if (holder == null || change.replace() || isSamePlace(holder, change.holder())) {
      return;
    }
    throw new IllegalArgumentException(
        "%s is held by %s from %s until %s, and a number has one holder at a moment; end that time first, or let this one replace it"
            .formatted(
                text,
                holder.name() == null ? "user " + holder.userId() : holder.name(),
                there.from(),
                there.until() == null ? "further notice" : there.until()));
  }

  /** Whether it is the same holder, perhaps under another licence. */
  private static boolean isSamePlace(Holder one, @Nullable Holder other) {
    return other != null
        && one.kind() == other.kind()
        && Objects.equals(one.userId(), other.userId())
        && Objects.equals(one.name(), other.name());
  }

  /** What remains of a time beside a change. */
  private static void cut(Holding each, Change change, List<Holding> remaining) {
    if (each.from().isBefore(change.from())) {
      remaining.add(
          new Holding(each.digits(), each.prefix(), each.holder(), each.from(), change.from()));
    }
    Instant end = change.until();
    if (end != null && (each.until() == null || each.until().isAfter(end))) {
      remaining.add(new Holding(each.digits(), each.prefix(), each.holder(), end, each.until()));
    }
  }

  /** Times that follow each other with the same holder become one, so that the same is equal. */
  private static List<Holding> joined(List<Holding> times) {
    List<Holding> joined = new ArrayList<>();
    for (Holding each : times) {
      Holding last = joined.isEmpty() ? null : joined.getLast();
      if (last != null
          && each.from().equals(last.until())
          && Objects.equals(last.holder(), each.holder())) {
        joined.set(
            joined.size() - 1,
            new Holding(last.digits(), last.prefix(), last.holder(), last.from(), each.until()));
      } else {
        joined.add(each);
      }
    }
    return joined;
  }

  /** Makes a change that was checked and made before: in the journal. */
  static void again(DSLContext sql, TenantSlug tenant, Change change) {
    write(sql, tenant, change, plan(sql, tenant, change).after);
  }

  private static void write(DSLContext sql, TenantSlug tenant, Change change, List<Holding> after) {
    sql.deleteFrom(NUMBER_RANGE).where(same(tenant, change)).execute();
    for (Holding each : after) {
      Holder holder = each.holder();
      Licence licence = holder == null ? null : holder.licence();
      sql.insertInto(NUMBER_RANGE)
          .set(NUMBER_RANGE.TENANT, tenant.value())
          .set(NUMBER_RANGE.DIGITS, each.digits())
          .set(NUMBER_RANGE.PREFIX, each.prefix())
          .set(NUMBER_RANGE.USER_ID, holder == null ? null : holder.userId())
          .set(NUMBER_RANGE.HOLDER_KIND, holder == null ? null : holder.kind().wireName())
          .set(NUMBER_RANGE.HOLDER_NAME, holder == null ? null : Text.cleanOrNull(holder.name()))
          .set(NUMBER_RANGE.LICENCE, licence == null ? null : licence.wireName())
          .set(NUMBER_RANGE.VALID_FROM, each.from())
          .set(NUMBER_RANGE.VALID_UNTIL, each.until())
          .execute();
    }
  }
}

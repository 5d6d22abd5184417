package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_GRANT;
import static io.earwitness.archive.catalog.generated.Tables.AUDIT_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.NUMBER_RANGE;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.archive.catalog.NumberHolding.Effect;
import io.earwitness.archive.catalog.NumberHolding.Heard;
import io.earwitness.archive.catalog.NumberHolding.Holding;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.Attribution;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose parties become others because a number's times change. For one transaction, in which
 * numbers are locked.
 */
final class Reattribution {
  private static final int MOST = 50_000;
  private static final int BATCH = 500;
  private static final int SHOWN = 1_000;

  private final DSLContext sql;
  private final TenantSlug tenant;
  private final Instant now;
  private final boolean changed;
  private final Map<UUID, List<Party>> before = new LinkedHashMap<>();
  private final Map<UUID, List<Party>> after = new LinkedHashMap<>();

  private Reattribution(DSLContext sql, TenantSlug tenant, Instant now, boolean changed) {
    this.sql = sql;
    this.tenant = tenant;
    this.now = now;
    this.changed = changed;
  }

  /**
   * Finds the calls.
   *
   * @param times of one number as they are
   * @param wanted as they are to be
   */
  static Reattribution of(
      DSLContext sql, TenantSlug tenant, List<Holding> times, List<Holding> wanted, Instant now) {
    Reattribution calls = new Reattribution(sql, tenant, now, !times.equals(wanted));
    if (calls.changed) {
      calls.find(times, wanted);
    }
    return calls;
  }

  private void find(List<Holding> times, List<Holding> wanted) {
    Instant from = Instant.MAX;
    for (List<Holding> list : List.of(times, wanted)) {
      for (Holding each : list) {
        if (!(times.contains(each) && wanted.contains(each)) && each.from().isBefore(from)) {
          from = each.from();
        }
      }
    }
    Holding one = wanted.getFirst();
    List<Holding> all = new ArrayList<>(wanted);
    for (Holding each :
        PostgresNumberHolding.holdings(sql, NUMBER_RANGE.TENANT.eq(tenant.value()))) {
      if (!each.digits().equals(one.digits()) || each.prefix() != one.prefix()) {
        all.add(each);
      }
    }
    AccessSnapshot people = AccessReader.read(sql, tenant);
    List<CallRecord> candidates =
        sql.selectFrom(CALL)
            .where(CALL.TENANT.eq(tenant.value()))
            .and(CALL.STARTED_AT.ge(from))
            .and(namesANumber(one.digits(), one.prefix()))
            .orderBy(CALL.STARTED_AT, CALL.ID)
            .limit(MOST + 1)
            .fetch();
    if (candidates.size() > MOST) {
      throw new IllegalArgumentException(
          "it concerns more than %d calls since %s; choose a shorter time".formatted(MOST, from));
    }
    // Between two calls most often nothing has changed, and building the ranges costs the most
    Map<List<RecorderSnapshot.Number>, Attribution> known = new HashMap<>();
    for (CallRecord call : candidates) {
      if (at(times, call.getStartedAt()).equals(at(wanted, call.getStartedAt()))) {
        continue;
      }
      List<Party> present = CallRows.read(call.getParties(), new TypeReference<List<Party>>() {});
      Attribution numbers =
          known.computeIfAbsent(at(all, people, call.getStartedAt()), Attribution::new);
      List<Party> next = new ArrayList<>();
      for (Party party : present) {
        next.add(isOf(party, one) ? numbers.of(party) : party);
      }
      if (!next.equals(present)) {
        before.put(call.getId(), present);
        after.put(call.getId(), next);
      }
    }
  }

  /** The number's holder at a moment: one or none; nothing at all if it had no time then. */
  private static List<Optional<NumberHolding.Holder>> at(List<Holding> times, Instant when) {
    return times.stream()
        .filter(each -> holds(each, when))
        .map(each -> Optional.ofNullable(each.holder()))
        .toList();
  }

  private static boolean holds(Holding each, Instant when) {
    return !each.from().isAfter(when) && (each.until() == null || each.until().isAfter(when));
  }

  /** The forms of a number that a party may have: see {@code NumberRanges}. */
  private static List<String> forms(String digits) {
    return digits.startsWith("+")
        ? List.of(digits, digits.substring(1), "00" + digits.substring(1))
        : List.of(digits);
  }

  private static Condition namesANumber(String digits, boolean prefix) {
    Condition any = DSL.falseCondition();
    for (String form : forms(digits)) {
      any =
          any.or(
              DSL.condition(
                  prefix
                      ? "exists (select 1 from jsonb_array_elements({0}) p where starts_with(p->>'number', {1}))"
                      : "exists (select 1 from jsonb_array_elements({0}) p where p->>'number' = {1})",
                  CALL.PARTIES,
                  DSL.val(form)));
    }
    return any;
  }

  private static boolean isOf(Party party, Holding one) {
    String number = party.number();
    return number != null
        && forms(one.digits()).stream()
            .anyMatch(form -> one.prefix() ? number.startsWith(form) : number.equals(form));
  }

  private static List<RecorderSnapshot.Number> at(
      List<Holding> all, AccessSnapshot people, Instant when) {
    List<RecorderSnapshot.Number> numbers = new ArrayList<>();
    for (Holding each : all) {
      if (holds(each, when)) {
        NumberHolding.Holder holder = each.holder();
        String userId = holder == null ? null : holder.userId();
        numbers.add(
            new RecorderSnapshot.Number(
                each.digits(),
                each.prefix(),
                userId,
                name(holder, people),
                userId == null
                    ? List.of()
                    : List.copyOf(new TreeSet<>(people.teamsOf(userId, when)))));
      }
    }
    return numbers;
  }

  /** Who the parties of the tenant's calls were by its numbers at a moment. */
  static Attribution at(DSLContext sql, TenantSlug tenant, Instant when) {
    return new Attribution(
        at(
            PostgresNumberHolding.holdings(sql, NUMBER_RANGE.TENANT.eq(tenant.value())),
            AccessReader.read(sql, tenant),
            when));
  }

  private static @Nullable String name(
      NumberHolding.@Nullable Holder holder, AccessSnapshot people) {
    if (holder == null) {
      return null;
    }
    if (holder.userId() == null) {
      return holder.name();
    }
    Person person = people.people().get(holder.userId());
    return person == null ? null : person.displayName();
  }

  Effect effect() {
    return new Effect(
        changed,
        after.size(),
        after.size(),
        grants(),
        locks(),
        after.isEmpty() ? List.of() : heard());
  }

  /** People and teams who are a party's before or after, and not both. */
  private Set<String> concerned() {
    Set<String> ids = new HashSet<>();
    after.forEach(
        (call, parties) -> {
          Set<String> old = ids(before.getOrDefault(call, List.of()));
          Set<String> next = ids(parties);
          old.stream().filter(id -> !next.contains(id)).forEach(ids::add);
          next.stream().filter(id -> !old.contains(id)).forEach(ids::add);
        });
    return ids;
  }

  private static Set<String> ids(List<Party> parties) {
    Set<String> ids = new HashSet<>();
    for (Party party : parties) {
      ids.addAll(party.teamIds());
      if (party.userId() != null) {
        ids.add(party.userId());
      }
    }
    return ids;
  }

  private int grants() {
    Set<String> ids = concerned();
    return ids.isEmpty()
        ? 0
        : sql.fetchCount(
            ACCESS_GRANT,
            ACCESS_GRANT
                .TENANT
                .eq(tenant.value())
                .and(ACCESS_GRANT.ON_USER.in(ids).or(ACCESS_GRANT.ON_TEAM.in(ids)))
                .and(Periods.at(ACCESS_GRANT.VALID_FROM, ACCESS_GRANT.VALID_UNTIL, now))
                .and(ACCESS_GRANT.REVOKED_AT.isNull()));
  }

  private int locks() {
    int locks = 0;
    for (List<UUID> some : batches()) {
      locks +=
          sql.select(DSL.countDistinct(CALL_ARCHIVE.ID))
              .from(CALL_ARCHIVE)
              .where(CALL_ARCHIVE.ID.in(some))
              .and(CALL_ARCHIVE.KEEP_UNTIL.gt(now))
              .fetchSingle()
              .value1();
    }
    return locks;
  }

  private List<Heard> heard() {
    List<Heard> heard = new ArrayList<>();
    for (List<UUID> some : batches()) {
      String kind = "recording:";
      List<String> objects = some.stream().map(id -> kind + id).toList();
      sql.select(AUDIT_ENTRY.OBJECT, AUDIT_ENTRY.ACTOR, AUDIT_ENTRY.ACTION, AUDIT_ENTRY.AT)
          .from(AUDIT_ENTRY)
          .where(AUDIT_ENTRY.TENANT.eq(tenant.value()))
          .and(AUDIT_ENTRY.OBJECT.in(objects))
          .and(AUDIT_ENTRY.ACTION.in("recording.play", "recording.download-object"))
          .and(AUDIT_ENTRY.ACT_ID.isNull())
          .orderBy(AUDIT_ENTRY.AT.desc())
          .limit(SHOWN)
          .forEach(
              row ->
                  heard.add(
                      new Heard(
                          RecordingId.parse(row.value1().substring(kind.length())),
                          row.value2(),
                          row.value3(),
                          row.value4())));
    }
    heard.sort((one, other) -> other.at().compareTo(one.at()));
    return heard.stream().limit(SHOWN).toList();
  }

  private List<List<UUID>> batches() {
    List<UUID> ids = List.copyOf(after.keySet());
    List<List<UUID>> batches = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += BATCH) {
      batches.add(ids.subList(from, Math.min(ids.size(), from + BATCH)));
    }
    return batches;
  }

  private record Attributed(UUID recording, List<Party> before, List<Party> after) {}

  /** Gives the calls their new parties, with what they were in the journal. */
  void write(String actor) {
    for (List<UUID> some : batches()) {
      List<Attributed> entries = new ArrayList<>();
      for (UUID id : some) {
        List<Party> next = after.getOrDefault(id, List.of());
        write(sql, tenant, id, next);
        entries.add(new Attributed(id, before.getOrDefault(id, List.of()), next));
      }
      Journal.write(
          sql, tenant, now, actor, "recording.reattribute", Map.of("recordings", entries));
    }
  }

  /** Gives a call other parties, and tells readers of the feed. */
  static void write(DSLContext sql, TenantSlug tenant, UUID id, List<Party> parties) {
    sql.update(CALL)
        .set(CALL.PARTIES, CallRows.json(parties.stream().map(CallRows::clean).toList()))
        .set(CALL.ATTRIBUTED, true)
        .set(CALL.VERSION, CALL.VERSION.plus(1L))
        .where(CALL.ID.eq(id))
        .and(CALL.TENANT.eq(tenant.value()))
        .execute();
    CallReports.addToOutbox(sql, tenant.value(), id);
  }
}

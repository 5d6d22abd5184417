package io.earwitness.retention;

import io.earwitness.retention.Scenario.Call;
import io.earwitness.retention.Scenario.Class;
import io.earwitness.retention.Scenario.Hold;
import io.earwitness.retention.Scenario.Policy;
import io.earwitness.retention.Scenario.Rule;
import io.earwitness.retention.Scenario.Tag;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/**
 * What {@code docs/operations/retention.md} says, evaluated one call at a time; shares nothing with
 * the planner.
 */
final class RetentionOracle {
  private static final Instant FOREVER = Instant.MAX;

  private final Scenario scenario;

  RetentionOracle(Scenario scenario) {
    this.scenario = scenario;
  }

  /** Until when policies keep a call, by those known at a moment. */
  Instant keptByPolicies(Call call, Instant now) {
    int base = 0;
    for (Policy policy : scenario.policies()) {
      if (!policy.validFrom().isAfter(call.end())) {
        base = policy.version();
      }
    }
    Instant until =
        base == 0
            ? end(call, new Class('Y', scenario.years()))
            : later(of(call, policy(base)), tagged(call, policy(base), now));
    for (Policy policy : scenario.policies()) {
      boolean known = !policy.validFrom().isAfter(now);
      if (known && policy.extending() && policy.version() > base) {
        until = later(until, later(of(call, policy), tagged(call, policy, now)));
      }
    }
    return until;
  }

  /** What the rules that name tags make of it, be the tag removed since; the past if nothing. */
  private Instant tagged(Call call, Policy policy, Instant now) {
    Tag tag = call.tag();
    Instant longest = Instant.MIN;
    if (tag == null
        || tag.put().isAfter(now)
        || (tag.removed() != null && !policy.validFrom().isBefore(tag.removed()))) {
      return longest;
    }
    for (Rule rule : policy.rules()) {
      if (rule.tags().contains(tag.word()) && applies(rule, call)) {
        longest = later(longest, end(call, rule.keep()));
      }
    }
    return longest;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private Policy policy(int version) {
    return scenario.policies().get(version - 1);
  }

  private Instant of(Call call, Policy policy) {
    Instant longest = null;
    for (Rule rule : policy.rules()) {
      if (rule.tags().isEmpty() && applies(rule, call)) {
        Instant end = end(call, rule.keep());
        longest = longest == null || end.isAfter(longest) ? end : longest;
      }
    }
    return longest == null ? end(call, policy.standard()) : longest;
  }

  private static boolean applies(Rule rule, Call call) {
    boolean team = rule.teams().isEmpty();
    for (String each : rule.teams()) {
      team |= call.teams().contains(each);
    }
    boolean licence = rule.licences().isEmpty();
    for (String each : rule.licences()) {
      licence |= call.licences().contains(each);
    }
    boolean direction = rule.directions().isEmpty() || rule.directions().contains(call.direction());
    boolean number = rule.numbers().isEmpty() || named(rule.numbers(), call.numbers());
    return team && licence && direction && number;
  }

  private static boolean named(List<String> patterns, Set<String> numbers) {
    boolean named = false;
    for (String pattern : patterns) {
      for (String number : numbers) {
        named |=
            pattern.endsWith("*")
                ? (number + "*").startsWith(pattern.replace("*", ""))
                : number.equals(pattern);
      }
    }
    return named;
  }

  /** Calendar arithmetic by fields and the zone's offsets. */
  private Instant end(Call call, Class keep) {
    if (keep.unit() == 'I') {
      return FOREVER;
    }
    LocalDateTime ended = call.end().atZone(scenario.zone()).toLocalDateTime();
    LocalDate day = ended.toLocalDate();
    LocalDate last;
    if (keep.unit() == 'D') {
      last = LocalDate.ofEpochDay(day.toEpochDay() + keep.count());
    } else {
      int year = day.getYear() + keep.count();
      boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
      boolean missing = day.getMonthValue() == 2 && day.getDayOfMonth() == 29 && !leap;
      last =
          missing
              ? LocalDate.of(year, 3, 1)
              : LocalDate.of(year, day.getMonthValue(), day.getDayOfMonth());
    }
    return latest(last, ended.toLocalTime());
  }

  private Instant latest(LocalDate day, LocalTime time) {
    LocalDateTime local = day.atTime(time);
    List<ZoneOffset> offsets = scenario.zone().getRules().getValidOffsets(local);
    if (offsets.isEmpty()) {
      ZoneOffset before = scenario.zone().getRules().getTransition(local).getOffsetBefore();
      return local.toInstant(before);
    }
    Instant latest = Instant.MIN;
    for (ZoneOffset offset : offsets) {
      Instant each = local.toInstant(offset);
      latest = each.isAfter(latest) ? each : latest;
    }
    return latest;
  }

  /** Whether a hold, or a released one in its grace, keeps a call at a moment. */
  boolean isHeld(Call call, Instant now) {
    for (Hold hold : scenario.holds()) {
      boolean over = hold.released() != null && !now.isBefore(hold.released().plus(hold.grace()));
      if (!now.isBefore(hold.placed()) && !over && covers(hold, call)) {
        return true;
      }
    }
    return false;
  }

  private static boolean covers(Hold hold, Call call) {
    if (hold.from() != null && call.start().isBefore(hold.from())) {
      return false;
    }
    if (hold.until() != null && !call.start().isBefore(hold.until())) {
      return false;
    }
    boolean someone = named(hold.numbers(), call.numbers());
    for (String each : hold.persons()) {
      someone |= call.persons().contains(each);
    }
    for (String each : hold.teams()) {
      someone |= call.teams().contains(each);
    }
    return someone;
  }
}

package io.earwitness.call;

import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's rules of retention. Of all rules that apply to a call the longest wins, of equally
 * long ones the first; where none applies, {@code standard} does. A rule that names tags only ever
 * lengthens what the others decide, since people put tags on calls later. Pure: archiver, planner
 * and portal decide alike. Immutable.
 *
 * @param version 1, 2 … with each change; 0 is the retention of a tenant that made no policy
 * @param extending whether it also lengthens what recordings are kept that were there before it; it
 *     never shortens them
 * @param standard for calls to which no rule applies
 * @param settlingDays for how many days after a call's end its first lock lasts, before it is
 *     renewed to the full term; 0 to 30, 0 for the full term at once
 */
public record RetentionPolicy(
    int version,
    boolean extending,
    RetentionClass standard,
    List<RetentionRule> rules,
    int settlingDays) {
  /** The longest that a first lock may be. */
  public static final int MOST_SETTLING_DAYS = 30;

  private static final int MOST = 500;

  public RetentionPolicy {
    rules = List.copyOf(rules);
    if (standard == null) {
      throw new IllegalArgumentException(
          "a policy of retention needs a class for calls to which no rule applies: standard is"
              + " 1-year, 7-years, 180-days or indefinite");
    }
    if (rules.size() > MOST) {
      throw new IllegalArgumentException("a policy has at most %d rules".formatted(MOST));
    }
    if (settlingDays < 0 || settlingDays > MOST_SETTLING_DAYS) {
      throw new IllegalArgumentException(
          "a settling time of %d days: it is 0 to %d days"
              .formatted(settlingDays, MOST_SETTLING_DAYS));
    }
    Set<String> names = new HashSet<>();
    for (RetentionRule rule : rules) {
      if (!names.add(rule.name())) {
        throw new IllegalArgumentException(
            "two rules are called '%s'; give each a name of its own".formatted(rule.name()));
      }
    }
  }

  /** One without a settling time. */
  public RetentionPolicy(
      int version, boolean extending, RetentionClass standard, List<RetentionRule> rules) {
    this(version, extending, standard, rules, 0);
  }

  /**
   * What rules ask about a call.
   *
   * @param teams ids of teams of all parties at the call's start, ancestors included
   * @param numbers of all parties
   * @param licences under which numbers of the parties were recorded at the call's start
   * @param tags that people put on it
   */
  public record Question(
      Direction direction,
      Set<String> teams,
      Set<String> numbers,
      Set<Licence> licences,
      Set<String> tags) {
    /** Of a call without tags. */
    public Question(
        Direction direction, Set<String> teams, Set<String> numbers, Set<Licence> licences) {
      this(direction, teams, numbers, licences, Set.of());
    }

    public Question {
      teams = Set.copyOf(teams);
      numbers = Set.copyOf(numbers);
      licences = Set.copyOf(licences);
      tags = Set.copyOf(tags);
    }

    /** The same of a call with tags. */
    public Question with(Set<String> present) {
      return new Question(direction, teams, numbers, licences, present);
    }

    /** What rules ask about a recorded call without tags. */
    public static Question of(CallSummary call, Set<Licence> licences) {
      Set<String> teams = new HashSet<>();
      Set<String> numbers = new HashSet<>();
      for (Party party : call.parties()) {
        teams.addAll(party.teamIds());
        if (party.number() != null) {
          numbers.add(party.number());
        }
      }
      return new Question(call.direction(), teams, numbers, licences);
    }
  }

  /**
   * For how long a call is kept, and by what.
   *
   * @param rule the name of the rule that decided; null if none applies
   * @param until null if without an end
   */
  public record Decision(
      int policyVersion, RetentionClass keep, @Nullable String rule, @Nullable Instant until) {
    /** Whether it keeps a call longer than another does. */
    public boolean isLongerThan(Decision other) {
      return isLater(until, other.until);
    }

    /** For people. */
    public String reason() {
      if (policyVersion == 0) {
        return "the tenant keeps recordings for %s and made no policy of retention".formatted(keep);
      }
      return rule == null
          ? "no rule of the policy of retention (version %d) applies, so its standard of %s does"
              .formatted(policyVersion, keep)
          : "rule '%s' of the policy of retention (version %d): %s"
              .formatted(rule, policyVersion, keep);
    }
  }

  /** Whether one end is later than another; null is none. */
  public static boolean isLater(@Nullable Instant one, @Nullable Instant other) {
    return other != null && (one == null || one.isAfter(other));
  }

  /**
   * What a tenant has that made no policy.
   *
   * @param years 1 to 100
   */
  public static RetentionPolicy none(int years) {
    return new RetentionPolicy(0, false, RetentionClass.years(years), List.of());
  }

  /** The same as another version. */
  public RetentionPolicy as(int otherVersion, boolean lengthens) {
    return new RetentionPolicy(otherVersion, lengthens, standard, rules, settlingDays);
  }

  /** The decision on a call that ended at a moment. */
  public Decision decide(Question call, Instant callEnd, ZoneId tenantZone) {
    Decision decision = withoutTags(call, callEnd, tenantZone);
    if (call.tags().isEmpty()) {
      return decision;
    }
    for (RetentionRule rule : rules) {
      if (!rule.tags().isEmpty() && rule.appliesTo(call)) {
        Instant end = rule.keep().end(callEnd, tenantZone);
        if (isLater(end, decision.until())) {
          decision = new Decision(version, rule.keep(), rule.name(), end);
        }
      }
    }
    return decision;
  }

  /** By the rules that name no tags. */
  private Decision withoutTags(Question call, Instant callEnd, ZoneId tenantZone) {
    RetentionRule longest = null;
    Instant until = null;
    for (RetentionRule rule : rules) {
      if (!rule.tags().isEmpty()) {
        continue;
      }
      if (longest != null && longest.keep().isAtLeast(rule.keep())) {
        continue;
      }
      if (rule.appliesTo(call)) {
        Instant end = rule.keep().end(callEnd, tenantZone);
        if (longest == null || isLater(end, until)) {
          longest = rule;
          until = end;
        }
      }
    }
    return longest == null
        ? new Decision(version, standard, null, standard.end(callEnd, tenantZone))
        : new Decision(version, longest.keep(), longest.name(), until);
  }

  /**
   * Whether another policy could keep some call for a shorter time than this one. What can't be
   * ruled out by looking at the rules one by one counts: a rule less, one with other conditions,
   * one more that is shorter than the standard and names no tags. So does a longer settling time,
   * in which locks are shorter.
   */
  public boolean mayBeShortenedBy(RetentionPolicy next) {
    if (!next.standard.isAtLeast(standard) || next.settlingDays > settlingDays) {
      return true;
    }
    for (RetentionRule rule : rules) {
      if (next.rules.stream()
          .noneMatch(other -> other.isLike(rule) && other.keep().isAtLeast(rule.keep()))) {
        return true;
      }
    }
    for (RetentionRule added : next.rules) {
      if (added.tags().isEmpty()
          && rules.stream().noneMatch(added::isLike)
          && !added.keep().isAtLeast(standard)) {
        return true;
      }
    }
    return false;
  }
}

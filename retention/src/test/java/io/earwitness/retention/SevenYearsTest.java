package io.earwitness.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Direction;
import io.earwitness.call.Licence;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionPolicy.Question;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.WireName;
import io.earwitness.retention.RetentionPlan.Act;
import io.earwitness.retention.RetentionPlan.Cause;
import io.earwitness.retention.Scenario.Call;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A clock is moved over nine years, a day at a time, while calls end, policies change, holds and
 * tags come and go, and what the planner says is disposed of: on every day what is left is what the
 * oracle leaves.
 */
final class SevenYearsTest {
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void whatIsLeftIsWhatTheOracleLeavesOnEveryDay() {
    for (int seed = 1; seed <= 3; seed++) {
      assertThat(everyDay(Scenario.draw(new Random(seed), 5_000), "seed " + seed))
          .as("what kept calls until they were disposed of")
          .containsExactlyInAnyOrder(Cause.POLICY, Cause.DECIDED, Cause.LOCK);
    }
  }

  @Test
  @Tag("full")
  void theSameOfAHundredThousandCalls() {
    long seed = System.nanoTime();
    everyDay(Scenario.draw(new Random(seed), 100_000), "seed " + seed);
  }

  /** The oracle notices a planner that knows no holds, and one whose zone is another. */
  @Test
  void aWrongPlannerIsNoticed() {
    Scenario scenario = Scenario.draw(new Random(1), 2_000);
    Oracle oracle = new Oracle(scenario);
    World unheld = new World(scenario, List.of(), scenario.zone());
    World elsewhere = new World(scenario, holds(scenario), ZoneId.of("Pacific/Auckland"));
    boolean unheldDiffers = false;
    boolean elsewhereDiffers = false;
    for (Instant now = Scenario.BEGIN; now.isBefore(Scenario.END); now = now.plus(DAY)) {
      BitSet left = oracle.leaves(now);
      unheldDiffers |= !unheld.leaves(now).equals(left);
      elsewhereDiffers |= !elsewhere.leaves(now).equals(left);
    }
    assertThat(unheldDiffers).isTrue();
    assertThat(elsewhereDiffers).isTrue();
  }

  /** What kept calls until they were disposed of. */
  private static Set<Cause> everyDay(Scenario scenario, String seed) {
    Oracle oracle = new Oracle(scenario);
    World world = new World(scenario, holds(scenario), scenario.zone());
    for (Instant now = Scenario.BEGIN; now.isBefore(Scenario.END); now = now.plus(DAY)) {
      BitSet difference = world.leaves(now);
      difference.xor(oracle.leaves(now));
      if (!difference.isEmpty()) {
        Call call = scenario.calls().get(difference.nextSetBit(0));
        assertThat(difference.cardinality())
            .as("%s, %s: %s, of which the planner says %s", seed, now, call, world.plan(call, now))
            .isZero();
      }
    }
    int left = world.left.cardinality();
    assertThat(left).isBetween(1, scenario.calls().size() * 3 / 4);
    return world.causes;
  }

  /** What is left by the text. */
  private static final class Oracle {
    private final Scenario scenario;
    private final RetentionOracle rules;
    private final Instant[] keep;
    private final BitSet left = new BitSet();
    private final BitSet gone = new BitSet();
    private int known;

    Oracle(Scenario scenario) {
      this.scenario = scenario;
      this.rules = new RetentionOracle(scenario);
      this.keep = new Instant[scenario.calls().size()];
    }

    BitSet leaves(Instant now) {
      int policies =
          (int) scenario.policies().stream().filter(p -> !p.validFrom().isAfter(now)).count();
      boolean anew = policies != known;
      known = policies;
      for (Call call : scenario.calls()) {
        int i = call.index();
        if (call.end().isAfter(now) || gone.get(i)) {
          continue;
        }
        Scenario.Tag tag = call.tag();
        if (anew || keep[i] == null || (tag != null && tag.put().equals(now))) {
          keep[i] = rules.keptByPolicies(call, now);
        }
        Instant lock = call.extraLock();
        boolean kept =
            now.isBefore(keep[i])
                || (lock != null && now.isBefore(lock))
                || rules.isHeld(call, now);
        left.set(i, kept);
        gone.set(i, !kept);
      }
      return (BitSet) left.clone();
    }
  }

  /** Archives calls as they end, and disposes of what the planner says. */
  private static final class World {
    private final Scenario scenario;
    private final RetentionHistory history;
    private final RetentionPlanner planner;
    private final List<Instant> changes = new ArrayList<>();
    private final KeptCall[] archived;
    private final Instant[] due;
    private final BitSet left = new BitSet();
    private final BitSet gone = new BitSet();
    private final Set<Cause> causes = EnumSet.noneOf(Cause.class);

    World(Scenario scenario, List<LegalHold> holds, ZoneId zone) {
      this.scenario = scenario;
      this.history = history(scenario, zone);
      this.planner = new RetentionPlanner(history, holds);
      this.archived = new KeptCall[scenario.calls().size()];
      this.due = new Instant[scenario.calls().size()];
      history.versions().forEach(version -> changes.add(version.validFrom()));
      for (LegalHold hold : holds) {
        changes.add(hold.placedAt());
        if (hold.releasedAt() != null) {
          changes.add(hold.releasedAt());
        }
      }
    }

    BitSet leaves(Instant now) {
      boolean changed =
          changes.stream().anyMatch(at -> !at.isAfter(now) && at.isAfter(now.minus(DAY)));
      for (Call call : scenario.calls()) {
        int i = call.index();
        if (call.end().isAfter(now) || gone.get(i)) {
          continue;
        }
        boolean fallsDue = due[i] != null && !due[i].isAfter(now);
        Scenario.Tag tag = call.tag();
        boolean tagged = tag != null && (tag.put().equals(now) || now.equals(tag.removed()));
        if (archived[i] == null || changed || fallsDue || tagged) {
          RetentionPlan plan = plan(call, now);
          due[i] = plan.until();
          left.set(i, plan.act() == Act.KEEP);
          if (plan.act() == Act.DISPOSE) {
            gone.set(i);
            causes.add(plan.deciding().cause());
          }
        }
      }
      return (BitSet) left.clone();
    }

    RetentionPlan plan(Call call, Instant now) {
      int i = call.index();
      if (archived[i] == null) {
        archived[i] = archive(call, now);
      }
      if (call.tag() != null) {
        archived[i] = tagged(archived[i], call.tag(), now);
      }
      return planner.plan(archived[i], now);
    }

    /** As the catalog does: what a tag lengthens stays, also when the tag is removed. */
    private KeptCall tagged(KeptCall call, Scenario.Tag tag, Instant now) {
      Question with = call.facts().with(Set.of(tag.word()));
      Instant decided = call.decidedUntil();
      for (Instant at : changesOf(tag, now)) {
        Decision decision = history.decide(with, call.end(), at);
        decided = later(decided, decision.keep().lockedUntil(call.end(), history.zone()));
      }
      return new KeptCall(
          call.id(),
          call.start(),
          call.end(),
          call.facts().with(tag.isOn(now) ? Set.of(tag.word()) : Set.of()),
          call.persons(),
          decided,
          later(call.lockedUntil(), Objects.requireNonNull(decided)));
    }

    /** When it was put, and when policies changed while it was there, as far as that is new. */
    private List<Instant> changesOf(Scenario.Tag tag, Instant now) {
      List<Instant> moments = new ArrayList<>();
      if (tag.put().equals(now)) {
        moments.add(now);
      }
      for (RetentionHistory.Version version : history.versions()) {
        Instant at = version.validFrom();
        if (!at.isAfter(now) && at.isAfter(now.minus(DAY)) && tag.isOn(at)) {
          moments.add(at);
        }
      }
      return moments;
    }

    /** As the archiver does: the lock is at first as long as what was decided. */
    private KeptCall archive(Call call, Instant now) {
      Question facts =
          new Question(
              WireName.parse(Direction.class, call.direction()),
              call.teams(),
              call.numbers(),
              set(call.licences(), name -> WireName.parse(Licence.class, name)));
      Decision decision = history.decide(facts, call.end(), now);
      Instant decided = decision.keep().lockedUntil(call.end(), history.zone());
      Instant lock = later(call.extraLock(), decided);
      return new KeptCall(
          new RecordingId(new UUID(7, call.index())),
          call.start(),
          call.end(),
          facts,
          call.persons(),
          decided,
          lock);
    }

    private static Instant later(@Nullable Instant one, Instant other) {
      return one != null && one.isAfter(other) ? one : other;
    }
  }

  static RetentionHistory history(Scenario scenario, ZoneId zone) {
    return new RetentionHistory(
        scenario.years(),
        zone,
        scenario.policies().stream()
            .map(
                policy ->
                    new RetentionHistory.Version(
                        new RetentionPolicy(
                            policy.version(),
                            policy.extending(),
                            keep(policy.standard()),
                            policy.rules().stream().map(SevenYearsTest::rule).toList()),
                        policy.validFrom(),
                        "test"))
            .toList());
  }

  private static RetentionRule rule(Scenario.Rule rule) {
    return new RetentionRule(
        rule.name(),
        rule.teams(),
        rule.numbers(),
        set(rule.directions(), name -> WireName.parse(Direction.class, name)),
        set(rule.licences(), name -> WireName.parse(Licence.class, name)),
        keep(rule.keep()),
        rule.tags());
  }

  private static RetentionClass keep(Scenario.Class keep) {
    return switch (keep.unit()) {
      case 'D' -> RetentionClass.days(keep.count());
      case 'Y' -> RetentionClass.years(keep.count());
      default -> RetentionClass.INDEFINITE;
    };
  }

  private static List<LegalHold> holds(Scenario scenario) {
    return scenario.holds().stream()
        .map(
            hold ->
                new LegalHold(
                    hold.name(),
                    hold.placed(),
                    hold.released(),
                    hold.grace(),
                    hold.persons(),
                    hold.teams(),
                    hold.numbers(),
                    hold.from(),
                    hold.until()))
        .toList();
  }

  private static <T> Set<T> set(Set<String> names, Function<String, T> parse) {
    return names.stream().map(parse).collect(Collectors.toSet());
  }
}

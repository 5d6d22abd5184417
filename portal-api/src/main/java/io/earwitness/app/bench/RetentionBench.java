package io.earwitness.app.bench;

import io.earwitness.call.Direction;
import io.earwitness.call.KeepUntil;
import io.earwitness.call.Licence;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Question;
import io.earwitness.call.RetentionRule;
import io.earwitness.retention.KeptCall;
import io.earwitness.retention.LegalHold;
import io.earwitness.retention.RetentionPlan;
import io.earwitness.retention.RetentionPlanner;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Plans calls of seven years under versions of a policy and holds, on one thread. The reference is
 * what no planner can do without: the end of seven calendar years of each call, in the same zone.
 */
final class RetentionBench {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final Instant NOW = Instant.parse("2026-11-27T00:00:00Z");
  private static final int CALLS = 100_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Options options;
  private final Random random = new Random(7);

  RetentionBench(Options options) {
    this.options = options;
  }

  /**
   * @param versions of the policy, half of which extend
   * @param rules of each
   * @param holds in force or in their grace
   * @param time of each of the two measurements, after as long without measuring
   */
  record Options(int versions, int rules, int holds, Duration time) {}

  /**
   * What was measured.
   *
   * @param perCpuSecond of the planning thread's own time, which other work on the machine doesn't
   *     lessen
   * @param disposed the share of calls that were due
   */
  record Figures(
      double callsPerSecond, double perCpuSecond, double referencePerSecond, double disposed) {}

  Figures run() {
    List<KeptCall> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(call(i));
    }
    RetentionPlanner planner = new RetentionPlanner(history(), holds());
    plan(planner, calls);
    Rate planned = plan(planner, calls);
    reference(calls);
    Rate reference = reference(calls);
    return new Figures(
        planned.perSecond(),
        planned.calls() * 1e9 / planned.cpuNanos(),
        reference.perSecond(),
        (double) planned.counted() / planned.calls());
  }

  private record Rate(long calls, long counted, long nanos, long cpuNanos) {
    double perSecond() {
      return calls * 1e9 / nanos;
    }
  }

  private Rate plan(RetentionPlanner planner, List<KeptCall> calls) {
    long begin = System.nanoTime();
    long cpu = THREADS.getCurrentThreadCpuTime();
    long planned = 0;
    long disposed = 0;
    while (System.nanoTime() - begin < options.time().toNanos()) {
      for (KeptCall call : calls) {
        if (planner.plan(call, NOW).act() == RetentionPlan.Act.DISPOSE) {
          disposed++;
        }
      }
      planned += calls.size();
    }
    return new Rate(
        planned, disposed, System.nanoTime() - begin, THREADS.getCurrentThreadCpuTime() - cpu);
  }

  private Rate reference(List<KeptCall> calls) {
    long begin = System.nanoTime();
    long cpu = THREADS.getCurrentThreadCpuTime();
    long counted = 0;
    long ended = 0;
    while (System.nanoTime() - begin < options.time().toNanos()) {
      for (KeptCall call : calls) {
        if (KeepUntil.calendarYears(call.end(), 7, ZONE).isBefore(NOW)) {
          ended++;
        }
      }
      counted += calls.size();
    }
    return new Rate(
        counted, ended, System.nanoTime() - begin, THREADS.getCurrentThreadCpuTime() - cpu);
  }

  private KeptCall call(int index) {
    Instant start = NOW.minusSeconds(random.nextInt(7 * 366 * 86_400));
    Instant end = start.plusSeconds(1 + random.nextInt(3_600));
    return new KeptCall(
        new RecordingId(new UUID(1, index)),
        start,
        end,
        new Question(
            Direction.values()[random.nextInt(3)],
            Set.of("team-" + random.nextInt(50), "all"),
            Set.of("+4930" + random.nextInt(10_000), "+1212" + random.nextInt(10_000)),
            random.nextBoolean() ? Set.of(Licence.EXTENDED) : Set.of(Licence.STANDARD)),
        Set.of("person-" + random.nextInt(1_000)),
        RetentionClass.ONE_YEAR.end(end, ZONE),
        RetentionClass.ONE_YEAR.end(end, ZONE));
  }

  private RetentionHistory history() {
    List<RetentionHistory.Version> versions = new ArrayList<>();
    for (int version = 1; version <= options.versions(); version++) {
      List<RetentionRule> rules = new ArrayList<>();
      for (int i = 0; i < options.rules(); i++) {
        rules.add(rule(i));
      }
      versions.add(
          new RetentionHistory.Version(
              new RetentionPolicy(version, version % 2 == 0, RetentionClass.ONE_YEAR, rules),
              NOW.minus(
                  Duration.ofDays(
                      7L * 365 * (options.versions() - version + 1) / (options.versions() + 1))),
              "bench"));
    }
    return new RetentionHistory(1, ZONE, versions);
  }

  private RetentionRule rule(int index) {
    return new RetentionRule(
        "rule " + index,
        index % 3 == 0 ? Set.of("team-" + random.nextInt(50)) : Set.of(),
        index % 3 == 1 ? List.of("+4930" + random.nextInt(100) + "*") : List.of(),
        index % 2 == 0 ? Set.of(Direction.INBOUND) : Set.of(),
        index % 3 == 2 ? Set.of(Licence.EXTENDED) : Set.of(),
        RetentionClass.days(30 + random.nextInt(2_500)));
  }

  private List<LegalHold> holds() {
    List<LegalHold> holds = new ArrayList<>();
    for (int i = 0; i < options.holds(); i++) {
      holds.add(
          new LegalHold(
              "hold " + i,
              NOW.minus(Duration.ofDays(100)),
              i % 4 == 0 ? NOW.minus(Duration.ofDays(2)) : null,
              LegalHold.SHORTEST_GRACE,
              Set.of("person-" + random.nextInt(1_000)),
              Set.of("team-" + random.nextInt(50)),
              List.of("+1212" + random.nextInt(10_000)),
              NOW.minus(Duration.ofDays(random.nextInt(2_000) + 101)),
              null));
    }
    return holds;
  }
}

package io.earwitness.call;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a policy of recording may record some call less than another one did. It looks at rules
 * only: what it can't rule out counts, so it may say so of a change that takes nothing away, and
 * never the other way round.
 *
 * <p>Each rule of the later policy that does not record everything must have a rule of the earlier
 * one behind it that recorded no more and applies wherever it does. Whatever came first before must
 * have recorded no more either, or still comes first. And where the parties of a call are not known
 * yet, a rule that had it recorded meanwhile must still be there, before it.
 */
final class RecordingComparison {
  private final RecordingPolicy before;
  private final RecordingPolicy after;

  /** By rule of the earlier policy: the first of the later one that applies wherever it does. */
  private final int[] covered;

  /** By rule of the earlier policy: the first of the later one that waits for parties as it did. */
  private final int[] waiting;

  private RecordingComparison(RecordingPolicy before, RecordingPolicy after) {
    this.before = before;
    this.after = after;
    this.covered = new int[before.rules().size()];
    this.waiting = new int[before.rules().size()];
    Arrays.fill(covered, Integer.MAX_VALUE);
    Arrays.fill(waiting, Integer.MAX_VALUE);
    for (int old = 0; old < covered.length; old++) {
      RecordingRule was = before.rules().get(old);
      for (int next = after.rules().size() - 1; next >= 0; next--) {
        RecordingRule is = after.rules().get(next);
        if (implies(was, before, is, after)) {
          covered[old] = next;
        }
        if (is.asksForParties() && isWithinTime(was, is)) {
          waiting[old] = next;
        }
      }
    }
  }

  /** Whether every call is recorded no less than before. */
  static boolean recordsNoLess(RecordingPolicy before, RecordingPolicy after) {
    RecordingComparison comparison = new RecordingComparison(before, after);
    for (int rule = 0; rule < after.rules().size(); rule++) {
      if (!isEverything(after.rules().get(rule)) && !comparison.takesNothing(rule)) {
        return false;
      }
    }
    return true;
  }

  private boolean takesNothing(int rule) {
    RecordingRule is = after.rules().get(rule);
    for (int old = 0; old < before.rules().size(); old++) {
      RecordingRule was = before.rules().get(old);
      if (isAtLeast(is, was) && implies(is, after, was, before)) {
        return true;
      }
      boolean passed = isAtLeast(is, was) || covered[old] < rule;
      boolean waits = !was.asksForParties() || waiting[old] < rule;
      if (!passed || !waits) {
        return false;
      }
    }
    return false;
  }

  private static boolean isEverything(RecordingRule rule) {
    return rule.action() == RecordingAction.ALWAYS
        || (rule.action() == RecordingAction.SELECTIVE && percent(rule) == 100);
  }

  private static boolean isNothing(RecordingRule rule) {
    return rule.action() == RecordingAction.NEVER
        || (rule.action() == RecordingAction.SELECTIVE && percent(rule) == 0);
  }

  /** Whether a rule records all that another one does of the same call. */
  private static boolean isAtLeast(RecordingRule one, RecordingRule other) {
    if (isEverything(one) || isNothing(other)) {
      return true;
    }
    if (one.action() != other.action()) {
      return false;
    }
    return switch (one.action()) {
      case ALWAYS, NEVER -> true;
      case SELECTIVE -> percent(one) >= percent(other);
      case ON_DEMAND ->
          Objects.requireNonNullElse(one.keepMinutes(), 0)
              >= Objects.requireNonNullElse(other.keepMinutes(), 0);
    };
  }

  private static int percent(RecordingRule rule) {
    return Objects.requireNonNullElse(rule.percent(), 100);
  }

  /** Whether a rule of one policy applies only where another policy's rule does. */
  private static boolean implies(
      RecordingRule one, RecordingPolicy ofOne, RecordingRule other, RecordingPolicy ofOther) {
    return isWithinTime(one, other)
        && isWithin(one.directions(), other.directions())
        && isWithin(one.teams(), other.teams())
        && isWithin(one.persons(), other.persons())
        && (other.persona() == null || Objects.equals(persona(one, ofOne), persona(other, ofOther)))
        && areWithin(one.ownNumbers(), other.ownNumbers())
        && areWithin(one.otherNumbers(), other.otherNumbers())
        && isWithin(one.countries(), other.countries());
  }

  private static @Nullable Persona persona(RecordingRule rule, RecordingPolicy policy) {
    return policy.personas().stream()
        .filter(each -> each.name().equals(rule.persona()))
        .findFirst()
        .orElse(null);
  }

  private static boolean isWithinTime(RecordingRule one, RecordingRule other) {
    boolean any = other.weekdays().isEmpty() && other.from() == null && other.until() == null;
    return any
        || (one.weekdays().equals(other.weekdays())
            && Objects.equals(one.from(), other.from())
            && Objects.equals(one.until(), other.until()));
  }

  /** An empty condition is met by every call. */
  private static <T> boolean isWithin(Set<T> one, Set<T> other) {
    return other.isEmpty() || (!one.isEmpty() && other.containsAll(one));
  }

  private static boolean areWithin(List<String> one, List<String> other) {
    return other.isEmpty()
        || (!one.isEmpty()
            && one.stream().allMatch(each -> other.stream().anyMatch(wide -> names(wide, each))));
  }

  private static boolean names(String wide, String narrow) {
    return wide.equals(narrow)
        || (wide.endsWith("*") && narrow.startsWith(wide.substring(0, wide.length() - 1)));
  }
}

package io.earwitness.retention;

import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionPolicy.Decision;
import io.earwitness.call.RetentionPolicy.Question;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What another policy would make of calls like those that were: how many would be kept for longer
 * or for a shorter time, with their bytes and days, and examples. Not thread-safe.
 */
public final class PolicyComparison {
  private static final int EXAMPLES = 10;

  private final RetentionPolicy before;
  private final RetentionPolicy after;
  private final ZoneId zone;
  private final Sum same = new Sum();
  private final Sum longer = new Sum();
  private final Sum shorter = new Sum();

  /**
   * @param zone the tenant's
   */
  public PolicyComparison(RetentionPolicy before, RetentionPolicy after, ZoneId zone) {
    this.before = before;
    this.after = after;
    this.zone = zone;
  }

  /** A call under both policies. */
  public record Example(RecordingId id, Instant end, Decision before, Decision after) {}

  /**
   * Calls that fare alike.
   *
   * @param bytes of their audio
   * @param days by which they differ, all together, as far as both policies have an end
   * @param endless how many of them one of the policies keeps without an end
   */
  public record Change(
      long recordings, long bytes, long days, long endless, List<Example> examples) {
    public Change {
      examples = List.copyOf(examples);
    }
  }

  /** What such calls come to. */
  static final class Sum {
    private long recordings;
    private long bytes;
    private Duration time = Duration.ZERO;
    private long endless;
    private final List<Example> examples = new ArrayList<>();

    void add(Example example, long size) {
      recordings++;
      bytes += size;
      Instant one = example.before().until();
      Instant other = example.after().until();
      if (one != null && other != null) {
        time = time.plus(Duration.between(one, other).abs());
      } else if (one != other) {
        endless++;
      }
      if (examples.size() < EXAMPLES) {
        examples.add(example);
      }
    }

    Change change() {
      return new Change(recordings, bytes, time.toDays(), endless, examples);
    }
  }

  /**
   * Adds a call.
   *
   * @param bytes of its audio
   */
  public void add(RecordingId id, Instant end, Question facts, long bytes) {
    Example example =
        new Example(id, end, before.decide(facts, end, zone), after.decide(facts, end, zone));
    sum(example.before().until(), example.after().until()).add(example, bytes);
  }

  private Sum sum(@Nullable Instant one, @Nullable Instant other) {
    if (RetentionPolicy.isLater(other, one)) {
      return longer;
    }
    return RetentionPolicy.isLater(one, other) ? shorter : same;
  }

  /** Those that are kept as long as before. */
  public Change same() {
    return same.change();
  }

  public Change longer() {
    return longer.change();
  }

  public Change shorter() {
    return shorter.change();
  }
}

package io.earwitness.alarm;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a node has to say of one alarm since it last could.
 *
 * @param times how often it was raised; 0 if it was only cleared
 * @param clearedAt null if its condition still holds
 * @param node which says it
 */
public record AlarmReport(
    AlarmKey key,
    int times,
    Instant firstAt,
    Instant lastAt,
    String detail,
    @Nullable Instant clearedAt,
    String node) {
  public AlarmReport {
    if (times < 0 || (times == 0 && clearedAt == null)) {
      throw new IllegalArgumentException("a report of " + key + " that says nothing");
    }
  }

  /** Raised once, now. */
  public static AlarmReport raised(AlarmKey key, Instant at, String detail, String node) {
    return new AlarmReport(key, 1, at, at, detail, null, node);
  }

  /** Cleared now. */
  public static AlarmReport cleared(AlarmKey key, Instant at, String node) {
    return new AlarmReport(key, 0, at, at, "", at, node);
  }

  /** This and what came after it, in one: the newest state, counted together. */
  AlarmReport then(AlarmReport later) {
    if (later.times == 0) {
      return new AlarmReport(key, times, firstAt, lastAt, detail, later.clearedAt, node);
    }
    return new AlarmReport(
        key,
        times + later.times,
        times == 0 ? later.firstAt : firstAt,
        later.lastAt,
        later.detail,
        later.clearedAt,
        node);
  }
}

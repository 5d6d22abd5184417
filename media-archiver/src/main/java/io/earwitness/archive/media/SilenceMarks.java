package io.earwitness.archive.media;

import io.earwitness.call.Mark;
import io.earwitness.call.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says for each silent span of one stream what the silence stands for. */
final class SilenceMarks {
  /** Signalling and media of a pause do not change at the same instant. */
  private static final long PAUSE_TOLERANCE = AudioTimeline.SAMPLE_RATE / 2;

  /** A shorter pause of the sender is a matter of jitter and not worth a mark: 20 ms. */
  private static final long SHORTEST_NOT_SENT = AudioTimeline.SAMPLE_RATE / 50;

  /** An overflow is noticed some time after it happened. */
  private static final long OVERFLOW_TOLERANCE = 2_000_000_000L;

  /** Packets that our own buffers dropped, and when this was noticed (nanoseconds). */
  record Dropped(long at, long packets) {}

  private final Side side;
  private final StreamPlan plan;
  private final List<StreamPlan.Span> pauses;
  private final List<Dropped> drops;
  private final List<Mark> marks = new ArrayList<>();
  private long pausedMissing;

  /**
   * @param pauses when the stream was inactive, in samples
   */
  SilenceMarks(Side side, StreamPlan plan, List<StreamPlan.Span> pauses, List<Dropped> drops) {
    this.side = side;
    this.plan = plan;
    this.pauses = pauses;
    this.drops = drops;
  }

  /**
   * Computes all marks.
   *
   * @param total samples of the whole audio
   */
  List<Mark> compute(long total) {
    if (plan.isEmpty()) {
      markSilence(new Gap(0, total, 0, 0, 0, 0), Mark.Cause.NOT_SENT);
      return marks;
    }
    List<Gap> gaps = plan.gaps();
    Set<Gap> overflowed = new HashSet<>();
    boolean tailOverflowed = false;
    for (Dropped dropped : drops) {
      tailOverflowed |= !attribute(dropped, gaps, overflowed);
    }
    markSilence(new Gap(0, plan.first(), 0, 0, 0, 0), Mark.Cause.NOT_SENT);
    for (Gap gap : gaps) {
      markSilence(gap, overflowed.contains(gap) ? Mark.Cause.OVERLOAD : Mark.Cause.LOSS);
    }
    markSilence(
        new Gap(plan.end(), total, 0, 0, 0, 0),
        tailOverflowed ? Mark.Cause.OVERLOAD : Mark.Cause.NOT_SENT);
    for (StreamPlan.Span span : plan.undecoded()) {
      mark(span.from(), span.to(), Mark.Cause.NOT_DECODED);
    }
    return marks;
  }

  /** Packets that are missing only because the stream was paused. */
  long pausedMissing() {
    return pausedMissing;
  }

  /** Finds the gaps that an overflow made; false if it was behind the last packet. */
  private boolean attribute(Dropped dropped, List<Gap> gaps, Set<Gap> overflowed) {
    List<Gap> near =
        gaps.stream()
            .filter(gap -> gap.missing() > 0 && distance(gap, dropped.at()) <= OVERFLOW_TOLERANCE)
            .sorted(Comparator.comparingLong(gap -> distance(gap, dropped.at())))
            .toList();
    long left = dropped.packets();
    for (Gap gap : near) {
      if (left <= 0) {
        return true;
      }
      if (overflowed.add(gap)) {
        left -= gap.missing();
      }
    }
    return !near.isEmpty() || dropped.at() < plan.arrivalAtEnd() - OVERFLOW_TOLERANCE;
  }

  private static long distance(Gap gap, long at) {
    if (at < gap.arrivalBefore()) {
      return gap.arrivalBefore() - at;
    }
    return Math.max(0, at - gap.arrivalAfter());
  }

  /**
   * Marks one silent span.
   *
   * @param cause of missing packets; a span without any is {@code not-sent}, unless it is an
   *     overflow at the stream's end
   */
  private void markSilence(Gap gap, Mark.Cause cause) {
    if (gap.to() <= gap.from()) {
      return;
    }
    List<Gap> rest = List.of(gap);
    for (StreamPlan.Span pause : pauses) {
      if (pause.from() < gap.to() && pause.to() > gap.from()) {
        StreamPlan.Span wide = widened(pause);
        long from = Math.max(wide.from(), gap.from());
        long to = Math.min(wide.to(), gap.to());
        mark(from, to, Mark.Cause.PAUSE);
        rest = rest.stream().flatMap(part -> part.without(wide).stream()).toList();
      }
    }
    boolean paused = rest.size() != 1 || !rest.getFirst().equals(gap);
    long missed = gap.missing() * gap.typical();
    if (paused) {
      pausedMissing += gap.missing();
      boolean sent = gap.missing() > 0 && missed >= gap.to() - gap.from() - gap.typical();
      rest.forEach(part -> mark(part.from(), part.to(), sent ? cause : Mark.Cause.NOT_SENT));
    } else if (gap.missing() > 0 || cause == Mark.Cause.OVERLOAD) {
      markMissing(gap, missed, cause);
    } else {
      mark(gap.from(), gap.to(), Mark.Cause.NOT_SENT);
    }
  }

  /**
   * A sender that suppresses silence leaves gaps of its own; where one of them holds lost packets
   * too, the loss is put at its end, where speech began again.
   */
  private void markMissing(Gap gap, long missed, Mark.Cause cause) {
    long length = gap.to() - gap.from();
    long silent = gap.missing() == 0 || length - missed <= gap.typical() ? 0 : length - missed;
    if (silent > 0) {
      mark(gap.from(), gap.from() + silent, Mark.Cause.NOT_SENT);
    }
    mark(gap.from() + silent, gap.to(), cause);
  }

  private static StreamPlan.Span widened(StreamPlan.Span pause) {
    long to =
        pause.to() > Long.MAX_VALUE - PAUSE_TOLERANCE
            ? Long.MAX_VALUE
            : pause.to() + PAUSE_TOLERANCE;
    return new StreamPlan.Span(pause.from() - PAUSE_TOLERANCE, to);
  }

  private void mark(long from, long to, Mark.Cause cause) {
    if (to <= from || (cause == Mark.Cause.NOT_SENT && to - from < SHORTEST_NOT_SENT)) {
      return;
    }
    marks.add(new Mark(side, offset(from), offset(to), cause));
  }

  private static Duration offset(long samples) {
    return AudioTimeline.duration(samples);
  }
}

package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the runs that sounded during a gap without looking at all of them: a stream may have
 * thousands of both.
 */
final class Coverage {
  private final List<StreamPlan.Span> spans;
  private final int[] byFrom;
  private final long[] furthest;

  /**
   * @param spans of the runs, in their order
   */
  Coverage(List<StreamPlan.Span> spans) {
    this.spans = spans;
    this.byFrom =
        IntStream.range(0, spans.size())
            .boxed()
            .sorted(Comparator.comparingLong(run -> spans.get(run).from()))
            .mapToInt(Integer::intValue)
            .toArray();
    this.furthest = new long[byFrom.length];
    long furthestYet = Long.MIN_VALUE;
    for (int i = 0; i < byFrom.length; i++) {
      furthestYet = Math.max(furthestYet, spans.get(byFrom[i]).to());
      furthest[i] = furthestYet;
    }
  }

  /** Spans that overlap the gap, but for that of its own run, by their beginnings. */
  List<StreamPlan.Span> over(Gap gap, int ownRun) {
    List<StreamPlan.Span> found = new ArrayList<>();
    for (int i = lastBefore(gap.to()); i >= 0 && furthest[i] > gap.from(); i--) {
      StreamPlan.Span span = spans.get(byFrom[i]);
      if (byFrom[i] != ownRun && span.to() > gap.from()) {
        found.add(span);
      }
    }
    return found.reversed();
  }

  /** The last of those that begin before a sample; -1 if none does. */
  private int lastBefore(long sample) {
    int low = 0;
    int high = byFrom.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (spans.get(byFrom[middle]).from() < sample) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}

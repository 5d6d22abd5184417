package io.earwitness.portal;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * Spans from–to (exclusive) of whole numbers that grow together where they meet. Of more than 500
 * those with the smallest gap become one, so that they say too much rather than too little. Not
 * thread-safe.
 */
final class Spans {
  private static final int MAX = 500;

  private final NavigableMap<Long, Long> ends = new TreeMap<>();

  void add(long from, long to) {
    if (from >= to) {
      return;
    }
    long start = from;
    long end = to;
    Map.Entry<Long, Long> before = ends.floorEntry(from);
    if (before != null && before.getValue() >= from) {
      start = before.getKey();
      end = Math.max(end, before.getValue());
    }
    NavigableMap<Long, Long> met = ends.subMap(start, true, end, true);
    for (long metEnd : met.values()) {
      end = Math.max(end, metEnd);
    }
    met.clear();
    ends.put(start, end);
    if (ends.size() > MAX) {
      joinNearest();
    }
  }

  private void joinNearest() {
    long least = Long.MAX_VALUE;
    Map.Entry<Long, Long> left = ends.firstEntry();
    Map.Entry<Long, Long> previous = null;
    for (Map.Entry<Long, Long> span : ends.entrySet()) {
      if (previous != null && span.getKey() - previous.getValue() < least) {
        least = span.getKey() - previous.getValue();
        left = previous;
      }
      previous = span;
    }
    long rightStart = ends.higherKey(left.getKey());
    ends.put(left.getKey(), ends.remove(rightStart));
  }

  boolean isEmpty() {
    return ends.isEmpty();
  }

  /** As in {@code 0-10, 15-20}. */
  String text(LongFunction<String> format) {
    return ends.entrySet().stream()
        .map(span -> format.apply(span.getKey()) + "-" + format.apply(span.getValue()))
        .collect(Collectors.joining(", "));
  }
}

package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.List;

/**
 * A span of a stream's time line without a packet.
 *
 * @param from first sample, on the common time line
 * @param to behind the last sample
 * @param missing packets that its sequence numbers show to have been sent; 0 if none or unknown
 * @param typical samples of a packet beside it; 0 if unknown
 * @param arrivalBefore when the packet before it came, in nanoseconds
 * @param arrivalAfter when the packet behind it came
 */
record Gap(long from, long to, long missing, int typical, long arrivalBefore, long arrivalAfter) {
  /** What is left of the gap outside a span. */
  List<Gap> without(StreamPlan.Span span) {
    if (span.to() <= from || span.from() >= to) {
      return List.of(this);
    }
    List<Gap> rest = new ArrayList<>();
    if (span.from() > from) {
      rest.add(new Gap(from, span.from(), missing, typical, arrivalBefore, arrivalAfter));
    }
    if (span.to() < to) {
      rest.add(new Gap(span.to(), to, missing, typical, arrivalBefore, arrivalAfter));
    }
    return rest;
  }
}

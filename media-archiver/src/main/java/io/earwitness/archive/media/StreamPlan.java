package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.List;

/**
 * Places the packets of one stream on the common time line and keeps what is not sound: gaps,
 * undecodable spans, counts.
 */
final class StreamPlan {
  /** Two sources that follow one another may overlap by jitter; more is true simultaneity. */
  private static final long OVERLAP = AudioTimeline.SAMPLE_RATE / 5;

  /** Longest packet of a codec that can't be decoded (RFC 7587 §4.2), 120 ms. */
  private static final long LONGEST_PACKET = AudioTimeline.SAMPLE_RATE * 120L / 1000;

  private static final int USUAL_PACKET = AudioTimeline.SAMPLE_RATE / 50;

  /** Samples from {@code from} until before {@code to}. */
  record Span(long from, long to) {}

  /**
   * @param run the run inside which it lies; -1 if it lies between runs
   */
  private record OwnedGap(int run, Gap gap) {}

  private final PacketTable table;
  private final List<Run> runs;
  private final List<OwnedGap> gaps = new ArrayList<>();
  private final List<Span> covered = new ArrayList<>();
  private final List<Span> undecoded = new ArrayList<>();
  private long first = Long.MAX_VALUE;
  private long end;
  private long arrivalAtEnd;
  private long unique;
  private long duplicates;
  private long missing;
  private long strays;

  StreamPlan(PacketTable table, List<Run> runs) {
    this.table = table;
    this.runs = runs;
  }

  /** When the stream's first sample was there, in nanoseconds; MAX_VALUE if there is none. */
  long start() {
    long start = Long.MAX_VALUE;
    for (Run run : runs) {
      long offset = run.firstSample() * AudioTimeline.NANOS_PER_SAMPLE;
      start = Math.min(start, run.anchor(RunSplitter.WINDOW) + offset);
    }
    return start;
  }

  /**
   * Gives every packet its place.
   *
   * @param origin the instant of sample 0, in nanoseconds
   */
  void place(long origin) {
    for (Run run : runs) {
      long zero =
          Math.round(
              (run.anchor(RunSplitter.WINDOW) - origin) / (double) AudioTimeline.NANOS_PER_SAMPLE);
      place(run, Math.max(zero, -run.firstSample()));
    }
  }

  private void place(Run run, long zero) {
    int[] order = run.order();
    int index = covered.size();
    long runStart = Long.MAX_VALUE;
    long shift = zero;
    long runEnd = Long.MIN_VALUE;
    long gapMissing = 0;
    int previousNumber = 0;
    int previous = -1;
    long arrivalBefore = arrivalAtEnd;
    for (int n = 0; n < order.length; n++) {
      int k = order[n];
      int packet = run.packet(k);
      if (n > 0 && run.extended(k) == previousNumber) {
        takeTwin(previous, packet);
        continue;
      }
      previous = packet;
      unique++;
      if (n > 0) {
        long skipped = run.extended(k) - previousNumber - 1L;
        gapMissing += skipped;
        missing += skipped;
      }
      previousNumber = run.extended(k);
      if (!table.isAudio(packet)) {
        continue;
      }
      boolean opening = runEnd == Long.MIN_VALUE;
      if (opening) {
        shift += overlap(run, shift + run.samples(k));
        runEnd = end;
      }
      long at = opening ? shift + run.samples(k) : Math.max(shift + run.samples(k), runEnd);
      int length = length(run, order, n);
      boolean initial = first == Long.MAX_VALUE;
      if (at > runEnd && !initial) {
        Gap gap =
            new Gap(
                runEnd,
                at,
                opening ? 0 : gapMissing,
                Math.max(length, 1),
                arrivalBefore,
                table.arrival(packet));
        gaps.add(new OwnedGap(opening ? -1 : index, gap));
      }
      gapMissing = 0;
      arrivalBefore = table.arrival(packet);
      set(packet, at, length);
      runStart = Math.min(runStart, at);
      runEnd = at + length;
    }
    arrivalAtEnd = arrivalBefore;
    covered.add(new Span(runStart, runEnd));
  }

  /** A number that came twice: the same packet, or another one, which is kept as received. */
  private void takeTwin(int first, int second) {
    boolean same =
        table.timestamp(first) == table.timestamp(second)
            && table.payloadLength(first) == table.payloadLength(second);
    if (same || !table.isAudio(second)) {
      duplicates++;
    } else {
      table.place(second, PacketTable.STRAY);
      strays++;
    }
  }

  private void set(int packet, long at, int length) {
    if (table.format(packet).kind().isDecodable()) {
      if (length > 0) {
        table.place(packet, at);
      }
    } else {
      addUndecoded(at, at + length);
    }
    first = Math.min(first, at);
    end = Math.max(end, at + length);
  }

  /**
   * How far a run must be moved so as not to overwrite what came before it. Packets of the same
   * source never overwrite one another; those of another may where both truly sent at once.
   */
  private long overlap(Run run, long at) {
    long overlap = end - at;
    boolean sameSource = run.previous() != null;
    return overlap > 0 && (sameSource || overlap <= OVERLAP) ? overlap : 0;
  }

  private int length(Run run, int[] order, int n) {
    int packet = run.packet(order[n]);
    if (table.format(packet).kind().isDecodable()) {
      return table.payloadLength(packet);
    }
    for (int next = n + 1; next < order.length; next++) {
      if (table.isAudio(run.packet(order[next]))
          && run.extended(order[next]) != run.extended(order[n])) {
        long samples = run.samples(order[next]) - run.samples(order[n]);
        return samples > 0 && samples <= LONGEST_PACKET ? (int) samples : USUAL_PACKET;
      }
    }
    return USUAL_PACKET;
  }

  private void addUndecoded(long from, long to) {
    int last = undecoded.size() - 1;
    if (last >= 0 && undecoded.get(last).to() == from) {
      undecoded.set(last, new Span(undecoded.get(last).from(), to));
    } else {
      undecoded.add(new Span(from, to));
    }
  }

  boolean isEmpty() {
    return first == Long.MAX_VALUE;
  }

  /** First sample; MAX_VALUE if there is none. */
  long first() {
    return first;
  }

  /** Behind the last sample. */
  long end() {
    return end;
  }

  /** Arrival of the last audio packet, in nanoseconds. */
  long arrivalAtEnd() {
    return arrivalAtEnd;
  }

  /** Gaps in the order of the runs; what another source filled meanwhile is none. */
  List<Gap> gaps() {
    Coverage coverage = new Coverage(covered);
    List<Gap> open = new ArrayList<>();
    for (OwnedGap owned : gaps) {
      List<Gap> rest = List.of(owned.gap());
      for (Span span : coverage.over(owned.gap(), owned.run())) {
        rest = rest.stream().flatMap(gap -> gap.without(span).stream()).toList();
      }
      open.addAll(rest);
    }
    return open;
  }

  List<Span> undecoded() {
    return undecoded;
  }

  /** Packets without duplicates. */
  long unique() {
    return unique;
  }

  long duplicates() {
    return duplicates;
  }

  /** Packets whose number another one has; kept as received. */
  long strays() {
    return strays;
  }

  /** Sequence numbers inside runs that never came. */
  long missing() {
    return missing;
  }

  /** Packets that came behind a later one; duplicates are counted apart. */
  long reordered() {
    long late = 0;
    for (Run run : runs) {
      late += run.late();
    }
    return Math.max(0, late - duplicates - strays);
  }
}

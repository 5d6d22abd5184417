package io.earwitness.archive.media;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream's packets, read in the order of arrival, into {@linkplain Run runs}: at a new
 * SSRC, a restart of the sequence (RFC 3550 A.1), a new timestamp clock, and where timestamps and
 * arrivals part for good.
 */
final class RunSplitter {
  /** A jump forward by that many is a restart, unless timestamp and arrival agree with it. */
  private static final int MAX_DROPOUT = 3000;

  /** Packets this far behind are late; RFC 3550 proposes 100, but here nobody has to wait. */
  private static final int MAX_MISORDER = 1000;

  /** More runs of one stream are an attack on whoever places them; their packets are left out. */
  private static final int MAX_RUNS = 10_000;

  /** How many packets behind a doubtful one may confirm it. */
  private static final int CONFIRMING = 4;

  private static final long CONFIRMING_JITTER = 200_000_000L;

  /** One source more than this on one port is no telephony; its packets are left out. */
  private static final int MAX_SOURCES = 4096;

  private static final long MILLISECOND = 1_000_000L;

  /** Below this no look at the neighbourhood is needed. */
  private static final long SUSPICIOUS = 400 * MILLISECOND;

  /** Timestamps that deviate from arrivals by more, lastingly, belong to a new run. */
  private static final long JUMP = 500 * MILLISECOND;

  /** A sender that stopped its clock (hold): more than the worst jitter that lasts. */
  private static final long FREEZE = 1000 * MILLISECOND;

  /** The neighbourhood in which the least delay is looked for. */
  static final long WINDOW = 2000 * MILLISECOND;

  /** A packet that comes later than this behind its successors is none of them. */
  private static final long LATE = 2000 * MILLISECOND;

  private static final int WINDOW_PACKETS = 500;

  private final PacketTable table;
  private final List<Run> runs = new ArrayList<>();
  private final Map<Integer, Run> current = new HashMap<>();
  private long strays;

  private RunSplitter(PacketTable table) {
    this.table = table;
  }

  /** The runs that hold audio, in the order of their first packets, and what was left out. */
  record Result(List<Run> runs, long strays) {}

  static Result split(PacketTable table) {
    RunSplitter splitter = new RunSplitter(table);
    for (int i = 0; i < table.size(); i++) {
      splitter.take(i);
    }
    return new Result(splitter.runs.stream().filter(Run::hasAudio).toList(), splitter.strays);
  }

  private void take(int packet) {
    Run run = current.get(table.ssrc(packet));
    if (run == null) {
      if (current.size() >= MAX_SOURCES) {
        stray(packet);
      } else {
        start(packet, null);
      }
      return;
    }
    int delta = run.sequenceDelta(packet);
    boolean audio = table.isAudio(packet);
    if (delta < -MAX_MISORDER || delta >= MAX_DROPOUT) {
      takeDistant(packet, run, delta);
    } else if (delta > 0 && audio && run.hasAudio() && breaks(run, packet)) {
      start(packet, run);
    } else if (delta <= 0 && audio && run.hasAudio()) {
      takeLate(packet, run);
    } else {
      run.add(packet);
    }
  }

  /**
   * A number that was there, or was passed over, already: late, doubled, or of a sequence that
   * begins anew. The number alone does not tell; the timestamp must agree.
   */
  private void takeLate(int packet, Run run) {
    Run fitting = fitting(run, packet);
    if (fits(fitting, packet)) {
      fitting.add(packet);
    } else if (isConfirmed(packet)) {
      start(packet, run);
    } else {
      stray(packet);
    }
  }

  /** Whether timestamp and arrival agree with a packet's number in a run that has audio. */
  private static boolean fits(Run run, int packet) {
    int delta = run.sequenceDelta(packet);
    long ticks = run.ticksFromNewest(packet);
    if (delta > 0 || (ticks > 0 && !run.newestIsAudio())) {
      return Math.abs(run.lag(packet)) <= JUMP;
    }
    return (delta == 0 ? ticks == 0 : ticks <= 0) && run.lag(packet) <= LATE;
  }

  private void start(int packet, @Nullable Run previous) {
    if (runs.size() >= MAX_RUNS) {
      stray(packet);
      return;
    }
    Run run = new Run(table, previous);
    run.add(packet);
    runs.add(run);
    current.put(table.ssrc(packet), run);
  }

  private void takeDistant(int packet, Run run, int delta) {
    Run previous = run.previous();
    if (delta > 0 && run.hasAudio() && table.isAudio(packet) && isOnTime(run, packet)) {
      run.add(packet);
    } else if (previous != null && isLateIn(previous, packet)) {
      previous.add(packet);
    } else if (isConfirmed(packet)) {
      start(packet, run);
    } else {
      stray(packet);
    }
  }

  private void stray(int packet) {
    strays++;
    table.place(packet, PacketTable.STRAY);
  }

  private static boolean isOnTime(Run run, int packet) {
    return Math.abs(run.lag(packet)) <= JUMP;
  }

  private boolean isLateIn(Run run, int packet) {
    int delta = run.sequenceDelta(packet);
    boolean near = delta <= 0 && delta >= -MAX_MISORDER;
    return near && (!table.isAudio(packet) || !run.hasAudio() || fits(run, packet));
  }

  /**
   * A new sequence counts once a second packet confirms it (RFC 3550 A.1: probation), by its number
   * and, between audio packets, by its timestamp: the successors of a single packet that went
   * astray are near by number too.
   */
  private boolean isConfirmed(int packet) {
    int seen = 0;
    int last = Math.min(table.size(), packet + WINDOW_PACKETS);
    for (int i = packet + 1; i < last && seen < CONFIRMING; i++) {
      if (table.ssrc(i) != table.ssrc(packet)) {
        continue;
      }
      int delta = (short) (table.sequence(i) - table.sequence(packet));
      if (delta != 0 && Math.abs(delta) <= 100 && goesOn(packet, i, delta)) {
        return true;
      }
      seen++;
    }
    return false;
  }

  private boolean goesOn(int packet, int next, int delta) {
    if (!table.isAudio(packet) || !table.isAudio(next)) {
      return true;
    }
    int ticks = table.timestamp(next) - table.timestamp(packet);
    long time = ticks * (1000 * MILLISECOND / table.format(packet).clockRate());
    boolean sameOrder = Integer.signum(ticks) == Integer.signum(delta);
    return sameOrder
        && Math.abs(table.arrival(next) - table.arrival(packet) - time) <= CONFIRMING_JITTER;
  }

  /** The run that a late packet belongs to: a jump may have overtaken it. */
  private static Run fitting(Run run, int packet) {
    Run previous = run.previous();
    if (previous == null
        || !previous.hasAudio()
        || !run.hasAudio()
        || !isLateOrNext(previous, packet)) {
      return run;
    }
    return Math.abs(previous.lag(packet)) < Math.abs(run.lag(packet)) ? previous : run;
  }

  private static boolean isLateOrNext(Run run, int packet) {
    int delta = run.sequenceDelta(packet);
    return delta <= 100 && delta >= -MAX_MISORDER;
  }

  private boolean breaks(Run run, int packet) {
    if (table.format(packet).clockRate() != run.clockRate()) {
      return true;
    }
    if (Math.abs(run.lag(packet)) <= SUSPICIOUS) {
      return false;
    }
    long before = run.recentDelay(WINDOW, WINDOW_PACKETS);
    long shift = Math.abs(delayFrom(run, packet) - before);
    return shift > (run.isContiguous(packet) ? FREEZE : JUMP);
  }

  /** The least delay of this packet and those that follow, as if they belonged to the run. */
  private long delayFrom(Run run, int packet) {
    long first = table.arrival(packet);
    long least = Long.MAX_VALUE;
    int last = Math.min(table.size(), packet + WINDOW_PACKETS);
    for (int i = packet; i < last && table.arrival(i) - first <= WINDOW; i++) {
      boolean follows = Math.abs((short) (table.sequence(i) - table.sequence(packet))) < 1000;
      long ticks = table.timestamp(i) - table.timestamp(packet);
      boolean near = Math.abs(ticks) < 10L * run.clockRate();
      if (table.ssrc(i) == table.ssrc(packet) && table.isAudio(i) && follows && near) {
        least = Math.min(least, run.delay(i));
      }
    }
    return least;
  }
}

package io.earwitness.recorder.sip;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where messages enter: what the network gave is kept here, byte by byte, while the stack parses a
 * copy of its header section. The copy carries a line of ours behind its first line that names the
 * kept message; the parser takes the line out again before it reads anything, so that neither side
 * can be confused by what a peer sends. Thread-safe.
 */
final class Intake {
  private static final String TAG = "X-Earwitness-Message: ";
  private static final long KEEP_MILLIS = 60_000;

  private final InstantSource clock;
  private final Consumer<SipHandler.Unreadable> unreadable;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();

  /** A message that is not parsed yet, and what to do when it is, or never will be. */
  private record Waiting(RawMessage message, Runnable taken) {}

  Intake(InstantSource clock, Consumer<SipHandler.Unreadable> unreadable) {
    this.clock = clock;
    this.unreadable = unreadable;
  }

  RawMessage message(byte[] bytes, int bodyStart, Origin origin) {
    return new RawMessage(bytes, bodyStart, origin, clock.instant());
  }

  /**
   * Keeps a message and returns what the stack is to parse in its place: the header section.
   *
   * @param taken called once, when the parser has taken the message or it was forgotten: between
   *     reader and parser the stack queues without a limit, so the reader must keep one
   */
  byte[] tag(RawMessage message, Runnable taken) {
    long number = numbers.incrementAndGet();
    waiting.put(number, new Waiting(message, taken));
    byte[] bytes = message.bytes();
    int lineEnd = 0;
    while (lineEnd < message.bodyStart() && bytes[lineEnd] != '\n') {
      lineEnd++;
    }
    boolean unended = lineEnd == message.bodyStart();
    lineEnd = unended ? lineEnd : lineEnd + 1;
    byte[] line =
        ((unended ? "\r\n" : "") + TAG + number + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] tagged = new byte[message.bodyStart() + line.length];
    System.arraycopy(bytes, 0, tagged, 0, lineEnd);
    System.arraycopy(line, 0, tagged, lineEnd, line.length);
    System.arraycopy(bytes, lineEnd, tagged, lineEnd + line.length, message.bodyStart() - lineEnd);
    return tagged;
  }

  /**
   * The kept message that a tagged header section names, and the section without the tag; a first
   * line that had no end has one then.
   */
  record Untagged(RawMessage message, byte[] header) {}

  /** Undoes {@link #tag}; null if there is no tag (keep-alives). */
  @Nullable Untagged untag(byte[] tagged) {
    int start = 0;
    while (start < tagged.length && tagged[start] != '\n') {
      start++;
    }
    start++;
    byte[] prefix = TAG.getBytes(StandardCharsets.US_ASCII);
    if (start + prefix.length > tagged.length
        || !Arrays.equals(tagged, start, start + prefix.length, prefix, 0, prefix.length)) {
      return null;
    }
    long number = 0;
    int end = start + prefix.length;
    while (tagged[end] != '\r' && tagged[end] != '\n') {
      number = number * 10 + (tagged[end++] - '0');
    }
    end += tagged[end] == '\r' ? 2 : 1;
    Waiting kept = waiting.remove(number);
    if (kept == null) {
      return null;
    }
    kept.taken.run();
    byte[] header = new byte[tagged.length - (end - start)];
    System.arraycopy(tagged, 0, header, 0, start);
    System.arraycopy(tagged, end, header, start, tagged.length - end);
    return new Untagged(kept.message, header);
  }

  /** Answers a message that can't be read, if it is a request that can be answered, and tells. */
  void reject(RawMessage message, int status, String problem) {
    byte[] answer = UnreadableAnswer.to(message, status, problem);
    if (answer != null) {
      message.origin().reply().send(answer);
    }
    unreadable.accept(
        new SipHandler.Unreadable(
            message.bytes(),
            message.source(),
            message.transport(),
            message.received(),
            answer == null ? 0 : status,
            problem));
  }

  /** Tells of the beginning of a message whose end will not come; nobody waits for an answer. */
  void incomplete(RawMessage beginning, String problem) {
    unreadable.accept(
        new SipHandler.Unreadable(
            beginning.bytes(),
            beginning.source(),
            beginning.transport(),
            beginning.received(),
            0,
            problem));
  }

  /** Forgets messages that the stack dropped before it parsed them. */
  void sweep() {
    long oldest = clock.millis() - KEEP_MILLIS;
    waiting.forEach(
        (number, kept) -> {
          if (kept.message.received().toEpochMilli() < oldest && waiting.remove(number, kept)) {
            kept.taken.run();
          }
        });
  }
}

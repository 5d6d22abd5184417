package io.earwitness.capture;

import io.earwitness.capture.SegmentFile.Found;
import io.earwitness.capture.SegmentFile.Miss;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the frames of one segment, past damaged ones to the next that is intact, and says
 * what was wrong on the way.
 */
final class SegmentWalk {
  /** Receives the content of intact frames. */
  interface FrameVisitor {
    /** A frame's content and the offset behind it. */
    void frame(FrameType type, byte[] plain, long behind) throws IOException;
  }

  private final SegmentFile segment;
  private final SecretKeySpec key;
  private final List<String> faults;
  private final String name;

  private long position;
  private boolean torn;
  private FrameType.@Nullable End end;

  /**
   * Prepares a walk.
   *
   * @param faults receives a sentence for everything that is damage
   */
  SegmentWalk(SegmentFile segment, SecretKeySpec key, List<String> faults) {
    this.segment = segment;
    this.key = key;
    this.faults = faults;
    this.name = "segment %d".formatted(segment.header().number());
    this.position = segment.header().size();
  }

  /** Behind the last intact frame that has no damage before it which a later reading could mend. */
  long position() {
    return position;
  }

  /** Whether the file ends within a frame, as a crash leaves it. */
  boolean isTorn() {
    return torn;
  }

  /** What the END frame says; null if none was found. */
  FrameType.@Nullable End end() {
    return end;
  }

  /**
   * Goes to the end of the file.
   *
   * @param from an earlier walk's {@link #position()}; 0 for the beginning
   */
  void go(long from, boolean skipMedia, FrameVisitor visitor) throws IOException {
    boolean fromStart = from <= segment.header().size();
    long at = fromStart ? segment.header().size() : from;
    long expected = fromStart ? 0 : -1;
    long unverified = -1;
    boolean explained = false;
    BitSet seen = new BitSet();
    while (true) {
      position = at;
      Found found = segment.at(at, key, skipMedia);
      FrameHeader head = found.header();
      if (head == null) {
        if (found.miss() == Miss.END_OF_FILE) {
          return;
        }
        long next = segment.next(unverified >= 0 ? unverified + 1 : at + 1, key);
        if (next < 0) {
          tail(at, found.miss());
          return;
        }
        faults.add(
            "%s: %d bytes from offset %d are damaged; frames behind them were read"
                .formatted(name, next - at, at));
        explained = true;
        at = next;
        unverified = -1;
        continue;
      }
      byte[] plain = found.plain();
      long behind = at + FrameHeader.SIZE + head.length();
      unverified = plain == null ? at : -1;
      if (end != null) {
        faults.add("%s: a frame stands behind its END frame and was left out".formatted(name));
        return;
      }
      boolean again = inOrder(head, expected, explained, seen);
      explained = false;
      expected = Math.max(expected, head.sequence() + 1);
      if (plain != null && !again) {
        if (head.type() == FrameType.END) {
          end = plain.length == 1 ? FrameType.End.ofCode(plain[0]) : null;
        } else {
          visitor.frame(head.type(), plain, behind);
        }
      }
      at = behind;
    }
  }

  /** Notes gaps and exchanged frames; returns whether the frame was there before. */
  private boolean inOrder(FrameHeader head, long expected, boolean explained, BitSet seen) {
    long sequence = head.sequence();
    boolean again = sequence < Integer.MAX_VALUE && seen.get((int) sequence);
    if (sequence < Integer.MAX_VALUE) {
      seen.set((int) sequence);
    }
    if (again) {
      faults.add("%s: frame %d is there twice; the second was left out".formatted(name, sequence));
    } else if (expected >= 0 && sequence > expected && !explained) {
      faults.add(
          "%s: frames %d to %d are missing before frame %d"
              .formatted(name, expected, sequence - 1, sequence));
    } else if (sequence < expected) {
      faults.add("%s: frame %d stands behind a later one".formatted(name, sequence));
    }
    return again;
  }

  private void tail(long at, @Nullable Miss miss) {
    long left = segment.size() - at;
    if (end != null) {
      faults.add("%s: %d bytes stand behind its END frame".formatted(name, left));
    } else if (miss == Miss.TORN) {
      torn = true;
    } else {
      faults.add(
          "%s: the last %d bytes, from offset %d, are damaged or are no frame"
              .formatted(name, left, at));
    }
  }
}

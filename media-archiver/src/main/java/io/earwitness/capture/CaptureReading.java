package io.earwitness.capture;

import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureReader.End;
import io.earwitness.capture.CaptureReader.Visitor;
import io.earwitness.capture.SegmentHeader.Fault;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** One reading of a capture, from its first segment or a position to its end. */
final class CaptureReading {
  // A position: 1 bit "Closed was read", 31 bits number of the segment, 32 bits offset in its file
  private static final long CLOSED = 1L << 62;
  private static final int NUMBER_SHIFT = 32;
  private static final long NUMBER_MASK = 0x3fff_ffffL;
  private static final long OFFSET_MASK = 0xffff_ffffL;

  private final RecordingId id;
  private final List<Path> files;
  private final SegmentKeys keys;
  private final boolean beingWritten;
  private final List<String> faults = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private boolean closed;
  private boolean nextBegun;

  /**
   * Prepares a reading.
   *
   * @param files the capture's segments, listed after {@code beingWritten} was found out
   */
  CaptureReading(RecordingId id, List<Path> files, SegmentKeys keys, boolean beingWritten) {
    this.id = id;
    this.files = files;
    this.keys = keys;
    this.beingWritten = beingWritten;
  }

  End go(long from, boolean eventsOnly, Visitor visitor) throws IOException {
    closed = (from & CLOSED) != 0;
    int fromNumber = (int) ((from >> NUMBER_SHIFT) & NUMBER_MASK);
    long fromOffset = from & OFFSET_MASK;
    List<SegmentFile> segments = new ArrayList<>();
    try {
      open(segments, fromNumber);
      int expected = Math.max(1, fromNumber);
      long position = from & ~CLOSED;
      for (int i = 0; i < segments.size(); i++) {
        SegmentFile segment = segments.get(i);
        int number = segment.header().number();
        if (number != expected) {
          faults.add(
              number == expected + 1
                  ? "segment %d is missing".formatted(expected)
                  : "segments %d to %d are missing".formatted(expected, number - 1));
        }
        expected = number + 1;
        long offset = number == fromNumber ? fromOffset : 0;
        boolean last = i == segments.size() - 1;
        position =
            ((long) number << NUMBER_SHIFT) | walk(segment, offset, eventsOnly, last, visitor);
      }
      if (segments.isEmpty() && !beingWritten) {
        notes.add("the capture holds no segment that can be read");
      }
      return new End(closed, !faults.isEmpty(), position | (closed ? CLOSED : 0), remark());
    } finally {
      for (SegmentFile segment : segments) {
        segment.close();
      }
    }
  }

  private void open(List<SegmentFile> segments, int fromNumber) throws IOException {
    for (int i = 0; i < files.size(); i++) {
      Path file = files.get(i);
      String name = file.getFileName().toString();
      SegmentFile segment;
      try {
        segment = new SegmentFile(file);
      } catch (SegmentHeader.FaultException e) {
        boolean last = i == files.size() - 1;
        if (e.fault() == Fault.INCOMPLETE && last) {
          nextBegun = true;
          if (!beingWritten) {
            notes.add("%s: the recorder ended while it began this segment".formatted(name));
          }
        } else {
          faults.add(name + ": " + e.fault().text());
        }
        continue;
      }
      SegmentHeader header = segment.header();
      if (header.kind() != SegmentHeader.Kind.CAPTURE || !header.id().equals(id.value())) {
        faults.add("%s belongs to another capture, %s".formatted(name, header.id()));
        segment.close();
      } else if (header.number() < fromNumber) {
        segment.close();
      } else {
        if (!hasOwnName(segment)) {
          faults.add(
              "%s holds segment %d: segments were exchanged".formatted(name, header.number()));
        }
        segments.add(segment);
      }
    }
    // Of two the one in its own place first: what lies in another's place may be a damaged copy
    segments.sort(
        Comparator.comparingInt((SegmentFile segment) -> segment.header().number())
            .thenComparing(segment -> !hasOwnName(segment)));
    for (int i = segments.size() - 1; i > 0; i--) {
      if (segments.get(i).header().number() == segments.get(i - 1).header().number()) {
        faults.add("segment %d is there twice".formatted(segments.get(i).header().number()));
        segments.remove(i).close();
      }
    }
  }

  private static boolean hasOwnName(SegmentFile segment) {
    Path file = segment.file();
    return file.getFileName()
        .equals(SpoolLayout.segment(file, segment.header().number()).getFileName());
  }

  private long walk(
      SegmentFile segment, long from, boolean eventsOnly, boolean last, Visitor visitor)
      throws IOException {
    if (from > 0 && from == segment.size()) {
      return from;
    }
    if (from > segment.size()) {
      throw new IOException(
          "%s is shorter than the position to read from".formatted(segment.file()));
    }
    SecretKeySpec key = keys.of(segment.header());
    SegmentWalk walk = new SegmentWalk(segment, key, faults);
    walk.go(from, eventsOnly, (type, plain, behind) -> content(type, plain, visitor));
    FrameType.End end = walk.end();
    String name = "segment %d".formatted(segment.header().number());
    if (!last && end == null) {
      faults.add("%s ends too early: it has been truncated".formatted(name));
    } else if (last && end == FrameType.End.CONTINUED && !beingWritten && !nextBegun) {
      faults.add(
          "%s says that the capture goes on, but the next segment is missing".formatted(name));
    } else if (last && end == null && !beingWritten) {
      notes.add(
          walk.isTorn()
              ? "%s ends within a frame: the recorder was interrupted".formatted(name)
              : "%s has no END frame: the recorder was interrupted".formatted(name));
    } else if (!last && end == FrameType.End.FINAL) {
      faults.add("%s says that it is the last one, but it is not".formatted(name));
    }
    return walk.position();
  }

  private void content(FrameType type, byte[] plain, Visitor visitor) {
    ByteBuffer in = ByteBuffer.wrap(plain);
    switch (type) {
      case EVENTS -> events(in, visitor);
      case MEDIA -> packets(in, visitor);
      case END -> throw new IllegalStateException("END frames have no content");
    }
  }

  private void events(ByteBuffer in, Visitor visitor) {
    while (in.remaining() >= Chunk.EVENT_HEADER) {
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        faults.add("an event says that it is longer than its frame");
        return;
      }
      byte[] json = new byte[length];
      in.get(json);
      CaptureEvent event;
      try {
        event = Json.read(json, CaptureEvent.class);
      } catch (IOException e) {
        faults.add("an event can't be understood: " + e.getMessage());
        continue;
      }
      closed |= event instanceof CaptureEvent.Closed;
      visitor.event(event);
    }
  }

  private void packets(ByteBuffer in, Visitor visitor) {
    while (in.remaining() >= Chunk.PACKET_HEADER) {
      long arrival = in.getLong();
      int stream = Short.toUnsignedInt(in.getShort());
      int length = Short.toUnsignedInt(in.getShort());
      if (length > in.remaining()) {
        faults.add("a packet says that it is longer than its frame");
        return;
      }
      visitor.packet(stream, arrival, in.array(), in.position(), length);
      in.position(in.position() + length);
    }
  }

  private String remark() {
    List<String> all = new ArrayList<>(faults);
    all.addAll(notes);
    return String.join("; ", all);
  }
}

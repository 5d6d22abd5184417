package io.earwitness.recorder.rtp;

import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A capture in memory, whose disk can be made slow or full. */
final class FakeSession implements CaptureWriter.Session {
  volatile boolean congested;
  volatile boolean full;
  volatile boolean throwing;
  private final RecordingId id = RecordingId.draw(Instant.now());
  private final List<Packet> packets = new ArrayList<>();
  private final List<CaptureEvent> events = new ArrayList<>();

  record Packet(int stream, long arrival, byte[] bytes) {}

  @Override
  public RecordingId id() {
    return id;
  }

  @Override
  public synchronized void append(CaptureEvent event) {
    events.add(event);
  }

  @Override
  public synchronized boolean packet(
      int stream, long arrivalNanos, MemorySegment source, long offset, int length) {
    if (throwing) {
      throw new IllegalStateException("thrown by the test's capture");
    }
    if (full) {
      return false;
    }
    packets.add(
        new Packet(
            stream, arrivalNanos, source.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE)));
    return true;
  }

  @Override
  public boolean isCongested() {
    return congested;
  }

  @Override
  public void close(CaptureEvent.Closed closed) {}

  synchronized List<Packet> packets() {
    return List.copyOf(packets);
  }

  /** Sequence numbers of a stream's packets, in the order in which they were taken. */
  synchronized List<Integer> numbers(int stream) {
    return packets.stream()
        .filter(packet -> packet.stream() == stream)
        .map(packet -> ((packet.bytes()[2] & 0xff) << 8) | (packet.bytes()[3] & 0xff))
        .toList();
  }

  /** Packets that events say were dropped. */
  synchronized long marked() {
    long marked = 0;
    for (CaptureEvent event : events) {
      if (event instanceof CaptureEvent.Dropped dropped) {
        marked += dropped.packets();
      }
    }
    return marked;
  }

  synchronized <T extends CaptureEvent> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The lines of the timeline, with type and side. */
  List<String> lines() {
    return events(CaptureEvent.Timeline.class).stream()
        .map(CaptureEvent.Timeline::event)
        .map(
            line ->
                "%s %s: %s"
                    .formatted(
                        line.type().wireName(),
                        line.side() == null ? "-" : line.side().wireName(),
                        line.text()))
        .toList();
  }
}

package io.earwitness.recorder.srs;

import io.earwitness.call.CallSummary;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A spool in memory. */
final class FakeCaptures implements CaptureWriter {
  final List<Capture> captures = new CopyOnWriteArrayList<>();
  final List<CallSummary> refusals = new CopyOnWriteArrayList<>();

  /** Of refusals that came from an SRC. */
  final List<SrcFindings> findings = new CopyOnWriteArrayList<>();

  volatile boolean full;
  volatile boolean refusalsFull;

  /** What {@link #open} waits for, so that a test can be sure that something comes before. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  volatile CountDownLatch opening = new CountDownLatch(1);

  /** Sees each event before it is taken. */
  volatile Consumer<CaptureEvent> beforeAppend = event -> {};

  @Override
  public Session open(CallSummary summary) throws IOException {
    opening.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    if (full) {
      throw new IOException("No space left on device");
    }
    Capture capture = new Capture(summary, event -> beforeAppend.accept(event));
    captures.add(capture);
    return capture;
  }

  @Override
  public void refuse(CallSummary summary, @Nullable SrcFindings found) throws IOException {
    if (refusalsFull) {
      throw new IOException("No space left on device");
    }
    refusals.add(summary);
    if (found != null) {
      findings.add(found);
    }
  }

  @Override
  public void close() {}

  Capture only() {
    if (captures.size() != 1) {
      throw new AssertionError(captures.size() + " captures");
    }
    return captures.getFirst();
  }

  static final class Capture implements Session {
    final List<CaptureEvent> events = new CopyOnWriteArrayList<>();
    private final RecordingId id;
    private final Consumer<CaptureEvent> beforeAppend;

    private Capture(CallSummary summary, Consumer<CaptureEvent> beforeAppend) {
      this.id = summary.id();
      this.beforeAppend = beforeAppend;
      events.add(new CaptureEvent.Opened(summary.start(), summary));
    }

    @Override
    public RecordingId id() {
      return id;
    }

    @Override
    public void append(CaptureEvent event) {
      beforeAppend.accept(event);
      events.add(event);
    }

    @Override
    public boolean packet(
        int stream, long arrivalNanos, MemorySegment source, long offset, int length) {
      return true;
    }

    @Override
    public boolean isCongested() {
      return false;
    }

    @Override
    public void close(CaptureEvent.Closed closed) {
      events.add(closed);
    }

    <E extends CaptureEvent> List<E> all(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The call as last written. */
    CallSummary summary() {
      CallSummary last = ((CaptureEvent.Opened) events.getFirst()).summary();
      for (CaptureEvent event : events) {
        if (event instanceof CaptureEvent.Updated updated) {
          last = updated.summary();
        }
      }
      return last;
    }

    List<StreamDescription> streams() {
      return all(CaptureEvent.Streams.class).getLast().streams();
    }

    /** In what the SRC deviated so far. */
    List<DeviationFound> deviations() {
      return all(CaptureEvent.Conformance.class).stream()
          .flatMap(event -> event.findings().deviations().stream())
          .toList();
    }

    /** Timeline lines as {@code type: text}. */
    List<String> timeline() {
      List<String> lines = new ArrayList<>();
      for (CaptureEvent.Timeline line : all(CaptureEvent.Timeline.class)) {
        lines.add(line.event().type().wireName() + ": " + line.event().text());
      }
      return lines;
    }

    CaptureEvent.Closed closed() {
      return all(CaptureEvent.Closed.class).getLast();
    }

    boolean isClosed() {
      return !all(CaptureEvent.Closed.class).isEmpty();
    }
  }
}

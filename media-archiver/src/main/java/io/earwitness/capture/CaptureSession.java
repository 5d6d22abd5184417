package io.earwitness.capture;

import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One capture being written. Callers fill chunks under a lock held for the length of a copy; the
 * spool's sealing thread takes the filled chunks, seals and writes them without that lock.
 */
final class CaptureSession implements CaptureWriter.Session {
  private static final Logger log = LoggerFactory.getLogger(CaptureSession.class);

  /** Enough waiting content to be sealed before its time. */
  private static final int SEAL_BYTES = 64 * 1024;

  /** How much media a session may hold back while the disk takes nothing. */
  private static final int FAILING_BYTES = 256 * 1024;

  /** Sealed bytes are handed to the kernel at least in portions of this size. */
  private static final int WRITE_BYTES = 256 * 1024;

  private final SpoolWriter spool;
  private final RecordingId id;
  private final Path folder;

  private final Object lock = new Object();
  // Guarded by lock
  private ArrayDeque<Chunk> pending = new ArrayDeque<>();
  private int pendingBytes;
  private boolean closing;

  // Read without the lock by the sealing thread's look-out
  private volatile long pendingSince;
  private volatile boolean filled;
  private volatile boolean failing;

  // Owned by the sealing thread (before the session is registered: by the opening thread)
  private ArrayDeque<Chunk> sealing = new ArrayDeque<>();
  private SegmentWriter segment;
  private int number = 1;
  private boolean finished;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Creates the folder and its first segment with the header and one event, both written. */
  CaptureSession(SpoolWriter spool, RecordingId id, CaptureEvent.Opened opened) throws IOException {
    this.spool = spool;
    this.id = id;
    this.folder = spool.layout().makeCapture(id);
    try {
      segment = newSegment();
      append(opened);
      flush();
      if (failing) {
        throw new IOException(String.valueOf(spool.faults().last()));
      }
    } catch (IOException | RuntimeException e) {
      abandon();
      try {
        SpoolLayout.deleteFolder(folder);
      } catch (IOException f) {
        e.addSuppressed(f);
      }
      throw e;
    }
    // Its names too, not only its own name: a file whose name is lost is lost
    spool.sync().touched(folder);
    spool.sync().touched(spool.layout().captures());
  }

  @Override
  public RecordingId id() {
    return id;
  }

  @Override
  public void append(CaptureEvent event) {
    byte[] json = Json.bytes(event);
    if (json.length > FrameHeader.MAX_PLAIN - Chunk.EVENT_HEADER) {
      throw new IllegalArgumentException(
          "an event of %d bytes is too large for a capture".formatted(json.length));
    }
    synchronized (lock) {
      if (closing) {
        log.debug("{}: event after the end ignored: {}", id, event);
        return;
      }
      add(json);
    }
  }

  private void add(byte[] json) {
    int size = Chunk.EVENT_HEADER + json.length;
    Chunk tail = pending.peekLast();
    if (tail == null || tail.type() != FrameType.EVENTS || !tail.hasRoom(size)) {
      tail = spool.pool().takeForEvents(size);
      pending.add(tail);
    }
    tail.event(json);
    added(size);
  }

  @Override
  public boolean packet(
      int stream, long arrivalNanos, MemorySegment source, long offset, int length) {
    int size = Chunk.PACKET_HEADER + length;
    synchronized (lock) {
      if (closing) {
        return false;
      }
      Chunk tail = pending.peekLast();
      if (tail == null || tail.type() != FrameType.MEDIA || !tail.hasRoom(size)) {
        boolean held = failing && (pendingBytes >= FAILING_BYTES || spool.pool().isScarce());
        tail = held ? null : spool.pool().takeForMedia(size);
        if (tail == null) {
          spool.packetRefused();
          return false;
        }
        pending.add(tail);
      }
      tail.packet(stream, arrivalNanos, source, offset, length);
      added(size);
    }
    return true;
  }

  private void added(int size) {
    if (pendingBytes == 0) {
      pendingSince = System.nanoTime();
    }
    pendingBytes += size;
    if (pendingBytes >= SEAL_BYTES && !filled) {
      filled = true;
    }
  }

  @Override
  public boolean isCongested() {
    return spool.pool().isScarce();
  }

  @Override
  public void close(CaptureEvent.Closed event) {
    byte[] json = Json.bytes(event);
    synchronized (lock) {
      if (!closing) {
        add(json);
        closing = true;
      }
    }
    spool.hurry(this);
    try {
      // The sealing thread lives as long as the spool is open, and closing the spool ends all waits
      while (!closed.await(1, TimeUnit.SECONDS) && !spool.isClosed()) {
        log.debug("{}: waiting for the disk to take the end of the capture", id);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it is time to seal; asked by the sealing thread. */
  boolean isDue(long now, long interval) {
    long since = pendingSince;
    return since != 0 && (now - since >= interval || (filled && !failing));
  }

  boolean isFailing() {
    return failing;
  }

  /** Seals and writes all that waits. A failure is noted and tried again when due. */
  void flush() {
    long since = pendingSince;
    boolean ending = take();
    try {
      write(ending);
      failing = false;
      if (since != 0) {
        spool.durabilityMeter().written(since);
      }
      if (ending) {
        finish();
      }
    } catch (IOException e) {
      failing = true;
      pendingSince = System.nanoTime();
      spool.faults().writeFailed("the capture in " + folder, e);
      // Whoever closes needn't wait for a disk that takes nothing; the sealing thread goes on
      // trying
      closed.countDown();
    }
    spool.sync().touched(segment.file());
  }

  private boolean take() {
    synchronized (lock) {
      if (sealing.isEmpty()) {
        ArrayDeque<Chunk> empty = sealing;
        sealing = pending;
        pending = empty;
      } else if (!failing) {
        sealing.addAll(pending);
        pending.clear();
      }
      if (pending.isEmpty()) {
        pendingBytes = 0;
        pendingSince = 0;
        filled = false;
      }
      return closing && pending.isEmpty();
    }
  }

  private void write(boolean ending) throws IOException {
    segment.write();
    while (true) {
      Chunk chunk = sealing.peek();
      if (chunk == null) {
        break;
      }
      if (segment.isEnded() || segment.bytes() >= spool.segmentBytes()) {
        nextSegment();
      }
      segment.add(chunk.type(), chunk.bytes(), chunk.length());
      sealing.remove();
      spool.pool().giveBack(chunk);
      if (segment.unwritten() >= WRITE_BYTES) {
        segment.write();
      }
    }
    if (ending && !segment.isEnded()) {
      segment.end(FrameType.End.FINAL);
    }
    segment.write();
  }

  private void nextSegment() throws IOException {
    if (!segment.isEnded()) {
      segment.end(FrameType.End.CONTINUED);
    }
    segment.write();
    spool.sync().touched(segment.file());
    SegmentWriter full = segment;
    number++;
    try {
      segment = newSegment();
    } catch (IOException e) {
      number--;
      throw e;
    }
    full.close();
    spool.sync().touched(folder);
  }

  private SegmentWriter newSegment() throws IOException {
    return SegmentWriter.create(
        SpoolLayout.segment(folder, number),
        SegmentHeader.Kind.CAPTURE,
        id.value(),
        number,
        spool.now(),
        spool.sealing());
  }

  private void finish() throws IOException {
    if (!finished) {
      finished = true;
      try {
        segment.close();
        Files.deleteIfExists(folder.resolve(SpoolLayout.OPEN));
        spool.sync().touched(folder);
      } finally {
        spool.forget(this);
        closed.countDown();
      }
    }
  }

  /** Ends without a Closed event: the process stops while the call runs, or nothing was begun. */
  @SuppressWarnings("NullAway") // the segment may be missing when the constructor failed
  void abandon() {
    synchronized (lock) {
      closing = true;
    }
    @Nullable SegmentWriter last = segment;
    if (last != null && !finished) {
      finished = true;
      try {
        last.close();
      } catch (IOException e) {
        log.warn("{}: closing its segment: {}", id, SpoolLayout.reason(e));
      }
      try {
        Files.deleteIfExists(folder.resolve(SpoolLayout.OPEN));
      } catch (IOException e) {
        log.warn("{}: removing its marker: {}", id, SpoolLayout.reason(e));
      }
    }
    for (Chunk chunk; (chunk = sealing.poll()) != null; ) {
      spool.pool().giveBack(chunk);
    }
    synchronized (lock) {
      for (Chunk chunk; (chunk = pending.poll()) != null; ) {
        spool.pool().giveBack(chunk);
      }
    }
    closed.countDown();
  }
}

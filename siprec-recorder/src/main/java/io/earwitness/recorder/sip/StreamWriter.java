package io.earwitness.recorder.sip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A stream connection's output that never blocks its caller: the stack writes under locks, also
 * from its only timer thread, and one peer that stops reading must not stall the others' timers. A
 * bounded queue, written by one virtual thread. Thread-safe, and without locks of its own: all
 * calls of an SBC may share one connection.
 */
final class StreamWriter extends OutputStream {
  private static final int BATCH_BYTES = 65_536;

  private enum State {
    OPEN,
    /** What is queued is still to be written. */
    DRAINING,
    DISCARDED
  }

  private final OutputStream out;
  private final SipLimits limits;
  private final End end;
  private final Runnable abort;
  private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queued = new AtomicLong();
  private final Thread writer;
  private volatile State state = State.OPEN;
  private volatile boolean parked;
  private volatile long writingSince;

  /** Tells the peer that nothing more will come. */
  interface End {
    void tell() throws IOException;
  }

  /**
   * @param end called when all was written and the connection is about to be closed
   * @param abort closes the connection at once
   */
  StreamWriter(OutputStream out, SipLimits limits, End end, Runnable abort) {
    this.out = out;
    this.limits = limits;
    this.end = end;
    this.abort = abort;
    this.writer = Thread.ofVirtual().name("sip-stream-writer").unstarted(this::run);
  }

  void start() {
    writer.start();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length == 2 && bytes[offset] == '\r' && bytes[offset + 1] == '\n') {
      // The stack's answer to a keep-alive that the framer has answered, or to an end of stream
      return;
    }
    enqueue(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /** Queues bytes of ours, keep-alives included. */
  void enqueue(byte[] bytes) throws IOException {
    if (state != State.OPEN) {
      throw new SocketException("connection closed");
    }
    long waiting = queued.addAndGet(bytes.length);
    if (waiting > limits.unsentBytes()) {
      abort.run();
      throw new SocketException("the peer does not read: %d bytes wait".formatted(waiting));
    }
    queue.add(bytes);
    wake();
  }

  private void wake() {
    if (parked) {
      LockSupport.unpark(writer);
    }
  }

  /** Whether a write has made no progress for too long. */
  boolean isStalled(long nowNanos) {
    long since = writingSince;
    return since != 0 && nowNanos - since > limits.stallTime().toNanos();
  }

  /** Closes the connection when what is queued was written. */
  @Override
  public void close() {
    if (state == State.OPEN) {
      state = State.DRAINING;
    }
    LockSupport.unpark(writer);
  }

  /** Gives up what is queued: the connection is closed. */
  void discard() {
    state = State.DISCARDED;
    LockSupport.unpark(writer);
  }

  private void run() {
    try {
      while (awaitWork()) {
        byte[] batch = batch();
        writingSince = System.nanoTime() | 1;
        out.write(batch);
        writingSince = 0;
        queued.addAndGet(-batch.length);
      }
      if (state == State.DRAINING) {
        writingSince = System.nanoTime() | 1;
        end.tell();
      }
    } catch (IOException e) {
      // The reader of this connection sees its end and tells the stack
    } finally {
      writingSince = 0;
      abort.run();
    }
  }

  /** Waits until there is something to write; false if nothing more will come. */
  private boolean awaitWork() {
    while (state != State.DISCARDED) {
      if (!queue.isEmpty()) {
        return true;
      }
      if (state == State.DRAINING) {
        return false;
      }
      parked = true;
      // Again: something may have come before anybody could see that this thread will park
      if (queue.isEmpty() && state == State.OPEN) {
        LockSupport.park(this);
      }
      parked = false;
    }
    return false;
  }

  private byte[] batch() {
    byte[] first = queue.remove();
    if (queue.isEmpty()) {
      return first;
    }
    ByteArrayOutputStream batch = new ByteArrayOutputStream(first.length * 2);
    batch.writeBytes(first);
    byte[] next;
    while (batch.size() < BATCH_BYTES && (next = queue.poll()) != null) {
      batch.writeBytes(next);
    }
    return batch.toByteArray();
  }
}

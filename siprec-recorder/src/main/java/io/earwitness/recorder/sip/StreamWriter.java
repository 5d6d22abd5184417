package io.earwitness.recorder.sip;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * A stream connection's output that never blocks its caller: the stack writes under locks, also
 * from its only timer thread, and one peer that stops reading must not stall the others' timers. A
 * bounded queue, written by one virtual thread. Thread-safe.
 */
final class StreamWriter extends OutputStream {
  private final OutputStream out;
  private final SipLimits limits;
  private final Runnable abort;
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private long queued;
  private boolean closed;
  private boolean draining;
  private volatile long writingSince;

  /**
   * @param abort closes the connection at once
   */
  StreamWriter(OutputStream out, SipLimits limits, Runnable abort) {
    this.out = out;
    this.limits = limits;
    this.abort = abort;
    Thread.ofVirtual().name("sip-stream-writer").start(this::run);
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
    boolean overflow;
    synchronized (queue) {
      if (closed || draining) {
        throw new SocketException("connection closed");
      }
      overflow = queued + bytes.length > limits.unsentBytes();
      if (!overflow) {
        queue.add(bytes);
        queued += bytes.length;
        queue.notifyAll();
      }
    }
    if (overflow) {
      abort.run();
      throw new SocketException("the peer does not read: %d bytes wait".formatted(queued));
    }
  }

  /** Whether everything queued was written. */
  boolean isIdle() {
    synchronized (queue) {
      return queued == 0;
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
    synchronized (queue) {
      draining = true;
      queue.notifyAll();
    }
  }

  /** Gives up what is queued: the connection is closed. */
  void discard() {
    synchronized (queue) {
      closed = true;
      queue.notifyAll();
    }
  }

  private void run() {
    try {
      while (true) {
        byte[] next;
        synchronized (queue) {
          while (queue.isEmpty() && !closed && !draining) {
            queue.wait();
          }
          if (closed || queue.isEmpty()) {
            break;
          }
          next = queue.remove();
        }
        writingSince = System.nanoTime() | 1;
        out.write(next);
        writingSince = 0;
        synchronized (queue) {
          queued -= next.length;
        }
      }
    } catch (IOException | InterruptedException e) {
      // The reader of this connection sees its end and tells the stack
    } finally {
      writingSince = 0;
      abort.run();
    }
  }
}

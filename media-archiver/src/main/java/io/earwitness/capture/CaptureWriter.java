package io.earwitness.capture;

import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcFindings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Writes captures into the spool. All methods are safe for use by many threads; none waits for a
 * disk's sync.
 */
public interface CaptureWriter extends AutoCloseable {
  /**
   * Begins a capture. When this returns, its header and the {@link CaptureEvent.Opened} event were
   * handed to the kernel, so that a death of this process no longer loses the call.
   *
   * @throws IOException if the spool can't take it (the INVITE must then be refused with 503)
   */
  Session open(CallSummary summary) throws IOException;

  /**
   * Writes a refused INVITE into the sealed refusal log.
   *
   * @param findings which SRC it came from, and in what it deviated; null if from no known one
   * @throws IOException if the spool can't take it
   */
  void refuse(CallSummary summary, @Nullable SrcFindings findings) throws IOException;

  @Override
  void close();

  /**
   * One capture being written. Thread-safe; content keeps the order in which it was handed over.
   */
  interface Session {
    RecordingId id();

    /**
     * Appends an event; sealed and written within half a second. Never waits for a disk. An event
     * that comes after {@link #close} is ignored.
     */
    void append(CaptureEvent event);

    /**
     * Appends a media packet; sealed and written within half a second. Copies the bytes and
     * returns; never waits for a disk, so that the receive loop itself may call it.
     *
     * @param stream index of its stream, 0 to 65535
     * @param arrivalNanos nanoseconds since 1970-01-01T00:00Z, by the kernel's time stamp where
     *     there was one
     * @param source holds the packet, RTP header included; not kept
     * @param length 0 to 65535
     * @return false if the packet was not taken: the spool's buffers are full, the disk takes
     *     nothing, or the capture is closed. The caller counts it and appends {@link
     *     CaptureEvent.Dropped}.
     */
    boolean packet(int stream, long arrivalNanos, MemorySegment source, long offset, int length);

    /**
     * Whether the spool's buffers are nearly full, so that packets are better left in the kernel
     * for now (backpressure before drops). Cheap enough to ask before each read.
     */
    boolean isCongested();

    /**
     * Ends the capture: everything appended so far is sealed and written, then the file closed. May
     * wait until the kernel took the bytes, never for a sync. If the disk takes nothing, this
     * returns and the writer keeps trying.
     */
    void close(CaptureEvent.Closed closed);
  }
}

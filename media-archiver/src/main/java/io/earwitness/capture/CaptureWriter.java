package io.earwitness.capture;

import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import java.io.IOException;

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
   * @throws IOException if the spool can't take it
   */
  void refuse(CallSummary summary) throws IOException;

  @Override
  void close();

  /** One capture being written. Thread-safe. */
  interface Session {
    RecordingId id();

    /** Appends an event; sealed and written within half a second. */
    void append(CaptureEvent event);

    /** Ends the capture: everything appended so far is sealed and written, then the file closed. */
    void close(CaptureEvent.Closed closed);
  }
}

package io.earwitness.capture;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.util.List;

/** Reads the spool with the private key of the capture certificate. Thread-safe. */
public interface CaptureReader {
  /** A capture's place in the spool; what can be known without the key. */
  record Entry(RecordingId id, long bytes, boolean beingWritten) {}

  /** Receives a capture's content in the order in which it was written. */
  interface Visitor {
    void event(CaptureEvent event);

    /**
     * A packet as received, the RTP header included.
     *
     * @param stream index of its stream
     * @param arrivalNanos nanoseconds since 1970-01-01T00:00Z, by the kernel's time stamp where
     *     there was one
     * @param packet valid only during the call
     */
    void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length);
  }

  /**
   * How a reading ended.
   *
   * @param closed whether the capture ends with {@link CaptureEvent.Closed}
   * @param damaged whether bytes had to be left out behind the last good frame (a torn tail after a
   *     crash is not damage unless something follows it)
   * @param position where a later reading can go on
   */
  record End(boolean closed, boolean damaged, long position, String remark) {}

  /** All captures in the spool, oldest first. */
  List<Entry> list() throws IOException;

  /** Whether there is a capture of this recording, whatever it holds. */
  boolean holds(RecordingId id);

  /** Reads everything. */
  End read(RecordingId id, Visitor visitor) throws IOException;

  /**
   * Reads events only, from a position that an earlier reading returned (0 to begin); media frames
   * are skipped without being decrypted.
   */
  End readEvents(RecordingId id, long position, Visitor visitor) throws IOException;

  /** Hands over every refusal that was not yet acknowledged, with the log position behind each. */
  List<RefusalEntry> refusals() throws IOException;

  /** A refusal and the token that acknowledges it and all before it in its file. */
  record RefusalEntry(CaptureEvent.Refused refusal, String token) {}

  /** Forgets refusals that reached the catalog. */
  void acknowledge(RefusalEntry upTo) throws IOException;

  /** Removes a capture (24 h after its archive was read back). */
  void remove(RecordingId id) throws IOException;
}

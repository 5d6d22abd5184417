package io.earwitness.recorder.rtp;

import io.earwitness.call.RecordingId;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.dtls.Fingerprint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Receives the RTP of all recordings of this process and hands every accepted packet to the
 * recording's capture. Thread-safe; no method waits for a disk or for the network.
 */
public interface MediaPlane extends AutoCloseable {
  /**
   * Opens ports for one recording: {@code streams} even ports, each two above the one before, bound
   * before this returns.
   *
   * @throws NoPortsException if the port range has no such run left (answer 503)
   */
  Reservation reserve(int streams) throws NoPortsException;

  /** Whether arrival times come from the kernel; if not, jitter is not measured. */
  boolean hasKernelTimeStamps();

  /** Of our certificate for DTLS-SRTP. */
  Fingerprint dtlsFingerprint();

  @Override
  void close();

  /** Ports that are bound and not yet told to anybody. */
  interface Reservation {
    /** One even port for each stream, in the order of the m-lines. */
    List<Integer> ports();

    /**
     * Begins to receive into a capture: each stream with the first {@link Reception#update} that
     * names it. To be called before the answer that tells the ports: what comes to a port before
     * that is of an older call, and refused.
     */
    Reception receive(RecordingId id, CaptureWriter.Session capture);

    /** Gives the ports back unused; does nothing once they are received on. */
    void release();
  }

  /** Reception of one recording. Thread-safe. */
  interface Reception {
    /**
     * What the streams are now: the address that media must come from, and whether they are paused.
     * A stream keeps the port it has; a new one takes the reserved port that its {@code localPort}
     * names, else the next reserved port that is free, else a port of its own. A stream with {@code
     * remotePort} 0 (rejected or removed) gives its port back and has {@code localPort} 0. One with
     * {@code remoteAddress} null and another port is open, and read from the update on that gives
     * its address: until then what comes waits in the kernel. Packets that arrived before this call
     * to a stream that is read count as before it.
     *
     * @param terms what else was agreed on, by the streams' indexes; {@link StreamTerms#UNREPORTED}
     *     where there is nothing. A key that a stream has already keeps its context, a new one
     *     begins a new context
     * @return the streams with their local ports filled in
     * @throws NoPortsException if more ports are needed than there are
     */
    List<StreamDescription> update(List<StreamDescription> streams, Map<Integer, StreamTerms> terms)
        throws NoPortsException;

    /** Of streams that are plain RTP and not reported on. */
    default List<StreamDescription> update(List<StreamDescription> streams)
        throws NoPortsException {
      return update(streams, Map.of());
    }

    /**
     * What is done with keys that are pressed from here on (RFC 4733). Until this is called, digits
     * are masked, and nobody hears of them.
     *
     * @param masked whether digits must not get into the capture: packets have no digit then, and
     *     lines of the timeline don't name it
     * @param listener who is told, of keys in paused streams too; null for nobody
     */
    void keys(boolean masked, @Nullable KeyListener listener);

    /** Statistics so far, one for each stream. */
    List<StreamQuality> statistics();

    /** What SRTP said of the packets so far, one for each stream that is or was SRTP. */
    List<SrtpCounts> srtp();

    /** How the streams do now. */
    List<StreamPulse> pulses();

    /**
     * Ends reception: takes what the kernel still holds, hands it to the capture, frees the ports.
     * Returns the final statistics; a second call returns them again. Call it before the capture is
     * closed.
     */
    List<StreamQuality> close();
  }

  /** No run of free even ports is left. */
  final class NoPortsException extends Exception {
    private static final long serialVersionUID = 1L;

    public NoPortsException(String message) {
      super(message);
    }
  }
}

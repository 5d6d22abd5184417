package io.earwitness.recorder.dtls;

import io.earwitness.recorder.srtp.SrtpKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake of one stream, on a thread of its own. It goes on listening after it is done: an
 * end that missed our last message sends its own again. Thread-safe.
 *
 * <h2>Guarantees</h2>
 *
 * Keys are handed out only if the other end has proven to hold the private key of a certificate
 * with an agreed fingerprint.
 *
 * <h2>Restrictions</h2>
 *
 * DTLS 1.2 with forward secrecy only. A handshake has 30 s. The keys are for SRTP and, where both
 * share a port, SRTCP; RTCP on a port of its own would need a handshake of its own (RFC 5764 §4.1).
 *
 * <h2>Use</h2>
 *
 * <pre>{@code
 * DtlsSession session = DtlsSession.start(identity, terms, wire::send, outcome);
 * session.received(datagram);
 * }</pre>
 */
public final class DtlsSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DtlsSession.class);
  private static final int MTU = 1200;
  private static final int MAX_DATAGRAM = 2048;
  private static final int MAX_WAITING = 64;
  private static final int LISTEN_MILLIS = 60_000;

  /** RFC 7983 §7: the first byte of a DTLS record. */
  private static final int FIRST = 20;

  private static final int LAST = 63;

  /** Hears how it ended; called once, on the session's thread. */
  public interface Outcome {
    /** It succeeded. */
    void agreed(SrtpKey theirs, SrtpKey ours);

    /**
     * It failed.
     *
     * @param why for people
     */
    void failed(String why);
  }

  private final BlockingQueue<byte[]> incoming = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Consumer<byte[]> wire;
  private final Outcome outcome;
  private volatile boolean closed;

  private DtlsSession(Consumer<byte[]> wire, Outcome outcome) {
    this.wire = wire;
    this.outcome = outcome;
  }

  /** Whether a datagram with this first byte is DTLS. */
  public static boolean isDtls(int firstByte) {
    return firstByte >= FIRST && firstByte <= LAST;
  }

  /**
   * Begins a handshake.
   *
   * @param wire sends a datagram; called on the session's thread
   */
  public static DtlsSession start(
      DtlsIdentity own, DtlsTerms terms, Consumer<byte[]> wire, Outcome outcome) {
    DtlsSession session = new DtlsSession(wire, outcome);
    Thread.ofVirtual().name("dtls-handshake").start(() -> session.run(own, terms));
    return session;
  }

  /** Takes a datagram; returns at once. What is too much is dropped, as a network would. */
  public void received(byte[] datagram) {
    if (datagram.length <= MAX_DATAGRAM) {
      var _ = incoming.offer(datagram);
    }
  }

  private void run(DtlsIdentity own, DtlsTerms terms) {
    DTLSTransport transport;
    try {
      DtlsPeer peer = new DtlsPeer(own, terms, new BcTlsCrypto(new SecureRandom()));
      if (terms.active()) {
        transport = new DTLSClientProtocol().connect(new DtlsClient(peer), new Datagrams());
        outcome.agreed(peer.keys().server(), peer.keys().client());
      } else {
        transport = new DTLSServerProtocol().accept(new DtlsServer(peer), new Datagrams());
        outcome.agreed(peer.keys().client(), peer.keys().server());
      }
    } catch (IOException | RuntimeException e) {
      if (!closed) {
        LOG.debug("a DTLS handshake failed", e);
        outcome.failed(reason(e));
      }
      return;
    }
    listen(transport);
  }

  private static String reason(Throwable e) {
    String message = e.getMessage();
    Throwable cause = e.getCause();
    if (message == null && cause != null) {
      message = cause.getMessage();
    }
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private void listen(DTLSTransport transport) {
    byte[] nothing = new byte[MAX_DATAGRAM];
    try {
      while (!closed) {
        transport.receive(nothing, 0, nothing.length, LISTEN_MILLIS);
      }
    } catch (IOException | RuntimeException e) {
      // The other end has closed it; SRTP goes on under its keys (RFC 5764 §3)
      LOG.debug("a DTLS session ended", e);
    }
  }

  /** Ends it, whether done or not; nothing is told of it any more. */
  @Override
  public void close() {
    closed = true;
    // Wakes who waits
    var _ = incoming.offer(new byte[0]);
  }

  /** Our datagrams, as the library wants them. */
  private final class Datagrams implements DatagramTransport {
    @Override
    public int getReceiveLimit() {
      return MAX_DATAGRAM;
    }

    @Override
    public int getSendLimit() {
      return MTU;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
      byte[] datagram;
      try {
        datagram = incoming.poll(waitMillis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      if (closed) {
        throw new IOException("the stream has ended");
      }
      if (datagram == null) {
        return -1;
      }
      int size = Math.min(length, datagram.length);
      System.arraycopy(datagram, 0, buffer, offset, size);
      return size;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
      byte[] datagram = new byte[length];
      System.arraycopy(buffer, offset, datagram, 0, length);
      wire.accept(datagram);
    }

    @Override
    public void close() {
      // The socket is not ours
    }
  }
}

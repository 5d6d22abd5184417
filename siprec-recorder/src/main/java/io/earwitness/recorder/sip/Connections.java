package io.earwitness.recorder.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stream connections that are open, those whose handshake goes on included. Thread-safe. */
final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final long DRAIN_NANOS = 500_000_000L;

  private final SipLimits limits;
  private final Consumer<InetSocketAddress> onClosed;
  private final SeldomLog refusals = new SeldomLog(LOG);
  private final Set<FramedConnection> open = ConcurrentHashMap.newKeySet();

  /**
   * @param onClosed gets the peer of each connection that has closed
   */
  Connections(SipLimits limits, Consumer<InetSocketAddress> onClosed) {
    this.limits = limits;
    this.onClosed = onClosed;
  }

  int size() {
    return open.size();
  }

  /** Takes a connection that came in, or closes it: false if too many are open. */
  synchronized boolean admit(FramedConnection connection) throws IOException {
    connection.connected();
    if (open.size() >= limits.connections()) {
      refusals.warn(
          "SIP connection from %s refused: %d are open, and no more are allowed"
              .formatted(connection.peer(), limits.connections()));
      connection.abort();
      return false;
    }
    open.add(connection);
    return true;
  }

  /** Takes a connection that we opened. */
  void add(FramedConnection connection) throws IOException {
    connection.connected();
    open.add(connection);
  }

  /** To be called by each connection when it has closed. */
  void closed(FramedConnection connection) {
    InetSocketAddress peer = connection.peer();
    if (open.remove(connection) && peer != null) {
      onClosed.accept(peer);
    }
  }

  /** Accepts a connection; null if that was refused. */
  interface Acceptor<S> {
    @Nullable S accept() throws IOException;
  }

  /** Survives a full descriptor table: the stack's accept loop would spin, or end for ever. */
  static <S> S next(ServerSocket server, Acceptor<S> acceptor) throws IOException {
    while (true) {
      try {
        S socket = acceptor.accept();
        if (socket != null) {
          return socket;
        }
      } catch (IOException e) {
        if (server.isClosed()) {
          throw e;
        }
        LOG.warn("Accepting a SIP connection failed, trying again: {}", e.toString());
        pause(e);
      }
    }
  }

  private static void pause(IOException cause) throws IOException {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }

  /** Ends connections whose peers stopped reading, or don't finish their handshake. */
  void abortStalled() {
    long now = System.nanoTime();
    open.forEach(connection -> connection.abortIfStalled(now));
  }

  /** Closes every connection; gives what was written a moment to leave. */
  void closeAll() {
    long end = System.nanoTime() + DRAIN_NANOS;
    open.forEach(FramedConnection::close);
    try {
      while (!open.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    open.forEach(FramedConnection::abort);
  }
}

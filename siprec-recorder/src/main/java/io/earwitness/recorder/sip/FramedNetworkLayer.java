package io.earwitness.recorder.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the stack sockets that frame, limit and never block. Thread-safe. */
final class FramedNetworkLayer implements NetworkLayer {
  private static final Logger LOG = LoggerFactory.getLogger(FramedNetworkLayer.class);
  private static final int CONNECT_MILLIS = 3000;
  private static final int BACKLOG = 1024;
  private static final long DRAIN_NANOS = 500_000_000L;

  private final Intake intake;
  private final SipLimits limits;
  private final Predicate<InetAddress> mayConnect;
  private final Consumer<InetSocketAddress> connectionClosed;
  private final Set<FramedSocket> connections = ConcurrentHashMap.newKeySet();
  private final List<ServerSocket> servers = new CopyOnWriteArrayList<>();
  private final List<DatagramSocket> datagramServers = new CopyOnWriteArrayList<>();

  FramedNetworkLayer(
      Intake intake,
      SipLimits limits,
      Predicate<InetAddress> mayConnect,
      Consumer<InetSocketAddress> connectionClosed) {
    this.intake = intake;
    this.limits = limits;
    this.mayConnect = mayConnect;
    this.connectionClosed = connectionClosed;
  }

  /** Ends connections whose peers stopped reading. To be called about once a second. */
  void abortStalled() {
    long now = System.nanoTime();
    connections.forEach(connection -> connection.abortIfStalled(now));
  }

  /** Connections that are open now. */
  int connections() {
    return connections.size();
  }

  /** Whether any of our ports is still open. */
  boolean isListening() {
    return !servers.stream().allMatch(ServerSocket::isClosed)
        || !datagramServers.stream().allMatch(DatagramSocket::isClosed);
  }

  /** Closes every connection; gives what was written a moment to leave. */
  void closeAll() {
    long end = System.nanoTime() + DRAIN_NANOS;
    connections.forEach(FramedSocket::close);
    try {
      while (!connections.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connections.forEach(FramedSocket::abort);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    ServerSocket server =
        new ServerSocket(port, BACKLOG, address) {
          @Override
          public Socket accept() throws IOException {
            return acceptOne(this, this::acceptInto);
          }

          private void acceptInto(FramedSocket socket) throws IOException {
            implAccept(socket);
          }
        };
    servers.add(server);
    return server;
  }

  private interface Acceptor {
    void acceptInto(FramedSocket socket) throws IOException;
  }

  /** Survives a full descriptor table: the stack's accept loop would spin, or end for ever. */
  private FramedSocket acceptOne(ServerSocket server, Acceptor acceptor) throws IOException {
    while (true) {
      FramedSocket socket = newSocket();
      try {
        acceptor.acceptInto(socket);
        if (connections.size() >= limits.connections()) {
          LOG.warn(
              "SIP connection from {} refused: {} are open, and no more are allowed",
              socket.getInetAddress(),
              limits.connections());
          socket.abort();
          continue;
        }
        socket.connected();
        connections.add(socket);
        return socket;
      } catch (IOException e) {
        socket.abort();
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

  private FramedSocket newSocket() {
    return new FramedSocket(intake, limits, this::closed);
  }

  private void closed(FramedSocket socket) {
    InetSocketAddress peer = socket.peer();
    if (connections.remove(socket) && peer != null) {
      connectionClosed.accept(peer);
    }
  }

  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return connect(address, port, null, 0);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local) throws IOException {
    return connect(address, port, local, 0);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
      throws IOException {
    return connect(address, port, local, localPort);
  }

  private Socket connect(InetAddress address, int port, @Nullable InetAddress local, int localPort)
      throws IOException {
    if (!mayConnect.test(address)) {
      throw new ConnectException("no SIP connection may be opened to " + address.getHostAddress());
    }
    FramedSocket socket = newSocket();
    try {
      if (local != null) {
        socket.bind(new InetSocketAddress(local, localPort));
      }
      socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
      socket.connected();
      connections.add(socket);
      return socket;
    } catch (SocketTimeoutException e) {
      socket.abort();
      // The stack handles SocketException only
      throw new ConnectException(e.getMessage());
    } catch (IOException e) {
      socket.abort();
      throw e;
    }
  }

  @Override
  public DatagramSocket createDatagramSocket() throws SocketException {
    return new TaggingDatagramSocket(new InetSocketAddress(0), intake, limits);
  }

  @Override
  public DatagramSocket createDatagramSocket(int port, InetAddress address) throws SocketException {
    DatagramSocket server =
        new TaggingDatagramSocket(new InetSocketAddress(address, port), intake, limits);
    datagramServers.add(server);
    return server;
  }

  @Override
  public SSLServerSocket createSSLServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    throw new SocketException("SIP over TLS is not offered by this endpoint");
  }

  @Override
  public SSLSocket createSSLSocket(InetAddress address, int port) throws IOException {
    throw new SocketException("SIP over TLS is not offered by this endpoint");
  }

  @Override
  public SSLSocket createSSLSocket(InetAddress address, int port, InetAddress local)
      throws IOException {
    throw new SocketException("SIP over TLS is not offered by this endpoint");
  }

  @Override
  public void setSipStack(SipStackImpl stack) {}
}

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
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Gives the stack sockets that frame, limit and never block. Thread-safe. */
final class FramedNetworkLayer implements NetworkLayer {
  private static final int CONNECT_MILLIS = 3000;
  private static final int BACKLOG = 1024;

  private final Intake intake;
  private final SipEndpointConfig config;
  private final Connections connections;
  private final List<ServerSocket> servers = new CopyOnWriteArrayList<>();
  private final List<DatagramSocket> datagramServers = new CopyOnWriteArrayList<>();

  FramedNetworkLayer(Intake intake, SipEndpointConfig config, Connections connections) {
    this.intake = intake;
    this.config = config;
    this.connections = connections;
  }

  /** Whether any of our ports is still open. */
  boolean isListening() {
    return !servers.stream().allMatch(ServerSocket::isClosed)
        || !datagramServers.stream().allMatch(DatagramSocket::isClosed);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    ServerSocket server =
        new ServerSocket(port, BACKLOG, address) {
          @Override
          public Socket accept() throws IOException {
            return Connections.next(this, this::acceptOne);
          }

          private @Nullable Socket acceptOne() throws IOException {
            FramedSocket socket = newSocket();
            try {
              implAccept(socket);
              return connections.admit(socket.connection()) ? socket : null;
            } catch (IOException e) {
              socket.connection().abort();
              throw e;
            }
          }
        };
    servers.add(server);
    return server;
  }

  private FramedSocket newSocket() {
    return new FramedSocket(intake, config.limits(), connections::closed);
  }

  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return createSocket(address, port, null, 0);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, @Nullable InetAddress local)
      throws IOException {
    return createSocket(address, port, local, 0);
  }

  @Override
  public Socket createSocket(
      InetAddress address, int port, @Nullable InetAddress local, int localPort)
      throws IOException {
    FramedSocket socket = newSocket();
    try {
      connect(socket, address, port, local, localPort);
      connections.add(socket.connection());
      return socket;
    } catch (IOException e) {
      socket.connection().abort();
      throw e;
    }
  }

  private void connect(
      Socket socket, InetAddress address, int port, @Nullable InetAddress local, int localPort)
      throws IOException {
    if (!config.mayConnect().test(address)) {
      throw new ConnectException("no SIP connection may be opened to " + address.getHostAddress());
    }
    try {
      if (local != null) {
        socket.bind(new InetSocketAddress(local, localPort));
      }
      socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
    } catch (SocketTimeoutException e) {
      // The stack handles SocketException only
      throw new ConnectException(e.getMessage());
    }
  }

  @Override
  public DatagramSocket createDatagramSocket() throws SocketException {
    return new TaggingDatagramSocket(
        new InetSocketAddress(0), intake, config.limits(), RecentLoad.ofHeap());
  }

  @Override
  public DatagramSocket createDatagramSocket(int port, InetAddress address) throws SocketException {
    DatagramSocket server =
        new TaggingDatagramSocket(
            new InetSocketAddress(address, port), intake, config.limits(), RecentLoad.ofHeap());
    datagramServers.add(server);
    return server;
  }

  @Override
  public SSLServerSocket createSSLServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    SipEndpointConfig.Tls tls = tls();
    TlsServerSocket server =
        new TlsServerSocket(
            port,
            BACKLOG,
            address,
            tcp ->
                FramedTlsSocket.accepted(
                    tcp,
                    tls.context().get(),
                    tls.clientCertificateRequired(),
                    intake,
                    config.limits(),
                    connections::closed),
            connections);
    servers.add(server);
    server.start();
    return server;
  }

  @Override
  public SSLSocket createSSLSocket(InetAddress address, int port) throws IOException {
    return createSSLSocket(address, port, null);
  }

  @Override
  public SSLSocket createSSLSocket(InetAddress address, int port, @Nullable InetAddress local)
      throws IOException {
    SipEndpointConfig.Tls tls = tls();
    Socket tcp = new Socket();
    try {
      connect(tcp, address, port, local, 0);
      FramedTlsSocket socket =
          FramedTlsSocket.opened(
              tcp, tls.context().get(), intake, config.limits(), connections::closed);
      connections.add(socket.connection());
      socket.handshake();
      return socket;
    } catch (IOException | RuntimeException e) {
      tcp.close();
      throw e;
    }
  }

  private SipEndpointConfig.Tls tls() throws SocketException {
    SipEndpointConfig.Tls tls = config.tls();
    if (tls == null) {
      throw new SocketException("SIP over TLS is not offered by this endpoint");
    }
    return tls;
  }

  @Override
  public void setSipStack(SipStackImpl stack) {}
}

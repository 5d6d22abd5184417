package io.earwitness.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections. A name is resolved once and the addresses that were checked are those that are
 * connected to, so a name that changes its address meanwhile leads nowhere else. Thread-safe.
 */
public final class Outbound {
  private final AddressRule rule;
  private final SSLContext tls;
  private final Duration patience;

  /**
   * @param localAllowed whether addresses of this machine and its link may be connected to
   * @param tls whom to trust
   * @param patience for a connection to stand, for its handshake, and for each read
   */
  public Outbound(boolean localAllowed, SSLContext tls, Duration patience) {
    this.rule = localAllowed ? AddressRule.ANY : AddressRule.NOT_LOCAL;
    this.tls = tls;
    this.patience = patience;
  }

  /** Whether addresses of this machine and its link may be connected to. */
  public boolean isLocalAllowed() {
    return rule == AddressRule.ANY;
  }

  public Duration patience() {
    return patience;
  }

  /** A connection, and what lies below its TLS if it has any. */
  public static final class Connection {
    private final Socket socket;
    private final WatchedSocket tcp;

    private Connection(Socket socket, WatchedSocket tcp) {
      this.socket = socket;
      this.tcp = tcp;
    }

    public Socket socket() {
      return socket;
    }

    /**
     * Passes on what ever went wrong with the TCP connection.
     *
     * @throws IOException if something did, such as a reset that TLS took for an end
     */
    public void demandUnbroken() throws IOException {
      IOException failure = tcp.failure();
      if (failure != null) {
        throw new IOException("the connection broke: " + failure.getMessage(), failure);
      }
    }
  }

  /**
   * Connects, by TLS where that is wanted.
   *
   * @param host a name or a literal address
   * @throws IOException if it can't be reached, is not trusted, or must not be connected to
   */
  public Socket connect(String host, int port, boolean byTls) throws IOException {
    return open(host, port, byTls).socket();
  }

  /** Connects as {@link #connect}. */
  public Connection open(String host, int port, boolean byTls) throws IOException {
    String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    IOException failure = null;
    for (InetAddress address : resolve(name)) {
      WatchedSocket socket = new WatchedSocket();
      try {
        socket.connect(new InetSocketAddress(address, port), (int) patience.toMillis());
        socket.setSoTimeout((int) patience.toMillis());
        socket.setTcpNoDelay(true);
        return new Connection(byTls ? secured(socket, name, port) : socket, socket);
      } catch (IOException e) {
        closed(socket);
        failure = chosen(failure, e, host, port);
      }
    }
    throw failure == null ? new UnknownHostException(host) : failure;
  }

  private static IOException chosen(
      @Nullable IOException before, IOException now, String host, int port) {
    return before == null
        ? new IOException("%s:%d: %s".formatted(host, port, now.getMessage()), now)
        : before;
  }

  /**
   * A host's addresses, for who connects by itself: to one of these, and at once.
   *
   * @throws IOException if there are none, or one must not be connected to
   */
  public InetAddress[] resolve(String host) throws IOException {
    InetAddress[] all = InetAddress.getAllByName(host);
    for (InetAddress address : all) {
      if (!rule.allows(address)) {
        throw new IOException(
            "%s is an address of this machine or its link (%s), to which nothing is sent (setting alarms.localAddresses)"
                .formatted(host, address.getHostAddress()));
      }
    }
    return all;
  }

  private Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true);
    try {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      if (!host.contains(":") && !host.matches("[0-9.]+")) {
        parameters.setServerNames(List.of(new SNIHostName(host)));
      }
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException | IllegalArgumentException e) {
      closed(socket);
      throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
    }
  }

  private static void closed(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more
    }
  }
}

package io.earwitness.recorder.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS port: takes connections by itself, does each one's handshake on a thread of its own, and
 * gives the stack's accept loop only those whose handshake is done. So nobody who is silent or has
 * the wrong certificate keeps another waiting. What the stack sets here counts for nothing.
 */
final class TlsServerSocket extends SSLServerSocket {
  private static final Logger LOG = LoggerFactory.getLogger(TlsServerSocket.class);

  /** Puts TLS over a TCP connection. */
  interface Securing {
    FramedTlsSocket secure(Socket tcp) throws IOException;
  }

  private final Securing securing;
  private final Connections connections;
  private final SeldomLog failures = new SeldomLog(LOG);

  /** An empty one says that the port is closed. */
  private final BlockingQueue<Optional<FramedTlsSocket>> done = new LinkedBlockingQueue<>();

  TlsServerSocket(
      int port, int backlog, InetAddress address, Securing securing, Connections connections)
      throws IOException {
    super(port, backlog, address);
    this.securing = securing;
    this.connections = connections;
  }

  void start() {
    Thread.ofVirtual().name("sip-tls-accept").start(this::take);
  }

  private void take() {
    try {
      while (true) {
        FramedTlsSocket socket = Connections.next(this, this::acceptOne);
        Thread.ofVirtual().name("sip-tls-handshake").start(() -> handshake(socket));
      }
    } catch (IOException e) {
      LOG.debug("The TLS port is closed: {}", e.getMessage());
    } finally {
      done.add(Optional.empty());
    }
  }

  private @Nullable FramedTlsSocket acceptOne() throws IOException {
    Socket tcp = new Socket();
    try {
      implAccept(tcp);
      FramedTlsSocket socket = securing.secure(tcp);
      return connections.admit(socket.connection()) ? socket : null;
    } catch (IOException | RuntimeException e) {
      tcp.close();
      throw e;
    }
  }

  private void handshake(FramedTlsSocket socket) {
    try {
      socket.handshake();
      done.add(Optional.of(socket));
    } catch (SSLHandshakeException e) {
      failures.warn(
          "TLS handshake with %s failed: %s".formatted(socket.connection().peer(), e.getMessage()));
    }
  }

  @Override
  public Socket accept() throws IOException {
    try {
      Optional<FramedTlsSocket> next = done.take();
      if (next.isPresent()) {
        return next.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SocketException("the TLS port is closed");
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return TlsRules.CIPHER_SUITES.toArray(String[]::new);
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {}

  @Override
  public String[] getSupportedCipherSuites() {
    return getEnabledCipherSuites();
  }

  @Override
  public String[] getSupportedProtocols() {
    return getEnabledProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return TlsRules.PROTOCOLS.toArray(String[]::new);
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {}

  @Override
  public void setNeedClientAuth(boolean need) {}

  @Override
  public boolean getNeedClientAuth() {
    return false;
  }

  @Override
  public void setWantClientAuth(boolean want) {}

  @Override
  public boolean getWantClientAuth() {
    return false;
  }

  @Override
  public void setUseClientMode(boolean mode) {}

  @Override
  public boolean getUseClientMode() {
    return false;
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {}

  @Override
  public boolean getEnableSessionCreation() {
    return true;
  }
}

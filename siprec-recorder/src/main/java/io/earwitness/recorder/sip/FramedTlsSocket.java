package io.earwitness.recorder.sip;

import io.earwitness.call.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A TLS connection as the stack holds it, which gets it when the handshake is done. */
final class FramedTlsSocket extends DelegatingSslSocket {
  private final Socket tcp;
  private final SSLSocket tls;
  private final FramedConnection connection;

  private FramedTlsSocket(
      Socket tcp,
      SSLSocket tls,
      Intake intake,
      SipLimits limits,
      Consumer<FramedConnection> onClose) {
    super(tls);
    this.tcp = tcp;
    this.tls = tls;
    connection = new FramedConnection(this, Transport.TLS, new Secured(), intake, limits, onClose);
  }

  /** Puts TLS over a TCP connection that came in. */
  static FramedTlsSocket accepted(
      Socket tcp,
      SSLContext context,
      boolean clientCertificateRequired,
      Intake intake,
      SipLimits limits,
      Consumer<FramedConnection> onClose)
      throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(tcp, (InputStream) null, true);
    tls.setUseClientMode(false);
    TlsRules.apply(tls);
    tls.setNeedClientAuth(clientCertificateRequired);
    return new FramedTlsSocket(tcp, tls, intake, limits, onClose);
  }

  /** Puts TLS over a TCP connection of ours. */
  static FramedTlsSocket opened(
      Socket tcp,
      SSLContext context,
      Intake intake,
      SipLimits limits,
      Consumer<FramedConnection> onClose)
      throws IOException {
    String host = tcp.getInetAddress().getHostAddress();
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(tcp, host, tcp.getPort(), true);
    tls.setUseClientMode(true);
    TlsRules.apply(tls);
    return new FramedTlsSocket(tcp, tls, intake, limits, onClose);
  }

  FramedConnection connection() {
    return connection;
  }

  /**
   * Does the handshake, within the time that the limits allow.
   *
   * @throws SSLHandshakeException whatever goes wrong: only this the stack lets through as it is
   */
  void handshake() throws SSLHandshakeException {
    connection.handshakeBegins();
    try {
      tls.startHandshake();
      connection.handshakeEnded(peerCertificate());
      // The peer stays whom it has proven to be: no other handshake on this connection (TLS 1.2)
      tls.setEnableSessionCreation(false);
    } catch (IOException e) {
      boolean late = connection.isClosed();
      connection.abort();
      SSLHandshakeException failure =
          new SSLHandshakeException(late ? "not finished in time" : String.valueOf(e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
  }

  private @Nullable TlsIdentity peerCertificate() {
    SSLSession session = tls.getSession();
    try {
      return PeerIdentity.of((X509Certificate) session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return connection.input();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return connection.output();
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public boolean isClosed() {
    return connection.isClosed();
  }

  /** Nothing is left to do: the stack gets no socket whose handshake is not done. */
  @Override
  public void startHandshake() {}

  @Override
  public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
    listener.handshakeCompleted(new HandshakeCompletedEvent(this, getSession()));
  }

  @Override
  public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {}

  /** Decided before the handshake. */
  @Override
  public void setNeedClientAuth(boolean need) {}

  /** Decided before the handshake. */
  @Override
  public void setEnabledProtocols(String[] protocols) {}

  private final class Secured implements FramedConnection.Stream {
    @Override
    public InputStream input() throws IOException {
      return tls.getInputStream();
    }

    @Override
    public OutputStream output() throws IOException {
      return tls.getOutputStream();
    }

    /** Sends close_notify (RFC 8446 §6.1). */
    @Override
    public void end() throws IOException {
      tls.shutdownOutput();
    }

    /** Not through TLS: its close waits for a write that a peer may hold up. */
    @Override
    public void cut() throws IOException {
      tcp.close();
    }
  }
}

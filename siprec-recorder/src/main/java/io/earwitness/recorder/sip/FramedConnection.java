package io.earwitness.recorder.sip;

import io.earwitness.call.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream connection whose input is framed and whose output never blocks: what the sockets over
 * TCP and TLS, which the stack holds, have in common. Thread-safe.
 */
final class FramedConnection {
  /** What lies beneath. */
  interface Stream {
    InputStream input() throws IOException;

    OutputStream output() throws IOException;

    /** Tells the peer that nothing more will come; may block. */
    void end() throws IOException;

    /** Closes at once, even while something is being written. */
    void cut() throws IOException;
  }

  private final Socket socket;
  private final Transport transport;
  private final Stream stream;
  private final Intake intake;
  private final SipLimits limits;
  private final Consumer<FramedConnection> onClose;
  private final AtomicBoolean closing = new AtomicBoolean();
  private @Nullable SipFramer framer;
  private @Nullable StreamWriter writer;
  private @Nullable InetSocketAddress peer;
  private @Nullable TlsIdentity certificate;
  private volatile long handshakeBegun;

  /**
   * @param socket what the stack holds
   */
  FramedConnection(
      Socket socket,
      Transport transport,
      Stream stream,
      Intake intake,
      SipLimits limits,
      Consumer<FramedConnection> onClose) {
    this.socket = socket;
    this.transport = transport;
    this.stream = stream;
    this.intake = intake;
    this.limits = limits;
    this.onClose = onClose;
  }

  /** To be called once, when the connection stands. */
  synchronized void connected() throws IOException {
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    peer = new InetSocketAddress(socket.getInetAddress(), socket.getPort());
  }

  /** The other end; null before the connection stood. */
  synchronized @Nullable InetSocketAddress peer() {
    return peer;
  }

  /** From here on the peer has {@link SipLimits#handshakeTime} to finish the handshake. */
  void handshakeBegins() {
    handshakeBegun = System.nanoTime() | 1;
  }

  /** To be called before the stack gets the socket. */
  synchronized void handshakeEnded(@Nullable TlsIdentity peerCertificate) {
    handshakeBegun = 0;
    certificate = peerCertificate;
  }

  synchronized InputStream input() throws IOException {
    if (framer == null) {
      InetSocketAddress source = new InetSocketAddress(socket.getInetAddress(), socket.getPort());
      Origin origin = new Origin(source, transport, certificate, this::reply);
      framer = new SipFramer(socket, stream.input(), intake, limits, origin);
    }
    return framer;
  }

  synchronized StreamWriter output() throws IOException {
    if (writer == null) {
      writer = new StreamWriter(stream.output(), limits, stream::end, this::abort);
      writer.start();
    }
    return writer;
  }

  private void reply(byte[] bytes) {
    try {
      output().enqueue(bytes);
    } catch (IOException e) {
      abort();
    }
  }

  /** Closes when what was written has left, but lets no peer delay that beyond the stall time. */
  void close() {
    StreamWriter current = currentWriter();
    if (current == null) {
      abort();
    } else {
      current.close();
    }
  }

  /** Closes now. */
  void abort() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      stream.cut();
    } catch (IOException e) {
      // It is gone either way
    }
    StreamWriter current = currentWriter();
    if (current != null) {
      current.discard();
    }
    onClose.accept(this);
  }

  boolean isClosed() {
    return closing.get();
  }

  void abortIfStalled(long nowNanos) {
    long begun = handshakeBegun;
    StreamWriter current = currentWriter();
    if (begun != 0 && nowNanos - begun > limits.handshakeTime().toNanos()
        || current != null && current.isStalled(nowNanos)) {
      abort();
    }
  }

  private synchronized @Nullable StreamWriter currentWriter() {
    return writer;
  }
}

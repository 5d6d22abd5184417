package io.earwitness.recorder.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stream connection whose input is framed and whose output never blocks. */
final class FramedSocket extends Socket {
  private final Intake intake;
  private final SipLimits limits;
  private final Consumer<FramedSocket> onClose;
  private final AtomicBoolean closing = new AtomicBoolean();
  private @Nullable SipFramer framer;
  private @Nullable StreamWriter writer;
  private @Nullable InetSocketAddress peer;

  FramedSocket(Intake intake, SipLimits limits, Consumer<FramedSocket> onClose) {
    this.intake = intake;
    this.limits = limits;
    this.onClose = onClose;
  }

  /** To be called once, when the connection stands. */
  void connected() throws IOException {
    setTcpNoDelay(true);
    setKeepAlive(true);
    peer = new InetSocketAddress(getInetAddress(), getPort());
  }

  /** The other end; null before the connection stood. */
  @Nullable InetSocketAddress peer() {
    return peer;
  }

  @Override
  public synchronized InputStream getInputStream() throws IOException {
    if (framer == null) {
      InetSocketAddress source = new InetSocketAddress(getInetAddress(), getPort());
      framer = new SipFramer(this, super.getInputStream(), intake, limits, source, this::reply);
    }
    return framer;
  }

  @Override
  public synchronized OutputStream getOutputStream() throws IOException {
    return writer();
  }

  private synchronized StreamWriter writer() throws IOException {
    if (writer == null) {
      writer = new StreamWriter(super.getOutputStream(), limits, this::abort);
      writer.start();
    }
    return writer;
  }

  private void reply(byte[] bytes) {
    try {
      writer().enqueue(bytes);
    } catch (IOException e) {
      abort();
    }
  }

  /** Closes when what was written has left, but lets no peer delay that beyond the stall time. */
  @Override
  public void close() {
    StreamWriter current;
    synchronized (this) {
      current = writer;
    }
    if (current == null || current.isIdle()) {
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
      super.close();
    } catch (IOException e) {
      // It is gone either way
    }
    StreamWriter current;
    synchronized (this) {
      current = writer;
    }
    if (current != null) {
      current.discard();
    }
    onClose.accept(this);
  }

  void abortIfStalled(long nowNanos) {
    StreamWriter current;
    synchronized (this) {
      current = writer;
    }
    if (current != null && current.isStalled(nowNanos)) {
      abort();
    }
  }
}

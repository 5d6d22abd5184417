package io.earwitness.recorder.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.function.Consumer;

/** A TCP connection as the stack holds it. */
final class FramedSocket extends Socket {
  private final FramedConnection connection;

  FramedSocket(Intake intake, SipLimits limits, Consumer<FramedConnection> onClose) {
    connection = new FramedConnection(this, Transport.TCP, new Plain(), intake, limits, onClose);
  }

  FramedConnection connection() {
    return connection;
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

  private final class Plain implements FramedConnection.Stream {
    @Override
    public InputStream input() throws IOException {
      return FramedSocket.super.getInputStream();
    }

    @Override
    public OutputStream output() throws IOException {
      return FramedSocket.super.getOutputStream();
    }

    @Override
    public void end() {
      // Closing says it
    }

    @Override
    public void cut() throws IOException {
      FramedSocket.super.close();
    }
  }
}

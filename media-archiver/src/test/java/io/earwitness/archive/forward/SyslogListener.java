package io.earwitness.archive.forward;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A syslog server for octet-counted frames, one connection at a time, that behaves as told. */
final class SyslogListener implements AutoCloseable {
  /** What it does with a connection. */
  enum Manner {
    /** Reads until the end, and ends it too. */
    TAKES,
    /** Reads some, and breaks it: what came counts as lost. */
    BREAKS,
    /** Reads all and never ends it. */
    HANGS
  }

  private final SSLContext tls;
  private final ServerSocket server;
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final List<Socket> held = new CopyOnWriteArrayList<>();
  private volatile Manner manner = Manner.TAKES;

  SyslogListener(SSLContext tls) throws IOException {
    this.tls = tls;
    server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return server.getLocalPort();
  }

  void now(Manner other) {
    manner = other;
  }

  /** What it took, without the frames. */
  List<String> messages() {
    return messages;
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        held.add(socket);
        serve(socket);
      } catch (IOException e) {
        // the peer gave up, or this was closed
      }
    }
  }

  private void serve(Socket plain) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true);
    InputStream in = socket.getInputStream();
    switch (manner) {
      case TAKES -> {
        for (String one = frame(in); !one.isEmpty(); one = frame(in)) {
          messages.add(one);
        }
        socket.close();
      }
      case BREAKS -> {
        in.readNBytes(20);
        plain.setSoLinger(true, 0);
        plain.close();
      }
      case HANGS -> in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** {@code MSG-LEN SP SYSLOG-MSG}; empty at the end. */
  private static String frame(InputStream in) throws IOException {
    int length = 0;
    int c = in.read();
    if (c < 0) {
      return "";
    }
    for (; c != ' '; c = in.read()) {
      if (c < '0' || c > '9') {
        throw new IOException("no frame: " + c);
      }
      length = length * 10 + c - '0';
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket each : held) {
      each.close();
    }
  }
}

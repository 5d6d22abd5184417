package io.earwitness.recorder.sipp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLContext;

/**
 * Takes TCP connections on loopback and goes on with TLS: a secure transport for a peer that has
 * none. Closing it takes no more; those that stand end with their ends.
 */
public final class TlsTunnel implements AutoCloseable {
  private final ServerSocket listener;

  private TlsTunnel(ServerSocket listener) {
    this.listener = listener;
  }

  /**
   * Opens one to a port of this host.
   *
   * @param context with the certificate to show, and whom to trust
   */
  public static TlsTunnel open(SSLContext context, int port) throws IOException {
    TlsTunnel tunnel = new TlsTunnel(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()));
    Thread.startVirtualThread(() -> tunnel.accept(context, port));
    return tunnel;
  }

  /** Where to connect to. */
  public InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  private void accept(SSLContext context, int port) {
    try {
      while (true) {
        Socket plain = listener.accept();
        Socket secure =
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        Thread.startVirtualThread(() -> pipe(plain, secure));
        Thread.startVirtualThread(() -> pipe(secure, plain));
      }
    } catch (IOException e) {
      // Closed; or the peer sees that nothing comes back
    }
  }

  private static void pipe(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of both ended, and so do both
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

package io.earwitness.syslog;

import io.earwitness.outbound.Outbound;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * A connection to a syslog server. The protocol knows no acknowledgement (RFC 5424 §8.5): a server
 * that dies after {@link #flush} returned loses what was written unnoticed, other than one that has
 * answered {@link #end}. After an exception the connection is of no use any more. Not thread-safe.
 */
public final class SyslogConnection implements AutoCloseable {
  private static final int MOST_READ = 10_000;

  private final Outbound.Connection connection;
  private final Socket socket;
  private final OutputStream out;

  private SyslogConnection(Outbound.Connection connection) throws IOException {
    this.connection = connection;
    this.socket = connection.socket();
    this.out = new BufferedOutputStream(socket.getOutputStream());
  }

  /**
   * Connects.
   *
   * @param byTls RFC 5425, else plain TCP
   */
  public static SyslogConnection open(Outbound outbound, String host, int port, boolean byTls)
      throws IOException {
    return new SyslogConnection(outbound.open(host, port, byTls));
  }

  /** {@code SYSLOG-FRAME = MSG-LEN SP SYSLOG-MSG}, the length in octets. */
  public void write(SyslogMessage message) throws IOException {
    byte[] bytes = message.bytes();
    out.write((bytes.length + " ").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
  }

  public void flush() throws IOException {
    out.flush();
  }

  /**
   * Says that nothing more comes, and waits until the server has ended the connection too: by then
   * it has read all (RFC 5425 §4.4; RFC 6587 §3.4 leaves it to TCP). So what was written is known
   * to have arrived, other than after {@link #flush}.
   *
   * @throws IOException if the server does not, or only breaks it
   */
  public void end() throws IOException {
    out.flush();
    socket.shutdownOutput();
    InputStream in = socket.getInputStream();
    try {
      // Syslog is one way: whatever comes before the end is of no meaning, and not for ever
      for (int i = 0; i < MOST_READ; i++) {
        if (in.read() < 0) {
          connection.demandUnbroken();
          return;
        }
      }
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "it did not end the connection after all was sent, so it is not known what it took", e);
    }
    throw new IOException("what answers is no syslog server");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

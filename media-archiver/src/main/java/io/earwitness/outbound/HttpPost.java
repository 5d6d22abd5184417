package io.earwitness.outbound;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Posts one message by HTTP/1.1 (RFC 9112) and looks at nothing of the answer but its status: no
 * redirect is followed, no body read, no cookie kept. Java's own client would resolve the host's
 * name again after it was checked. Thread-safe.
 */
public final class HttpPost {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");
  private static final int LINE = 1_000;

  private final Outbound outbound;

  public HttpPost(Outbound outbound) {
    this.outbound = outbound;
  }

  /**
   * Posts.
   *
   * @param headers beside Host, Content-Length and Connection
   * @return the status of the final answer, 200 to 599
   * @throws IOException if there is none in time
   */
  public int post(URI uri, Map<String, String> headers, byte[] body) throws IOException {
    boolean byTls = "https".equals(uri.getScheme().toLowerCase(Locale.ROOT));
    int port = uri.getPort() > 0 ? uri.getPort() : byTls ? 443 : 80;
    try (Socket socket = outbound.connect(uri.getHost(), port, byTls)) {
      long end = System.nanoTime() + outbound.patience().toNanos();
      OutputStream out = socket.getOutputStream();
      out.write(head(uri, headers, body.length));
      out.write(body);
      out.flush();
      InputStream in = socket.getInputStream();
      int status = status(line(socket, in, end));
      while (status < 200) {
        // An interim answer (RFC 9110 §15.2): its header ends with an empty line
        while (!line(socket, in, end).isEmpty()) {}
        status = status(line(socket, in, end));
      }
      return status;
    }
  }

  private static byte[] head(URI uri, Map<String, String> headers, int length) {
    StringBuilder head = new StringBuilder();
    String path = uri.getRawPath();
    head.append("POST ").append(path == null || path.isEmpty() ? "/" : path);
    if (uri.getRawQuery() != null) {
      head.append('?').append(uri.getRawQuery());
    }
    head.append(" HTTP/1.1\r\nHost: ").append(uri.getHost());
    if (uri.getPort() > 0) {
      head.append(':').append(uri.getPort());
    }
    head.append("\r\n");
    headers.forEach(
        (name, value) -> {
          if (!(name + value).chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new IllegalArgumentException("a header that is not plain text: " + name);
          }
          head.append(name).append(": ").append(value).append("\r\n");
        });
    head.append("Content-Length: ").append(length).append("\r\nConnection: close\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static int status(String line) throws IOException {
    Matcher matcher = STATUS.matcher(line);
    if (!matcher.matches()) {
      throw new IOException("what answers is no HTTP/1.1 server");
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** A line, within what is left of the time: one that drips in counts as none. */
  private static String line(Socket socket, InputStream in, long end) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new SocketTimeoutException("no answer in time");
      }
      socket.setSoTimeout((int) left);
      int c = in.read();
      if (c < 0) {
        throw new EOFException("the connection was closed without an answer");
      }
      if (c == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
      }
      if (line.size() >= LINE) {
        throw new IOException("what answers is no HTTP/1.1 server");
      }
      line.write(c);
    }
  }
}

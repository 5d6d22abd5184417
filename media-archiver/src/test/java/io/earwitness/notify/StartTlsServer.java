package io.earwitness.notify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server that takes nothing before STARTTLS (RFC 3207), and then one user's mail. */
final class StartTlsServer implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
  private final SSLContext tls;

  /** What came before the connection was encrypted. */
  final List<String> plain = new CopyOnWriteArrayList<>();

  /** Messages that were taken. */
  final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

  StartTlsServer(SSLContext tls) throws IOException {
    this.tls = tls;
    Thread.ofVirtual()
        .start(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  serve(socket);
                } catch (IOException e) {
                  // the sender has had enough, or this was closed
                }
              }
            });
  }

  int port() {
    return server.getLocalPort();
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private void serve(Socket socket) throws IOException {
    say(socket, "220 mail.example ESMTP");
    BufferedReader in = reader(socket);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      plain.add(line);
      if (line.startsWith("EHLO")) {
        say(socket, "250-mail.example\r\n250 STARTTLS");
      } else if (line.equals("STARTTLS")) {
        say(socket, "220 go ahead");
        SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, true);
        mail(secured);
        return;
      } else {
        say(socket, "530 5.7.0 Must issue a STARTTLS command first");
      }
    }
  }

  private void mail(SSLSocket socket) throws IOException {
    BufferedReader in = reader(socket);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("EHLO")) {
        say(socket, "250-mail.example\r\n250 AUTH PLAIN");
      } else if (line.startsWith("AUTH")) {
        say(socket, "235 2.7.0 in");
      } else if (line.equals("DATA")) {
        say(socket, "354 go ahead");
        StringBuilder message = new StringBuilder();
        for (String each = in.readLine(); each != null && !each.equals("."); each = in.readLine()) {
          message.append(each).append('\n');
        }
        messages.add(message.toString());
        say(socket, "250 taken");
      } else if (line.equals("QUIT")) {
        say(socket, "221 bye");
        return;
      } else {
        say(socket, "250 ok");
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

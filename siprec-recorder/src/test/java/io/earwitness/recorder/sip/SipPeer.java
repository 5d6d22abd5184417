package io.earwitness.recorder.sip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The other side of a test: a bare socket that sends bytes as they are and reads whole messages.
 */
public final class SipPeer implements AutoCloseable {
  /** Of a loaded machine; nothing here waits that long where all is well. */
  private static final int PATIENCE_MILLIS = 60_000;

  /** A message as read. */
  public record Message(String startLine, SipHeaders headers, byte[] body, byte[] raw) {
    public int status() {
      return Integer.parseInt(startLine.split(" ", -1)[1]);
    }

    public String header(String name) {
      return headers.first(name).orElseThrow(() -> new AssertionError("no " + name));
    }

    public String bodyText() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public String toTag() {
      String to = header("To");
      return to.substring(to.indexOf(";tag=") + 5);
    }
  }

  private final @Nullable Socket tcp;
  private final @Nullable DatagramSocket udp;
  private final InetSocketAddress target;

  private SipPeer(@Nullable Socket tcp, @Nullable DatagramSocket udp, InetSocketAddress target) {
    this.tcp = tcp;
    this.udp = udp;
    this.target = target;
  }

  public static SipPeer over(Transport transport, int port) throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    InetSocketAddress target = new InetSocketAddress(loopback, port);
    if (transport == Transport.UDP) {
      DatagramSocket socket = new DatagramSocket(new InetSocketAddress(loopback, 0));
      socket.setReceiveBufferSize(1 << 20);
      return new SipPeer(null, socket, target);
    }
    Socket socket = new Socket();
    socket.connect(target);
    socket.setTcpNoDelay(true);
    return new SipPeer(socket, null, target);
  }

  /** Over TLS; when this returns, the handshake is done, as far as this side can tell. */
  public static SipPeer over(SSLContext context, int port) throws IOException {
    InetSocketAddress target = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    Socket socket = context.getSocketFactory().createSocket(target.getAddress(), port);
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      ((SSLSocket) socket).startHandshake();
      return new SipPeer(socket, null, target);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  public int localPort() {
    return tcp == null ? datagrams().getLocalPort() : tcp.getLocalPort();
  }

  public Transport transport() {
    if (tcp == null) {
      return Transport.UDP;
    }
    return tcp instanceof SSLSocket ? Transport.TLS : Transport.TCP;
  }

  public Socket socket() {
    return Objects.requireNonNull(tcp);
  }

  private DatagramSocket datagrams() {
    return Objects.requireNonNull(udp);
  }

  /** The Via header field of requests of this peer, with its line end. */
  public String via(String branch) {
    return "Via: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK%s\r\n"
        .formatted(transport(), localPort(), branch);
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  public void send(byte[] bytes) throws IOException {
    if (tcp == null) {
      datagrams().send(new DatagramPacket(bytes, bytes.length, target));
    } else {
      tcp.getOutputStream().write(bytes);
    }
  }

  /** The next response with a final status. */
  public Message receiveFinal() throws IOException {
    while (true) {
      Message message = receive(PATIENCE_MILLIS);
      if (!message.startLine().startsWith("SIP/2.0 1")) {
        return message;
      }
    }
  }

  public Message receive() throws IOException {
    return receive(PATIENCE_MILLIS);
  }

  /** Whether nothing at all comes for a while. */
  public boolean isQuietFor(int millis) throws IOException {
    try {
      receive(millis);
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  /** Reads to the end of the stream; fails if the other side keeps it open. */
  public byte[] readToEnd() throws IOException {
    socket().setSoTimeout(PATIENCE_MILLIS);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket().getInputStream().transferTo(all);
    } catch (java.net.SocketException e) {
      // Reset: closed with bytes of ours unread
    }
    return all.toByteArray();
  }

  private Message receive(int millis) throws IOException {
    byte[] raw = tcp == null ? datagram(millis) : fromStream(millis);
    int end = HeaderSection.end(raw, 0, raw.length);
    String head = new String(raw, 0, end, StandardCharsets.UTF_8);
    return new Message(
        head.lines().findFirst().orElseThrow(),
        SipHeaders.parse(raw),
        Arrays.copyOfRange(raw, end, raw.length),
        raw);
  }

  private byte[] datagram(int millis) throws IOException {
    datagrams().setSoTimeout(millis);
    DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
    datagrams().receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private byte[] fromStream(int millis) throws IOException {
    socket().setSoTimeout(millis);
    InputStream in = socket().getInputStream();
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    int end = -1;
    while (end < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the stream ended");
      }
      message.write(next);
      end = HeaderSection.end(message.toByteArray(), 0, message.size());
    }
    int length =
        Integer.parseInt(
            SipHeaders.parse(message.toByteArray()).first("Content-Length").orElse("0"));
    message.write(in.readNBytes(length));
    return message.toByteArray();
  }

  @Override
  public void close() throws IOException {
    if (tcp == null) {
      datagrams().close();
    } else {
      tcp.close();
    }
  }
}

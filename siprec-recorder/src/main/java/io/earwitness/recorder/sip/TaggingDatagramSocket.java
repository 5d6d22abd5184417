package io.earwitness.recorder.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The UDP socket beneath the stack: keeps each datagram's bytes and hands on its tagged header
 * section; what can't be a message is answered here and goes no further.
 */
final class TaggingDatagramSocket extends DatagramSocket {
  /** Datagrams that may wait to be parsed; meanwhile the kernel keeps what comes. */
  private static final int MAX_UNPARSED = 1024;

  private static final long PATIENCE_MILLIS = 1000;

  private final Intake intake;
  private final SipLimits limits;
  private final RecentLoad load;
  private final Semaphore unparsed = new Semaphore(MAX_UNPARSED);

  TaggingDatagramSocket(
      @Nullable SocketAddress address, Intake intake, SipLimits limits, RecentLoad load)
      throws SocketException {
    super(address);
    this.intake = intake;
    this.limits = limits;
    this.load = load;
  }

  @Override
  public void receive(DatagramPacket packet) throws IOException {
    byte[] space = packet.getData();
    while (true) {
      packet.setData(space);
      super.receive(packet);
      byte[] bytes = withoutLeadingLineBreaks(packet);
      if (bytes.length == 0) {
        continue;
      }
      InetSocketAddress source = new InetSocketAddress(packet.getAddress(), packet.getPort());
      byte[] tagged = accept(bytes, source);
      if (tagged != null) {
        packet.setData(tagged);
        return;
      }
    }
  }

  private byte @Nullable [] accept(byte[] bytes, InetSocketAddress source) {
    int headerEnd = HeaderSection.end(bytes, 0, bytes.length);
    int bodyStart = headerEnd < 0 ? bytes.length : headerEnd;
    Origin origin = new Origin(source, Transport.UDP, null, answer -> send(answer, source));
    RawMessage message = intake.message(bytes, bodyStart, origin);
    try {
      int length = HeaderSection.contentLength(bytes, bodyStart, limits);
      if (length > bytes.length - bodyStart) {
        throw new FramingException(400, "body shorter than its Content-Length");
      }
      if (length != HeaderSection.NO_LENGTH && bodyStart + length < bytes.length) {
        // RFC 3261 §18.3: bytes behind the body are to be left out
        byte[] exact = Arrays.copyOf(bytes, bodyStart + length);
        message = intake.message(exact, bodyStart, origin);
      }
      // Neither ACKs nor responses have a transaction
      boolean transaction = !message.startsWith("ACK ") && !message.startsWith("SIP/");
      if (transaction && !load.take(message.bytes().length, System.nanoTime())) {
        throw new FramingException(503, "Service Unavailable (too many requests over UDP)");
      }
      if (!isRoom()) {
        throw new FramingException(503, "Service Unavailable (too many messages wait)");
      }
      return intake.tag(message, unparsed::release);
    } catch (FramingException e) {
      intake.reject(message, e.status(), e.problem());
      return null;
    }
  }

  private boolean isRoom() {
    try {
      return unparsed.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void send(byte[] answer, InetSocketAddress to) {
    try {
      send(new DatagramPacket(answer, answer.length, to));
    } catch (IOException e) {
      // An answer to an unreadable datagram is a courtesy
    }
  }

  private static byte[] withoutLeadingLineBreaks(DatagramPacket packet) {
    int start = packet.getOffset();
    int end = start + packet.getLength();
    byte[] data = packet.getData();
    while (start < end && (data[start] == '\r' || data[start] == '\n')) {
      start++;
    }
    return Arrays.copyOfRange(data, start, end);
  }
}

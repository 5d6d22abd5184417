package io.earwitness.recorder.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a stream connection and the stack: cuts the stream into messages (RFC 3261 §18.3),
 * within limits and a deadline for each message, and hands on complete ones only, as their tagged
 * header section. The stack never sees a body on a stream, so it can't take one for a message.
 * Answers keep-alives (RFC 5626 §4.4.1) itself. Used by the connection's one reader.
 */
final class SipFramer extends InputStream {
  private static final byte[] PONG = {'\r', '\n'};

  /** Messages that may wait to be parsed; meanwhile nothing more is read. */
  static final int MAX_UNPARSED = 64;

  private final Socket socket;
  private final InputStream in;
  private final Intake intake;
  private final SipLimits limits;
  private final Origin origin;
  private final Semaphore unparsed = new Semaphore(MAX_UNPARSED);

  private byte[] buffer = new byte[8192];
  private int filled;
  private int scanned;
  private int headerEnd = -1;
  private int messageEnd;
  private int lineFeeds;
  private long deadlineNanos;
  private byte[] out = new byte[0];
  private int outPosition;

  SipFramer(Socket socket, InputStream in, Intake intake, SipLimits limits, Origin origin) {
    this.socket = socket;
    this.in = in;
    this.intake = intake;
    this.limits = limits;
    this.origin = origin;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (outPosition == out.length && !nextMessage()) {
      return -1;
    }
    int count = Math.min(length, out.length - outPosition);
    System.arraycopy(out, outPosition, target, offset, count);
    outPosition += count;
    return count;
  }

  private boolean nextMessage() throws IOException {
    while (true) {
      try {
        skipKeepAlives();
        if (complete()) {
          awaitParser();
          handOn();
          return true;
        }
      } catch (FramingException e) {
        RawMessage partial =
            message(Arrays.copyOf(buffer, filled), headerEnd > 0 ? headerEnd : filled);
        intake.reject(partial, e.status(), e.problem());
        throw e;
      }
      if (!filledMore()) {
        return false;
      }
    }
  }

  /** Reads more; what then will never be a whole message is told. */
  private boolean filledMore() throws IOException {
    String problem = "the connection ended within the message";
    boolean more = false;
    try {
      more = fill();
      return more;
    } catch (IOException e) {
      problem = "the message did not come to its end: " + e.getMessage();
      throw e;
    } finally {
      if (!more && filled > 0) {
        intake.incomplete(
            message(Arrays.copyOf(buffer, filled), headerEnd > 0 ? headerEnd : filled), problem);
      }
    }
  }

  private void skipKeepAlives() {
    int skip = 0;
    while (skip < filled && (buffer[skip] == '\r' || buffer[skip] == '\n')) {
      if (buffer[skip++] == '\n' && ++lineFeeds == 2) {
        origin.reply().send(PONG);
        lineFeeds = 0;
      }
    }
    drop(skip);
    if (filled > 0) {
      lineFeeds = 0;
    }
  }

  private boolean complete() throws FramingException {
    if (filled == 0) {
      return false;
    }
    if (headerEnd < 0) {
      headerEnd = HeaderSection.end(buffer, scanned, filled);
      scanned = filled;
      if (headerEnd < 0) {
        if (filled > limits.headerBytes()) {
          throw new FramingException(513, "header section over " + limits.headerBytes());
        }
        return false;
      }
      int contentLength = HeaderSection.contentLength(buffer, headerEnd, limits);
      if (contentLength == HeaderSection.NO_LENGTH) {
        throw new FramingException(400, "no Content-Length on a stream");
      }
      messageEnd = headerEnd + contentLength;
    }
    if (filled < messageEnd) {
      return false;
    }
    return true;
  }

  /** Leaves the rest with the peer until what was read before is parsed. */
  private void awaitParser() throws IOException {
    try {
      if (!unparsed.tryAcquire(limits.messageTime().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new SocketTimeoutException("nothing was parsed for " + limits.messageTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while messages wait to be parsed");
    }
  }

  private void handOn() {
    RawMessage message = message(Arrays.copyOf(buffer, messageEnd), headerEnd);
    out = intake.tag(message, unparsed::release);
    outPosition = 0;
    drop(messageEnd);
    headerEnd = -1;
  }

  private RawMessage message(byte[] bytes, int bodyStart) {
    return intake.message(bytes, bodyStart, origin);
  }

  private void drop(int count) {
    if (count > 0) {
      System.arraycopy(buffer, count, buffer, 0, filled - count);
      filled -= count;
      scanned = 0;
      deadlineNanos = 0;
    }
  }

  private boolean fill() throws IOException {
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, headerEnd < 0 ? 0 : messageEnd));
    }
    socket.setSoTimeout(filled == 0 ? 0 : millisLeft());
    int count = in.read(buffer, filled, buffer.length - filled);
    if (count < 0) {
      return false;
    }
    filled += count;
    return true;
  }

  private int millisLeft() throws SocketTimeoutException {
    long now = System.nanoTime();
    if (deadlineNanos == 0) {
      deadlineNanos = now + limits.messageTime().toNanos();
    }
    long left = (deadlineNanos - now) / 1_000_000;
    if (left <= 0) {
      throw new SocketTimeoutException("message not complete in " + limits.messageTime());
    }
    return (int) left;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package io.earwitness.archive.media;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/**
 * Bytes in memory in pieces of at most 64 KiB: growing copies nothing large, and what was read is
 * let go, so that content that is turned into other content is held about once. Not thread-safe.
 */
public final class Pieces extends OutputStream {
  /**
   * The largest piece that is made here. The garbage collector gives arrays from half a region on,
   * which may be 512 KiB, regions of their own: pieces of a mebibyte took twice their size.
   */
  static final int PIECE = 1 << 16;

  private static final int FIRST = 1 << 14;

  private final Deque<byte[]> full = new ArrayDeque<>();
  private byte[] last = new byte[FIRST];
  private int filled;
  private long size;

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int done = 0;
    while (done < length) {
      if (filled == last.length) {
        grow();
      }
      int step = Math.min(length - done, last.length - filled);
      System.arraycopy(bytes, offset + done, last, filled, step);
      filled += step;
      done += step;
    }
    size += length;
  }

  /** Short content stays small; long content goes on in the next piece. */
  private void grow() {
    if (last.length < PIECE) {
      last = Arrays.copyOf(last, last.length * 2);
    } else {
      full.add(last);
      last = new byte[PIECE];
      filled = 0;
    }
  }

  /** Puts bytes before all others, which may be known only at the end. */
  void prepend(byte[] bytes) {
    full.addFirst(bytes);
    size += bytes.length;
  }

  /** Bytes that are held: what was read by {@link #drain} is not. */
  public long size() {
    return size;
  }

  /** Reads all bytes and lets each piece go once it was read. */
  public InputStream drain() {
    end();
    return new Draining();
  }

  /** Gives all pieces away, in order; nothing is held here any more. */
  public List<byte[]> take() {
    end();
    List<byte[]> pieces = List.copyOf(full);
    full.clear();
    size = 0;
    return pieces;
  }

  private void end() {
    if (filled > 0) {
      full.add(filled == last.length ? last : Arrays.copyOf(last, filled));
      last = new byte[FIRST];
      filled = 0;
    }
  }

  /** SHA-256 in lower-case hex. */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      full.forEach(digest::update);
      digest.update(last, 0, filled);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * A copy in one array.
   *
   * @throws ArithmeticException if there is more than an array can hold (2 GiB)
   */
  public byte[] toByteArray() {
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size));
    full.forEach(all::put);
    return all.put(last, 0, filled).array();
  }

  private final class Draining extends InputStream {
    private byte[] current = new byte[0];
    private int at;

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (at == current.length) {
        byte[] next = full.poll();
        current = next == null ? new byte[0] : next;
        at = 0;
        if (next == null) {
          return -1;
        }
      }
      int step = Math.min(length, current.length - at);
      System.arraycopy(current, at, bytes, offset, step);
      at += step;
      size -= step;
      return step;
    }
  }
}

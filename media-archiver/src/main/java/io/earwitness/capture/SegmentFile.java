package io.earwitness.capture;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A segment file opened for reading: its frames at given offsets. It ends, for this reader, where
 * it ended when it was opened. Not thread-safe.
 */
final class SegmentFile implements Closeable {
  private static final int SCAN = 64 * 1024;

  /**
   * How often its size may be decrypted in vain. Damage needs twice at most; a file made of what
   * looks like frames, each as long as the rest of it, would take for ever.
   */
  private static final int MAX_VAIN = 16;

  /** Why there is no frame at an offset. */
  enum Miss {
    /** The file ends here. */
    END_OF_FILE,
    /** A frame begins here, but the file ends within it; or only zero bytes are left. */
    TORN,
    /** No frame begins here, or its content was changed. */
    ALTERED
  }

  /**
   * What is at an offset.
   *
   * @param plain content; null if it was skipped or there is none
   */
  record Found(@Nullable FrameHeader header, byte @Nullable [] plain, @Nullable Miss miss) {
    private static Found miss(Miss miss) {
      return new Found(null, null, miss);
    }
  }

  private final Path file;
  private final FileChannel channel;
  private final SegmentHeader header;
  private final long size;
  private final ByteBuffer frameHeader = ByteBuffer.allocate(FrameHeader.SIZE);
  private final Cipher cipher;
  private long vain;

  /** Opens a file and reads its header; see {@link SegmentHeader#read} for what may be wrong. */
  SegmentFile(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      this.size = channel.size();
      ByteBuffer start = ByteBuffer.allocate((int) Math.min(size, SegmentHeader.MAX_SIZE));
      readFully(start, 0);
      this.header = SegmentHeader.read(start.flip());
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (IOException e) {
      channel.close();
      throw e;
    } catch (GeneralSecurityException e) {
      channel.close();
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  Path file() {
    return file;
  }

  SegmentHeader header() {
    return header;
  }

  long size() {
    return size;
  }

  /**
   * The frame at an offset.
   *
   * @param skipMedia whether media frames are passed over by their header alone
   */
  Found at(long offset, SecretKeySpec key, boolean skipMedia) throws IOException {
    if (offset >= size) {
      return Found.miss(Miss.END_OF_FILE);
    }
    if (size - offset < FrameHeader.SIZE) {
      return Found.miss(isFrameStart(offset) || isZeroFrom(offset) ? Miss.TORN : Miss.ALTERED);
    }
    readFully(frameHeader.clear(), offset);
    FrameHeader head = FrameHeader.read(frameHeader.flip());
    if (head == null) {
      return Found.miss(isZeroFrom(offset) ? Miss.TORN : Miss.ALTERED);
    }
    if (size - offset - FrameHeader.SIZE < head.length()) {
      return Found.miss(Miss.TORN);
    }
    if (skipMedia && head.type() == FrameType.MEDIA) {
      return new Found(head, null, null);
    }
    ByteBuffer sealed = ByteBuffer.allocate(head.length());
    readFully(sealed, offset + FrameHeader.SIZE);
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, GcmSealing.nonce(head.sequence()));
      cipher.updateAAD(header.digest());
      cipher.updateAAD(head.bytes());
      return new Found(head, cipher.doFinal(sealed.array(), 0, head.length()), null);
    } catch (GeneralSecurityException e) {
      vain += head.length();
      return Found.miss(Miss.ALTERED);
    }
  }

  /**
   * The offset of the next intact frame at or behind an offset; -1 if there is none, or too much
   * that only looks like one.
   */
  long next(long offset, SecretKeySpec key) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(SCAN);
    long at = offset;
    while (size - at >= FrameHeader.SIZE && vain <= MAX_VAIN * size) {
      window.clear().limit((int) Math.min(SCAN, size - at));
      readFully(window, at);
      window.flip();
      for (int i = 0; i + 4 <= window.limit(); i++) {
        if (window.get(i) == (byte) (FrameHeader.MAGIC >>> 24)
            && window.getInt(i) == FrameHeader.MAGIC
            && vain <= MAX_VAIN * size
            && at(at + i, key, false).header() != null) {
          return at + i;
        }
      }
      at += window.limit() - 3;
    }
    return -1;
  }

  private boolean isFrameStart(long offset) throws IOException {
    ByteBuffer rest = ByteBuffer.allocate((int) Math.min(4, size - offset));
    readFully(rest, offset);
    byte[] magic = ByteBuffer.allocate(4).putInt(FrameHeader.MAGIC).array();
    return rest.flip().equals(ByteBuffer.wrap(magic, 0, rest.limit()));
  }

  /** A power cut can leave a file longer than what was written to it, filled with zero bytes. */
  private boolean isZeroFrom(long offset) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(SCAN);
    for (long at = offset; at < size; at += window.limit()) {
      window.clear().limit((int) Math.min(SCAN, size - at));
      readFully(window, at);
      for (int i = 0; i < window.limit(); i++) {
        if (window.get(i) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private void readFully(ByteBuffer buffer, long offset) throws IOException {
    long at = offset;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new IOException("%s became shorter while it was read".formatted(file));
      }
      at += read;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

package io.earwitness.capture;

import io.earwitness.capture.Sealing.SegmentSeal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * One segment file being written, from its header to its END frame; never opened again. Sealed
 * bytes that the disk didn't take stay here, so that a later {@link #write} goes on exactly where
 * the disk stopped. Not thread-safe.
 */
final class SegmentWriter implements Closeable {
  /** Buffers above this size are given up after use. */
  private static final int KEEP = 64 * 1024;

  private final Path file;
  private final FileChannel channel;
  private final SegmentSeal seal;
  private final byte[] digest;
  private long frames;
  private boolean ended;

  private byte[] out = new byte[0];
  private int outFrom;
  private int outTo;
  private long bytes;

  private SegmentWriter(Path file, FileChannel channel, SegmentSeal seal, SegmentHeader header) {
    this.file = file;
    this.channel = channel;
    this.seal = seal;
    this.digest = header.digest();
    byte[] head = header.bytes();
    ensure(head.length);
    System.arraycopy(head, 0, out, 0, head.length);
    outTo = head.length;
    bytes = head.length;
  }

  /** Creates the file and prepares its header, which the next {@link #write} writes. */
  static SegmentWriter create(
      Path file, SegmentHeader.Kind kind, UUID id, int number, Instant created, Sealing sealing)
      throws IOException {
    SegmentSeal seal = sealing.begin();
    SegmentHeader header =
        SegmentHeader.of(kind, id, number, created, sealing.certificateId(), seal.wrappedSecret());
    return new SegmentWriter(file, SpoolLayout.createFile(file), seal, header);
  }

  Path file() {
    return file;
  }

  /** Seals one frame; the next {@link #write} writes it. */
  void add(FrameType type, byte[] plain, int length) {
    if (ended) {
      throw new IllegalStateException(file + " has ended");
    }
    int sealed = length + FrameHeader.TAG_SIZE;
    ensure(FrameHeader.SIZE + sealed);
    FrameHeader.write(out, outTo, type, sealed, frames);
    int written = seal.seal(digest, frames, plain, length, out, outTo);
    frames++;
    if (written != sealed) {
      throw new IllegalStateException("sealed %d bytes into %d".formatted(length, written));
    }
    outTo += FrameHeader.SIZE + sealed;
    bytes += FrameHeader.SIZE + sealed;
  }

  /** Seals the END frame; nothing can be added after it. */
  void end(FrameType.End end) {
    add(FrameType.END, new byte[] {(byte) end.code()}, 1);
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  /** Bytes of the file, those that wait to be written included. */
  long bytes() {
    return bytes;
  }

  int unwritten() {
    return outTo - outFrom;
  }

  /** Hands everything to the kernel. After an exception it can be called again. */
  void write() throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(out, outFrom, outTo - outFrom);
    while (buffer.hasRemaining()) {
      // Counted after each call: when the disk fills up, one call takes a part, the next one throws
      outFrom += channel.write(buffer);
    }
    outFrom = 0;
    outTo = 0;
    if (out.length > KEEP) {
      out = new byte[0];
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void ensure(int more) {
    if (outTo + more > out.length) {
      out = Arrays.copyOf(out, Math.max(outTo + more, Math.min(2 * out.length, KEEP)));
    }
  }
}

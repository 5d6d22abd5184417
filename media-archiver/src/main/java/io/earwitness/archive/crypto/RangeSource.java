package io.earwitness.archive.crypto;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * Bytes of a stored object by range: a file, memory, or a request to an object store. Must be safe
 * for concurrent use where its reader is used by several threads.
 */
@FunctionalInterface
public interface RangeSource {
  /**
   * Reads exactly {@code length} bytes from {@code offset} of the object into {@code target}.
   *
   * @throws IOException if they can't be had in full
   */
  void read(long offset, byte[] target, int position, int length) throws IOException;

  /** An object in memory. */
  static RangeSource of(byte[] object) {
    return (offset, target, position, length) -> {
      if (offset < 0 || offset + length > object.length) {
        throw new EOFException(
            "bytes %d to %d of an object of %d bytes"
                .formatted(offset, offset + length, object.length));
      }
      System.arraycopy(object, (int) offset, target, position, length);
    };
  }

  /** A file; the caller closes the channel. */
  static RangeSource of(FileChannel file) {
    return (offset, target, position, length) -> {
      Objects.checkFromIndexSize(position, length, target.length);
      ByteBuffer buffer = ByteBuffer.wrap(target, position, length);
      while (buffer.hasRemaining()) {
        if (file.read(buffer, offset + length - buffer.remaining()) < 0) {
          throw new EOFException(
              "the file ends %d bytes before byte %d"
                  .formatted(buffer.remaining(), offset + length));
        }
      }
    };
  }
}

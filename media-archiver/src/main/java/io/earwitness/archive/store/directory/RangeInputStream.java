package io.earwitness.archive.store.directory;

import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A part of a file. */
final class RangeInputStream extends FilterInputStream {
  private long left;

  private RangeInputStream(InputStream file, long length) {
    super(file);
    this.left = length;
  }

  /** Takes the file over: closes it at once if the part does not lie inside it. */
  static RangeInputStream of(FileInputStream file, long offset, long length) throws IOException {
    try {
      long size = file.getChannel().size();
      if (offset < 0 || length < 0 || offset > size - length) {
        throw new IOException(
            "bytes from %d, %d of them, do not lie inside its %d".formatted(offset, length, size));
      }
      file.getChannel().position(offset);
      return new RangeInputStream(file, length);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    if (left == 0) {
      return -1;
    }
    int b = super.read();
    left = b < 0 ? 0 : left - 1;
    return b;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length > 0 && left == 0) {
      return -1;
    }
    int n = super.read(buffer, offset, (int) Math.min(length, left));
    left = n < 0 ? 0 : left - n;
    return n;
  }

  @Override
  public long skip(long n) throws IOException {
    long skipped = super.skip(Math.max(0, Math.min(n, left)));
    left -= skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(super.available(), left);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}

package io.earwitness.recorder.srtp;

import org.jitsi.utils.ByteArrayBuffer;

/** One packet in an array that has room for the longest one and its tag. */
final class PacketBuffer implements ByteArrayBuffer {
  private final byte[] bytes;
  private int offset;
  private int length;

  PacketBuffer(byte[] bytes) {
    this.bytes = bytes;
  }

  void set(int newLength) {
    offset = 0;
    length = newLength;
  }

  @Override
  public byte[] getBuffer() {
    return bytes;
  }

  @Override
  public int getOffset() {
    return offset;
  }

  @Override
  public int getLength() {
    return length;
  }

  @Override
  public void setLength(int newLength) {
    length = newLength;
  }

  @Override
  public void setOffset(int newOffset) {
    offset = newOffset;
  }

  @Override
  public boolean isInvalid() {
    return false;
  }

  @Override
  public void readRegionToBuff(int from, int size, byte[] out) {
    System.arraycopy(bytes, offset + from, out, 0, size);
  }

  @Override
  public void grow(int more) {
    if (offset + length + more > bytes.length) {
      throw new IndexOutOfBoundsException("no room for a packet of " + (length + more) + " bytes");
    }
  }

  @Override
  public void append(byte[] data, int size) {
    grow(size);
    System.arraycopy(data, 0, bytes, offset + length, size);
    length += size;
  }

  @Override
  public void shrink(int less) {
    length = Math.max(0, length - less);
  }
}

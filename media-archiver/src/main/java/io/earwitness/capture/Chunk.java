package io.earwitness.capture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The plain text of one frame while it is filled. Guarded by its session. */
final class Chunk {
  /** Enough for half a second of two G.711 streams. */
  static final int SIZE = 16 * 1024;

  /** Before each packet: arrival (8 bytes), stream (2), length (2). */
  static final int PACKET_HEADER = 12;

  /** Before each event: its length (4 bytes). */
  static final int EVENT_HEADER = 4;

  private FrameType type = FrameType.MEDIA;
  private byte[] bytes;
  private int length;

  Chunk(int size) {
    bytes = new byte[size];
  }

  Chunk begin(FrameType newType) {
    type = newType;
    length = 0;
    return this;
  }

  FrameType type() {
    return type;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  boolean hasRoom(int more) {
    return bytes.length - length >= more;
  }

  void packet(int stream, long arrivalNanos, MemorySegment source, long offset, int size) {
    FrameHeader.LONG.set(bytes, length, arrivalNanos);
    FrameHeader.SHORT.set(bytes, length + 8, (short) stream);
    FrameHeader.SHORT.set(bytes, length + 10, (short) size);
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, length + PACKET_HEADER, size);
    length += PACKET_HEADER + size;
  }

  void event(byte[] json) {
    FrameHeader.INT.set(bytes, length, json.length);
    System.arraycopy(json, 0, bytes, length + EVENT_HEADER, json.length);
    length += EVENT_HEADER + json.length;
  }
}

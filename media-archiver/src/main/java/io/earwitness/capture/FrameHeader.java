package io.earwitness.capture;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The clear header before each sealed frame; big-endian.
 *
 * <pre>
 *   0               4       5       6       8              12                      20
 *  +---------------+-------+-------+-------+---------------+-----------------------+
 *  | magic "EWF1"  | type  |   0   |   0   | length of the | sequence number from 0|
 *  |               |       |       |       | ciphertext    |                       |
 *  +---------------+-------+-------+-------+---------------+-----------------------+
 * </pre>
 *
 * The ciphertext follows at once and ends with the 16-byte tag. The sequence number is the GCM
 * nonce (behind four zero bytes); the associated data are the segment header's digest and these 20
 * bytes. The magic lets a reader find the next frame behind a damaged one.
 *
 * @param length bytes of ciphertext, tag included
 */
record FrameHeader(FrameType type, int length, long sequence) {
  static final int SIZE = 20;
  static final int MAGIC = 0x4557_4631;
  static final int TYPE_AT = 4;
  static final int RESERVED_AT = 5;
  static final int LENGTH_AT = 8;
  static final int SEQUENCE_AT = 12;

  /** GCM tag, the least that a ciphertext holds. */
  static final int TAG_SIZE = 16;

  /** Largest plain text of one frame; bounds what a reader allocates for a damaged length. */
  static final int MAX_PLAIN = 16 * 1024 * 1024;

  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  static void write(byte[] to, int at, FrameType type, int length, long sequence) {
    INT.set(to, at, MAGIC);
    INT.set(to, at + TYPE_AT, type.code() << 24);
    INT.set(to, at + LENGTH_AT, length);
    LONG.set(to, at + SEQUENCE_AT, sequence);
  }

  /** The header at the buffer's position; null if these 20 bytes can't be one. */
  static @Nullable FrameHeader read(ByteBuffer in) {
    int at = in.position();
    FrameType type = FrameType.ofCode(in.get(at + TYPE_AT));
    int length = in.getInt(at + LENGTH_AT);
    long sequence = in.getLong(at + SEQUENCE_AT);
    boolean sane =
        in.getInt(at) == MAGIC
            && (in.getInt(at + TYPE_AT) & 0x00ff_ffff) == 0
            && length >= TAG_SIZE
            && length <= MAX_PLAIN + TAG_SIZE
            && sequence >= 0;
    return sane && type != null ? new FrameHeader(type, length, sequence) : null;
  }

  byte[] bytes() {
    byte[] bytes = new byte[SIZE];
    write(bytes, 0, type, length, sequence);
    return bytes;
  }
}

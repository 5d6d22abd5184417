package io.earwitness.archive.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * GCM's counter blocks (NIST SP 800-38D §7.1): for a 12-byte nonce, nonce ‖ 32-bit counter, where 1
 * belongs to the tag and 2 to the first 16 bytes of content.
 */
final class CounterBlock {
  static final int BYTES = 16;

  private CounterBlock() {}

  /** The block for the content at a byte offset that is a multiple of 16. */
  static byte[] at(byte[] nonce, long offset) {
    byte[] block = Arrays.copyOf(nonce, BYTES);
    ByteBuffer.wrap(block).putInt(12, (int) (2 + offset / BYTES));
    return block;
  }
}

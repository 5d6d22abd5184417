package io.earwitness.archive.crypto;

import java.security.DigestException;
import java.security.MessageDigest;

/** SHA-256 of each 64 KiB block of a run whose length is known. One thread at a time. */
final class BlockHasher {
  private final MessageDigest sha256 = Digests.sha256();
  private final byte[] hashes;
  private int block;
  private int inBlock;

  BlockHasher(long length) {
    hashes = new byte[SealedEnvelope.blocks(length) * SealedEnvelope.HASH_BYTES];
  }

  void update(byte[] bytes, int offset, int length) {
    int from = offset;
    int left = length;
    while (left > 0) {
      int now = Math.min(left, SealedEnvelope.BLOCK_SIZE - inBlock);
      sha256.update(bytes, from, now);
      from += now;
      left -= now;
      inBlock += now;
      if (inBlock == SealedEnvelope.BLOCK_SIZE) {
        endBlock();
      }
    }
  }

  /** All hashes, one after the other. */
  byte[] finish() {
    if (inBlock > 0) {
      endBlock();
    }
    return hashes;
  }

  private void endBlock() {
    try {
      sha256.digest(hashes, block * SealedEnvelope.HASH_BYTES, SealedEnvelope.HASH_BYTES);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
    block++;
    inBlock = 0;
  }
}

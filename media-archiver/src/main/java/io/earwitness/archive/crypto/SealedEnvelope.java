package io.earwitness.archive.crypto;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is known of a sealed object without any key: where its ciphertext lies and the hashes by
 * which each part can be checked. The writer produces it, the signed manifest carries it, readers
 * check against it. Immutable; the arrays are never given out.
 */
public final class SealedEnvelope {
  /** Bytes of ciphertext under one hash. */
  public static final int BLOCK_SIZE = 65536;

  static final int HASH_BYTES = 32;

  /** The tag of the mac's OCTET STRING, its length and 16 bytes of value. */
  static final int TRAILER_BYTES = 2 + EnvelopeAlgorithms.TAG_BYTES;

  private static final HexFormat HEX = HexFormat.of();

  private final long size;
  private final long ciphertextOffset;
  private final long ciphertextLength;
  private final byte[] nonce;
  private final byte[] tag;
  private final byte[] commit;
  private final byte[] headerSha256;
  private final byte[] blockHashes;

  SealedEnvelope(
      long ciphertextOffset,
      long ciphertextLength,
      byte[] nonce,
      byte[] tag,
      byte[] commit,
      byte[] headerSha256,
      byte[] blockHashes) {
    this.size = ciphertextOffset + ciphertextLength + TRAILER_BYTES;
    this.ciphertextOffset = ciphertextOffset;
    this.ciphertextLength = ciphertextLength;
    this.nonce = nonce;
    this.tag = tag;
    this.commit = commit;
    this.headerSha256 = headerSha256;
    this.blockHashes = blockHashes;
  }

  /**
   * Takes over the values of a manifest.
   *
   * @throws IllegalArgumentException saying which value contradicts another or has a wrong form
   */
  public static SealedEnvelope of(
      long size,
      long ciphertextOffset,
      long ciphertextLength,
      String nonce,
      String tag,
      String commit,
      String headerSha256,
      int blockSize,
      List<String> blocks) {
    if (blockSize != BLOCK_SIZE) {
      throw new IllegalArgumentException("blockSize is " + blockSize + ", not " + BLOCK_SIZE);
    }
    if (ciphertextOffset < 1
        || ciphertextOffset > EnvelopeHeader.MAX_BYTES
        || ciphertextLength < 0
        || ciphertextLength > CmsEnvelopeWriter.MAX_FILE_BYTES) {
      throw new IllegalArgumentException(
          "a ciphertext of %d bytes at offset %d can't be"
              .formatted(ciphertextLength, ciphertextOffset));
    }
    if (size != ciphertextOffset + ciphertextLength + TRAILER_BYTES) {
      throw new IllegalArgumentException(
          "size is %d, but offset %d + ciphertext %d + %d bytes of tag make %d"
              .formatted(
                  size,
                  ciphertextOffset,
                  ciphertextLength,
                  TRAILER_BYTES,
                  ciphertextOffset + ciphertextLength + TRAILER_BYTES));
    }
    long expected = blocks(ciphertextLength);
    if (blocks.size() != expected) {
      throw new IllegalArgumentException(
          "%d block hashes for a ciphertext of %d bytes, which has %d blocks"
              .formatted(blocks.size(), ciphertextLength, expected));
    }
    byte[] hashes = new byte[blocks.size() * HASH_BYTES];
    for (int i = 0; i < blocks.size(); i++) {
      byte[] hash = hex("hash of block " + i, blocks.get(i), HASH_BYTES);
      System.arraycopy(hash, 0, hashes, i * HASH_BYTES, HASH_BYTES);
    }
    return new SealedEnvelope(
        ciphertextOffset,
        ciphertextLength,
        hex("nonce", nonce, EnvelopeAlgorithms.NONCE_BYTES),
        hex("tag", tag, EnvelopeAlgorithms.TAG_BYTES),
        hex("commit", commit, HASH_BYTES),
        hex("headerSha256", headerSha256, HASH_BYTES),
        hashes);
  }

  private static byte[] hex(String name, String text, int bytes) {
    if (text.length() != 2 * bytes
        || !text.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)) {
      throw new IllegalArgumentException(
          "%s is '%s', not %d lower-case hex digits".formatted(name, text, 2 * bytes));
    }
    return HEX.parseHex(text);
  }

  static int blocks(long ciphertextLength) {
    return (int) ((ciphertextLength + BLOCK_SIZE - 1) / BLOCK_SIZE);
  }

  /** Size of the whole object in bytes. */
  public long size() {
    return size;
  }

  /** Where the ciphertext run begins, which is the length of the header before it. */
  public long ciphertextOffset() {
    return ciphertextOffset;
  }

  /** Length of the ciphertext run, which is the plaintext's too. */
  public long ciphertextLength() {
    return ciphertextLength;
  }

  /** 12 bytes in hex. */
  public String nonce() {
    return HEX.formatHex(nonce);
  }

  /** 16 bytes in hex. */
  public String tag() {
    return HEX.formatHex(tag);
  }

  /** HMAC-SHA256(content key, "commit" ‖ recording id) in hex. */
  public String commit() {
    return HEX.formatHex(commit);
  }

  /** SHA-256 of the bytes before the run, in hex. */
  public String headerSha256() {
    return HEX.formatHex(headerSha256);
  }

  /** Number of blocks of the run; the last may be short. */
  public int blockCount() {
    return blockHashes.length / HASH_BYTES;
  }

  /** SHA-256 of one block in hex. */
  public String blockSha256(int block) {
    int from = block * HASH_BYTES;
    return HEX.formatHex(blockHashes, from, from + HASH_BYTES);
  }

  /** SHA-256 of each block of the run, in hex, in order. */
  public List<String> blockSha256() {
    return IntStream.range(0, blockCount()).mapToObj(this::blockSha256).toList();
  }

  /** Length of a block in bytes. */
  public int blockLength(int block) {
    return (int) Math.min(BLOCK_SIZE, ciphertextLength - (long) block * BLOCK_SIZE);
  }

  /** Whether a block's hash is the expected one. Takes the same time for any difference. */
  public boolean matches(int block, byte[] sha256) {
    int from = block * HASH_BYTES;
    int difference = sha256.length ^ HASH_BYTES;
    for (int i = 0; i < HASH_BYTES && i < sha256.length; i++) {
      difference |= sha256[i] ^ blockHashes[from + i];
    }
    return difference == 0;
  }

  byte[] nonceBytes() {
    return nonce.clone();
  }

  byte[] tagBytes() {
    return tag.clone();
  }

  byte[] commitBytes() {
    return commit.clone();
  }

  byte[] headerHash() {
    return headerSha256.clone();
  }
}

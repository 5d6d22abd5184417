package io.earwitness.archive.crypto;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Plaintext of a stored envelope by byte range, without reading the rest of it.
 *
 * <h2>What it guarantees</h2>
 *
 * The content key is the one that the signed manifest commits to for this recording, and no byte is
 * given out before the SHA-256 of the whole 64 KiB block around it was found equal to the signed
 * one. Thread-safe; concurrent reads do not wait for one another.
 *
 * <h2>Restrictions</h2>
 *
 * The signed description must come from a verified manifest. Blocks are not kept: whoever reads in
 * order should ask for many blocks at once, or use {@link #transferTo}. At most {@value
 * #MAX_FETCH_BLOCKS} blocks are in memory for each concurrent read.
 *
 * <h2>Use</h2>
 *
 * <pre>{@code
 * var header = EnvelopeHeader.parse(source, signed);
 * try (ContentKey key = keys.recover(tenant, header, use)) {
 *   var audio = new VerifiedRange(recordingId, signed, key, source);
 *   audio.transferTo(offset, length, response);
 * }
 * }</pre>
 */
public final class VerifiedRange {
  /** Largest number of blocks fetched by one request. */
  static final int MAX_FETCH_BLOCKS = 8;

  private static final int BLOCK = SealedEnvelope.BLOCK_SIZE;
  private static final int IDLE_LANES = 2;

  private final SealedEnvelope signed;
  private final byte[] nonce;
  private final SecretKey secret;
  private final RangeSource source;
  private final ArrayBlockingQueue<Lane> idle = new ArrayBlockingQueue<>(IDLE_LANES);

  /**
   * @param signed the object's description in a verified manifest
   * @param key may be closed afterwards
   * @param source safe for concurrent use if this object is used so
   * @throws IntegrityException if the key is not the one that the manifest commits to
   */
  public VerifiedRange(
      RecordingId recording, SealedEnvelope signed, ContentKey key, RangeSource source)
      throws IntegrityException {
    key.checkCommit(recording, signed);
    this.signed = signed;
    this.nonce = signed.nonceBytes();
    this.secret = key.secret();
    this.source = source;
  }

  /** Length of the plaintext in bytes. */
  public long length() {
    return signed.ciphertextLength();
  }

  /**
   * Reads exactly {@code length} bytes of plaintext from {@code offset}.
   *
   * @throws IndexOutOfBoundsException if the range does not lie within the plaintext
   * @throws IntegrityException if a block differs from what was signed; {@code target} may then
   *     hold verified bytes of the blocks before it
   * @throws IOException if the object can't be read
   */
  public void read(long offset, byte[] target, int position, int length) throws IOException {
    Objects.checkFromIndexSize(position, length, target.length);
    int[] next = {position};
    walk(
        offset,
        length,
        (bytes, from, count) -> {
          System.arraycopy(bytes, from, target, next[0], count);
          next[0] += count;
        });
  }

  /**
   * Writes {@code length} bytes of plaintext from {@code offset}. The first request fetches one
   * block, later ones up to eight, so that the first bytes come soon.
   *
   * @throws IndexOutOfBoundsException if the range does not lie within the plaintext
   * @throws IntegrityException if a block differs from what was signed; the verified bytes before
   *     it may have been written
   * @throws IOException if the object can't be read or {@code out} not be written
   */
  public void transferTo(long offset, long length, OutputStream out) throws IOException {
    walk(offset, length, out::write);
  }

  @FunctionalInterface
  private interface Sink {
    void accept(byte[] bytes, int offset, int length) throws IOException;
  }

  private void walk(long offset, long length, Sink sink) throws IOException {
    Objects.checkFromIndexSize(offset, length, length());
    if (length == 0) {
      return;
    }
    Lane lane = idle.poll();
    if (lane == null) {
      lane = new Lane();
    }
    try {
      lane.walk(offset, offset + length, sink);
    } finally {
      if (!idle.offer(lane)) {
        lane.clear();
      }
    }
  }

  /** What one read at a time needs; used again by later reads. */
  private final class Lane {
    private final MessageDigest sha256 = Digests.sha256();
    private final Cipher counter;
    private final byte[] plaintext = new byte[BLOCK];
    private byte @Nullable [] ciphertext;

    Lane() {
      try {
        counter = Cipher.getInstance("AES/CTR/NoPadding", "SunJCE");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java runtime lacks AES/CTR", e);
      }
    }

    void walk(long from, long to, Sink sink) throws IOException {
      int first = (int) (from / BLOCK);
      int end = (int) ((to + BLOCK - 1) / BLOCK);
      start(from);
      long position = from;
      for (int fetch = 1; first < end; fetch = Math.min(2 * fetch, MAX_FETCH_BLOCKS)) {
        int blocks = Math.min(fetch, end - first);
        byte[] fetched = fetch(first, blocks);
        for (int block = first; block < first + blocks; block++) {
          long blockStart = (long) block * BLOCK;
          long until = Math.min(to, blockStart + BLOCK);
          decrypt(fetched, (block - first) * BLOCK, blockStart, position, until, sink);
          position = until;
        }
        first += blocks;
      }
    }

    private void start(long from) {
      try {
        counter.init(
            Cipher.DECRYPT_MODE, secret, new IvParameterSpec(CounterBlock.at(nonce, from)));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES by the JDK failed", e);
      }
    }

    /** Fetches whole blocks and returns them only if each is the one that was signed. */
    private byte[] fetch(int first, int blocks) throws IOException {
      byte[] buffer = ciphertext;
      if (buffer == null || buffer.length < blocks * BLOCK) {
        buffer = new byte[blocks * BLOCK];
        ciphertext = buffer;
      }
      long start = (long) first * BLOCK;
      int length = (int) (Math.min(length(), start + (long) blocks * BLOCK) - start);
      source.read(signed.ciphertextOffset() + start, buffer, 0, length);
      for (int i = 0; i < blocks; i++) {
        int block = first + i;
        sha256.update(buffer, i * BLOCK, signed.blockLength(block));
        byte[] hash = sha256.digest();
        if (!signed.matches(block, hash)) {
          throw new IntegrityException(EnvelopeCheck.blockDiffers(signed, block, hash));
        }
      }
      return buffer;
    }

    /** Decrypts from {@code position} to {@code until}, both within one block. */
    private void decrypt(
        byte[] fetched, int at, long blockStart, long position, long until, Sink sink)
        throws IOException {
      // Only the first block of a read may begin within a cipher block; its counter starts before.
      int skip = (int) (position % CounterBlock.BYTES);
      int within = (int) (position - blockStart) - skip;
      int count = (int) (until - position) + skip;
      try {
        int produced = counter.update(fetched, at + within, count, plaintext, 0);
        if (produced != count) {
          throw new IllegalStateException("counter mode held back bytes");
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES by the JDK failed", e);
      }
      sink.accept(plaintext, skip, count - skip);
    }

    void clear() {
      Arrays.fill(plaintext, (byte) 0);
    }
  }
}

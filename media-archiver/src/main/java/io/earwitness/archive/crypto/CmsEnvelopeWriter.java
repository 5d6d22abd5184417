package io.earwitness.archive.crypto;

import io.earwitness.call.RecordingId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals content as CMS AuthEnvelopedData (RFC 5083, RFC 5084) for a fixed set of recipients; format
 * {@code docs/formats/media-cms.md}. Immutable and thread-safe.
 *
 * <h2>What it guarantees</h2>
 *
 * Every object gets a content key and a nonce of its own, drawn here and forgotten here; only
 * holders of a recipient's private key can read it, and every change to the ciphertext or the tag
 * is found on reading. The envelope can be opened by {@code openssl cms -decrypt -binary -inform
 * DER}.
 *
 * <h2>Restrictions</h2>
 *
 * GCM does not commit to its key, and the header is not authenticated: readers must check the
 * manifest's {@code commit} and {@code headerSha256}. A file ends at {@link #MAX_FILE_BYTES}, as
 * OpenSSL can't open larger ones; longer media go on in a further object.
 *
 * <h2>Use</h2>
 *
 * <pre>{@code
 * var writer = new CmsEnvelopeWriter(recipients);
 * CmsEnvelopeWriter.Sealed media = writer.seal(recordingId, flac);
 * String version = store.put(LOCK, key, media.content());
 * Manifest.Entry entry = Manifest.Entry.of(name, version, media.envelope());
 * }</pre>
 */
public final class CmsEnvelopeWriter {
  /** Largest size of a whole file: 1.4 GiB. */
  public static final long MAX_FILE_BYTES = 1_503_238_553L;

  /** Largest plaintext of one file; what remains to the file's limit is room for recipients. */
  public static final long MAX_PLAINTEXT_BYTES = MAX_FILE_BYTES - EnvelopeHeader.MAX_BYTES;

  /** The JIT compiles by calls, so that small steps get fast sooner than large ones. */
  private static final int STEP = 65536;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final List<Recipient> recipients;

  /**
   * @param recipients at least one; doubles count once
   */
  public CmsEnvelopeWriter(List<Recipient> recipients) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException(
          "nobody to encrypt for: add a certificate to the tenant's keys");
    }
    this.recipients = List.copyOf(new LinkedHashSet<>(recipients));
  }

  /** An envelope in memory and all that the manifest says of it. */
  public record Sealed(byte[] content, SealedEnvelope envelope) {}

  public List<Recipient> recipients() {
    return recipients;
  }

  /**
   * Seals content from memory to memory.
   *
   * @throws UnusableKeyException if a recipient's key can't be used after all
   */
  public Sealed seal(RecordingId recording, byte[] plaintext) throws CryptoException {
    return seal(recording.toString(), plaintext);
  }

  /**
   * Seals content whose length is known.
   *
   * @param length of the plaintext in bytes, at most {@link #MAX_PLAINTEXT_BYTES}
   * @param out receives the envelope; not closed
   * @throws UnusableKeyException if a recipient's key can't be used after all
   * @throws IOException if reading or writing fails, or the input ends early or goes on: what was
   *     written is then worthless
   */
  public SealedEnvelope seal(
      RecordingId recording, InputStream plaintext, long length, OutputStream out)
      throws IOException {
    return seal(recording.toString(), plaintext, length, out);
  }

  Sealed seal(String committedTo, byte[] plaintext) throws CryptoException {
    Target target = new Target();
    try {
      SealedEnvelope envelope =
          seal(committedTo, new ByteArrayInputStream(plaintext), plaintext.length, target);
      return new Sealed(target.content(), envelope);
    } catch (CryptoException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("memory can't fail to be read or written", e);
    }
  }

  SealedEnvelope seal(String committedTo, InputStream plaintext, long length, OutputStream out)
      throws IOException {
    if (length < 0) {
      throw new IllegalArgumentException("a length of " + length);
    }
    if (length > MAX_PLAINTEXT_BYTES) {
      throw new IllegalArgumentException(
          "%d bytes exceed the limit of %d bytes for one file; split them and go on in the next file"
              .formatted(length, MAX_PLAINTEXT_BYTES));
    }
    byte[] contentKey = random(EnvelopeAlgorithms.KEY_BYTES);
    byte[] nonce = random(EnvelopeAlgorithms.NONCE_BYTES);
    try {
      byte[] header =
          EnvelopeHeader.encode(RecipientInfoWriter.write(contentKey, recipients), nonce, length);
      if (out instanceof Target target) {
        target.expect(Math.toIntExact(header.length + length + SealedEnvelope.TRAILER_BYTES));
      }
      out.write(header);
      BlockHasher hasher = new BlockHasher(length);
      byte[] tag = encrypt(contentKey, nonce, plaintext, length, out, hasher);
      out.write(0x04);
      out.write(tag.length);
      out.write(tag);
      return new SealedEnvelope(
          header.length,
          length,
          nonce,
          tag,
          KeyCommitment.of(contentKey, committedTo),
          Digests.sha256().digest(header),
          hasher.finish());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM by the JDK failed", e);
    } finally {
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  private static byte[] encrypt(
      byte[] contentKey,
      byte[] nonce,
      InputStream plaintext,
      long length,
      OutputStream out,
      BlockHasher hasher)
      throws IOException, GeneralSecurityException {
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    gcm.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(contentKey, "AES"),
        new GCMParameterSpec(8 * EnvelopeAlgorithms.TAG_BYTES, nonce));
    byte[] in = new byte[STEP];
    byte[] encrypted = new byte[STEP + 64];
    long left = length;
    while (left > 0) {
      int wanted = (int) Math.min(left, STEP);
      int got = plaintext.readNBytes(in, 0, wanted);
      if (got < wanted) {
        throw new IOException(
            "the content ended after %d of %d bytes".formatted(length - left + got, length));
      }
      left -= got;
      int produced = gcm.update(in, 0, got, encrypted);
      hasher.update(encrypted, 0, produced);
      out.write(encrypted, 0, produced);
    }
    Arrays.fill(in, (byte) 0);
    if (plaintext.read() >= 0) {
      throw new IOException("the content goes on behind its %d bytes".formatted(length));
    }
    byte[] last = gcm.doFinal();
    int rest = last.length - EnvelopeAlgorithms.TAG_BYTES;
    hasher.update(last, 0, rest);
    out.write(last, 0, rest);
    return Arrays.copyOfRange(last, rest, last.length);
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }

  /** Memory of exactly the envelope's size. */
  private static final class Target extends OutputStream {
    private byte @Nullable [] content;
    private int position;

    void expect(int size) {
      content = new byte[size];
    }

    byte[] content() {
      byte[] complete = content;
      if (complete == null || position != complete.length) {
        throw new IllegalStateException("the envelope's length was computed wrongly");
      }
      return complete;
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      byte[] all = content;
      if (all == null) {
        throw new IllegalStateException("written before its size was known");
      }
      System.arraycopy(bytes, offset, all, position, length);
      position += length;
    }
  }
}

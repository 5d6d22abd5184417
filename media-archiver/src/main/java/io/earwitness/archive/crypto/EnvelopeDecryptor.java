package io.earwitness.archive.crypto;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * Opens whole envelopes. Stateless.
 *
 * <p>No plaintext is handed out before the tag over all of it was found right. As the JDK's own GCM
 * decryption would hold everything in memory, the content is decrypted in counter mode and the tag
 * computed by encrypting the result once more; a second pass then hands the plaintext out.
 */
public final class EnvelopeDecryptor {
  private static final int STEP = 65536;

  private EnvelopeDecryptor() {}

  /**
   * Opens an envelope in memory.
   *
   * @throws EnvelopeFormatException if it is none
   * @throws IntegrityException if the ciphertext, the nonce or the tag was changed
   */
  public static byte[] decrypt(byte[] envelope, ContentKey key) throws CryptoException {
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    int length = (int) header.ciphertextLength();
    byte[] plaintext = new byte[length];
    Pass pass = new Pass(header, key);
    try {
      pass.run(
          RangeSource.of(envelope),
          (bytes, done, count) -> System.arraycopy(bytes, 0, plaintext, (int) done, count));
    } catch (CryptoException e) {
      Arrays.fill(plaintext, (byte) 0);
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("memory can't fail to be read", e);
    }
    return plaintext;
  }

  /**
   * Checks the tag of a stored envelope without giving any plaintext.
   *
   * @throws IntegrityException if the ciphertext, the nonce or the tag was changed
   */
  public static void verify(RangeSource object, EnvelopeHeader header, ContentKey key)
      throws IOException {
    new Pass(header, key).run(object, (bytes, done, count) -> {});
  }

  /**
   * Opens a stored envelope: checks all of it, then reads it again and writes the plaintext.
   *
   * @param out not closed
   * @throws IntegrityException if the ciphertext, the nonce or the tag was changed; nothing was
   *     written then, unless the object changed between the two readings
   */
  public static void decrypt(
      RangeSource object, EnvelopeHeader header, ContentKey key, OutputStream out)
      throws IOException {
    verify(object, header, key);
    new Pass(header, key).run(object, (bytes, done, count) -> out.write(bytes, 0, count));
  }

  /**
   * Opens an envelope's file into a new file of mode 0600, which appears under its name only when
   * complete and checked; an older file of that name is replaced.
   *
   * @throws IntegrityException if the ciphertext, the nonce or the tag was changed; there is no
   *     output then
   */
  public static void decrypt(Path envelope, EnvelopeHeader header, ContentKey key, Path output)
      throws IOException {
    if (Files.exists(output) && Files.isSameFile(envelope, output)) {
      throw new IllegalArgumentException("the output %s is the input".formatted(output));
    }
    try (FileChannel channel = FileChannel.open(envelope, StandardOpenOption.READ)) {
      RangeSource object = RangeSource.of(channel);
      verify(object, header, key);
      PrivateFiles.replace(
          output,
          out ->
              new Pass(header, key)
                  .run(object, (bytes, done, count) -> out.write(bytes, 0, count)));
    }
  }

  /** Takes decrypted bytes; {@code done} bytes were given before. */
  @FunctionalInterface
  private interface Sink {
    void accept(byte[] bytes, long done, int count) throws IOException;
  }

  /** One reading of a ciphertext from its beginning to its tag. */
  private static final class Pass {
    private final EnvelopeHeader header;
    private final Cipher counter;
    private final Cipher gcm;

    Pass(EnvelopeHeader header, ContentKey key) {
      this.header = header;
      byte[] nonce = header.nonceBytes();
      try {
        counter = Cipher.getInstance("AES/CTR/NoPadding", "SunJCE");
        counter.init(
            Cipher.DECRYPT_MODE, key.secret(), new IvParameterSpec(CounterBlock.at(nonce, 0)));
        gcm = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        gcm.init(
            Cipher.ENCRYPT_MODE,
            key.secret(),
            new GCMParameterSpec(8 * EnvelopeAlgorithms.TAG_BYTES, nonce));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES by the JDK failed", e);
      }
    }

    void run(RangeSource object, Sink sink) throws IOException {
      byte[] in = new byte[STEP];
      byte[] plain = new byte[STEP];
      byte[] again = new byte[STEP + 64];
      long length = header.ciphertextLength();
      try {
        for (long done = 0; done < length; ) {
          int count = (int) Math.min(STEP, length - done);
          object.read(header.ciphertextOffset() + done, in, 0, count);
          int produced = counter.update(in, 0, count, plain);
          gcm.update(plain, 0, produced, again);
          sink.accept(plain, done, produced);
          done += count;
        }
        byte[] last = gcm.doFinal();
        byte[] tag =
            Arrays.copyOfRange(last, last.length - EnvelopeAlgorithms.TAG_BYTES, last.length);
        if (!MessageDigest.isEqual(tag, header.tagBytes())) {
          throw new IntegrityException(
              "The content was changed after it was sealed: its tag is wrong, so ciphertext, nonce or tag differ, or the recipient header belongs to another envelope.");
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES by the JDK failed", e);
      } finally {
        Arrays.fill(plain, (byte) 0);
      }
    }
  }
}

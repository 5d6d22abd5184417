package io.earwitness.archive;

import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.EnvelopeCheck;
import io.earwitness.archive.crypto.EnvelopeDecryptor;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.IntegrityException;
import io.earwitness.archive.crypto.RangeSource;
import io.earwitness.archive.crypto.SealedEnvelope;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PrivateKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens an encrypted object's file with a private key, for whoever holds the key outside the
 * platform. Stateless.
 */
public final class Decryptor {
  private Decryptor() {}

  /**
   * Decrypts {@code media.cms} or any other object into a file of mode 0600, which appears only
   * when all checks passed.
   *
   * <p>With a manifest the file is compared with it byte for byte, and the content key with the
   * manifest's commitment, before anything is decrypted. Without one, only GCM's tag protects
   * against changes.
   *
   * @return length of the plaintext in bytes
   * @throws io.earwitness.archive.crypto.CryptoException saying whether the file's kind, the key,
   *     or the content is wrong; there is no output then
   * @throws IOException if a file can't be read or written
   */
  public static long decrypt(
      Path envelope, PrivateKey privateKey, @Nullable VerifiedManifest manifest, Path output)
      throws IOException {
    try (FileChannel channel = FileChannel.open(envelope, StandardOpenOption.READ)) {
      EnvelopeHeader header = EnvelopeHeader.parse(RangeSource.of(channel), channel.size());
      try (ContentKey key = key(envelope, header, privateKey, manifest)) {
        EnvelopeDecryptor.decrypt(envelope, header, key, output);
      }
      return header.ciphertextLength();
    }
  }

  /**
   * Decrypts as above into a stream, such as a pipe; nothing is written before all checks passed.
   *
   * @param output not closed
   */
  public static long decrypt(
      Path envelope,
      PrivateKey privateKey,
      @Nullable VerifiedManifest manifest,
      OutputStream output)
      throws IOException {
    try (FileChannel channel = FileChannel.open(envelope, StandardOpenOption.READ)) {
      RangeSource object = RangeSource.of(channel);
      EnvelopeHeader header = EnvelopeHeader.parse(object, channel.size());
      try (ContentKey key = key(envelope, header, privateKey, manifest)) {
        EnvelopeDecryptor.decrypt(object, header, key, output);
      }
      return header.ciphertextLength();
    }
  }

  private static ContentKey key(
      Path envelope,
      EnvelopeHeader header,
      PrivateKey privateKey,
      @Nullable VerifiedManifest manifest)
      throws IOException {
    if (manifest == null) {
      return ContentKey.recover(header, privateKey);
    }
    SealedEnvelope signed = signed(envelope, header, manifest);
    ContentKey key = ContentKey.recover(header, privateKey);
    try {
      key.checkCommit(manifest.manifest().recording(), signed);
      return key;
    } catch (IntegrityException e) {
      key.close();
      throw e;
    }
  }

  private static SealedEnvelope signed(
      Path envelope, EnvelopeHeader header, VerifiedManifest manifest) throws IOException {
    String headerSha256 = header.sha256();
    for (Manifest.Entry entry : manifest.manifest().objects()) {
      if (!entry.headerSha256().equals(headerSha256)) {
        continue;
      }
      SealedEnvelope signed = entry.envelope();
      try (InputStream in = Files.newInputStream(envelope)) {
        List<String> differences = EnvelopeCheck.differences(in, signed);
        if (!differences.isEmpty()) {
          throw new IntegrityException(
              "%s is not the signed %s. %s"
                  .formatted(envelope, entry.name(), String.join(" ", differences)));
        }
      }
      return signed;
    }
    throw new IntegrityException(
        "%s is none of the objects that the manifest of recording %s names: no entry has the SHA-256 of its recipient header, %s."
            .formatted(envelope, manifest.manifest().recording(), headerSha256));
  }
}

package io.earwitness.app;

import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.crypto.SignedDataSigner;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recorder's configuration snapshot on its disk: CMS SignedData over its JSON, signed like
 * manifests and verified under the platform's authority, and a second copy of the last one that was
 * good. Format {@code docs/formats/configuration-snapshot.md}. Not thread-safe.
 */
final class SignedSnapshots {
  /** What the signature says that it is for, so that nothing else that was signed passes for it. */
  static final String HINT = "platform/configuration-snapshot";

  private static final Logger LOG = LoggerFactory.getLogger(SignedSnapshots.class);

  private final Path file;
  private final Path lastGood;
  private final SignedDataSigner signer;
  private final SignedDataVerifier verifier;
  private volatile boolean forged;
  private byte[] written = new byte[0];
  private @Nullable Seen seen;

  /** By what a file is known to be the one that was looked at before. */
  private record Seen(@Nullable Object key, FileTime changed, long size) {
    static Seen of(Path file) throws IOException {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Seen(now.fileKey(), now.lastModifiedTime(), now.size());
    }
  }

  SignedSnapshots(Path folder, SignedDataSigner signer, SignedDataVerifier verifier) {
    this.file = folder.resolve("configuration-snapshot.p7");
    this.lastGood = folder.resolve("configuration-snapshot.last-good.p7");
    this.signer = signer;
    this.verifier = verifier;
  }

  /**
   * The snapshot on disk, the second copy where the first one is not good; empty if there is none.
   */
  Optional<RecorderSnapshot> load() throws IOException {
    Optional<RecorderSnapshot> first = load(file);
    return first.isPresent() ? first : load(lastGood);
  }

  private Optional<RecorderSnapshot> load(Path path) throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    byte[] signed = Files.readAllBytes(path);
    try {
      SignedDataVerifier.Verified verified = verifier.verify(signed);
      if (!HINT.equals(verified.hint())) {
        throw new SignatureRejectedException(
            "The signature was made for '%s', not for a configuration.".formatted(verified.hint()));
      }
      RecorderSnapshot snapshot = Json.read(verified.content(), RecorderSnapshot.class);
      written = signed;
      return Optional.of(snapshot);
    } catch (SignatureRejectedException e) {
      forged = true;
      LOG.error("{} is not what the platform signed and is not used: {}", path, e.getMessage());
      return Optional.empty();
    }
  }

  /** Signs a snapshot and writes it, whole or not at all, and its second copy. */
  void write(RecorderSnapshot snapshot) throws IOException {
    byte[] signed = signer.sign(Json.bytes(snapshot), HINT);
    SecretFile.writePrivately(file, signed);
    SecretFile.writePrivately(lastGood, signed);
    written = signed;
  }

  /**
   * Looks whether the file is what was written or read last; one that is not is replaced by that.
   */
  void guard() throws IOException {
    if (written.length == 0) {
      return;
    }
    boolean there = Files.exists(file);
    if (there && Seen.of(file).equals(seen)) {
      return;
    }
    if (!there || !Arrays.equals(Files.readAllBytes(file), written)) {
      forged |= there;
      LOG.error("{} was changed or removed by somebody else; it is written anew", file);
      SecretFile.writePrivately(file, written);
    }
    seen = Seen.of(file);
  }

  /** Whether a file was found that the platform did not sign, since this node was started. */
  boolean isForged() {
    return forged;
  }
}

package io.earwitness.archive;

import io.earwitness.archive.crypto.SignedDataSigner;
import io.earwitness.json.Json;
import java.util.List;

/**
 * Signs manifests as {@code manifest-{generation}.p7}; format {@code docs/formats/manifest.md}.
 * Immutable and thread-safe.
 */
public final class ManifestSigner {
  private final SignedDataSigner signer;

  public ManifestSigner(SignedDataSigner signer) {
    this.signer = signer;
  }

  /**
   * Writes the manifest's JSON once and signs those bytes. Keep what is returned: signing again
   * gives other bytes.
   *
   * @throws IllegalArgumentException if the manifest contradicts itself
   */
  public byte[] sign(Manifest manifest) {
    List<String> broken = ManifestRules.broken(manifest);
    if (!broken.isEmpty()) {
      throw new IllegalArgumentException(String.join(" ", broken));
    }
    return signer.sign(Json.bytes(manifest), hint(manifest));
  }

  /** What the signature says that it is for: the manifest's own place in the store. */
  static String hint(Manifest manifest) {
    return ObjectKeys.manifest(manifest.tenant(), manifest.recording(), manifest.generation());
  }
}

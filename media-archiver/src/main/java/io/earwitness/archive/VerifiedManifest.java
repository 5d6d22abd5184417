package io.earwitness.archive;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * A manifest whose signature was found right.
 *
 * @param json the signed bytes
 * @param signedAt by the signer's clock
 */
public record VerifiedManifest(
    Manifest manifest, byte[] json, Instant signedAt, X509Certificate signer) {

  /** The entry of a file of the attempt, such as {@code media.cms}. */
  public Optional<Manifest.Entry> entry(String file) {
    String name = manifest.attempt() + "/" + file;
    return manifest.objects().stream().filter(entry -> entry.name().equals(name)).findFirst();
  }
}

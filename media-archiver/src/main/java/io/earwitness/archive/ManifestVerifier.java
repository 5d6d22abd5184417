package io.earwitness.archive;

import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Verifies signed manifests under the platform's authority. Immutable and thread-safe. */
public final class ManifestVerifier {
  private final SignedDataVerifier signatures;

  public ManifestVerifier(X509Certificate authority) {
    this(new SignedDataVerifier(List.of(authority)));
  }

  /** For a platform whose authority was replaced: several are trusted. */
  public ManifestVerifier(SignedDataVerifier signatures) {
    this.signatures = signatures;
  }

  /**
   * Verifies the manifest of a certain recording.
   *
   * @throws SignatureRejectedException if the signature is wrong or by somebody unknown, or the
   *     manifest belongs to another recording or tenant, or contradicts itself
   */
  public VerifiedManifest verify(byte[] signed, TenantSlug tenant, RecordingId recording)
      throws SignatureRejectedException {
    VerifiedManifest verified = verify(signed);
    Manifest manifest = verified.manifest();
    if (!manifest.recording().equals(recording)) {
      throw new SignatureRejectedException(
          "The manifest is validly signed, but for recording %s instead of %s."
              .formatted(manifest.recording(), recording));
    }
    if (!manifest.tenant().equals(tenant)) {
      throw new SignatureRejectedException(
          "The manifest is validly signed, but for tenant %s instead of %s."
              .formatted(manifest.tenant(), tenant));
    }
    return verified;
  }

  /**
   * Verifies a manifest of whichever recording.
   *
   * @throws SignatureRejectedException if the signature is wrong or by somebody unknown, or the
   *     manifest contradicts itself
   */
  public VerifiedManifest verify(byte[] signed) throws SignatureRejectedException {
    SignedDataVerifier.Verified verified = signatures.verify(signed);
    Manifest manifest;
    try {
      manifest = Json.read(verified.content(), Manifest.class);
    } catch (IOException | RuntimeException e) {
      throw new SignatureRejectedException("What was signed is no manifest: " + e.getMessage(), e);
    }
    List<String> broken = ManifestRules.broken(manifest);
    if (!broken.isEmpty()) {
      throw new SignatureRejectedException(
          "The manifest is validly signed, but contradicts itself. " + String.join(" ", broken));
    }
    if (!verified.hint().equals(ManifestSigner.hint(manifest))) {
      throw new SignatureRejectedException(
          "The signature was made for '%s', not for a manifest at '%s'."
              .formatted(verified.hint(), ManifestSigner.hint(manifest)));
    }
    return new VerifiedManifest(
        manifest, verified.content(), verified.signedAt(), verified.signer());
  }
}

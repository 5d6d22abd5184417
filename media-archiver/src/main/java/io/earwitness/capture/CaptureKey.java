package io.earwitness.capture;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * A capture certificate with its private key, as archivers hold it.
 *
 * @param privateKey any JCA key that can unwrap RSA-OAEP with SHA-256
 */
public record CaptureKey(X509Certificate certificate, PrivateKey privateKey) {
  @Override
  public String toString() {
    return "CaptureKey[" + certificate.getSubjectX500Principal() + "]";
  }
}

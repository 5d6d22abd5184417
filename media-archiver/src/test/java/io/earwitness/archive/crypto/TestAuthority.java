package io.earwitness.archive.crypto;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;

/** A platform's authority and archiver, without the keys for encryption, which take seconds. */
public final class TestAuthority {
  private final Clock clock;
  private final CertificateIssuer.Issued authority;
  private final CertificateIssuer.Issued archiver;

  public TestAuthority(Clock clock) {
    this.clock = clock;
    CertificateIssuer issuer = new CertificateIssuer(clock);
    this.authority = issuer.authority("test authority", 30);
    this.archiver = issuer.documentSigner("test archiver", 10, authority);
  }

  public X509Certificate certificate() {
    return authority.certificate();
  }

  public SignedDataSigner signer() {
    return signer(archiver, clock);
  }

  /** The archiver, with another clock. */
  SignedDataSigner signer(Clock other) {
    return signer(archiver, other);
  }

  /** A holder of a certificate of this authority that is not for signing documents. */
  SignedDataSigner notASigner() {
    return signer(
        new CertificateIssuer(clock).encryption("node", 10, ManagedKeyKind.EC_P256, authority),
        clock);
  }

  private SignedDataSigner signer(CertificateIssuer.Issued issued, Clock at) {
    return new SignedDataSigner(
        issued.privateKey(), issued.certificate(), List.of(authority.certificate()), at);
  }
}

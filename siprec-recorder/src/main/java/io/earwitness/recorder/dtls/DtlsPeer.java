package io.earwitness.recorder.dtls;

import java.io.IOException;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/** What both roles of a handshake do alike, and what comes of it. For the handshake's thread. */
final class DtlsPeer {
  /**
   * Our certificate is of an elliptic curve; the other end's may be RSA, where it is the server.
   */
  static final int[] SUITES = {
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
  };

  static final int HANDSHAKE_MILLIS = 30_000;

  private final DtlsIdentity own;
  private final DtlsTerms terms;
  private final BcTlsCrypto crypto;
  private int profile;
  private SrtpProfiles.@Nullable Keys keys;

  DtlsPeer(DtlsIdentity own, DtlsTerms terms, BcTlsCrypto crypto) {
    this.own = own;
    this.terms = terms;
    this.crypto = crypto;
  }

  BcTlsCrypto crypto() {
    return crypto;
  }

  static ProtocolVersion[] versions() {
    return ProtocolVersion.DTLSv12.only();
  }

  /** Takes the SRTP profile that both ends agree on. */
  void agreed(int srtpProfile) {
    profile = srtpProfile;
  }

  /** Takes the keys, at the end of the handshake. */
  void completed(TlsContext context) {
    keys = SrtpProfiles.export(context, profile);
  }

  /** Of a handshake that was completed. */
  SrtpProfiles.Keys keys() {
    if (keys == null) {
      throw new IllegalStateException("the handshake is not completed");
    }
    return keys;
  }

  /** What proves that we have the key of our certificate. */
  TlsCredentialedSigner credentials(TlsContext context) throws IOException {
    Certificate chain =
        new Certificate(new TlsCertificate[] {crypto.createCertificate(own.certificate())});
    return new BcDefaultTlsCredentialedSigner(
        new TlsCryptoParameters(context),
        crypto,
        own.key(),
        chain,
        SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa));
  }

  static Vector<?> signatureAlgorithms(TlsContext context) {
    return TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
  }

  /** RFC 5763 §5: a certificate is good if its fingerprint came by SDP. */
  void check(Certificate chain) throws IOException {
    if (chain == null || chain.isEmpty()) {
      throw new TlsFatalAlert(AlertDescription.handshake_failure, "it has no certificate");
    }
    byte[] certificate = chain.getCertificateAt(0).getEncoded();
    if (terms.peer().stream().noneMatch(one -> one.matches(certificate))) {
      throw new TlsFatalAlert(
          AlertDescription.bad_certificate,
          "its certificate has the fingerprint %s, which is not the offered one"
              .formatted(Fingerprint.of(certificate)));
    }
  }
}

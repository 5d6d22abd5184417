package io.earwitness.recorder.tls;

import io.earwitness.recorder.tls.TlsFilesException.Part;
import io.earwitness.recorder.tls.TlsFilesException.Problem;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** Certificates in the textual form of RFC 7468 §5. */
final class CertificateChain {
  private CertificateChain() {}

  /** All certificates of a PEM file, at least one. */
  static List<X509Certificate> parse(String pem) throws PemException {
    if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
      throw new PemException("holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      throw new PemException("holds a certificate that can't be read: " + e.getMessage());
    }
  }

  /** Tells what keeps a chain from being shown to others: it is not in order, or not valid now. */
  static void check(Path path, List<X509Certificate> chain, Instant now, List<Problem> problems) {
    X509Certificate own = chain.getFirst();
    if (now.isAfter(own.getNotAfter().toInstant())) {
      problem(path, "expired at " + own.getNotAfter().toInstant() + "; renew it", problems);
    } else if (now.isBefore(own.getNotBefore().toInstant())) {
      problem(path, "is not valid before " + own.getNotBefore().toInstant(), problems);
    }
    for (int i = 0; i + 1 < chain.size(); i++) {
      if (!chain
          .get(i)
          .getIssuerX500Principal()
          .equals(chain.get(i + 1).getSubjectX500Principal())) {
        problem(
            path,
            "must begin with the own certificate and go on with its issuer's, but number %d is not issued by number %d"
                .formatted(i + 1, i + 2),
            problems);
      }
    }
  }

  private static void problem(Path path, String what, List<Problem> problems) {
    problems.add(new Problem(Part.CERTIFICATE, path + " " + what));
  }
}

package io.earwitness.recorder.tls;

import io.earwitness.recorder.tls.TlsFilesException.Part;
import io.earwitness.recorder.tls.TlsFilesException.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private key in the textual form of RFC 7468 §10 (PKCS#8). */
final class PemKey {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC");

  private PemKey() {}

  static PrivateKey parse(String pem) throws PemException {
    Matcher matcher = KEY.matcher(pem);
    if (!matcher.find()) {
      throw new PemException(whyNot(pem));
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
      for (String algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException e) {
          // Then it is of another algorithm
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new PemException("holds a private key that can't be read: " + e.getMessage());
    }
    throw new PemException("holds a private key that is neither RSA nor EC, or can't be read");
  }

  private static String whyNot(String pem) {
    // Also the Proc-Type line of the older form
    if (pem.contains("ENCRYPTED")) {
      return "holds a private key under a password; decrypt it: openssl pkcs8 -in OLD -out NEW";
    }
    if (pem.contains("-----BEGIN RSA PRIVATE KEY-----")
        || pem.contains("-----BEGIN EC PRIVATE KEY-----")) {
      return "holds a private key in an older form; convert it to PKCS#8: openssl pkcs8 -topk8"
          + " -nocrypt -in OLD -out NEW";
    }
    return "holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)";
  }

  /** Tells if a key does not belong to a certificate. */
  static void requireBelongs(
      Path path, PrivateKey key, X509Certificate certificate, List<Problem> problems) {
    if (!belongs(key, certificate)) {
      problems.add(
          new Problem(
              Part.KEY,
              "%s does not belong to the certificate of %s"
                  .formatted(path, certificate.getSubjectX500Principal().getName())));
    }
  }

  private static boolean belongs(PrivateKey key, X509Certificate certificate) {
    if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
      return false;
    }
    byte[] text = "whose key is it".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signature =
          Signature.getInstance(
              key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}

package io.earwitness.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;

/** A capture certificate and its private key, for tests only. */
public final class TestCaptureKey {
  private TestCaptureKey() {}

  /** The pair that the test vector of the format is sealed for. */
  public static CaptureKey key() {
    return new CaptureKey(certificate("certificate.pem"), privateKey());
  }

  static X509Certificate certificate(String name) {
    try (InputStream in = resource(name)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static PrivateKey privateKey() {
    try (InputStream in = resource("key.pem")) {
      String pem = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("key.pem", e);
    }
  }

  static InputStream resource(String name) {
    return Objects.requireNonNull(
        TestCaptureKey.class.getResourceAsStream("/capture/" + name), name);
  }
}

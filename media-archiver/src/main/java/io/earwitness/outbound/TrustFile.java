package io.earwitness.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom TLS connections trust: the authorities of a PEM file, else those of the JDK. */
public final class TrustFile {
  private TrustFile() {}

  /**
   * Reads it.
   *
   * @param pem null for the JDK's authorities
   * @throws IOException if the file can't be read or holds no certificate
   */
  public static SSLContext load(@Nullable Path pem) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, pem == null ? null : trusting(pem).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("%s: %s".formatted(pem, e.getMessage()), e);
    }
  }

  private static TrustManagerFactory trusting(Path pem)
      throws IOException, GeneralSecurityException {
    Collection<? extends Certificate> all;
    try (InputStream in = Files.newInputStream(pem)) {
      all = CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
    if (all.isEmpty()) {
      throw new IOException(pem + " holds no certificate");
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int i = 0;
    for (Certificate one : all) {
      store.setCertificateEntry("trusted-" + i++, one);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}

package io.earwitness.recorder.tls;

import io.earwitness.recorder.tls.TlsFilesException.Part;
import io.earwitness.recorder.tls.TlsFilesException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** What the TLS files hold at one moment; equal if it is the same, byte by byte. */
record TlsContent(@Nullable File certificate, @Nullable File key, @Nullable File trust) {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * A file as read.
   *
   * @param failure why it could not be read; empty if it could
   */
  record File(Path path, String text, String failure) {
    static @Nullable File read(@Nullable Path path) {
      if (path == null) {
        return null;
      }
      try {
        if (Files.size(path) > MAX_BYTES) {
          return new File(path, "", "is over 1 MiB and so no PEM file of certificates");
        }
        return new File(path, Files.readString(path, StandardCharsets.ISO_8859_1), "");
      } catch (NoSuchFileException e) {
        return new File(path, "", "does not exist");
      } catch (IOException e) {
        return new File(path, "", "can't be read (" + e + ")");
      }
    }
  }

  static TlsContent read(TlsFiles.Paths paths) {
    return new TlsContent(
        File.read(paths.certificate()), File.read(paths.key()), File.read(paths.trust()));
  }

  /** A context made of it, for TLS of every version. */
  SSLContext context(Instant now) throws TlsFilesException {
    return context(now, "TLS");
  }

  /** A context for one protocol. */
  SSLContext context(Instant now, String protocol) throws TlsFilesException {
    List<Problem> problems = new ArrayList<>();
    List<X509Certificate> chain = certificates(Part.CERTIFICATE, certificate, problems);
    PrivateKey privateKey = key(problems);
    List<X509Certificate> trusted = certificates(Part.TRUST, trust, problems);
    if (certificate != null && !chain.isEmpty()) {
      CertificateChain.check(certificate.path(), chain, now, problems);
    }
    if (key != null && privateKey != null && !chain.isEmpty()) {
      PemKey.requireBelongs(key.path(), privateKey, chain.getFirst(), problems);
    }
    if (certificate != null && key == null) {
      problems.add(
          new Problem(Part.KEY, "the private key of " + certificate.path() + " is needed"));
    }
    if (certificate == null && key != null) {
      problems.add(
          new Problem(
              Part.CERTIFICATE, "the certificate for the key " + key.path() + " is needed"));
    }
    if (!problems.isEmpty()) {
      throw new TlsFilesException(problems);
    }
    try {
      SSLContext context = SSLContext.getInstance(protocol);
      context.init(keyManagers(privateKey, chain), trustManagers(trusted).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsFilesException(
          List.of(new Problem(Part.CERTIFICATE, "the TLS files can't be used: " + e)));
    }
  }

  /** Until when its own certificate is valid; null if it has none. */
  @Nullable Instant expires() {
    List<X509Certificate> chain = certificates(Part.CERTIFICATE, certificate, new ArrayList<>());
    return chain.isEmpty() ? null : chain.getFirst().getNotAfter().toInstant();
  }

  /** For people: whose certificate it is and until when it is valid. */
  String describe() {
    List<X509Certificate> chain = certificates(Part.CERTIFICATE, certificate, new ArrayList<>());
    return chain.isEmpty()
        ? "no certificate"
        : "%s, valid until %s"
            .formatted(
                chain.getFirst().getSubjectX500Principal().getName(),
                chain.getFirst().getNotAfter().toInstant());
  }

  private static List<X509Certificate> certificates(
      Part part, @Nullable File file, List<Problem> problems) {
    if (file == null) {
      return List.of();
    }
    try {
      if (!file.failure().isEmpty()) {
        throw new PemException(file.failure());
      }
      return CertificateChain.parse(file.text());
    } catch (PemException e) {
      problems.add(new Problem(part, file.path() + " " + e.getMessage()));
      return List.of();
    }
  }

  private @Nullable PrivateKey key(List<Problem> problems) {
    if (key == null) {
      return null;
    }
    try {
      if (!key.failure().isEmpty()) {
        throw new PemException(key.failure());
      }
      return PemKey.parse(key.text());
    } catch (PemException e) {
      problems.add(new Problem(Part.KEY, key.path() + " " + e.getMessage()));
      return null;
    }
  }

  private static KeyManager @Nullable [] keyManagers(
      @Nullable PrivateKey privateKey, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    if (privateKey == null) {
      return null;
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    // It lives in memory only: the password guards nothing
    char[] password = new char[0];
    store.setKeyEntry("own", privateKey, password, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, password);
    return factory.getKeyManagers();
  }

  private TrustManagerFactory trustManagers(List<X509Certificate> trusted)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    if (trust == null) {
      factory.init((KeyStore) null);
      return factory;
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < trusted.size(); i++) {
      store.setCertificateEntry("trusted-" + i, trusted.get(i));
    }
    factory.init(store);
    return factory;
  }
}

package io.earwitness.archive.crypto;

import io.earwitness.call.TenantSlug;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Private keys that the platform manages for its tenants, in a PKCS#12 file keyed by tenant and
 * certificate id. Thread-safe; several processes may share the file.
 *
 * <h2>What it guarantees</h2>
 *
 * No key is used before {@link KeyUse} returned. A tenant's key never opens anything in another
 * tenant's name. A change is on disk when it returns, and a crash leaves the old or the new file.
 *
 * <h2>Restrictions</h2>
 *
 * Keys once used stay in this process's memory. Tenants with customer-held keys have none here.
 */
public final class TenantKeyStore {
  /** Usual name of the key store in the key folder. */
  public static final String FILE = "tenants.p12";

  private static final int YEARS = 30;

  private final KeyStoreFile file;
  private final Path lockFile;
  private final Clock clock;
  private volatile Loaded loaded;

  /** The store as it was on disk, and the keys already decrypted. */
  private record Loaded(
      KeyStore store, @Nullable FileState state, Map<String, CertificateIssuer.Issued> keys) {}

  /** A replaced file is another file, even where time and size are the same. */
  private record FileState(@Nullable Object fileKey, long modifiedNanos, long size) {}

  private TenantKeyStore(KeyStoreFile file, Clock clock) throws KeyStoreAccessException {
    this.file = file;
    this.lockFile = PrivateFiles.folder(file.path()).resolve(".tenants.lock");
    this.clock = clock;
    this.loaded = load();
  }

  /**
   * Opens a store; a file that does not exist is an empty store.
   *
   * @param password by {@link KeyPassword#load}
   * @throws KeyStoreAccessException if the file can't be read or the password is wrong
   */
  public static TenantKeyStore open(Path file, char[] password, Clock clock)
      throws KeyStoreAccessException {
    return new TenantKeyStore(new KeyStoreFile(file, password), clock);
  }

  /**
   * Makes a key pair for a tenant, with a self-signed certificate, and stores it durably.
   *
   * @param purpose goes into the certificate's common name, such as {@code recordings}
   */
  public Recipient generate(TenantSlug tenant, ManagedKeyKind kind, String purpose)
      throws CryptoException {
    CertificateIssuer.Issued issued =
        new CertificateIssuer(clock)
            .encryption("%s %s %s".formatted(tenant, purpose, kind.wireName()), YEARS, kind);
    Recipient recipient = Recipient.of(issued.certificate());
    try (KeyStoreFile.Exclusion ignored = KeyStoreFile.exclude(lockFile)) {
      Loaded fresh = load();
      file.put(
          fresh.store(), alias(tenant, recipient.id()), issued.privateKey(), issued.certificate());
      file.store(fresh.store());
      loaded = load();
    }
    return recipient;
  }

  /** The certificates whose private keys are kept here for a tenant, oldest first. */
  public List<X509Certificate> certificates(TenantSlug tenant) throws KeyStoreAccessException {
    Loaded current = current();
    String prefix = alias(tenant, "");
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (String alias : Collections.list(current.store().aliases())) {
        if (alias.startsWith(prefix)
            && current.store().getCertificate(alias) instanceof X509Certificate certificate) {
          certificates.add(certificate);
        }
      }
    } catch (KeyStoreException e) {
      throw new IllegalStateException("a loaded key store refuses to be read", e);
    }
    certificates.sort(Comparator.comparing(X509Certificate::getNotBefore));
    return certificates;
  }

  /**
   * Recovers the content key of an envelope with whichever of the tenant's keys it is for; EC keys
   * first, which are the faster ones.
   *
   * @param use told before the key is used
   * @throws WrongKeyException if no key of this tenant fits
   */
  public ContentKey recover(TenantSlug tenant, EnvelopeHeader header, KeyUse use)
      throws CryptoException {
    List<X509Certificate> certificates = certificates(tenant);
    certificates.sort(Comparator.comparing(c -> c.getPublicKey().getAlgorithm().equals("RSA")));
    for (X509Certificate certificate : certificates) {
      List<EnvelopeRecipient> own =
          header.recipients().stream().filter(r -> r.isFor(certificate)).toList();
      if (!own.isEmpty()) {
        String id = Certificates.id(certificate);
        use.before(tenant, id);
        return ContentKey.recover(header, own, key(tenant, id).privateKey());
      }
    }
    throw new WrongKeyException(
        "None of the %d keys managed for tenant %s opens the envelope; it is encrypted for %s."
            .formatted(certificates.size(), tenant, header.recipients()));
  }

  /**
   * A private key as unencrypted PKCS#8 PEM; the caller writes it with mode 0600.
   *
   * @param use told before the key is handed out
   * @throws KeyStoreAccessException if there is no such key
   */
  public String exportPem(TenantSlug tenant, String certificateId, KeyUse use)
      throws KeyStoreAccessException {
    use.before(tenant, certificateId);
    return PrivateKeys.pem(key(tenant, certificateId).privateKey());
  }

  /**
   * All of a tenant's keys as a PKCS#12 file, encrypted with a password; null if there is none.
   *
   * @param use told before each key is handed out
   */
  public byte @Nullable [] export(TenantSlug tenant, char[] password, KeyUse use)
      throws KeyStoreAccessException {
    List<X509Certificate> certificates = certificates(tenant);
    if (certificates.isEmpty()) {
      return null;
    }
    try {
      KeyStore exported = KeyStore.getInstance("PKCS12");
      exported.load(null, password);
      for (X509Certificate certificate : certificates) {
        String id = Certificates.id(certificate);
        use.before(tenant, id);
        exported.setKeyEntry(
            id, key(tenant, id).privateKey(), password, new X509Certificate[] {certificate});
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      exported.store(out, password);
      return out.toByteArray();
    } catch (GeneralSecurityException | IOException e) {
      throw new KeyStoreAccessException(
          "The keys of tenant %s can't be exported: %s".formatted(tenant, e), e);
    }
  }

  /**
   * Removes all of a tenant's keys for good; what only they open can't be opened here any more.
   *
   * @return the ids of their certificates
   */
  public List<String> destroy(TenantSlug tenant) throws KeyStoreAccessException {
    try (KeyStoreFile.Exclusion ignored = KeyStoreFile.exclude(lockFile)) {
      loaded = load();
      List<String> ids = new ArrayList<>();
      for (X509Certificate certificate : certificates(tenant)) {
        String id = Certificates.id(certificate);
        loaded.store().deleteEntry(alias(tenant, id));
        ids.add(id);
      }
      if (!ids.isEmpty()) {
        file.store(loaded.store());
        loaded = load();
      }
      return ids;
    } catch (KeyStoreException e) {
      throw new KeyStoreAccessException(
          "The keys of tenant %s can't be removed: %s".formatted(tenant, e), e);
    }
  }

  private CertificateIssuer.Issued key(TenantSlug tenant, String certificateId)
      throws KeyStoreAccessException {
    Loaded current = current();
    String alias = alias(tenant, certificateId);
    CertificateIssuer.Issued known = current.keys().get(alias);
    if (known == null) {
      known = file.get(current.store(), alias);
      current.keys().put(alias, known);
    }
    return known;
  }

  /** Aliases are compared without case by the JDK; slugs and ids are lower case anyway. */
  private static String alias(TenantSlug tenant, String certificateId) {
    return tenant + "/" + certificateId;
  }

  private Loaded current() throws KeyStoreAccessException {
    Loaded current = loaded;
    FileState now = state();
    if (now == null ? current.state() != null : !now.equals(current.state())) {
      current = load();
      loaded = current;
    }
    return current;
  }

  private Loaded load() throws KeyStoreAccessException {
    // The state first: a replacement in between only causes one more loading.
    FileState state = state();
    KeyStore store = state == null ? file.empty() : file.load();
    return new Loaded(store, state, new ConcurrentHashMap<>());
  }

  private @Nullable FileState state() throws KeyStoreAccessException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
      return new FileState(
          attributes.fileKey(),
          attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          attributes.size());
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new KeyStoreAccessException(
          "The key store %s can't be read: %s".formatted(file.path(), e), e);
    }
  }
}

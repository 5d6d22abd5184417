package io.earwitness.archive.crypto;

import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * The platform's own keys, made at the first start: an authority, the archiver's signing
 * certificate, the audit log's signing key, and three certificates for encryption. Immutable and
 * thread-safe.
 *
 * <p>They lie in {@code platform.p12}; {@code ca.pem} and {@code capture.pem} beside it are the
 * public parts that auditors and recorders need. The signing certificate is renewed on opening when
 * less than 90 days remain; manifests carry the certificate that signed them, so older ones stay
 * verifiable.
 */
public final class PlatformKeys {
  /** Name of the key store in the key folder. */
  public static final String FILE = "platform.p12";

  /** The subject's unit in certificates of the node APIs' clients, and in no other. */
  public static final String NODE_API_UNIT = "node-api";

  private static final String AUTHORITY = "ca";
  private static final String ARCHIVER = "archiver";
  private static final String CAPTURE = "capture";
  private static final String CATALOG_RECOVERY = "catalog-recovery";
  private static final String QUARANTINE = "quarantine";
  private static final String AUDIT_LOG = "audit-log";

  private static final int AUTHORITY_YEARS = 30;
  private static final int SIGNER_YEARS = 10;
  private static final int CLIENT_YEARS = 1;
  private static final Duration SOON = Duration.ofDays(90);

  private final CertificateIssuer.Issued authority;
  private final CertificateIssuer.Issued archiver;
  private final CertificateIssuer.Issued capture;
  private final CertificateIssuer.Issued catalogRecovery;
  private final CertificateIssuer.Issued quarantine;
  private final CertificateIssuer.Issued auditLog;
  private final Clock clock;
  private final List<String> warnings;

  private PlatformKeys(KeyStoreFile file, KeyStore store, Clock clock, List<String> warnings)
      throws KeyStoreAccessException {
    this.authority = file.get(store, AUTHORITY);
    this.archiver = file.get(store, ARCHIVER);
    this.capture = file.get(store, CAPTURE);
    this.catalogRecovery = file.get(store, CATALOG_RECOVERY);
    this.quarantine = file.get(store, QUARANTINE);
    this.auditLog = file.get(store, AUDIT_LOG);
    this.clock = clock;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Opens the keys in a folder, making them first if there are none (this takes a few seconds).
   *
   * @param password by {@link KeyPassword#load}, which also makes the folder
   * @throws KeyStoreAccessException if the store can't be opened, is incomplete, or its authority
   *     has expired
   */
  public static PlatformKeys open(Path folder, char[] password, Clock clock)
      throws KeyStoreAccessException {
    KeyStoreFile file = new KeyStoreFile(folder.resolve(FILE), password);
    try (KeyStoreFile.Exclusion ignored = KeyStoreFile.exclude(folder.resolve(".lock"))) {
      KeyStore store = file.exists() ? file.load() : create(file, clock);
      List<String> warnings = new ArrayList<>();
      checkAuthority(file, store, clock, warnings);
      renewSigner(file, store, clock);
      addAuditLog(file, store, clock);
      checkModes(folder, warnings);
      PlatformKeys keys = new PlatformKeys(file, store, clock, warnings);
      publish(folder.resolve("ca.pem"), keys.authority());
      publish(folder.resolve("capture.pem"), keys.captureCertificate());
      return keys;
    }
  }

  private static KeyStore create(KeyStoreFile file, Clock clock) throws KeyStoreAccessException {
    CertificateIssuer issuer = new CertificateIssuer(clock);
    KeyStore store = file.empty();
    CertificateIssuer.Issued authority =
        issuer.authority("Earwitness platform authority", AUTHORITY_YEARS);
    file.put(store, AUTHORITY, authority.privateKey(), authority.certificate());
    putSigner(file, store, issuer, authority);
    // P-256 for catalog recovery: a rebuild opens every call record, and RSA is ten times slower
    putEncryption(file, store, issuer, authority, CAPTURE, ManagedKeyKind.RSA_3072);
    putEncryption(file, store, issuer, authority, CATALOG_RECOVERY, ManagedKeyKind.EC_P256);
    putEncryption(file, store, issuer, authority, QUARANTINE, ManagedKeyKind.RSA_3072);
    file.store(store);
    return store;
  }

  private static void putSigner(
      KeyStoreFile file,
      KeyStore store,
      CertificateIssuer issuer,
      CertificateIssuer.Issued authority) {
    CertificateIssuer.Issued signer =
        issuer.documentSigner("Earwitness archiver", SIGNER_YEARS, authority);
    file.put(store, ARCHIVER, signer.privateKey(), signer.certificate(), authority.certificate());
  }

  private static void putEncryption(
      KeyStoreFile file,
      KeyStore store,
      CertificateIssuer issuer,
      CertificateIssuer.Issued authority,
      String alias,
      ManagedKeyKind kind) {
    CertificateIssuer.Issued issued =
        issuer.encryption("Earwitness " + alias, AUTHORITY_YEARS, kind, authority);
    file.put(store, alias, issued.privateKey(), issued.certificate(), authority.certificate());
  }

  private static void checkAuthority(
      KeyStoreFile file, KeyStore store, Clock clock, List<String> warnings)
      throws KeyStoreAccessException {
    Instant until = file.get(store, AUTHORITY).certificate().getNotAfter().toInstant();
    if (until.isBefore(clock.instant())) {
      throw new KeyStoreAccessException(
          "The platform's authority in %s expired on %s (or this machine's clock is wrong). Move the key folder away to make a new one; keep it, for older recordings need its keys and its ca.pem."
              .formatted(file.path(), until));
    }
    if (until.isBefore(clock.instant().plus(SOON))) {
      warnings.add("The platform's authority in %s expires on %s.".formatted(file.path(), until));
    }
  }

  private static void renewSigner(KeyStoreFile file, KeyStore store, Clock clock)
      throws KeyStoreAccessException {
    Date until = file.get(store, ARCHIVER).certificate().getNotAfter();
    if (until.toInstant().isBefore(clock.instant().plus(SOON))) {
      try {
        store.deleteEntry(ARCHIVER);
      } catch (KeyStoreException e) {
        throw new IllegalStateException("a loaded key store refuses a change", e);
      }
      putSigner(file, store, new CertificateIssuer(clock), file.get(store, AUTHORITY));
      file.store(store);
    }
  }

  /** Installations that are older than the audit log's tree have no key for it yet. */
  private static void addAuditLog(KeyStoreFile file, KeyStore store, Clock clock)
      throws KeyStoreAccessException {
    try {
      if (store.containsAlias(AUDIT_LOG)) {
        return;
      }
    } catch (KeyStoreException e) {
      throw new IllegalStateException("a loaded key store can't be searched", e);
    }
    CertificateIssuer.Issued authority = file.get(store, AUTHORITY);
    CertificateIssuer.Issued issued =
        new CertificateIssuer(clock).auditLog("Earwitness audit log", AUTHORITY_YEARS, authority);
    file.put(store, AUDIT_LOG, issued.privateKey(), issued.certificate(), authority.certificate());
    file.store(store);
  }

  private static void checkModes(Path folder, List<String> warnings) {
    for (String name : List.of(".", FILE, KeyPassword.FILE)) {
      Path path = folder.resolve(name).normalize();
      try {
        Set<PosixFilePermission> mode =
            Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (mode.contains(PosixFilePermission.OTHERS_READ)
            || mode.contains(PosixFilePermission.GROUP_READ)) {
          warnings.add("%s can be read by other users: chmod go-rwx %s".formatted(path, path));
        }
      } catch (NoSuchFileException e) {
        // The password may come from the configuration instead.
      } catch (IOException | UnsupportedOperationException e) {
        warnings.add("The mode of %s can't be checked: %s".formatted(path, e));
      }
    }
  }

  private static void publish(Path file, X509Certificate certificate)
      throws KeyStoreAccessException {
    byte[] pem = Certificates.pem(certificate).getBytes(StandardCharsets.US_ASCII);
    try {
      if (!Files.exists(file) || !Arrays.equals(pem, Files.readAllBytes(file))) {
        PrivateFiles.replace(file, out -> out.write(pem));
      }
    } catch (IOException e) {
      throw new KeyStoreAccessException(
          "The certificate %s can't be written: %s.".formatted(file, e), e);
    }
  }

  /** What an operator should know though everything works; empty if there is nothing. */
  public List<String> warnings() {
    return warnings;
  }

  /** The authority under which all manifests and journals are verified. */
  public X509Certificate authority() {
    return authority.certificate();
  }

  /** Signs manifests and journals. */
  public SignedDataSigner signer() {
    return new SignedDataSigner(
        archiver.privateKey(), archiver.certificate(), List.of(authority.certificate()), clock);
  }

  /** Ed25519; signs the checkpoints of the audit logs, kept for as long as the logs are. */
  public KeyPair auditLogKey() {
    return new KeyPair(auditLog.certificate().getPublicKey(), auditLog.privateKey());
  }

  /** RSA-3072; recorders wrap for it what segment keys come from (RSAES-OAEP, SHA-256). */
  public X509Certificate captureCertificate() {
    return capture.certificate();
  }

  /** The key of the capture certificate; for archivers, never for recorders. */
  public PrivateKey capturePrivateKey() {
    return capture.privateKey();
  }

  /** One more recipient of every call record and journal, so that the catalog can be rebuilt. */
  public Recipient catalogRecovery() {
    return recipient(catalogRecovery);
  }

  /** The recipient of recordings that belong to no tenant. */
  public Recipient quarantine() {
    return recipient(quarantine);
  }

  /**
   * A certificate by the authority and its key, for TLS.
   *
   * @param privateKey EC, P-256
   */
  public record TlsKey(PrivateKey privateKey, X509Certificate certificate) {
    /** The key as PEM: PKCS #8, not encrypted. */
    public String privateKeyPem() {
      return Certificates.pem("PRIVATE KEY", privateKey.getEncoded());
    }
  }

  /** Makes what a node API at this address shows its clients; kept nowhere. */
  public TlsKey nodeServer(InetAddress address) {
    return tlsKey(
        new CertificateIssuer(clock)
            .tlsServer("Earwitness node API", address, SIGNER_YEARS, authority));
  }

  /**
   * Makes what a client of the node APIs shows them, valid for a year; the platform keeps no copy.
   *
   * @param tenant whose recordings it may touch; the subject's organisation
   * @param name the subject's common name
   */
  public TlsKey nodeClient(TenantSlug tenant, String name) {
    return tlsKey(
        new CertificateIssuer(clock)
            .tlsClient(name, tenant.value(), NODE_API_UNIT, CLIENT_YEARS, authority));
  }

  private static TlsKey tlsKey(CertificateIssuer.Issued issued) {
    return new TlsKey(issued.privateKey(), issued.certificate());
  }

  private static Recipient recipient(CertificateIssuer.Issued issued) {
    try {
      return Recipient.of(issued.certificate());
    } catch (UnusableKeyException e) {
      throw new IllegalStateException("one of the platform's own certificates is unusable", e);
    }
  }

  /**
   * Recovers the content key of a call record or journal, or of a recording in quarantine.
   *
   * @param use told before a key is used
   * @throws WrongKeyException if the envelope is for neither key
   */
  public ContentKey recover(EnvelopeHeader header, KeyUse use) throws CryptoException {
    for (CertificateIssuer.Issued key : List.of(catalogRecovery, quarantine)) {
      List<EnvelopeRecipient> own =
          header.recipients().stream().filter(r -> r.isFor(key.certificate())).toList();
      if (!own.isEmpty()) {
        use.before(TenantSlug.PLATFORM, Certificates.id(key.certificate()));
        return ContentKey.recover(header, own, key.privateKey());
      }
    }
    throw new WrongKeyException(
        "The envelope is encrypted neither for catalog recovery nor for quarantine, but for %s."
            .formatted(header.recipients()));
  }
}

package io.earwitness.archive.crypto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Key pairs of a tenant that holds them itself: one of each kind, made once for all tests. */
public final class TestKeys {
  private static final Map<ManagedKeyKind, CertificateIssuer.Issued> KEYS =
      new EnumMap<>(ManagedKeyKind.class);

  private TestKeys() {}

  static synchronized CertificateIssuer.Issued issued(ManagedKeyKind kind) {
    return KEYS.computeIfAbsent(
        kind,
        k -> new CertificateIssuer(Clock.systemUTC()).encryption("test " + k.wireName(), 1, k));
  }

  /** The private key of a kind. */
  public static PrivateKey privateKey(ManagedKeyKind kind) {
    return issued(kind).privateKey();
  }

  public static X509Certificate certificate(ManagedKeyKind kind) {
    return issued(kind).certificate();
  }

  public static Recipient recipient(ManagedKeyKind kind) {
    try {
      return Recipient.of(certificate(kind));
    } catch (UnusableKeyException e) {
      throw new AssertionError(e);
    }
  }

  /** One recipient of each kind. */
  public static List<Recipient> recipients() {
    return List.of(
        recipient(ManagedKeyKind.RSA_3072),
        recipient(ManagedKeyKind.EC_P256),
        recipient(ManagedKeyKind.EC_P384));
  }

  /** Writes a private key as {@code {kind}.key} into a folder and returns that name. */
  public static String write(Path folder, ManagedKeyKind kind) throws IOException {
    String name = kind.wireName() + ".key";
    Files.writeString(folder.resolve(name), PrivateKeys.pem(privateKey(kind)));
    return name;
  }
}

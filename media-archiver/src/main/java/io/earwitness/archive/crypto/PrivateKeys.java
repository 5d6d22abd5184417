package io.earwitness.archive.crypto;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/**
 * Private keys as PEM: PKCS#8, plain or encrypted (RFC 5958, RFC 7468 §10 and §11), and OpenSSL's
 * traditional RSA and EC forms (RFC 8017 A.1.2, RFC 5915). Stateless.
 */
public final class PrivateKeys {
  private PrivateKeys() {}

  /** A private key as unencrypted PKCS#8 PEM; whoever stores it must protect it. */
  public static String pem(PrivateKey key) {
    return Certificates.pem("PRIVATE KEY", key.getEncoded());
  }

  /**
   * Reads a PEM file; its first private key counts.
   *
   * @param password of an encrypted key; null if there is none
   * @throws UnusableKeyException if there is no usable key in it, saying why
   * @throws IOException if the file can't be read
   */
  public static PrivateKey read(Path file, char @Nullable [] password) throws IOException {
    return parse(
        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1),
        file.toString(),
        password);
  }

  /**
   * Reads a PEM text; its first private key counts.
   *
   * @param origin what to call the text in messages, such as a file's name
   * @param password of an encrypted key; null if there is none
   * @throws UnusableKeyException if there is no usable key in it, saying why
   */
  public static PrivateKey parse(String pem, String origin, char @Nullable [] password)
      throws UnusableKeyException {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      for (Object item = parser.readObject(); item != null; item = parser.readObject()) {
        PrivateKeyInfo info = keyInfo(item, origin, password);
        if (info != null) {
          return key(info, origin);
        }
      }
    } catch (UnusableKeyException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new UnusableKeyException(
          "%s holds no readable PEM: %s".formatted(origin, e.getMessage()), e);
    }
    throw new UnusableKeyException(
        "%s holds no private key in PEM form (-----BEGIN PRIVATE KEY----- and the like)."
            .formatted(origin));
  }

  private static @Nullable PrivateKeyInfo keyInfo(
      Object item, String origin, char @Nullable [] password) throws IOException {
    return switch (item) {
      case PrivateKeyInfo plain -> plain;
      case PEMKeyPair traditional -> traditional.getPrivateKeyInfo();
      case PKCS8EncryptedPrivateKeyInfo encrypted ->
          decrypt(encrypted, origin, required(password, origin));
      case PEMEncryptedKeyPair encrypted ->
          decrypt(encrypted, origin, required(password, origin)).getPrivateKeyInfo();
      default -> null;
    };
  }

  private static char[] required(char @Nullable [] password, String origin)
      throws UnusableKeyException {
    if (password == null) {
      throw new UnusableKeyException(
          "The private key in %s is encrypted; give its password.".formatted(origin));
    }
    return password;
  }

  private static PrivateKeyInfo decrypt(
      PKCS8EncryptedPrivateKeyInfo encrypted, String origin, char[] password)
      throws UnusableKeyException {
    try {
      return encrypted.decryptPrivateKeyInfo(
          new JceOpenSSLPKCS8DecryptorProviderBuilder()
              .setProvider(BouncyCastle.PROVIDER)
              .build(password));
    } catch (OperatorCreationException | PKCSException e) {
      throw wrongPassword(origin, e);
    }
  }

  private static PEMKeyPair decrypt(PEMEncryptedKeyPair encrypted, String origin, char[] password)
      throws IOException {
    try {
      return encrypted.decryptKeyPair(
          new JcePEMDecryptorProviderBuilder().setProvider(BouncyCastle.PROVIDER).build(password));
    } catch (PEMException e) {
      throw wrongPassword(origin, e);
    }
  }

  private static UnusableKeyException wrongPassword(String origin, Exception cause) {
    return new UnusableKeyException(
        "The private key in %s could not be decrypted: the password is wrong or the file damaged."
            .formatted(origin),
        cause);
  }

  private static PrivateKey key(PrivateKeyInfo info, String origin) throws UnusableKeyException {
    ASN1ObjectIdentifier oid = info.getPrivateKeyAlgorithm().getAlgorithm();
    String algorithm;
    if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      algorithm = "RSA";
    } else if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      algorithm = "EC";
    } else {
      throw new UnusableKeyException(
          "The private key in %s is of kind %s; RSA and EC keys are supported."
              .formatted(origin, oid));
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableKeyException(
          "The %s key in %s is invalid: %s".formatted(algorithm, origin, e.getMessage()), e);
    }
  }

  /** Kind and size, for messages to people. */
  static String describe(PrivateKey key) {
    return switch (key) {
      case RSAPrivateKey rsa -> "RSA, %d bit".formatted(rsa.getModulus().bitLength());
      case ECPrivateKey ec ->
          "EC, %d bit".formatted(ec.getParams().getCurve().getField().getFieldSize());
      default -> key.getAlgorithm();
    };
  }
}

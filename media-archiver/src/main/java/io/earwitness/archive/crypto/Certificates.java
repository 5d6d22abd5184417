package io.earwitness.archive.crypto;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** X.509 certificates as PEM (RFC 7468 §5) and their ids. Stateless. */
public final class Certificates {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private Certificates() {}

  /** SHA-256 of the certificate's DER, in lower-case hex. */
  public static String id(X509Certificate certificate) {
    return HexFormat.of().formatHex(Digests.sha256().digest(der(certificate)));
  }

  /** One certificate as PEM text. */
  public static String pem(X509Certificate certificate) {
    return pem("CERTIFICATE", der(certificate));
  }

  static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
  }

  /**
   * Reads the only certificate of a PEM text; text around it is ignored.
   *
   * @param origin what to call the text in messages, such as a file's name
   * @throws UnusableKeyException if there is none, more than one, or an invalid one
   */
  public static X509Certificate parse(String pem, String origin) throws UnusableKeyException {
    List<X509Certificate> all = parseAll(pem, origin);
    if (all.size() > 1) {
      throw new UnusableKeyException(
          "%s holds %d certificates; exactly one is expected.".formatted(origin, all.size()));
    }
    return all.getFirst();
  }

  /**
   * Reads all certificates of a PEM text, in order.
   *
   * @throws UnusableKeyException if there is none, or an invalid one
   */
  public static List<X509Certificate> parseAll(String pem, String origin)
      throws UnusableKeyException {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      int number = certificates.size() + 1;
      try {
        certificates.add(fromDer(Base64.getMimeDecoder().decode(block.group(2))));
      } catch (CertificateException | IllegalArgumentException e) {
        throw new UnusableKeyException(
            "Certificate %d in %s is invalid: %s".formatted(number, origin, e.getMessage()), e);
      }
    }
    if (certificates.isEmpty()) {
      throw new UnusableKeyException(
          "%s holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).".formatted(origin));
    }
    return certificates;
  }

  /**
   * Reads the only certificate of a PEM file.
   *
   * @throws UnusableKeyException if there is none, more than one, or an invalid one
   * @throws IOException if the file can't be read
   */
  public static X509Certificate read(Path file) throws IOException {
    return parse(
        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1), file.toString());
  }

  /** Subject and serial number, for messages to people. */
  public static String describe(X509Certificate certificate) {
    return "%s (serial %x)"
        .formatted(certificate.getSubjectX500Principal().getName(), certificate.getSerialNumber());
  }

  static X509Certificate fromDer(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that can't be encoded", e);
    }
  }
}

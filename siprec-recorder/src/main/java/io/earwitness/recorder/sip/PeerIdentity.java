package io.earwitness.recorder.sip;

import io.earwitness.call.TlsIdentity;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What a certificate (RFC 5280) says of whose it is. */
final class PeerIdentity {
  private PeerIdentity() {}

  static TlsIdentity of(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName();
    List<String> names = new ArrayList<>(commonNames(subject));
    names.addAll(alternativeNames(certificate));
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new TlsIdentity(subject, names, HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> commonNames(String subject) {
    List<String> names = new ArrayList<>();
    try {
      for (Rdn part : new LdapName(subject).getRdns()) {
        if (part.getType().equalsIgnoreCase("CN")) {
          names.add(String.valueOf(part.getValue()));
        }
      }
    } catch (InvalidNameException e) {
      // Then it names nobody
    }
    return names;
  }

  /** DNS names, URIs and addresses (RFC 5280 §4.2.1.6); the other kinds are no text. */
  private static List<String> alternativeNames(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        all.stream()
            .map(entry -> entry.get(1))
            .filter(String.class::isInstance)
            .forEach(name -> names.add((String) name));
      }
    } catch (CertificateParsingException e) {
      // Then it has none that can be read
    }
    return names;
  }
}

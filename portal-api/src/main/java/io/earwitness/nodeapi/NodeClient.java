package io.earwitness.nodeapi;

import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.call.TenantSlug;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * A program that uses the node API, as its certificate names it.
 *
 * @param name the subject's common name
 * @param tenant the subject's organisation: whose recordings it may touch
 */
record NodeClient(String name, TenantSlug tenant) {
  /** id-kp-clientAuth (RFC 5280 §4.2.1.12). */
  private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

  /**
   * Reads the subject of a certificate that the platform's authority has issued.
   *
   * @throws IllegalArgumentException saying why, if it is not for clients of the node API
   */
  static NodeClient of(X509Certificate certificate) {
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      if (purposes == null || !purposes.contains(CLIENT_AUTHENTICATION)) {
        throw new IllegalArgumentException("it is not for TLS clients");
      }
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      if (!only(subject, "OU").equals(PlatformKeys.NODE_API_UNIT)) {
        throw new IllegalArgumentException(
            "its subject's unit (OU) is not " + PlatformKeys.NODE_API_UNIT);
      }
      return new NodeClient(only(subject, "CN"), new TenantSlug(only(subject, "O")));
    } catch (CertificateParsingException | InvalidNameException e) {
      throw new IllegalArgumentException("it can't be read: " + e.getMessage(), e);
    }
  }

  private static String only(LdapName subject, String attribute) {
    List<String> values =
        subject.getRdns().stream()
            .filter(rdn -> rdn.getType().equalsIgnoreCase(attribute))
            .map(rdn -> rdn.getValue().toString())
            .toList();
    if (values.size() != 1) {
      throw new IllegalArgumentException(
          "its subject has %d values of %s instead of one".formatted(values.size(), attribute));
    }
    return values.getFirst();
  }

  /** For the audit trail. */
  String actor() {
    return "node-client:" + name + "@" + tenant;
  }

  /** For people who read a call's time line. */
  String by() {
    return "the program " + name + " through the node API";
  }
}

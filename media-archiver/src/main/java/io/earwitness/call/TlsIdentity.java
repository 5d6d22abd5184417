package io.earwitness.call;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who a peer has proven to be by its TLS certificate.
 *
 * @param subject the certificate's subject, such as {@code CN=sbc-1}, for people
 * @param names its common name and its subject alternative names (DNS names, addresses, URIs)
 * @param sha256 the SHA-256 of its DER form, 64 lower-case hex digits
 */
public record TlsIdentity(String subject, List<String> names, String sha256) {
  private static final String FINGERPRINT = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NAME = Pattern.compile("[!-~]{1,253}");

  public TlsIdentity {
    names = List.copyOf(names);
  }

  /**
   * A requirement as it is kept: a name in lower case, or {@code sha256:} with 64 hex digits, which
   * may be given in capitals and with colons between them.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static String requirement(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    if (wanted.startsWith(FINGERPRINT)) {
      String hex = wanted.substring(FINGERPRINT.length()).replace(":", "");
      if (!HEX.matcher(hex).matches()) {
        throw new IllegalArgumentException(
            ("'%s' is no fingerprint: 'sha256:' and 64 hex digits, as 'openssl x509 -noout"
                    + " -fingerprint -sha256' prints them")
                .formatted(text));
      }
      return FINGERPRINT + hex;
    }
    if (!NAME.matcher(wanted).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name in a certificate: its CN or a subject alternative name, or 'sha256:' and"
                  .formatted(text)
              + " 64 hex digits");
    }
    return wanted;
  }

  /** Whether this fulfils a {@linkplain #requirement requirement}. No wildcards. */
  public boolean fulfils(String requirement) {
    return requirement.startsWith(FINGERPRINT)
        ? requirement.substring(FINGERPRINT.length()).equals(sha256)
        : names.stream().anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(requirement));
  }
}

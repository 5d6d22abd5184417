package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.UnusableKeyException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds a certificate whose holder can decrypt what is archived from then on. */
final class RecipientAct implements ApprovedAct {
  private static final String CUSTODY = "customer-held";

  private final Directory directory;

  RecipientAct(Directory directory) {
    this.directory = directory;
  }

  /**
   * What is shown of a certificate, and it itself.
   *
   * @throws UnusableKeyException if its key is none that recordings are encrypted for
   */
  static SortedMap<String, String> facts(X509Certificate certificate) throws UnusableKeyException {
    Recipient recipient = Recipient.of(certificate);
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("certificate", Certificates.pem(certificate));
    facts.put("custody", CUSTODY);
    facts.put("fingerprint", recipient.id());
    facts.put("key", key(recipient));
    facts.put("subject", certificate.getSubjectX500Principal().getName());
    facts.put("validFrom", certificate.getNotBefore().toInstant().toString());
    facts.put("validUntil", certificate.getNotAfter().toInstant().toString());
    return facts;
  }

  private static String key(Recipient recipient) {
    return switch (recipient.kind()) {
      case RSA_OAEP_SHA256 ->
          recipient.certificate().getPublicKey() instanceof RSAPublicKey rsa
              ? "RSA %d bit".formatted(rsa.getModulus().bitLength())
              : "RSA";
      case ECDH_P256_SHA256KDF -> "EC P-256";
      case ECDH_P384_SHA384KDF -> "EC P-384";
    };
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    String id = act.after().get("fingerprint");
    return directory.keys(act.tenant()).stream()
        .filter(key -> key.id().equals(id))
        .findFirst()
        .map(RecipientAct::facts)
        .orElseGet(TreeMap::new);
  }

  private static SortedMap<String, String> facts(Directory.Key key) {
    try {
      SortedMap<String, String> facts = facts(Certificates.parse(key.certificate(), key.id()));
      facts.put("custody", key.custody());
      if (!key.active()) {
        facts.put("active", "no");
      }
      return facts;
    } catch (UnusableKeyException e) {
      return new TreeMap<>(Map.of("fingerprint", key.id()));
    }
  }

  @Override
  public void run(AskedAct act, String actor) {
    directory.addKey(
        new Directory.Key(
            act.tenant(),
            Facts.required(act.after(), "fingerprint"),
            Facts.required(act.after(), "certificate"),
            CUSTODY,
            true),
        actor);
  }

  @Override
  public String action(AskedAct act) {
    return "key.add";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return Map.of(
        "certificate", Facts.required(act.after(), "subject"),
        "custody", CUSTODY,
        "key", Facts.required(act.after(), "key"));
  }
}

package io.earwitness.archive;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.UnusableKeyException;
import io.earwitness.call.TenantSlug;
import java.util.ArrayList;
import java.util.List;

/**
 * For whom a tenant's recordings are encrypted. A key that can't be used is an error and is not
 * left out: its holder relies on being able to read.
 */
final class TenantRecipients {
  private final Directory directory;
  private final Recipient quarantine;
  private final Recipient catalogRecovery;

  /**
   * @param quarantine reads calls of no tenant
   * @param catalogRecovery reads call records of all tenants, to rebuild the catalog
   */
  TenantRecipients(Directory directory, Recipient quarantine, Recipient catalogRecovery) {
    this.directory = directory;
    this.quarantine = quarantine;
    this.catalogRecovery = catalogRecovery;
  }

  /** Writers for a recording, and the ids of all recipients. */
  record Writers(CmsEnvelopeWriter media, CmsEnvelopeWriter callRecord, List<String> keys) {}

  /**
   * The writers for a tenant's recordings.
   *
   * @throws UnusableKeyException if the tenant has no active key, or one that can't be used
   */
  Writers writers(TenantSlug tenant) throws UnusableKeyException {
    List<Recipient> recipients = new ArrayList<>();
    if (tenant.equals(TenantSlug.PLATFORM)) {
      recipients.add(quarantine);
    } else {
      for (Directory.Key key : directory.keys(tenant)) {
        if (key.active()) {
          String origin = "key %s of tenant %s".formatted(key.id(), tenant);
          recipients.add(Recipient.of(Certificates.parse(key.certificate(), origin)));
        }
      }
    }
    if (recipients.isEmpty()) {
      throw new UnusableKeyException(
          "tenant %s has no active public key to encrypt for; add one with: earwitness admin key add"
              .formatted(tenant));
    }
    CmsEnvelopeWriter media = new CmsEnvelopeWriter(recipients);
    recipients.add(catalogRecovery);
    CmsEnvelopeWriter callRecord = new CmsEnvelopeWriter(recipients);
    return new Writers(
        media, callRecord, callRecord.recipients().stream().map(Recipient::id).toList());
  }
}

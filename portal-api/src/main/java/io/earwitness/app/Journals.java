package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.call.TenantSlug;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Signs and seals journal bundles for their tenant and for the catalog's recovery. */
final class Journals {
  private final Directory directory;
  private final PlatformKeys keys;

  Journals(Directory directory, PlatformKeys keys) {
    this.directory = directory;
    this.keys = keys;
  }

  byte[] bundle(TenantSlug tenant, String objectKey, byte[] content) {
    try {
      List<Recipient> recipients = new ArrayList<>();
      recipients.add(keys.catalogRecovery());
      for (Directory.Key key : directory.keys(tenant)) {
        if (key.active()) {
          recipients.add(Recipient.of(Certificates.parse(key.certificate(), "key " + key.id())));
        }
      }
      return SealedBundle.seal(objectKey, content, keys.signer(), recipients);
    } catch (CryptoException e) {
      throw new UncheckedIOException("the journal of " + tenant + " can't be sealed", e);
    }
  }
}

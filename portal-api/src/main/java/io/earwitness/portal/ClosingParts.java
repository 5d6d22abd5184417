package io.earwitness.portal;

import io.earwitness.archive.catalog.Closings;
import io.earwitness.call.TenantSlug;
import java.io.InputStream;
import java.util.Optional;

/**
 * What tenants are closed with.
 *
 * @param keys those that the platform manages
 * @param documents signed ones, in the store
 */
public record ClosingParts(Closings closings, Keys keys, Documents documents) {
  /** Hands private keys out. */
  @FunctionalInterface
  public interface Keys {
    /**
     * All of a tenant's keys as a PKCS#12 file, encrypted with the password; each is entered in the
     * audit trail first. Empty if the platform has none.
     */
    Optional<byte[]> export(TenantSlug tenant, char[] password, String actor);
  }

  /** Opens what lies under lock; throws {@code ObjectStoreException} if it can't be reached. */
  @FunctionalInterface
  public interface Documents {
    Optional<InputStream> open(String key, String versionId);
  }
}

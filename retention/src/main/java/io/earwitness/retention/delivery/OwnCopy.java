package io.earwitness.retention.delivery;

import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.VerifiedManifest;
import io.earwitness.archive.catalog.Deliveries.Waiting;
import io.earwitness.archive.crypto.RangeSource;
import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.TenantSlug;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Recordings as they lie here. Thread-safe; what can't be read is an ObjectStoreException. */
final class OwnCopy {
  private final ObjectStore store;
  private final ManifestVerifier manifests;

  OwnCopy(ObjectStore store, ManifestVerifier manifests) {
    this.store = store;
    this.manifests = manifests;
  }

  /**
   * A manifest.
   *
   * @param signed as it lies here
   */
  record Signed(byte[] signed, VerifiedManifest verified) {}

  Signed manifest(TenantSlug tenant, Waiting waiting) throws IOException, OwnCopyException {
    byte[] signed;
    try (InputStream in = open(waiting.manifestKey(), waiting.manifestVersionId())) {
      signed = in.readAllBytes();
    }
    try {
      return new Signed(signed, manifests.verify(signed, tenant, waiting.id()));
    } catch (SignatureRejectedException e) {
      throw new OwnCopyException("our manifest is not right: " + e.getMessage());
    }
  }

  InputStream open(String key, String version) {
    return store.open(Bucket.LOCK, key, version).orElseThrow(() -> missing(key));
  }

  RangeSource ranges(String key, String version) {
    return (offset, target, position, length) -> {
      try (InputStream in =
          store.open(Bucket.LOCK, key, version, offset, length).orElseThrow(() -> missing(key))) {
        if (in.readNBytes(target, position, length) != length) {
          throw new EOFException("%s ends before byte %d".formatted(key, offset + length));
        }
      }
    };
  }

  private static ObjectStoreException missing(String key) {
    return new ObjectStoreException("our %s is missing".formatted(key), null);
  }
}

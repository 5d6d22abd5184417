package io.earwitness.app;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.audit.verify.LockedCopies;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;

/** The audit logs' copies as they lie in the object store. */
final class StoredAuditCopies implements LockedCopies {
  private final ObjectStore store;
  private final Clock clock;

  StoredAuditCopies(ObjectStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public List<Copy> checkpoints() {
    return store.list(Bucket.LOCK, ObjectKeys.AUDIT_CHECKPOINTS).stream().map(this::copy).toList();
  }

  @Override
  public List<Copy> bundles(TenantSlug log) {
    return store.list(Bucket.LOCK, ObjectKeys.auditLog(log)).stream()
        .filter(version -> ObjectKeys.auditBundleFirst(version.key()).isPresent())
        .sorted(
            Comparator.comparingLong(
                version -> ObjectKeys.auditBundleFirst(version.key()).getAsLong()))
        .map(this::copy)
        .toList();
  }

  private Copy copy(Version version) {
    return new Copy(
        "%s (version %s)".formatted(version.key(), version.versionId()),
        () -> isLocked(version),
        () -> read(version));
  }

  private boolean isLocked(Version version) {
    return store
        .lockOf(version.key(), version.versionId())
        .filter(lock -> lock.until().isAfter(clock.instant()))
        .isPresent();
  }

  private byte[] read(Version version) {
    try (InputStream in =
        store
            .open(Bucket.LOCK, version.key(), version.versionId())
            .orElseThrow(() -> new ObjectStoreException(version.key() + " is gone", null))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ObjectStoreException("%s can't be read: %s".formatted(version.key(), e), e);
    }
  }
}

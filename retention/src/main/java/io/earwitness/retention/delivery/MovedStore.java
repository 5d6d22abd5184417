package io.earwitness.retention.delivery;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.MediaMoves;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our store as if the audio that was moved to tenants' own storage were in it: it is read there
 * where it is not here, and locked there as soon as ours may end. Lists and deletes only what is
 * here. Thread-safe.
 */
public final class MovedStore implements ObjectStore {
  private static final Logger LOG = LoggerFactory.getLogger(MovedStore.class);

  private final ObjectStore own;
  private final MediaMoves moves;
  private final PrimaryPlaces places;

  /** All are used, not closed. */
  public MovedStore(ObjectStore own, MediaMoves moves, PrimaryPlaces places) {
    this.own = own;
    this.moves = moves;
    this.places = places;
  }

  /** Where an object lies that is not kept here; empty if there is no such place. */
  private Optional<DeliveryTarget> elsewhere(Bucket bucket, String key) {
    if (bucket != Bucket.LOCK || !ObjectKeys.isMedia(key)) {
      return Optional.empty();
    }
    TenantSlug tenant = new TenantSlug(key.substring(0, key.indexOf('/')));
    Optional<RecordingId> id = ObjectKeys.recordingOf(tenant, key);
    String[] segments = key.split("/");
    OptionalInt generation = ObjectKeys.attemptGeneration(segments[segments.length - 2]);
    return id.isEmpty() || generation.isEmpty()
        ? Optional.empty()
        : moves.place(tenant, id.get(), generation.getAsInt());
  }

  private <T> T at(DeliveryTarget target, String key, PrimaryPlaces.Doing<T> doing) {
    try {
      return places.at(target, doing);
    } catch (IOException e) {
      LOG.warn("{} was moved there and can't be reached: {}", key, e.getMessage());
      throw new ElsewhereException(
          "The audio is kept in the tenant's own storage '%s', which can't be used now. See under Delivery why, and try again later."
              .formatted(target.name()),
          e);
    }
  }

  @Override
  public Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId) {
    Optional<InputStream> ours = own.open(bucket, key, versionId);
    return ours.isPresent()
        ? ours
        : elsewhere(bucket, key).map(target -> at(target, key, place -> place.open(key)));
  }

  @Override
  public Optional<InputStream> open(
      Bucket bucket, String key, @Nullable String versionId, long offset, long length) {
    Optional<InputStream> ours = own.open(bucket, key, versionId, offset, length);
    if (ours.isPresent()) {
      return ours;
    }
    return elsewhere(bucket, key)
        .map(
            target ->
                length == 0
                    ? InputStream.nullInputStream()
                    : at(target, key, place -> place.open(key, offset, length)));
  }

  @Override
  public Lock lock(String key, String versionId, Lock lock) {
    Optional<DeliveryTarget> target = elsewhere(Bucket.LOCK, key);
    if (target.isEmpty()) {
      return own.lock(key, versionId, lock);
    }
    return at(
        target.get(),
        key,
        place -> {
          place.lock(key, lock);
          return place.lockOf(key).orElseThrow(() -> new IOException("it is not locked there"));
        });
  }

  @Override
  public Optional<Lock> lockOf(String key, String versionId) {
    Optional<DeliveryTarget> target = elsewhere(Bucket.LOCK, key);
    return target.isEmpty()
        ? own.lockOf(key, versionId)
        : at(target.get(), key, place -> place.lockOf(key));
  }

  /** Nobody changes a lock's mode at a target. */
  @Override
  public void strengthen(String key, String versionId) {
    Optional<DeliveryTarget> target = elsewhere(Bucket.LOCK, key);
    if (target.isEmpty()) {
      own.strengthen(key, versionId);
    } else if (lockOf(key, versionId)
        .filter(lock -> lock.mode() == LockMode.COMPLIANCE)
        .isEmpty()) {
      throw new ObjectStoreException(
          "%s was moved to the target '%s', where its lock can't be made a COMPLIANCE one"
              .formatted(key, target.get().name()),
          null);
    }
  }

  @Override
  public String put(Bucket bucket, String key, List<byte[]> pieces) {
    return own.put(bucket, key, pieces);
  }

  @Override
  public boolean create(String key, byte[] content) {
    return own.create(key, content);
  }

  @Override
  public List<Version> list(Bucket bucket, String prefix) {
    return own.list(bucket, prefix);
  }

  @Override
  public void hold(String key, String versionId, boolean held) {
    own.hold(key, versionId, held);
  }

  @Override
  public boolean isHeld(String key, String versionId) {
    return own.isHeld(key, versionId);
  }

  @Override
  public void delete(Bucket bucket, String key, @Nullable String versionId) {
    own.delete(bucket, key, versionId);
  }

  /** Nothing: it is only looked through. */
  @Override
  public void close() {}
}

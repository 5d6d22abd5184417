package io.earwitness.retention.delivery;

import io.earwitness.archive.catalog.DeliveryCare;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.crypto.RangeSource;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads recordings from tenants' own storage that is primary. One that fails is left alone for a
 * minute, so that nobody who plays has to wait for it again. Thread-safe.
 */
public final class PrimaryPlaces implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PrimaryPlaces.class);
  private static final Duration ALONE = Duration.ofMinutes(1);

  private final DeliveryCare care;
  private final DeliveryWorker.Opener places;
  private final InstantSource clock;
  private final Map<DeliveryTarget, ObjectPlace.Locking> open = new ConcurrentHashMap<>();
  private final Map<DeliveryTarget, Instant> failed = new ConcurrentHashMap<>();

  public PrimaryPlaces(DeliveryCare care, DeliveryWorker.Opener places, InstantSource clock) {
    this.care = care;
    this.places = places;
    this.clock = clock;
  }

  /** An object where its recording is read first; empty if that is our own store. */
  public Optional<RangeSource> object(
      TenantSlug tenant, RecordingId id, int generation, String key) {
    return care.primary(tenant, id, generation)
        .filter(this::isUsable)
        .map(
            target ->
                (offset, bytes, position, length) ->
                    read(target, key, offset, bytes, position, length));
  }

  private boolean isUsable(DeliveryTarget target) {
    Instant since = failed.get(target);
    return since == null || clock.instant().isAfter(since.plus(ALONE));
  }

  /** What is done at a target. */
  @FunctionalInterface
  interface Doing<T> {
    T at(ObjectPlace.Locking place) throws IOException;
  }

  /**
   * Does something at a target, if it did not fail within the last minute.
   *
   * @throws IOException naming the target
   */
  <T> T at(DeliveryTarget target, Doing<T> doing) throws IOException {
    if (!isUsable(target)) {
      throw new IOException(target + " failed within the last minute");
    }
    try {
      return doing.at(place(target));
    } catch (IOException e) {
      failed.put(target, clock.instant());
      throw new IOException("%s: %s".formatted(target, e.getMessage()), e);
    }
  }

  private void read(
      DeliveryTarget target, String key, long offset, byte[] bytes, int position, int length)
      throws IOException {
    if (!isUsable(target)) {
      throw new IOException(target + " failed within the last minute");
    }
    try (InputStream in = place(target).open(key, offset, length)) {
      if (in.readNBytes(bytes, position, length) != length) {
        throw new EOFException("%s ends before byte %d".formatted(key, offset + length));
      }
    } catch (IOException e) {
      LOG.warn("{} is primary and can't be read; ours is read: {}", target, e.getMessage());
      failed.put(target, clock.instant());
      throw e;
    }
  }

  private ObjectPlace.Locking place(DeliveryTarget target) throws IOException {
    ObjectPlace.Locking place = open.get(target);
    return place == null ? connect(target) : place;
  }

  private ObjectPlace.Locking connect(DeliveryTarget target) throws IOException {
    ObjectPlace place = places.open(target);
    if (!(place instanceof ObjectPlace.Locking locking)) {
      place.close();
      throw new IOException(target + " is no S3 bucket");
    }
    ObjectPlace.Locking before = open.putIfAbsent(target, locking);
    if (before == null) {
      return locking;
    }
    locking.close();
    return before;
  }

  @Override
  public void close() {
    open.values().forEach(ObjectPlace::close);
  }
}

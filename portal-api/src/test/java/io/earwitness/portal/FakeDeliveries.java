package io.earwitness.portal;

import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryCare;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.MediaMoves;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** No targets, and none can be made: what is set is tested with a database. */
final class FakeDeliveries implements Deliveries {
  @Override
  public List<Status> list(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public List<DeliveryTarget> active() {
    return List.of();
  }

  @Override
  public Optional<DeliveryTarget> find(TenantSlug tenant, String name) {
    return Optional.empty();
  }

  @Override
  public boolean set(DeliveryTarget target, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean remove(TenantSlug tenant, String name, String actor) {
    return false;
  }

  @Override
  public boolean pause(TenantSlug tenant, String name, boolean paused, String actor) {
    throw new IllegalArgumentException("there is no delivery target '" + name + "'");
  }

  @Override
  public List<Waiting> failing(TenantSlug tenant, String target, int most) {
    return List.of();
  }

  @Override
  public boolean queue() {
    return false;
  }

  @Override
  public List<Waiting> next(DeliveryTarget target, int most) {
    return List.of();
  }

  @Override
  public void delivered(
      DeliveryTarget target, RecordingId id, int generation, List<Arrived> objects) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void failed(
      DeliveryTarget target, RecordingId id, Instant again, String problem, boolean ofTarget) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void failed(DeliveryTarget target, String problem) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void works(DeliveryTarget target) {}

  @Override
  public Map<String, String> files(DeliveryTarget target) {
    return Map.of();
  }

  @Override
  public void fileDelivered(DeliveryTarget target, String key, String version) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<LocalDate> unindexed(DeliveryTarget target, Instant before) {
    return List.of();
  }

  @Override
  public List<Delivered> arrived(
      DeliveryTarget target, LocalDate day, @Nullable Delivered after, int most) {
    return List.of();
  }

  @Override
  public DeliveryCare care() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void indexed(DeliveryTarget target, LocalDate day, @Nullable Instant newest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int alone(IntSupplier work) {
    return 0;
  }

  @Override
  public MediaMoves moves() {
    throw new UnsupportedOperationException();
  }
}

package io.earwitness.retention.delivery;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.archive.catalog.Deliveries.Waiting;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers to one target all that waits for it. */
final class TargetRun {
  static final String JOB = "job:delivery";

  private static final Logger LOG = LoggerFactory.getLogger(TargetRun.class);
  private static final int BATCH = 20;
  private static final Duration LAKE_PAUSE = Duration.ofHours(1);
  private static final Duration FIRST_WAIT = Duration.ofMinutes(1);
  private static final int DOUBLINGS = 8;

  /**
   * What all runs share.
   *
   * @param lakeSeen when each target's lake was last looked through
   */
  record Parts(
      Deliveries deliveries,
      DeliveryWorker.Opener places,
      ObjectStore store,
      RecordingDelivery recordings,
      DeliveryIndex index,
      AuditLog audit,
      InstantSource clock,
      Map<DeliveryTarget, Instant> lakeSeen) {}

  private final Parts parts;
  private final DeliveryTarget target;
  private final BooleanSupplier stopped;

  TargetRun(Parts parts, DeliveryTarget target, BooleanSupplier stopped) {
    this.parts = parts;
    this.target = target;
    this.stopped = stopped;
  }

  boolean hasWork() {
    return !parts.deliveries().next(target, 1).isEmpty()
        || isLakeDue()
        || !parts.index().due(target).isEmpty();
  }

  private boolean isLakeDue() {
    Instant seen = parts.lakeSeen().get(target);
    return target.lake()
        && (seen == null || !parts.clock().instant().isBefore(seen.plus(LAKE_PAUSE)));
  }

  /** Returns false if the target does not take what it should, and is to be left alone a while. */
  boolean run() {
    try (ObjectPlace place = parts.places().open(target)) {
      Shipment shipment = new Shipment(place, new Throttle(target.bytesPerSecond()));
      authority(shipment);
      if (!recordings(shipment)) {
        return false;
      }
      if (!isWanted()) {
        return true;
      }
      if (isLakeDue()) {
        lake(shipment);
        parts.lakeSeen().put(target, parts.clock().instant());
      }
      for (LocalDate day : parts.index().due(target)) {
        parts.index().write(target, day, shipment);
      }
      parts.deliveries().works(target);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      if (!stopped.getAsBoolean()) {
        parts.deliveries().failed(target, reason(e));
        LOG.warn("{} takes nothing, tried again later: {}", target, e.getMessage());
      }
      return false;
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** By whose certificate all signatures there are checked. */
  private void authority(Shipment shipment) throws IOException {
    Optional<InputStream> found = parts.store().open(Bucket.LOCK, ObjectKeys.CA_CERTIFICATE, null);
    if (found.isPresent()) {
      byte[] pem;
      try (InputStream in = found.get()) {
        pem = in.readAllBytes();
      }
      shipment.ship(ObjectKeys.CA_CERTIFICATE, () -> new ByteArrayInputStream(pem));
    }
  }

  /** Whoever pauses, changes or removes a target means from now on. */
  private boolean isWanted() {
    return !stopped.getAsBoolean() && parts.deliveries().active().contains(target);
  }

  private boolean recordings(Shipment shipment) {
    List<Waiting> batch = parts.deliveries().next(target, BATCH);
    while (!batch.isEmpty()) {
      for (Waiting waiting : batch) {
        if (!isWanted()) {
          return true;
        }
        if (!deliver(shipment, waiting)) {
          return false;
        }
      }
      batch = parts.deliveries().next(target, BATCH);
    }
    return true;
  }

  /** Returns false if the target is the trouble. */
  private boolean deliver(Shipment shipment, Waiting waiting) {
    UUID act = UUID.randomUUID();
    String object = "recording:" + waiting.id();
    Map<String, String> details =
        Map.of("target", target.name(), "generation", Integer.toString(waiting.generation()));
    append(act, "delivery.deliver", object, null, null, details);
    String outcome = "failed: it broke off and is tried again";
    try {
      List<Arrived> arrived = parts.recordings().deliver(shipment, target.tenant(), waiting);
      parts.deliveries().delivered(target, waiting.id(), waiting.generation(), arrived);
      outcome = "done";
      return true;
    } catch (IOException e) {
      outcome = "failed: " + reason(e);
      if (!stopped.getAsBoolean()) {
        parts.deliveries().failed(target, waiting.id(), parts.clock().instant(), reason(e), true);
        LOG.warn("{} does not take recording {}: {}", target, waiting.id(), e.getMessage());
      }
      return false;
    } catch (RecordingDelivery.OwnCopyException | ObjectStoreException e) {
      outcome = "failed: " + reason(e);
      Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(waiting.attempts(), DOUBLINGS));
      parts
          .deliveries()
          .failed(target, waiting.id(), parts.clock().instant().plus(wait), reason(e), false);
      LOG.warn("recording {} can't be delivered: {}", waiting.id(), e.getMessage());
      return true;
    } finally {
      append(UUID.randomUUID(), "delivery.deliver", object, act, outcome, Map.of());
    }
  }

  private void append(
      UUID id,
      String action,
      String object,
      @Nullable UUID act,
      @Nullable String outcome,
      Map<String, String> details) {
    parts
        .audit()
        .append(
            new AuditEntry(
                id,
                parts.clock().instant(),
                target.tenant(),
                JOB,
                action,
                object,
                act,
                outcome,
                details));
  }

  /** Files of the lake that are new or were written anew. */
  private void lake(Shipment shipment) throws IOException {
    Map<String, String> there = parts.deliveries().files(target);
    List<ObjectStore.Version> changed =
        parts.store().list(Bucket.WORK, ObjectKeys.cdr(target.tenant())).stream()
            .filter(file -> !version(file).equals(there.get(file.key())))
            .toList();
    if (changed.isEmpty()) {
      return;
    }
    UUID act = UUID.randomUUID();
    String object = "delivery-target:" + target.name();
    append(
        act,
        "delivery.deliver-lake",
        object,
        null,
        null,
        Map.of("files", Integer.toString(changed.size())));
    String outcome = "failed: it broke off and is tried again";
    try {
      for (ObjectStore.Version file : changed) {
        if (stopped.getAsBoolean()) {
          return;
        }
        // A file may be replaced while it is read; what is sent is one reading of it
        Optional<InputStream> found = parts.store().open(Bucket.WORK, file.key(), null);
        if (found.isPresent()) {
          byte[] content;
          try (InputStream in = found.get()) {
            content = in.readAllBytes();
          }
          shipment.ship(file.key(), () -> new ByteArrayInputStream(content));
          parts.deliveries().fileDelivered(target, file.key(), version(file));
        }
      }
      outcome = "done";
    } finally {
      append(UUID.randomUUID(), "delivery.deliver-lake", object, act, outcome, Map.of());
    }
  }

  private static String version(ObjectStore.Version file) {
    return file.lastModified() + "/" + file.size();
  }
}

package io.earwitness.retention.delivery;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.archive.catalog.Deliveries.Waiting;
import io.earwitness.archive.catalog.DeliveryCare;
import io.earwitness.archive.catalog.DeliveryCare.Instruction;
import io.earwitness.archive.catalog.DeliveryCare.There;
import io.earwitness.archive.catalog.DeliveryCare.Unprotected;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.MediaMoves;
import io.earwitness.archive.catalog.MediaMoves.Moving;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.RecordingId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
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
  private static final String OBJECT = "delivery-target:";

  /** When a target that keeps what was disposed of is asked again. */
  private static final Duration REFUSED = Duration.ofDays(1);

  /**
   * What all runs share.
   *
   * @param lakeSeen when each target's lake was last looked through
   */
  record Parts(
      Deliveries deliveries,
      DeliveryWorker.Opener places,
      ObjectStore store,
      Delivering sealed,
      Delivering plain,
      DeliveryIndex index,
      DeliveryInstructions instructions,
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
        || care().isUntold(target)
        || !care().unprotected(target, null, 1).isEmpty()
        || !undeleted(1).isEmpty()
        || !unchecked(1).isEmpty()
        || isMoveDue()
        || isLakeDue()
        || !parts.index().due(target).isEmpty();
  }

  private DeliveryCare care() {
    return parts.deliveries().care();
  }

  private List<RecordingId> undeleted(int most) {
    return target.terms().deletes() ? care().undeleted(target, most) : List.of();
  }

  private List<There> unchecked(int most) {
    int days = target.terms().recheckDays();
    return days == 0
        ? List.of()
        : care().unchecked(target, parts.clock().instant().minus(Duration.ofDays(days)), most);
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
      instruct(place, shipment);
      if (!recordings(place, shipment)) {
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
      check(shipment);
      move(place, shipment);
      parts.deliveries().works(target);
      return true;
    } catch (IOException | IllegalArgumentException | ObjectStoreException e) {
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

  /** Returns false if the target is the trouble. */
  private boolean recordings(ObjectPlace place, Shipment shipment) throws IOException {
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
      // Many may wait; what is told of others does not wait for them
      instruct(place, shipment);
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
      Delivering form = target.terms().decrypted() ? parts.plain() : parts.sealed();
      List<Arrived> arrived = form.deliver(shipment, target.tenant(), waiting, act);
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
    } catch (OwnCopyException | ObjectStoreException e) {
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

  /** Tells of disposals and holds, and deletes what was disposed of if that is wanted. */
  private void instruct(ObjectPlace place, Shipment shipment) throws IOException {
    Optional<Instruction> next = isWanted() ? parts.instructions().next(target) : Optional.empty();
    while (next.isPresent()) {
      Instruction instruction = next.get();
      during(
          "delivery.instruct",
          OBJECT + target.name(),
          Map.of(
              "sequence",
              Long.toString(instruction.sequence()),
              "recordings",
              Integer.toString(instruction.recordings())),
          () -> {
            parts.instructions().send(target, instruction, shipment);
            return "done";
          });
      next = isWanted() ? parts.instructions().next(target) : Optional.empty();
    }
    protect(place);
    List<RecordingId> batch = undeleted(BATCH);
    while (!batch.isEmpty()) {
      for (RecordingId id : batch) {
        if (!isWanted()) {
          return;
        }
        delete(place, id);
      }
      batch = undeleted(BATCH);
    }
  }

  /** Brings locks and legal holds there in step with ours. */
  private void protect(ObjectPlace place) throws IOException {
    List<Unprotected> batch = care().unprotected(target, null, BATCH);
    while (!batch.isEmpty() && place instanceof ObjectPlace.Locking locking) {
      for (Unprotected recording : batch) {
        if (!isWanted()) {
          return;
        }
        during(
            "delivery.protect",
            "recording:" + recording.id(),
            Map.of("target", target.name(), "hold", Boolean.toString(recording.held())),
            () -> {
              Instant until = protect(locking, recording);
              care().inStep(target, recording, until);
              return until == null ? "done" : "done: locked until " + until;
            });
      }
      batch = care().unprotected(target, batch.getLast().id(), BATCH);
    }
  }

  /** Returns until when it is locked; null if it is not. */
  private @Nullable Instant protect(ObjectPlace.Locking place, Unprotected recording)
      throws IOException {
    Lock lock =
        recording.disposed() || !target.terms().isPrimary()
            ? null
            : parts
                .store()
                .lockOf(recording.manifestKey(), recording.manifestVersionId())
                .filter(ours -> ours.until().isAfter(parts.clock().instant()))
                .orElse(null);
    for (Arrived object : recording.objects()) {
      String key = ObjectKeys.object(target.tenant(), recording.id(), object.name());
      if (lock != null) {
        place.lock(key, lock);
      }
      if (recording.held() || recording.holdSet()) {
        place.hold(key, recording.held());
      }
    }
    return lock == null ? null : lock.until();
  }

  private void delete(ObjectPlace place, RecordingId id) throws IOException {
    during(
        "delivery.delete",
        "recording:" + id,
        Map.of("target", target.name()),
        () -> {
          try {
            place.purge(ObjectKeys.recording(target.tenant(), id));
            care().deleted(target, id);
            return "done";
          } catch (ObjectPlace.RefusedException e) {
            care().refused(target, id, parts.clock().instant().plus(REFUSED), reason(e));
            LOG.warn("{} does not let recording {} be deleted: {}", target, id, e.getMessage());
            return "failed: " + reason(e);
          }
        });
  }

  /** Reads back again what was delivered long ago, as long as nothing else waits. */
  private void check(Shipment shipment) throws IOException {
    List<There> batch = isWanted() ? unchecked(BATCH) : List.of();
    if (batch.isEmpty()) {
      return;
    }
    during(
        "delivery.check",
        OBJECT + target.name(),
        Map.of(
            "first",
            batch.getFirst().id().toString(),
            "recordings",
            Integer.toString(batch.size())),
        () -> {
          int damaged = 0;
          for (There there : batch) {
            if (!isWanted()) {
              return "stopped";
            }
            String problem = difference(shipment, there);
            if (problem == null) {
              care().checked(target, there.id());
            } else {
              care().damaged(target, there.id(), problem);
              damaged++;
              LOG.error("{}: {}", target, problem);
            }
          }
          return damaged == 0 ? "done" : "done: %d are delivered anew".formatted(damaged);
        });
  }

  private @Nullable String difference(Shipment shipment, There there) throws IOException {
    for (Arrived object : there.objects()) {
      String key = ObjectKeys.object(target.tenant(), there.id(), object.name());
      if (!shipment.isThere(key, object.size(), object.sha256())) {
        return "%s was missing or changed there when it was checked again".formatted(key);
      }
    }
    return null;
  }

  private MediaMoves moves() {
    return parts.deliveries().moves();
  }

  private boolean isMoveDue() {
    Instant now = parts.clock().instant();
    return target.terms().moves()
        && !(moves().unsettled(target, now, 1).isEmpty()
            && moves().unmoved(target, now, 1).isEmpty());
  }

  /** Has audio be kept there and not here, where that is wanted. */
  private void move(ObjectPlace place, Shipment shipment) throws IOException {
    if (!target.terms().moves() || !(place instanceof ObjectPlace.Locking locking)) {
      return;
    }
    Instant now = parts.clock().instant();
    for (Moving moving : moves().unsettled(target, now, BATCH)) {
      move("settle", moving, () -> settle(locking, shipment, moving));
    }
    for (Moving moving : moves().unmoved(target, now, BATCH)) {
      move("remove", moving, () -> remove(locking, shipment, moving));
    }
  }

  private void move(String step, Moving moving, Doing doing) throws IOException {
    if (isWanted()) {
      during(
          "delivery.move",
          "recording:" + moving.id(),
          Map.of("target", target.name(), "step", step),
          doing);
    }
  }

  /** Lets our lock on the audio end, if it is there as it should be. */
  private String settle(ObjectPlace.Locking place, Shipment shipment, Moving moving)
      throws IOException {
    Lock lock =
        new Lock(
            parts
                .store()
                .lockOf(moving.manifestKey(), moving.manifestVersionId())
                .map(Lock::mode)
                .orElseThrow(
                    () ->
                        new ObjectStoreException(
                            "our %s is not locked".formatted(moving.manifestKey()), null)),
            moving.keepUntil());
    for (Arrived object : moving.objects()) {
      String key = ObjectKeys.object(target.tenant(), moving.id(), object.name());
      if (place.size(key).isPresent()) {
        place.lock(key, lock);
      }
      if (place.lockOf(key).filter(there -> there.mode() != lock.mode()).isPresent()) {
        // Nobody changes a lock's mode there: another version takes its place
        place.delete(key);
      }
    }
    String lack = lack(place, shipment, moving);
    if (lack != null) {
      return again(moving, lack);
    }
    return moves().settled(target, moving, lastLock(ours(moving)))
        ? "done: locked there until " + lock.until()
        : "failed: it, or the target, was changed meanwhile";
  }

  /** Removes our audio, if it is there as it should be and our lock on it has ended. */
  private String remove(ObjectPlace.Locking place, Shipment shipment, Moving moving)
      throws IOException {
    List<ObjectStore.Version> ours = ours(moving);
    Instant now = parts.clock().instant();
    Instant locked = lastLock(ours);
    if (locked.isAfter(now)) {
      return postponed(moving, locked, "ours is locked until " + locked);
    }
    String lack = lack(place, shipment, moving);
    if (lack != null) {
      if (isWhole(moving, ours)) {
        moves().takenBack(target, moving);
      }
      return again(moving, lack);
    }
    try {
      for (ObjectStore.Version version : ours) {
        parts.store().delete(Bucket.LOCK, version.key(), version.versionId());
      }
    } catch (LockedException e) {
      return postponed(moving, now.plus(REFUSED), reason(e));
    }
    moves().moved(target, moving);
    return "done";
  }

  private String postponed(Moving moving, Instant again, String why) throws IOException {
    if (!isWhole(moving, ours(moving))) {
      // What is postponed may still be kept here after all, and this may not
      throw new IOException(
          "of recording %s, part of the audio here is removed and the rest can't be: %s"
              .formatted(moving.id(), why));
    }
    moves().postponed(target, moving, again);
    return "failed: " + why;
  }

  /** It is delivered anew. */
  private String again(Moving moving, String lack) {
    care().damaged(target, moving.id(), lack);
    LOG.error("{}: {}", target, lack);
    return "failed: " + lack;
  }

  private List<ObjectStore.Version> ours(Moving moving) {
    return parts
        .store()
        .list(Bucket.LOCK, ObjectKeys.recording(target.tenant(), moving.id()))
        .stream()
        .filter(version -> ObjectKeys.isMedia(version.key()))
        .toList();
  }

  /** When the last of our locks ends. */
  private Instant lastLock(List<ObjectStore.Version> ours) {
    return ours.stream()
        .flatMap(each -> parts.store().lockOf(each.key(), each.versionId()).stream())
        .map(Lock::until)
        .max(Comparator.naturalOrder())
        .orElse(parts.clock().instant());
  }

  private boolean isWhole(Moving moving, List<ObjectStore.Version> ours) {
    Set<String> keys = ours.stream().map(ObjectStore.Version::key).collect(Collectors.toSet());
    return moving.objects().stream()
        .filter(object -> ObjectKeys.isMedia(object.name()))
        .allMatch(
            object ->
                keys.contains(ObjectKeys.object(target.tenant(), moving.id(), object.name())));
  }

  /** What is missing for it to be the only copy; null if nothing is. */
  private @Nullable String lack(ObjectPlace.Locking place, Shipment shipment, Moving moving)
      throws IOException {
    String difference = difference(shipment, new There(moving.id(), moving.objects()));
    if (difference != null) {
      return difference;
    }
    for (Arrived object : moving.objects()) {
      String key = ObjectKeys.object(target.tenant(), moving.id(), object.name());
      Instant until = place.lockOf(key).map(Lock::until).orElse(Instant.EPOCH);
      if (until.isBefore(moving.keepUntil().truncatedTo(ChronoUnit.SECONDS))) {
        return "%s is locked there until %s only, and is kept until %s"
            .formatted(key, until, moving.keepUntil());
      }
    }
    return null;
  }

  /** What is done between the two entries of an act; says how it ended. */
  private interface Doing {
    String run() throws IOException;
  }

  private void during(String action, String object, Map<String, String> details, Doing doing)
      throws IOException {
    UUID act = UUID.randomUUID();
    append(act, action, object, null, null, details);
    String outcome = "failed: it broke off and is tried again";
    try {
      outcome = doing.run();
    } finally {
      append(UUID.randomUUID(), action, object, act, outcome, Map.of());
    }
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
    during(
        "delivery.deliver-lake",
        OBJECT + target.name(),
        Map.of("files", Integer.toString(changed.size())),
        () -> {
          for (ObjectStore.Version file : changed) {
            if (stopped.getAsBoolean()) {
              return "stopped";
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
          return "done";
        });
  }

  private static String version(ObjectStore.Version file) {
    return file.lastModified() + "/" + file.size();
  }
}

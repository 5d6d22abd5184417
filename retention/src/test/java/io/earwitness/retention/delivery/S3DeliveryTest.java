package io.earwitness.retention.delivery;

import static io.earwitness.retention.delivery.DeliveryWorld.ACME;
import static io.earwitness.retention.delivery.DeliveryWorld.assertSame;
import static io.earwitness.retention.delivery.DeliveryWorld.theirs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.DeliveryTarget.Terms;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.s3.S3Config;
import io.earwitness.archive.store.s3.S3Store;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.LockTerm;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To a bucket at a real S3 server, which is not the one that recordings are kept in. */
class S3DeliveryTest {
  @TempDir private Path folder;

  private static DeliveryTarget target(S3Config config, @Nullable String secret) {
    return new DeliveryTarget(
        ACME,
        "cloud",
        DeliveryTarget.Kind.S3,
        "%s/%s/from/recorder".formatted(config.endpoint(), config.workBucket()),
        config.accessKey(),
        secret,
        config.region(),
        "",
        null,
        false,
        DeliveryTarget.Terms.USUAL);
  }

  /** A bucket with Object Lock. */
  private static DeliveryTarget locking(S3Config config, Terms terms) {
    return new DeliveryTarget(
        ACME,
        "cloud",
        DeliveryTarget.Kind.S3,
        "%s/%s/vault".formatted(config.endpoint(), config.bucket()),
        config.accessKey(),
        config.secretKey(),
        config.region(),
        "",
        null,
        false,
        terms);
  }

  @Test
  void a_primary_is_locked_and_held_as_ours_and_read_from() throws Exception {
    S3Config config = S3TestServer.get().freshBuckets();
    Terms primary = new Terms(Terms.Mode.PRIMARY, false, Terms.OnDisposal.INSTRUCT, 0);
    try (DeliveryWorld world = new DeliveryWorld(folder);
        S3Store there = S3Store.connect(config)) {
      DeliveryTarget target = locking(config, primary);
      world.places().probe(target);
      DeliveryTarget plain =
          new DeliveryTarget(
              ACME,
              "plain",
              DeliveryTarget.Kind.S3,
              target(config, null).address(),
              target.account(),
              target.secret(),
              target.region(),
              "",
              null,
              false,
              primary);
      assertThatThrownBy(() -> world.places().probe(plain)).hasMessageContaining("no Object Lock");

      world.database.deliveries().set(target, "test");
      RecordingId id = world.archive(ACME, "+4930123", "Ana", 300_000);
      Instant until = Instant.now().plus(Duration.ofDays(9)).truncatedTo(ChronoUnit.SECONDS);
      String manifest = ObjectKeys.manifest(ACME, id, 0);
      String version = world.store.list(Bucket.LOCK, manifest).getFirst().versionId();
      world.store.lock(manifest, version, new Lock(LockMode.GOVERNANCE, until));
      UUID hold = world.hold(ACME, id);
      world.settle();
      DeliveryWorker worker = world.worker();
      worker.round();
      List<ObjectStore.Version> objects =
          there.list(Bucket.LOCK, "vault/" + ObjectKeys.recording(ACME, id)).stream()
              .filter(object -> !object.key().endsWith(".json"))
              .toList();
      assertThat(objects).hasSize(4);
      for (ObjectStore.Version object : objects) {
        assertThat(there.lockOf(object.key(), object.versionId()))
            .contains(new Lock(LockMode.GOVERNANCE, until));
        assertThat(there.isHeld(object.key(), object.versionId())).isTrue();
        assertThatThrownBy(() -> there.delete(Bucket.LOCK, object.key(), object.versionId()))
            .isInstanceOf(ObjectStore.LockedException.class);
      }

      // Renewed here, freed here: so there
      Instant later = until.plus(Duration.ofDays(400));
      world.store.lock(manifest, version, new Lock(LockMode.GOVERNANCE, later));
      world
          .database
          .retentionLocks()
          .renewed(
              new RetentionLocks.Due(
                  ACME,
                  id,
                  0,
                  version,
                  new LockTerm(until, later, null, false, false),
                  until,
                  false,
                  0),
              later);
      world.settle();
      worker.round();
      world.database.deliveries().set(locking(config, Terms.USUAL), "test");
      world.release(ACME, hold);
      world.settle();
      worker.round();
      assertThat(world.database.deliveries().care().primary(ACME, id, 0)).isEmpty();
      world.database.deliveries().set(target, "test");
      for (ObjectStore.Version object : objects) {
        assertThat(there.lockOf(object.key(), object.versionId()).orElseThrow().until())
            .isEqualTo(later);
        assertThat(there.isHeld(object.key(), object.versionId())).isFalse();
      }

      try (PrimaryPlaces places =
          new PrimaryPlaces(
              world.database.deliveries().care(), world.places()::open, world.clock)) {
        byte[] ours = world.ours(ACME).get(manifest);
        byte[] read = new byte[50];
        places.object(ACME, id, 0, manifest).orElseThrow().read(10, read, 0, 50);
        assertThat(read).isEqualTo(Arrays.copyOfRange(ours, 10, 60));
        assertThat(places.object(ACME, id, 1, manifest)).as("another generation").isEmpty();
        assertThatThrownBy(
                () -> places.object(ACME, id, 0, manifest + "x").orElseThrow().read(0, read, 0, 1))
            .isInstanceOf(IOException.class);
        assertThat(places.object(ACME, id, 0, manifest)).as("left alone for a minute").isEmpty();
      }
    }
  }

  @Test
  void all_versions_are_deleted_there_and_a_lock_is_told_of_and_waited_for() throws Exception {
    S3Config config = S3TestServer.get().freshBuckets();
    try (DeliveryWorld world = new DeliveryWorld(folder);
        S3Store there = S3Store.connect(config)) {
      DeliveryTarget target = DeliveryWorld.deleting(locking(config, Terms.USUAL));
      world.database.deliveries().set(target, "test");
      RecordingId gone = world.archiveOld(ACME, "+4930123", "Ana");
      world.settle();
      world.worker().round();
      String below = "vault/" + ObjectKeys.recording(ACME, gone);
      ObjectStore.Version locked = there.list(Bucket.LOCK, below).getFirst();
      there.put(Bucket.LOCK, locked.key(), new byte[] {1});
      there.hold(locked.key(), locked.versionId(), true);
      world.dispose(ACME, gone);
      world.settle();
      DeliveryWorker worker = world.worker();
      worker.round();
      assertThat(there.list(Bucket.LOCK, below))
          .extracting(ObjectStore.Version::versionId)
          .contains(locked.versionId());
      assertThat(world.database.deliveries().failing(ACME, "cloud", 9))
          .singleElement()
          .satisfies(each -> assertThat(each.problem()).contains("is locked there"));
      there.hold(locked.key(), locked.versionId(), false);
      world.database.deliveries().care().refused(target, gone, Instant.now(), "again");
      worker.round();
      assertThat(there.list(Bucket.LOCK, below)).isEmpty();
      assertThat(there.list(Bucket.LOCK, "vault/acme/instructions/")).hasSize(1);
    }
  }

  @Test
  void recordings_arrive_are_found_and_opened_there() throws Exception {
    S3Config config = S3TestServer.get().freshBuckets();
    S3Store.connect(config).close(); // makes the buckets; one is a plain one
    try (DeliveryWorld world = new DeliveryWorld(folder)) {
      DeliveryTarget target = target(config, config.secretKey());
      world.places().probe(target);
      assertThatThrownBy(() -> world.places().probe(target(config, "wrong")))
          .hasMessageContaining("answer 403")
          .hasMessageContaining("check the keys");
      world.database.deliveries().set(target, "test");
      RecordingId id = world.archive(ACME, "+4930123", "Ana", 300_000);
      world.settle();
      world.worker().round();
      assertThat(world.database.deliveries().list(ACME).getFirst().problem()).isNull();
      try (ObjectPlace place = world.places().open(target)) {
        assertSame(theirs(place, ACME + "/recordings/"), world.ours(ACME));
        DeliveredArchive archive =
            new DeliveredArchive(
                place,
                ACME,
                TestKeys.privateKey(ManagedKeyKind.RSA_3072),
                DeliveryWorld.AUTHORITY.certificate());
        DeliveredArchive.Found found =
            archive.find(new DeliveredArchive.Query("30123", "ana", null, null)).found().getFirst();
        assertThat(found.source()).isEqualTo("index");
        Path out = Files.createDirectories(folder.resolve("out"));
        assertThat(Files.readAllBytes(archive.decrypt(found, out).getFirst()))
            .isEqualTo(world.audio(id));
        try (var files = Files.list(out)) {
          assertThat(files).as("the copy is gone").hasSize(1);
        }
      }
    }
  }
}

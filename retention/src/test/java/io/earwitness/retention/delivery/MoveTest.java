package io.earwitness.retention.delivery;

import static io.earwitness.retention.delivery.DeliveryWorld.ACME;
import static io.earwitness.retention.delivery.DeliveryWorld.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.CommitProtocol;
import io.earwitness.archive.InitialRetention;
import io.earwitness.archive.LockKeeper;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.RecordingVerifier;
import io.earwitness.archive.Sweeper;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.DeliveryTarget.Terms;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ElsewhereException;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.s3.S3Config;
import io.earwitness.archive.store.s3.S3Store;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.CallSummary;
import io.earwitness.call.LockTerm.Phase;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Audio is kept in the tenant's own storage, a bucket at a real S3 server, and no longer here. Days
 * pass by a clock of ours; locks there last longer than that.
 */
class MoveTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final ManifestVerifier MANIFESTS =
      new ManifestVerifier(DeliveryWorld.AUTHORITY.certificate());

  @TempDir private Path folder;
  private S3Config config;

  @BeforeEach
  void makeBuckets() throws Exception {
    config = S3TestServer.get().freshBuckets();
    S3Store.connect(config).close();
  }

  private DeliveryTarget target(String name, Terms.Mode mode, String prefix) {
    return new DeliveryTarget(
        ACME,
        name,
        DeliveryTarget.Kind.S3,
        "%s/%s/%s".formatted(config.endpoint(), config.bucket(), prefix),
        config.accessKey(),
        config.secretKey(),
        config.region(),
        "",
        null,
        false,
        new Terms(mode, false, Terms.OnDisposal.DELETE, 0));
  }

  private DeliveryTarget target() {
    return target("vault", Terms.Mode.MOVE, "vault");
  }

  private static PrimaryPlaces primaries(DeliveryWorld world, DeliveryWorker.Opener opener) {
    return new PrimaryPlaces(world.database.deliveries().care(), opener, world.clock);
  }

  private static MovedStore everywhere(DeliveryWorld world, PrimaryPlaces places) {
    return new MovedStore(world.store, world.database.deliveries().moves(), places);
  }

  /** A recording that was delivered, and is locked for a week here and there. */
  private RecordingId delivered(DeliveryWorld world) throws Exception {
    world.database.deliveries().set(target(), "test");
    RecordingId id = world.archiveToMove(ACME, "+4930123", world.clock.instant().plus(WEEK));
    world.settle();
    world.worker().round();
    return id;
  }

  private static List<ObjectStore.Version> media(
      ObjectStore store, TenantSlug tenant, RecordingId id) {
    return store.list(Bucket.LOCK, ObjectKeys.recording(tenant, id)).stream()
        .filter(version -> ObjectKeys.isMedia(version.key()))
        .toList();
  }

  private static byte[] read(ObjectStore store, ObjectStore.Version version) throws IOException {
    try (InputStream in =
        store.open(Bucket.LOCK, version.key(), version.versionId()).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  /** Renews locks, as is due by the world's clock. */
  private static void keepLocks(DeliveryWorld world) {
    Clock clock = Clock.fixed(world.clock.instant(), ZoneOffset.UTC);
    try (CatalogDatabase database = CatalogDatabase.open(world.server, clock);
        PrimaryPlaces places = primaries(world, world.places()::open)) {
      new LockKeeper(
              protocol(world, everywhere(world, places)),
              database.retentionLocks(),
              database.retentionLengthenings(),
              database.audit(),
              clock)
          .run();
    }
  }

  private static CommitProtocol protocol(DeliveryWorld world, ObjectStore store) {
    return new CommitProtocol(
        store, world.database.calls(), MANIFESTS, _ -> LockMode.GOVERNANCE, world.clock);
  }

  private static RetentionLocks.State state(DeliveryWorld world, RecordingId id) {
    return world.database.retentionLocks().state(ACME, id).orElseThrow();
  }

  private static Instant lockOf(ObjectStore store, ObjectStore.Version version) {
    return store.lockOf(version.key(), version.versionId()).orElseThrow().until();
  }

  @Test
  void audio_is_kept_there_alone_once_it_is_verified_and_locked_there() throws Exception {
    try (DeliveryWorld world = new DeliveryWorld(folder);
        PrimaryPlaces places = primaries(world, world.places()::open);
        PrimaryPlaces away =
            primaries(
                world,
                _ -> {
                  throw new IOException("no route to it");
                })) {
      RecordingId other = world.archive(GLOBEX, "+4930124", "Bo", 3_000);
      RecordingId id = delivered(world);
      ObjectStore.Version media = media(world.store, ACME, id).getFirst();
      byte[] ours = read(world.store, media);
      Deliveries deliveries = world.database.deliveries();
      assertThat(state(world, id).term().phase(lockOf(world.store, media), world.clock.instant()))
          .isEqualTo(Phase.MOVING);

      world.clock.advance(Duration.ofDays(3));
      world.worker().round();
      assertThat(deliveries.moves().place(ACME, id, 0)).as("too early").isEmpty();

      world.clock.advance(Duration.ofDays(1).plusMinutes(1));
      world.worker().round();
      assertThat(deliveries.moves().place(ACME, id, 0)).contains(target());
      keepLocks(world);
      RetentionLocks.State settled = state(world, id);
      Instant keptUntil = settled.term().keepUntil().truncatedTo(ChronoUnit.SECONDS);
      assertThat(settled.problem()).isNull();
      assertThat(settled.lockedUntil()).isAfterOrEqualTo(keptUntil);
      assertThat(settled.due()).isNull();
      assertThat(settled.movedTo()).isEqualTo("vault");
      for (ObjectStore.Version each :
          world.store.list(Bucket.LOCK, ObjectKeys.recording(ACME, id))) {
        if (each.equals(media)) {
          assertThat(lockOf(world.store, each)).isBefore(world.clock.instant().plus(WEEK));
        } else {
          assertThat(lockOf(world.store, each)).isAfterOrEqualTo(keptUntil);
        }
      }
      world.worker().round();
      assertThat(media(world.store, ACME, id)).as("our lock lasts").containsExactly(media);

      world.clock.advance(Duration.ofDays(3));
      world.worker().round();
      assertThat(media(world.store, ACME, id)).isEmpty();
      assertThat(world.store.list(Bucket.LOCK, ObjectKeys.recording(ACME, id))).hasSize(3);
      assertThat(media(world.store, GLOBEX, other)).hasSize(1);

      MovedStore everywhere = everywhere(world, places);
      assertThat(read(everywhere, media)).isEqualTo(ours);
      try (InputStream in =
          everywhere.open(Bucket.LOCK, media.key(), media.versionId(), 70_000, 9).orElseThrow()) {
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(ours, 70_000, 70_009));
      }
      assertThat(lockOf(everywhere, media)).isAfterOrEqualTo(keptUntil);
      RecordingVerifier verifier = new RecordingVerifier(MANIFESTS, world.clock);
      assertThat(verifier.verify(everywhere, ACME, id).findings()).isEmpty();
      assertThat(verifier.verify(world.store, ACME, id).ok()).as("without it").isFalse();
      LocalDate day = ObjectKeys.date(id);
      assertThat(
              new Sweeper(everywhere, protocol(world, everywhere), world.clock, Sweeper.GRACE)
                  .sweep(ACME, day, day)
                  .problems())
          .isEmpty();

      // What is there alone binds the target
      String why = "the audio of 1 recordings is at target 'vault' and nowhere else";
      assertThatThrownBy(() -> deliveries.remove(ACME, "vault", "test")).hasMessageContaining(why);
      for (DeliveryTarget wrong :
          List.of(
              target("vault", Terms.Mode.MOVE, "elsewhere"),
              target("vault", Terms.Mode.COPY, "vault"))) {
        assertThatThrownBy(() -> deliveries.set(wrong, "test")).hasMessageContaining(why);
      }
      deliveries.set(target("vault", Terms.Mode.PRIMARY, "vault"), "test");
      assertThat(read(everywhere, media)).isEqualTo(ours);
      MovedStore unreachable = everywhere(world, away);
      assertThatThrownBy(() -> read(unreachable, media))
          .isInstanceOf(ElsewhereException.class)
          .hasMessageContaining("storage 'vault'")
          .hasRootCauseMessage("no route to it");
    }
  }

  @Test
  void ours_stays_and_is_locked_again_where_the_copy_is_not_as_it_was() throws Exception {
    try (DeliveryWorld world = new DeliveryWorld(folder);
        S3Store there = S3Store.connect(config)) {
      RecordingId id = delivered(world);
      ObjectStore.Version media = media(world.store, ACME, id).getFirst();
      String copy = "vault/" + media.key();
      Deliveries deliveries = world.database.deliveries();
      there.put(Bucket.LOCK, copy, new byte[] {1});
      world.clock.advance(Duration.ofDays(4).plusMinutes(1));
      world.worker().round();
      assertThat(deliveries.moves().place(ACME, id, 0)).as("not the same").isEmpty();
      world.worker().round();
      world.worker().round();
      assertThat(deliveries.moves().place(ACME, id, 0)).as("delivered anew").isPresent();
      keepLocks(world);

      there.put(Bucket.LOCK, copy, new byte[] {2});
      world.clock.advance(Duration.ofDays(3));
      world.worker().round();
      assertThat(media(world.store, ACME, id)).containsExactly(media);
      assertThat(deliveries.moves().place(ACME, id, 0)).isEmpty();
      assertThat(deliveries.list(ACME).getFirst().after().damaged()).isEqualTo(2);
      keepLocks(world);
      assertThat(state(world, id).problem()).isNull();
      assertThat(lockOf(world.store, media))
          .as("locked again")
          .isAfterOrEqualTo(state(world, id).term().keepUntil().truncatedTo(ChronoUnit.SECONDS));
      world.worker().round();
      world.worker().round();
      assertThat(deliveries.moves().place(ACME, id, 0)).as("it stays").isEmpty();
    }
  }

  @Test
  void one_that_is_not_settled_in_time_is_locked_for_another_week() throws Exception {
    try (DeliveryWorld world = new DeliveryWorld(folder)) {
      RecordingId id = delivered(world);
      ObjectStore.Version media = media(world.store, ACME, id).getFirst();
      world.clock.advance(Duration.ofDays(5).plusMinutes(1));
      keepLocks(world);
      assertThat(lockOf(world.store, media))
          .isBetween(
              world.clock.instant().plus(WEEK).minusSeconds(1),
              world.clock.instant().plus(WEEK).plusSeconds(1));
      // No longer to be moved: locked as long as it is kept
      world.database.deliveries().set(target("vault", Terms.Mode.PRIMARY, "vault"), "test");
      world.clock.advance(Duration.ofDays(5).plusMinutes(1));
      keepLocks(world);
      assertThat(lockOf(world.store, media))
          .isAfterOrEqualTo(state(world, id).term().keepUntil().truncatedTo(ChronoUnit.SECONDS));
    }
  }

  @Test
  void nothing_is_removed_while_a_hold_is_on_it_nor_lost_by_death() throws Exception {
    try (DeliveryWorld world = new DeliveryWorld(folder);
        PrimaryPlaces places = primaries(world, world.places()::open)) {
      RecordingId id = delivered(world);
      ObjectStore.Version media = media(world.store, ACME, id).getFirst();
      byte[] ours = read(world.store, media);
      Deliveries deliveries = world.database.deliveries();
      world.clock.advance(Duration.ofDays(4).plusMinutes(1));
      world.worker().round();
      assertThat(deliveries.moves().place(ACME, id, 0)).isPresent();
      UUID hold = world.hold(ACME, id);
      world.settle();
      world.clock.advance(Duration.ofDays(3));
      world.worker().round();
      world.worker().round();
      assertThat(media(world.store, ACME, id)).as("held").containsExactly(media);
      world.release(ACME, hold);
      world.settle();

      // A hold that is still set in the store is waited for
      world.store.hold(media.key(), media.versionId(), true);
      world.worker().round();
      assertThat(media(world.store, ACME, id)).containsExactly(media);
      assertThat(deliveries.moves().unmoved(target(), world.clock.instant(), 9)).isEmpty();
      world.store.hold(media.key(), media.versionId(), false);
      world.clock.advance(Duration.ofDays(1).plusMinutes(1));

      // It dies when ours is deleted, and that is not noted yet; then it is looked at again
      DeliveryWorker dying = world.worker(world.places()::open, dyingAfterDelete(world.store));
      for (int i = 0; i < 3 && !media(world.store, ACME, id).isEmpty(); i++) {
        dying.round();
      }
      assertThat(media(world.store, ACME, id)).isEmpty();
      assertThat(read(everywhere(world, places), media)).isEqualTo(ours);
      assertThat(deliveries.moves().unmoved(target(), world.clock.instant(), 9)).hasSize(1);
      world.worker().round();
      assertThat(deliveries.moves().unmoved(target(), world.clock.instant(), 9)).isEmpty();
      assertThat(read(everywhere(world, places), media)).isEqualTo(ours);
    }
  }

  private static ObjectStore dyingAfterDelete(ObjectStore store) {
    return (ObjectStore)
        Proxy.newProxyInstance(
            MoveTest.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, method, arguments) -> {
              try {
                Object result = method.invoke(store, arguments);
                if (method.getName().equals("delete")) {
                  throw new IllegalStateException("died");
                }
                return result;
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
              }
            });
  }

  @Test
  void recordings_are_locked_for_a_week_at_first_where_they_are_to_be_moved() throws Exception {
    try (DeliveryWorld world = new DeliveryWorld(folder)) {
      Instant now = Instant.now();
      CallSummary call =
          DeliveryWorld.call(RecordingId.draw(now), ACME, now.minusSeconds(9), "+4930123", "Ana");
      InitialRetention initial = InitialRetention.by(world.database.retention(), () -> now);
      assertThat(initial.of(call).basis().firstLock()).isNull();
      Deliveries deliveries = world.database.deliveries();
      deliveries.set(target(), "test");
      RetentionBasis basis = initial.of(call).basis();
      assertThat(basis.moving()).isTrue();
      assertThat(basis.firstLock()).isEqualTo(now.plus(WEEK).truncatedTo(ChronoUnit.SECONDS));
      assertThat(RetentionBasis.of(basis.policies())).isEqualTo(basis);
      assertThatThrownBy(() -> new Terms(Terms.Mode.MOVE, false, Terms.OnDisposal.INSTRUCT, 0))
          .hasMessageContaining("say delete");
      assertThatThrownBy(() -> deliveries.set(target("second", Terms.Mode.MOVE, "second"), "test"))
          .hasMessageContaining("moves its recordings to another target");
    }
  }
}

package io.earwitness.retention.delivery;

import static io.earwitness.retention.delivery.DeliveryWorld.ACME;
import static io.earwitness.retention.delivery.DeliveryWorld.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was delivered is told of, deleted and looked at again as it should be. */
class AfterDeliveryTest {
  private static final DeliveredArchive.Query ALL =
      new DeliveredArchive.Query(null, null, null, null);

  @TempDir private Path folder;
  private DeliveryWorld world;
  private Deliveries deliveries;

  @BeforeEach
  void open() throws IOException {
    world = new DeliveryWorld(folder);
    deliveries = world.database.deliveries();
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void round() throws InterruptedException {
    world.settle();
    world.worker().round();
  }

  private static Map<RecordingId, DeliveredArchive.Found> found(FolderPlace place)
      throws IOException {
    DeliveredArchive.Result result =
        new DeliveredArchive(
                place,
                ACME,
                TestKeys.privateKey(ManagedKeyKind.EC_P256),
                DeliveryWorld.AUTHORITY.certificate())
            .find(ALL);
    assertThat(result.problems()).isEmpty();
    return result.found().stream()
        .collect(Collectors.toMap(DeliveredArchive.Found::recording, each -> each));
  }

  private static DeliveredArchive.Found found(FolderPlace place, RecordingId id)
      throws IOException {
    return Objects.requireNonNull(found(place).get(id));
  }

  private static List<String> instructions(FolderPlace place) throws IOException {
    return place.list(ObjectKeys.deliveryInstructions(ACME));
  }

  private Deliveries.After after() {
    return deliveries.list(ACME).getFirst().after();
  }

  @Test
  void disposals_and_holds_are_told_once_in_order_and_without_parties() throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    FolderPlace place = new FolderPlace(world.at(target));
    deliveries.set(target, "test");
    RecordingId gone = world.archiveOld(ACME, "+4930123", "Ana");
    RecordingId held = world.archive(ACME, "+4930124", "Bo", 3_000);
    UUID hold = world.hold(ACME, held);
    world.archive(GLOBEX, "+33123", "Zoé", 3_000);
    round();
    assertThat(instructions(place)).as("held before it arrived").hasSize(1);
    assertThat(found(place, held).onHold()).isTrue();
    assertThat(found(place, gone).onHold()).isFalse();

    world.dispose(ACME, gone);
    round();
    round();
    assertThat(instructions(place)).hasSize(2);
    assertThat(found(place, gone).disposedAt()).isNotNull();
    assertThat(found(place, gone).source())
        .as("the index names it no more")
        .isEqualTo("call record");
    assertThat(found(place, held).disposedAt()).isNull();
    assertThat(place.list(ObjectKeys.recording(ACME, gone))).as("its owner decides").isNotEmpty();

    world.release(ACME, hold);
    round();
    assertThat(instructions(place)).hasSize(3);
    assertThat(found(place, held).onHold()).isFalse();
    assertThat(after().untold()).isZero();
    assertThat(after().instructedAt()).isNotNull();

    Files.delete(place.path(instructions(place).get(1)));
    assertThat(
            new DeliveredArchive(
                    place,
                    ACME,
                    TestKeys.privateKey(ManagedKeyKind.EC_P256),
                    DeliveryWorld.AUTHORITY.certificate())
                .find(ALL)
                .problems())
        .singleElement()
        .asString()
        .contains("is missing");
  }

  @Test
  void what_was_disposed_of_is_deleted_there_where_that_is_wanted_and_nothing_else()
      throws Exception {
    DeliveryTarget told = world.folderTarget(ACME, "vault");
    FolderPlace place = new FolderPlace(world.at(told));
    deliveries.set(told, "test");
    RecordingId gone = world.archiveOld(ACME, "+4930123", "Ana");
    RecordingId stays = world.archiveOld(ACME, "+4930124", "Bo");
    round();
    world.dispose(ACME, gone);
    round();
    assertThat(place.list(ObjectKeys.recording(ACME, gone))).isNotEmpty();
    deliveries.set(DeliveryWorld.deleting(told), "test");
    assertThat(after().undeleted()).isEqualTo(1);
    round();
    assertThat(place.list(ObjectKeys.recording(ACME, gone))).isEmpty();
    assertThat(place.list(ObjectKeys.recording(ACME, stays))).isNotEmpty();
    assertThat(found(place).keySet()).containsExactly(stays);
    assertThat(after().undeleted()).isZero();
    assertThat(deliveries.list(ACME).getFirst().delivered()).isEqualTo(1);
  }

  @Test
  void a_cut_at_any_step_tells_once_and_deletes_all() throws Exception {
    RecordingId gone = world.archiveOld(ACME, "+4930123", "Ana");
    RecordingId held = world.archive(ACME, "+4930124", "Bo", 3_000);
    List<DeliveryTarget> targets = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      targets.add(DeliveryWorld.deleting(world.folderTarget(ACME, "cut-%02d".formatted(i))));
      deliveries.set(targets.getLast(), "test");
    }
    round();
    world.dispose(ACME, gone);
    world.hold(ACME, held);
    world.settle();
    while (deliveries.queue()) {}
    boolean cut = true;
    for (int i = 0; i < targets.size(); i++) {
      DeliveryTarget target = targets.get(i);
      Map<String, Integer> puts = new ConcurrentHashMap<>();
      cut = false;
      try {
        world.run(target, new Mortal(world.places().open(target), i / 2 + 1, i % 2 == 1, puts));
      } catch (Mortal.Death e) {
        cut = true;
      }
      world.run(target, new Mortal(world.places().open(target), 0, false, puts));
      Map<String, Integer> told = new TreeMap<>(puts);
      told.keySet().removeIf(key -> !key.contains("/instructions/"));
      assertThat(told.values()).as("%s: %s", target, puts).containsExactly(1);
      FolderPlace place = new FolderPlace(world.at(target));
      assertThat(place.list(ObjectKeys.recording(ACME, gone))).isEmpty();
      assertThat(found(place).keySet()).containsExactly(held);
      assertThat(found(place, held).onHold()).isTrue();
    }
    assertThat(cut).as("the last one ran to its end, so all steps were cut").isFalse();
  }

  /** Looks at what is there after a death and another attempt. */
  private interface Check {
    void look(FolderPlace place, Mortal last, Map<String, Integer> puts) throws IOException;
  }

  private void cutEverywhere(Function<String, DeliveryTarget> targets, Check check)
      throws Exception {
    world.settle();
    boolean cut = true;
    for (int step = 1; cut; step++) {
      for (boolean after : new boolean[] {false, true}) {
        DeliveryTarget target = targets.apply("cut-%d-%b".formatted(step, after));
        deliveries.set(target, "test");
        while (deliveries.queue()) {}
        FolderPlace place = new FolderPlace(folder.resolve("cut").resolve(target.name()));
        Map<String, Integer> puts = new ConcurrentHashMap<>();
        Mortal first = new Mortal(place, step, after, puts);
        Mortal last = new Mortal(place, 0, false, puts);
        cut = false;
        try {
          world.run(target, first);
        } catch (Mortal.Death e) {
          cut = true;
        }
        last.locks.putAll(first.locks);
        last.held.addAll(first.held);
        world.run(target, last);
        check.look(place, last, puts);
        assertThat(deliveries.list(ACME).getFirst().waiting()).isZero();
        deliveries.remove(ACME, target.name(), "test");
      }
    }
  }

  private static DeliveryTarget bucket(String name, DeliveryTarget.Terms terms) {
    return new DeliveryTarget(
        ACME,
        name,
        DeliveryTarget.Kind.S3,
        "https://s3.example/bucket",
        "key",
        null,
        "region",
        "",
        null,
        false,
        terms);
  }

  @Test
  void a_cut_at_any_step_leaves_a_primary_locked_and_held_as_ours() throws Exception {
    RecordingId id = world.archive(ACME, "+4930123", "Ana", 3_000);
    String manifest = ObjectKeys.manifest(ACME, id, 0);
    Lock lock = new Lock(LockMode.GOVERNANCE, Instant.now().plus(Duration.ofDays(9)));
    world.store.lock(
        manifest, world.store.list(Bucket.LOCK, manifest).getFirst().versionId(), lock);
    world.hold(ACME, id);
    DeliveryTarget.Terms primary =
        new DeliveryTarget.Terms(
            DeliveryTarget.Terms.Mode.PRIMARY, false, DeliveryTarget.Terms.OnDisposal.INSTRUCT, 0);
    cutEverywhere(
        name -> bucket(name, primary),
        (_, last, puts) -> {
          assertThat(last.locks.keySet()).isEqualTo(world.ours(ACME).keySet());
          assertThat(last.locks.values()).containsOnly(lock);
          assertThat(last.held).isEqualTo(world.ours(ACME).keySet());
          Map<String, Integer> contents = new TreeMap<>(puts);
          contents.keySet().removeIf(key -> key.contains("/index/"));
          assertThat(contents.values()).as("%s", puts).containsOnly(1);
        });
  }

  @Test
  void a_cut_at_any_step_of_a_decrypted_delivery_sends_nothing_twice() throws Exception {
    world.manage(ACME);
    RecordingId id = world.archive(ACME, "+4930123", "Ana", 3_000);
    DeliveryTarget.Terms plain =
        new DeliveryTarget.Terms(
            DeliveryTarget.Terms.Mode.COPY, true, DeliveryTarget.Terms.OnDisposal.INSTRUCT, 0);
    cutEverywhere(
        name -> bucket(name, plain),
        (place, _, puts) -> {
          Map<String, Integer> contents = new TreeMap<>(puts);
          // Lists and indexes are signed anew if they were not noted as written
          contents.keySet().removeIf(key -> key.endsWith(".p7") || key.contains("/index/"));
          assertThat(contents.values()).as("%s", puts).containsOnly(1);
          String media =
              place.list(ObjectKeys.recording(ACME, id)).stream()
                  .filter(key -> key.endsWith("/media.flac"))
                  .findFirst()
                  .orElseThrow();
          assertThat(Files.readAllBytes(place.path(media))).isEqualTo(world.audio(id));
        });
  }

  @Test
  void what_is_damaged_there_later_is_noticed_and_delivered_anew() throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    FolderPlace place = new FolderPlace(world.at(target));
    deliveries.set(target, "test");
    RecordingId changed = world.archive(ACME, "+4930123", "Ana", 70_000);
    RecordingId missing = world.archive(ACME, "+4930124", "Bo", 3_000);
    world.archive(ACME, "+4930125", "Cy", 3_000);
    round();
    Map<String, byte[]> before = DeliveryWorld.theirs(place, ACME + "/recordings/");
    Path file = place.path(media(place, changed));
    byte[] bytes = Files.readAllBytes(file);
    bytes[50_000] ^= 1;
    Files.write(file, bytes);
    Files.delete(place.path(media(place, missing)));
    round();
    assertThat(after().checkedAt()).as("not before its time").isNull();
    world.clock.advance(Duration.ofDays(31));
    round();
    assertThat(after().checked()).isEqualTo(3);
    assertThat(after().damaged()).isEqualTo(2);
    round();
    DeliveryWorld.assertSame(DeliveryWorld.theirs(place, ACME + "/recordings/"), before);
    assertThat(deliveries.list(ACME).getFirst().waiting()).isZero();
    assertThat(after().damaged()).isEqualTo(2);
  }

  private static String media(FolderPlace place, RecordingId id) throws IOException {
    return place.list(ObjectKeys.recording(ACME, id)).stream()
        .filter(key -> key.endsWith("/media.cms"))
        .findFirst()
        .orElseThrow();
  }
}

package io.earwitness.retention.delivery;

import static io.earwitness.retention.delivery.DeliveryWorld.ACME;
import static io.earwitness.retention.delivery.DeliveryWorld.GLOBEX;
import static io.earwitness.retention.delivery.DeliveryWorld.assertSame;
import static io.earwitness.retention.delivery.DeliveryWorld.theirs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.RecordingId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings go to storage of the tenant's own, whole, once, and to no other. */
class DeliveryTest {
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

  private Deliveries.Status status(DeliveryTarget target) {
    return deliveries.list(target.tenant()).stream()
        .filter(each -> each.target().name().equals(target.name()))
        .findFirst()
        .orElseThrow();
  }

  private void round(DeliveryWorker worker) throws InterruptedException {
    world.settle();
    worker.round();
  }

  @Test
  void what_was_there_and_what_comes_arrives_as_it_lies_here_and_of_no_other_tenant()
      throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    RecordingId before = world.archive(ACME, "+4930123", "Ana", 70_000);
    world.archive(GLOBEX, "+33123", "Zoé", 5_000);
    world.settle();
    deliveries.set(target, "test");
    DeliveryWorker worker = world.worker();
    round(worker);
    RecordingId after = world.archive(ACME, "+4930124", "Bo", 9_000);
    round(worker);

    FolderPlace place = new FolderPlace(world.at(target));
    assertSame(theirs(place, ACME + "/recordings/"), world.ours(ACME));
    for (RecordingId id : List.of(before, after)) {
      assertThat(world.marker(target, id, 0)).contains(id.toString()).contains("media.cms");
    }
    assertThat(place.list("")).noneMatch(key -> key.contains("globex"));
    assertThat(place.list("")).contains(ObjectKeys.CA_CERTIFICATE);
    Deliveries.Status status = status(target);
    assertThat(status.delivered()).isEqualTo(2);
    assertThat(status.waiting()).isZero();
    assertThat(status.problem()).isNull();
    assertThat(
            world
                .database
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        ACME,
                        null,
                        null,
                        "job:delivery",
                        "delivery.deliver",
                        "recording:" + before,
                        10,
                        null))
                .entries())
        .extracting(kept -> kept.entry().outcome())
        .containsExactlyInAnyOrder("done", null);
  }

  @Test
  void each_tenant_has_what_is_its_own_though_both_call_their_target_alike() throws Exception {
    DeliveryTarget one = world.folderTarget(ACME, "vault");
    DeliveryTarget other = world.folderTarget(GLOBEX, "vault");
    deliveries.set(one, "test");
    deliveries.set(other, "test");
    world.archive(ACME, "+4930123", "Ana", 3_000);
    world.archive(GLOBEX, "+33123", "Zoé", 3_000);
    round(world.worker());
    assertSame(theirs(new FolderPlace(world.at(one)), ACME + "/recordings/"), world.ours(ACME));
    assertSame(
        theirs(new FolderPlace(world.at(other)), GLOBEX + "/recordings/"), world.ours(GLOBEX));
    assertThat(theirs(new FolderPlace(world.at(one)), GLOBEX + "/")).isEmpty();
    assertThat(theirs(new FolderPlace(world.at(other)), ACME + "/")).isEmpty();
  }

  @Test
  void a_cut_at_any_step_ends_as_without_and_sends_nothing_twice() throws Exception {
    world.archive(ACME, "+4930123", "Ana", 3_000);
    world.settle();
    boolean cut = true;
    for (int step = 1; cut; step++) {
      for (boolean after : new boolean[] {false, true}) {
        DeliveryTarget target = world.folderTarget(ACME, "cut-%d-%b".formatted(step, after));
        deliveries.set(target, "test");
        while (deliveries.queue()) {}
        Map<String, Integer> puts = new ConcurrentHashMap<>();
        int last = step;
        cut = false;
        try {
          world.run(target, new Mortal(world.places().open(target), last, after, puts));
        } catch (Mortal.Death e) {
          cut = true;
        }
        world.run(target, new Mortal(world.places().open(target), 0, false, puts));
        assertSame(
            theirs(new FolderPlace(world.at(target)), ACME + "/recordings/"), world.ours(ACME));
        assertThat(status(target).waiting()).as("step %d", step).isZero();
        Map<String, Integer> recordings = new TreeMap<>(puts);
        // An index that was not noted as written is sealed anew, with other bytes
        recordings.keySet().removeIf(key -> key.contains("/index/"));
        assertThat(recordings.values()).as("step %d: %s", step, puts).containsOnly(1);
        deliveries.remove(ACME, target.name(), "test");
      }
    }
  }

  /** Turns a byte of the first thing that is put there and ends so. */
  private record Corrupting(ObjectPlace place, String what, Map<String, Integer> puts)
      implements ObjectPlace {
    @Override
    public OptionalLong size(String key) throws IOException {
      return place.size(key);
    }

    @Override
    public InputStream open(String key) throws IOException {
      return place.open(key);
    }

    @Override
    public @Nullable String put(String key, Content content) throws IOException {
      boolean first = puts.merge(key, 1, Integer::sum) == 1;
      if (!first || !key.endsWith(what)) {
        return place.put(key, content);
      }
      byte[] bytes;
      try (InputStream in = content.source().open()) {
        bytes = in.readAllBytes();
      }
      bytes[bytes.length / 2] ^= 1;
      return place.put(
          key, new Content(bytes.length, content.sha256(), () -> new ByteArrayInputStream(bytes)));
    }

    @Override
    public void delete(String key) throws IOException {
      place.delete(key);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
      return place.list(prefix);
    }

    @Override
    public void purge(String prefix) throws IOException {
      place.purge(prefix);
    }

    @Override
    public void close() {
      place.close();
    }
  }

  @Test
  void a_byte_that_arrived_otherwise_is_noticed_and_sent_again() throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    deliveries.set(target, "test");
    world.archive(ACME, "+4930123", "Ana", 200_000);
    Map<String, Integer> puts = new ConcurrentHashMap<>();
    round(world.worker(t -> new Corrupting(world.places().open(t), "media.cms", puts)));
    assertSame(theirs(new FolderPlace(world.at(target)), ACME + "/recordings/"), world.ours(ACME));
    assertThat(puts.entrySet())
        .filteredOn(put -> put.getKey().endsWith("media.cms"))
        .extracting(Map.Entry::getValue)
        .containsExactly(2);
  }

  @Test
  void what_is_wrong_with_our_own_copy_is_given_to_nobody_and_holds_up_no_other() throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    deliveries.set(target, "test");
    RecordingId broken = world.archive(ACME, "+4930123", "Ana", 200_000);
    RecordingId sound = world.archive(ACME, "+4930124", "Bo", 4_000);
    try (var files = Files.walk(folder.resolve("data/objects"))) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(f -> f.toString().contains(broken + "/"))
              .filter(f -> f.toString().contains("media.cms"))
              .toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 100_000) {
          bytes[100_000] ^= 1;
          file.toFile().setWritable(true);
          Files.write(file, bytes);
        }
      }
    }
    round(world.worker());
    assertThat(world.marker(target, broken, 0)).isNull();
    assertThat(world.marker(target, sound, 0)).isNotNull();
    List<Deliveries.Waiting> failing = deliveries.failing(ACME, "vault", 10);
    assertThat(failing).extracting(Deliveries.Waiting::id).containsExactly(broken);
    assertThat(failing.getFirst().problem()).contains("media.cms").contains("Block");
    assertThat(status(target).failingSince()).as("the target is not the trouble").isNull();
  }

  @Test
  void a_target_that_takes_nothing_is_shown_raises_an_alarm_and_recovers_by_itself()
      throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    deliveries.set(target, "test");
    RecordingId id = world.archive(ACME, "+4930123", "Ana", 4_000);
    Files.createDirectories(folder.resolve("customers/acme"));
    Path inTheWay = Files.createFile(folder.resolve("customers/acme/copies"));
    DeliveryWorker worker = world.worker();
    round(worker);
    assertThat(status(target).failingSince()).isNotNull();
    assertThat(status(target).waiting()).isEqualTo(1);
    assertThat(worker.round()).as("not before its time").isZero();
    Files.delete(inTheWay);
    world.clock.advance(Duration.ofMinutes(1));
    round(worker);
    assertThat(world.marker(target, id, 0)).isNotNull();
    assertThat(status(target).failingSince()).isNull();
  }

  @Test
  void what_is_paused_or_blocked_waits_and_a_newer_generation_follows() throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    deliveries.set(target, "test");
    RecordingId id = world.archive(ACME, "+4930123", "Ana", 4_000);
    RecordingId blocked = world.archive(ACME, "+4930124", "Bo", 4_000);
    world
        .database
        .misplaced()
        .block(
            ACME,
            blocked,
            new CallCatalog.Block(Instant.now(), "user:kim@acme", "not ours", false, false));
    deliveries.pause(ACME, "vault", true, "test");
    DeliveryWorker worker = world.worker();
    round(worker);
    assertThat(world.marker(target, id, 0)).isNull();
    deliveries.pause(ACME, "vault", false, "test");
    round(worker);
    assertThat(world.marker(target, id, 0)).isNotNull();
    assertThat(world.marker(target, blocked, 0)).as("nobody is to see it").isNull();
    assertThat(status(target).waiting()).as("nor waits for it").isZero();

    world.archive(world.database.calls().find(ACME, id).orElseThrow().summary(), 1, 5_000);
    round(worker);
    assertThat(world.marker(target, id, 1)).isNotNull();
    assertThat(status(target).delivered()).isEqualTo(1);
  }

  @Test
  void is_found_and_opened_with_the_key_alone() throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    deliveries.set(target, "test");
    RecordingId ana = world.archive(ACME, "+4930123", "Ana Ruiz", 70_000);
    world.archive(ACME, "+4930124", "Bo", 4_000);
    round(world.worker());
    FolderPlace place = new FolderPlace(world.at(target));
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    assertThat(place.list(ObjectKeys.deliveryIndexes(ACME)))
        .containsAnyOf(
            ObjectKeys.deliveryIndex(ACME, today),
            ObjectKeys.deliveryIndex(ACME, today.minusDays(1)));
    DeliveredArchive archive = archive(place);

    DeliveredArchive.Result byName =
        archive.find(new DeliveredArchive.Query(null, "ruiz", null, null));
    assertThat(byName.problems()).isEmpty();
    assertThat(byName.found())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.recording()).isEqualTo(ana);
              assertThat(found.source()).isEqualTo("index");
              assertThat(found.problems()).isEmpty();
            });
    assertThat(
            archive
                .find(new DeliveredArchive.Query("+49301", null, today.minusDays(1), today))
                .found())
        .hasSize(2);
    assertThat(
            archive.find(new DeliveredArchive.Query(null, null, null, today.minusDays(5))).found())
        .isEmpty();
    Path out = Files.createDirectories(folder.resolve("out"));
    List<Path> files = archive.decrypt(byName.found().getFirst(), out);
    assertThat(files).containsExactly(out.resolve(ana + ".flac"));
    assertThat(Files.readAllBytes(files.getFirst())).isEqualTo(world.audio(ana));

    // Without indexes the call records say it
    for (String key : place.list(ObjectKeys.deliveryIndexes(ACME))) {
      place.delete(key);
    }
    DeliveredArchive.Result unlisted =
        archive.find(new DeliveredArchive.Query("30123", null, null, null));
    assertThat(unlisted.found())
        .singleElement()
        .satisfies(found -> assertThat(found.source()).isEqualTo("call record"));
  }

  private static DeliveredArchive archive(ObjectPlace place) {
    return new DeliveredArchive(
        place,
        ACME,
        TestKeys.privateKey(ManagedKeyKind.EC_P256),
        DeliveryWorld.AUTHORITY.certificate());
  }

  @Test
  void says_what_is_missing_and_refuses_what_was_changed() throws Exception {
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    deliveries.set(target, "test");
    RecordingId id = world.archive(ACME, "+4930123", "Ana", 70_000);
    round(world.worker());
    FolderPlace place = new FolderPlace(world.at(target));
    String media =
        place.list(ObjectKeys.recording(ACME, id)).stream()
            .filter(key -> key.endsWith("/media.cms"))
            .findFirst()
            .orElseThrow();
    Path file = place.path(media);
    byte[] bytes = Files.readAllBytes(file);
    bytes[50_000] ^= 1;
    Files.write(file, bytes);
    DeliveredArchive archive = archive(place);
    DeliveredArchive.Query all = new DeliveredArchive.Query(null, null, null, null);
    DeliveredArchive.Found found = archive.find(all).found().getFirst();
    Path out = Files.createDirectories(folder.resolve("out"));
    assertThatThrownBy(() -> archive.decrypt(found, out)).hasMessageContaining("Block 0");
    assertThat(out).isEmptyDirectory();
    Files.delete(file);
    assertThat(archive.find(all).found().getFirst().problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem).endsWith("media.cms is missing."));
  }

  @Test
  void the_lake_goes_along_where_it_is_wanted_and_again_when_it_was_written_anew()
      throws Exception {
    DeliveryTarget target =
        new DeliveryTarget(
            ACME,
            "lake",
            DeliveryTarget.Kind.FOLDER,
            "lake",
            "",
            null,
            "",
            "",
            null,
            true,
            DeliveryTarget.Terms.USUAL);
    deliveries.set(target, "test");
    String key = ObjectKeys.cdr(ACME, LocalDate.of(2026, 11, 27), 9);
    world.store.put(Bucket.WORK, key, new byte[] {1});
    world.store.put(
        Bucket.WORK, ObjectKeys.cdr(GLOBEX, LocalDate.of(2026, 11, 27), 9), new byte[] {9});
    DeliveryWorker worker = world.worker();
    round(worker);
    FolderPlace place = new FolderPlace(world.at(target));
    assertThat(place.list("cdr/")).containsExactly(key);
    world.store.put(Bucket.WORK, key, new byte[] {1, 2});
    world.clock.advance(Duration.ofHours(2));
    round(worker);
    assertThat(Files.readAllBytes(place.path(key))).containsExactly(1, 2);
  }

  @Test
  void a_folder_is_below_the_tenants_own_and_nowhere_else() throws Exception {
    assertThatThrownBy(
            () ->
                new DeliveryTarget(
                    ACME,
                    "x",
                    DeliveryTarget.Kind.FOLDER,
                    "../globex",
                    "",
                    null,
                    "",
                    "",
                    null,
                    false,
                    DeliveryTarget.Terms.USUAL))
        .isInstanceOf(IllegalArgumentException.class);
    Files.createDirectories(folder.resolve("customers/acme"));
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    DeliveryTarget target = world.folderTarget(ACME, "vault");
    Files.createDirectories(world.at(target));
    Files.createSymbolicLink(world.at(target).resolve("acme"), elsewhere);
    assertThatThrownBy(() -> world.places().probe(target)).hasMessageContaining("leads out of");
    assertThat(elsewhere).isEmptyDirectory();
    DeliveryPlaces none = new DeliveryPlaces(null, world.outbound, _ -> "");
    assertThatThrownBy(() -> none.probe(target)).hasMessageContaining("delivery.folder");
  }
}

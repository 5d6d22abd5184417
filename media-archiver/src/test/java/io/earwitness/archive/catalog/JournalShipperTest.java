package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournalShipperTest {
  private static final Instant NOW = Instant.parse("2026-11-20T23:59:59Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final ObjectStore.Lock LOCK =
      new ObjectStore.Lock(ObjectStore.LockMode.GOVERNANCE, NOW.plusSeconds(1000));

  private final Memory store = new Memory();
  private @Nullable TenantSlug noKeyFor;
  private CatalogDatabase database;
  private JournalShipper shipper;

  @BeforeEach
  void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), CLOCK);
    shipper = shipper();
    tenant(ACME);
  }

  private JournalShipper shipper() {
    return new JournalShipper(
        database.transactions(), CLOCK, store, ObjectKeys::journal, this::seal, (_, _) -> LOCK);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private byte[] seal(TenantSlug tenant, String objectKey, byte[] content) {
    if (tenant.equals(noKeyFor)) {
      throw new IllegalStateException("no key for " + tenant);
    }
    return prefixed("sealed for " + tenant + " at " + objectKey + ":", content);
  }

  private static byte[] prefixed(String prefix, byte[] bytes) {
    return (prefix + new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  private void tenant(TenantSlug slug) {
    database
        .directory()
        .addTenant(
            new Directory.Tenant(slug, slug.value(), ZoneOffset.UTC, Set.of(), 1), "cli:root");
  }

  private void user(String name) {
    database
        .directory()
        .addUser(
            new Directory.User(
                "u-" + name, ACME, name, name + "\u0000\\u0000", "hash", Set.of(Role.USER), true),
            "user:adam@acme");
  }

  private JsonNode bundle(TenantSlug tenant, String key) throws Exception {
    String text = new String(store.latest(key), StandardCharsets.UTF_8);
    String prefix = "sealed for " + tenant + " at " + key + ":";
    assertThat(text).startsWith(prefix);
    return Json.mapper().readTree(text.substring(prefix.length()));
  }

  @Test
  void later_changes_are_shipped_signed_then_sealed_and_locked() throws Exception {
    user("ana");
    assertThat(shipper.ship()).isEqualTo(1);
    JsonNode bundle = bundle(ACME, "acme/journal/2026/11/20/1-2.cms");
    assertThat(bundle.get("format").textValue()).isEqualTo("earwitness-journal-1");
    assertThat(bundle.get("tenant").textValue()).isEqualTo("acme");
    assertThat(bundle.get("from").longValue()).isEqualTo(1);
    assertThat(bundle.get("to").longValue()).isEqualTo(2);
    JsonNode added = bundle.get("entries").get(1);
    assertThat(added.get("position").longValue()).isEqualTo(2);
    assertThat(added.get("at").textValue()).isEqualTo("2026-11-20T23:59:59Z");
    assertThat(added.get("actor").textValue()).isEqualTo("user:adam@acme");
    assertThat(added.get("kind").textValue()).isEqualTo("user.add");
    assertThat(added.get("data").get("name").textValue()).isEqualTo("ana");
    assertThat(added.get("data").get("displayName").textValue()).isEqualTo("ana\ufffd\\u0000");
    assertThat(added.get("data").get("roles").get(0).textValue()).isEqualTo("user");
    assertThat(store.lockOf("acme/journal/2026/11/20/1-2.cms", "v1")).contains(LOCK);
  }

  @Test
  void bundles_of_a_tenant_are_dense_and_nothing_is_shipped_twice() {
    shipper.ship();
    assertThat(shipper.ship()).isZero();
    user("ana");
    user("bo");
    shipper.ship();
    user("cy");
    shipper.ship();
    assertThat(store.objects.keySet())
        .containsExactly(
            "acme/journal/2026/11/20/1-1.cms",
            "acme/journal/2026/11/20/2-3.cms",
            "acme/journal/2026/11/20/4-4.cms");
    assertThat(store.objects.values()).allSatisfy(versions -> assertThat(versions).hasSize(1));
  }

  @Test
  void a_change_that_is_not_made_leaves_no_entry() {
    assertThatThrownBy(
            () -> database.directory().addMember(ACME, "no such team", "ana", "cli:root"))
        .isInstanceOf(IllegalArgumentException.class);
    tenant(ACME);
    user("ana");
    shipper.ship();
    assertThat(store.objects.keySet()).containsExactly("acme/journal/2026/11/20/1-2.cms");
  }

  @Test
  void after_a_crash_the_same_bundle_is_written_again() throws Exception {
    for (Memory.Step step : Memory.Step.values()) {
      String user = "user-" + step.ordinal();
      user(user);
      store.failAt = step;
      shipper.ship();
      store.failAt = null;
      // What comes meanwhile doesn't get into the bundle that was begun
      user(user + "-later");
      assertThat(shipper.ship()).as(step.toString()).isEqualTo(2);
    }
    assertThat(store.objects.keySet())
        .containsExactly(
            "acme/journal/2026/11/20/1-2.cms",
            "acme/journal/2026/11/20/3-3.cms",
            "acme/journal/2026/11/20/4-4.cms",
            "acme/journal/2026/11/20/5-5.cms",
            "acme/journal/2026/11/20/6-6.cms",
            "acme/journal/2026/11/20/7-7.cms");
    for (String key : store.objects.keySet()) {
      assertThat(bundle(ACME, key).get("entries")).isNotEmpty();
      assertThat(store.lockOf(key, "v" + store.objects.getOrDefault(key, List.of()).size()))
          .contains(LOCK);
    }
  }

  @Test
  void a_bundle_that_cannot_be_locked_for_long_is_written_once() {
    String key = "acme/journal/2026/11/20/1-1.cms";
    store.failAt = Memory.Step.LOCK;
    for (int round = 0; round < 5; round++) {
      assertThat(shipper.ship()).isZero();
    }
    // Nor does a restart, or another node, write it again
    assertThat(shipper().ship()).isZero();
    store.failAt = null;
    assertThat(shipper.ship()).isEqualTo(1);
    assertThat(store.objects.get(key)).hasSize(1);
    assertThat(store.lockOf(key, "v1")).contains(LOCK);
  }

  @Test
  void a_bundle_whose_version_is_gone_before_it_is_locked_is_written_again() throws Exception {
    String key = "acme/journal/2026/11/20/1-1.cms";
    store.failAt = Memory.Step.LOCK;
    shipper.ship();
    store.failAt = null;
    store.objects.remove(key);
    assertThat(shipper.ship()).isEqualTo(1);
    assertThat(bundle(ACME, key).get("entries")).hasSize(1);
  }

  @Test
  void a_tenant_that_cannot_be_sealed_for_keeps_no_others_journal_and_is_made_up_for() {
    tenant(GLOBEX);
    noKeyFor = ACME;
    assertThat(shipper.ship()).isEqualTo(1);
    assertThat(store.objects.keySet()).containsExactly("globex/journal/2026/11/20/1-1.cms");
    noKeyFor = null;
    assertThat(shipper.ship()).isEqualTo(1);
    assertThat(store.objects.keySet()).contains("acme/journal/2026/11/20/1-1.cms");
  }

  @Test
  void concurrent_changes_get_dense_positions() throws Exception {
    try (ExecutorService admins = Executors.newFixedThreadPool(6)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String name = "user-" + i;
        done.add(admins.submit(() -> user(name)));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
    shipper.ship();
    JsonNode entries = bundle(ACME, "acme/journal/2026/11/20/1-31.cms").get("entries");
    for (int i = 0; i < 31; i++) {
      assertThat(entries.get(i).get("position").intValue()).isEqualTo(i + 1);
    }
  }

  @Test
  void the_started_shipper_ships_at_once_and_once_more_when_closed() throws Exception {
    JournalShipper started =
        database.shipJournal(
            store, ObjectKeys::journal, (tenant, objectKey, content) -> content, (_, _) -> LOCK);
    for (int i = 0; i < 3000 && store.isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(store.isEmpty()).isFalse();
    user("ana");
    started.close();
    assertThat(store.objects.keySet()).contains("acme/journal/2026/11/20/2-2.cms");
  }

  /** An object store in memory that fails where told to. */
  private static final class Memory implements ObjectStore {
    enum Step {
      PUT,
      PUT_BUT_ANSWER_LOST,
      LOCK
    }

    final TreeMap<String, List<byte[]>> objects = new TreeMap<>();
    final TreeMap<String, Lock> locks = new TreeMap<>();
    volatile @Nullable Step failAt;

    synchronized boolean isEmpty() {
      return objects.isEmpty();
    }

    synchronized byte[] latest(String key) {
      return objects.getOrDefault(key, List.of()).getLast();
    }

    @Override
    public synchronized String put(Bucket bucket, String key, List<byte[]> pieces) {
      if (failAt == Step.PUT) {
        throw new ObjectStoreException("on purpose", null);
      }
      assertThat(bucket).isEqualTo(Bucket.LOCK);
      List<byte[]> versions = objects.computeIfAbsent(key, k -> new ArrayList<>());
      versions.add(pieces.getFirst());
      if (failAt == Step.PUT_BUT_ANSWER_LOST) {
        throw new ObjectStoreException("on purpose", null);
      }
      return "v" + versions.size();
    }

    @Override
    public synchronized Lock lock(String key, String versionId, Lock lock) {
      if (failAt == Step.LOCK) {
        throw new ObjectStoreException("on purpose", null);
      }
      if (list(Bucket.LOCK, key).stream().noneMatch(v -> v.versionId().equals(versionId))) {
        throw new ObjectStoreException("no version " + versionId, null);
      }
      locks.put(key + "#" + versionId, lock);
      return lock;
    }

    @Override
    public void strengthen(String key, String versionId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public synchronized Optional<Lock> lockOf(String key, String versionId) {
      return Optional.ofNullable(locks.get(key + "#" + versionId));
    }

    @Override
    public void hold(String key, String versionId, boolean held) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isHeld(String key, String versionId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean create(String key, byte[] content) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<InputStream> open(Bucket bucket, String key, @Nullable String versionId) {
      return Optional.of(new ByteArrayInputStream(latest(key)));
    }

    @Override
    public Optional<InputStream> open(
        Bucket bucket, String key, @Nullable String versionId, long offset, long length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public synchronized List<Version> list(Bucket bucket, String prefix) {
      List<Version> found = new ArrayList<>();
      objects.forEach(
          (key, versions) -> {
            for (int i = versions.size(); i > 0 && key.startsWith(prefix); i--) {
              found.add(new Version(key, "v" + i, versions.get(i - 1).length, NOW));
            }
          });
      return found;
    }

    @Override
    public void delete(Bucket bucket, String key, @Nullable String versionId) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}

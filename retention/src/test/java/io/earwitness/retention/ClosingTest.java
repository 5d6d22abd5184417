package io.earwitness.retention;

import static io.earwitness.retention.DisposalWorld.ACME;
import static io.earwitness.retention.DisposalWorld.AUTHORITY;
import static io.earwitness.retention.DisposalWorld.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.Role;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Closings.Closing;
import io.earwitness.archive.catalog.Closings.Inventory;
import io.earwitness.archive.catalog.Closings.Keys;
import io.earwitness.archive.catalog.Closings.State;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.CallState;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.outbound.Outbound;
import io.earwitness.retention.delivery.DeliveryPlaces;
import io.earwitness.retention.delivery.DeliveryWorker;
import io.earwitness.retention.delivery.FolderPlace;
import io.earwitness.retention.delivery.InventoryCheck;
import io.earwitness.retention.delivery.InventoryCheck.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The closing of a tenant over a real catalog, a real store and a real folder of the customer's.
 */
class ClosingTest {
  private static final DeliveryTarget VAULT =
      new DeliveryTarget(
          ACME,
          "vault",
          DeliveryTarget.Kind.FOLDER,
          "copies",
          "",
          null,
          "",
          "",
          null,
          false,
          DeliveryTarget.Terms.USUAL);

  @TempDir Path folder;
  private final List<TenantSlug> destroyed = new ArrayList<>();
  private DisposalWorld world;
  private Closings closings;
  private DeliveryWorker deliveries;
  private ClosingRunner runner;

  @BeforeEach
  void open() throws Exception {
    world = new DisposalWorld(folder.resolve("data"));
    closings = world.database.closings();
    world
        .database
        .directory()
        .addUser(
            new Directory.User(
                "u-olga", ACME, "olga", "Olga", null, Set.of(Role.COMPLIANCE_OFFICER), true),
            "test");
    DeliveryPlaces places =
        new DeliveryPlaces(
            folder.resolve("customers"),
            new Outbound(true, SSLContext.getDefault(), Duration.ofSeconds(10)),
            _ -> "");
    deliveries =
        new DeliveryWorker(
            world.database.deliveries(),
            places::open,
            world.store,
            new ManifestVerifier(AUTHORITY.certificate()),
            (_, key, content) -> sealed(key, content),
            TenantKeyStore.open(
                folder.resolve(TenantKeyStore.FILE), "secret".toCharArray(), world.clock),
            AUTHORITY.signer()::sign,
            world.database.audit(),
            world.clock);
    runner =
        new ClosingRunner(
            new ClosingRunner.Parts(
                closings,
                world.database.deliveries(),
                world.disposals,
                world.database.directory(),
                world.database.access(),
                world.store,
                (content, hint) -> AUTHORITY.signer().sign(content, hint),
                (_, written) -> new Lock(LockMode.GOVERNANCE, written.plus(Duration.ofDays(3_650))),
                destroyed::add,
                world.database.audit(),
                world.clock));
  }

  private static byte[] sealed(String key, byte[] content) {
    try {
      return SealedBundle.seal(key, content, AUTHORITY.signer(), TestKeys.recipients());
    } catch (CryptoException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Closing closing() {
    return closings.of(ACME).orElseThrow();
  }

  private State state() {
    return closing().state(world.clock.now);
  }

  private void begin(Keys keys) {
    closings.begin(ACME, world.clock.now.plus(Duration.ofDays(2)), keys, "user:op@platform");
  }

  private void deliver() throws InterruptedException {
    for (int i = 0; i < 50 && closings.undelivered(ACME, "vault") > 0; i++) {
      world.database.changes().await(Long.MAX_VALUE, Duration.ofMillis(100));
      deliveries.round();
    }
  }

  private byte[] stored(String key, String version) throws IOException {
    try (InputStream in = world.store.open(Bucket.LOCK, key, version).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  private byte[] inventory() throws IOException {
    Inventory made = Objects.requireNonNull(closing().inventory());
    return stored(ObjectKeys.closingInventory(ACME, closing().id()), made.versionId());
  }

  private Result check(PrivateKey key) throws IOException {
    try (FolderPlace place =
        new FolderPlace(folder.resolve("customers").resolve("acme").resolve("copies"))) {
      return new InventoryCheck(place, AUTHORITY.certificate(), List.of(key))
          .check(inventory(), world.clock.now);
    }
  }

  private RecorderSnapshot.Tenant recorders(TenantSlug tenant) {
    return world.database.directory().snapshot().tenants().stream()
        .filter(each -> each.slug().equals(tenant))
        .findFirst()
        .orElseThrow();
  }

  private long entered(String action) {
    return world
        .database
        .auditTrail()
        .entries(new AuditTrail.Query(ACME, null, null, null, action, null, 100, null))
        .entries()
        .stream()
        .filter(kept -> "done".equals(kept.entry().outcome()))
        .count();
  }

  @Test
  void itIsAskedForADayAheadWithSomewhereToExportToAndTakenBackUntilThen() {
    assertThatThrownBy(() -> begin(Keys.KEEP)).hasMessageContaining("no delivery target");
    world.database.deliveries().set(VAULT, "test");
    assertThatThrownBy(
            () -> closings.begin(ACME, world.clock.now.plusSeconds(3_600), Keys.KEEP, "x"))
        .hasMessageContaining("a day from now");
    begin(Keys.KEEP);
    assertThatThrownBy(() -> begin(Keys.KEEP)).hasMessageContaining("already");
    assertThat(state()).isEqualTo(State.ANNOUNCED);
    assertThat(recorders(ACME).recording()).isNull();
    assertThat(runner.round()).isZero();
    assertThat(closings.withdraw(ACME, "user:op@platform")).isTrue();
    assertThat(closings.of(ACME)).isEmpty();

    begin(Keys.KEEP);
    world.clock.pass(Duration.ofDays(2));
    assertThat(closings.withdraw(ACME, "user:op@platform")).as("too late").isFalse();
    assertThat(state()).isEqualTo(State.STOPPED);
    // Its calls are still its own, and not recorded by policy; nobody else's are touched
    var stopping = Objects.requireNonNull(recorders(ACME).recording()).rules().getFirst();
    assertThat(stopping.name()).isEqualTo("Tenant closed");
    assertThat(stopping.action()).isEqualTo(RecordingAction.NEVER);
    assertThat(recorders(GLOBEX).recording()).isNull();
  }

  /** One way through all of it, as each step needs the one before. */
  @Test
  void allIsDeliveredFoundByTheCustomerKeptUntilItIsDueAndThenGone() throws Exception {
    world.database.deliveries().set(VAULT, "test");
    List<RecordingId> recorded = List.of(world.recorded(ACME), world.recorded(ACME));
    RecordingId other = world.recorded(GLOBEX);
    Instant due = DisposalWorld.due(world.clock.now);
    begin(Keys.HAND_OVER);
    world.clock.pass(Duration.ofDays(2));
    assertThat(runner.round()).as("nothing is delivered").isZero();
    assertThat(closings.undelivered(ACME, "vault")).isEqualTo(2);

    deliver();
    assertThat(runner.round()).isEqualTo(1);
    assertThat(state()).isEqualTo(State.EXPORTED);
    assertThat(runner.round()).as("waits for the customer").isZero();
    assertThat(closings.isReadOnly(ACME)).isFalse();
    found(recorded);

    assertThat(closings.verified(ACME, "{}", "user:tess@acme")).isTrue();
    assertThat(closings.verified(ACME, "{}", "user:tess@acme")).isFalse();
    assertThat(closings.isReadOnly(ACME)).isTrue();
    assertThat(closings.isReadOnly(GLOBEX)).isFalse();
    assertThat(destroyed).as("the customer may still need them").isEmpty();
    runner.round();
    assertThat(destroyed).containsExactly(ACME);
    assertThat(world.disposals.settings(ACME).mode()).isEqualTo(Mode.AUTOMATIC);
    assertThat(world.disposals.settings(ACME).officers()).containsExactly("u-olga");

    // Announced, as ever, and nothing goes a second early
    world.clock.now = due.minus(Duration.ofDays(30)).plusSeconds(1);
    world.round();
    world.clock.now = due.minusSeconds(1);
    world.round();
    runner.round();
    assertThat(closings.progress(ACME).remaining()).isEqualTo(2);
    assertThat(state()).isEqualTo(State.READ_ONLY);

    world.clock.now = due.plusSeconds(2);
    world.round();
    for (RecordingId id : recorded) {
      assertThat(world.state(ACME, id)).isEqualTo(CallState.DISPOSED);
      assertThat(world.stored(ACME, id)).isZero();
    }
    assertThat(world.state(GLOBEX, other)).isEqualTo(CallState.ARCHIVED);
    ended();
  }

  private void found(List<RecordingId> recorded) throws IOException {
    Inventory made = Objects.requireNonNull(closing().inventory());
    assertThat(made.recordings()).isEqualTo(2);
    ClosingInventory read =
        ClosingInventory.read(
            new SignedDataVerifier(List.of(AUTHORITY.certificate())).verify(inventory()).content());
    assertThat(read.items())
        .extracting(Closings.Item::recording)
        .containsExactlyInAnyOrderElementsOf(recorded);
    assertThat(read.items()).allMatch(item -> item.manifestSha256() != null);

    Result right = check(TestKeys.privateKey(ManagedKeyKind.EC_P256));
    assertThat(right.problems()).isEmpty();
    assertThat(right.receipt().isComplete()).isTrue();
    assertThat(right.receipt().found()).isEqualTo(2);
    assertThat(right.receipt().inventorySha256()).isEqualTo(made.sha256());
    Result wrong = check(TestKeys.privateKey(ManagedKeyKind.RSA_3072));
    assertThat(wrong.problems()).hasSize(2).allMatch(each -> each.contains("none of the given"));
    assertThat(wrong.receipt().isComplete()).isFalse();

    Path media;
    try (var files = Files.walk(folder.resolve("customers"))) {
      media = files.filter(file -> file.endsWith("media.cms")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(media);
    byte[] changed = whole.clone();
    changed[changed.length - 20] ^= 1;
    Files.write(media, changed);
    assertThat(check(TestKeys.privateKey(ManagedKeyKind.EC_P256)).problems()).hasSize(1);
    Files.delete(media);
    assertThat(check(TestKeys.privateKey(ManagedKeyKind.EC_P256)).problems())
        .singleElement()
        .asString()
        .contains("missing");
    Files.write(media, whole);
  }

  private void ended() throws IOException {
    assertThat(runner.round()).isEqualTo(1);
    assertThat(state()).isEqualTo(State.CLOSED);
    assertThat(runner.round()).isZero();
    assertThat(world.database.directory().users(ACME)).noneMatch(Directory.User::active);
    byte[] certificate =
        new SignedDataVerifier(List.of(AUTHORITY.certificate()))
            .verify(
                stored(
                    ObjectKeys.closingCertificate(ACME, closing().id()),
                    Objects.requireNonNull(closing().certificateVersion())))
            .content();
    var said = Json.mapper().readTree(certificate);
    assertThat(said.path("format").asText()).isEqualTo("earwitness-closing-certificate-1");
    assertThat(said.at("/inventory/recordings").asInt()).isEqualTo(2);
    assertThat(said.path("runs")).hasSize(1);
    assertThat(said.path("keysDestroyedAt").isNull()).isFalse();
    for (String action :
        List.of("tenant.export", "disposal-settings.set", "key.destroy", "tenant.closed")) {
      assertThat(entered(action)).as(action).isEqualTo(1);
    }
    assertThat(destroyed).containsExactly(ACME);
  }
}

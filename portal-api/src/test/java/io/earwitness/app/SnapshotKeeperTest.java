package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The signed configuration on a recorder's disk, without a database and with a forger. */
class SnapshotKeeperTest {
  private static final RecordingPolicy POLICY =
      new RecordingPolicy(
          5,
          List.of(),
          List.of(
              new RecordingRule(
                  "emergency",
                  Set.of(),
                  Set.of(),
                  null,
                  List.of(),
                  List.of("112"),
                  Set.of(),
                  Set.of(),
                  Set.of(),
                  null,
                  null,
                  RecordingAction.NEVER,
                  null,
                  null)));

  @TempDir private Path folder;
  private PlatformKeys keys;
  private Path file;
  private Path copy;

  /** What the catalog says; null while the database is down. */
  private volatile @Nullable RecorderSnapshot catalog;

  @BeforeEach
  void open() throws Exception {
    keys = PlatformKeys.open(folder, "password".toCharArray(), Clock.systemUTC());
    file = folder.resolve("configuration-snapshot.p7");
    copy = folder.resolve("configuration-snapshot.last-good.p7");
  }

  private static RecorderSnapshot snapshot(String version) {
    return new RecorderSnapshot(
        version,
        List.of(
            new RecorderSnapshot.Tenant(
                    new TenantSlug("acme"), ZoneOffset.UTC, Set.of("acme.example"), List.of())
                .with(POLICY)),
        List.of());
  }

  private SnapshotKeeper keeper() throws Exception {
    Directory directory =
        (Directory)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Directory.class},
                (_, method, _) -> {
                  RecorderSnapshot now = catalog;
                  if (!method.getName().equals("snapshot") || now == null) {
                    throw new CatalogUnavailableException("the database is down", null);
                  }
                  return now;
                });
    return new SnapshotKeeper(
        new SignedSnapshots(
            folder, keys.signer(), new SignedDataVerifier(List.of(keys.authority()))),
        directory,
        _ -> null);
  }

  private void takeFromTheCatalog(String version) throws Exception {
    catalog = snapshot(version);
    try (SnapshotKeeper keeper = keeper()) {
      assertThat(keeper.get().snapshot().version()).isEqualTo(version);
    }
    catalog = null;
  }

  @Test
  void aRecorderBeginsWithThePoliciesOnItsDiskWhileTheDatabaseIsDown() throws Exception {
    takeFromTheCatalog("v1");

    try (SnapshotKeeper keeper = keeper()) {
      RecorderSnapshot found = keeper.get().snapshot();
      assertThat(found.version()).isEqualTo("v1");
      assertThat(found.tenants().getFirst().policy()).isEqualTo(POLICY);
      assertThat(keeper.isForged()).isFalse();
    }
  }

  @Test
  void aForgedConfigurationIsRefusedAndTheLastGoodOneGoesOn() throws Exception {
    takeFromTheCatalog("v1");
    String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertThat(text).contains("emergency");
    Files.write(file, text.replace("emergency", "emergencx").getBytes(StandardCharsets.ISO_8859_1));

    try (SnapshotKeeper keeper = keeper()) {
      assertThat(keeper.isForged()).isTrue();
      assertThat(keeper.get().snapshot().tenants().getFirst().policy()).isEqualTo(POLICY);
    }
    // The good one was put back in its place
    try (SnapshotKeeper keeper = keeper()) {
      assertThat(keeper.isForged()).isFalse();
    }
  }

  @Test
  void whatSomebodyElseSignedOrThePlatformForAnotherPurposeCountsForNothing() throws Exception {
    byte[] content = Json.bytes(snapshot("v2"));
    Path other = Files.createDirectory(folder.resolve("other"));
    PlatformKeys stranger = PlatformKeys.open(other, "password".toCharArray(), Clock.systemUTC());
    Files.write(file, stranger.signer().sign(content, SignedSnapshots.HINT));
    Files.write(copy, keys.signer().sign(content, "acme/recordings/manifest-0.p7"));

    try (SnapshotKeeper keeper = keeper()) {
      assertThat(keeper.isForged()).isTrue();
      assertThat(keeper.get().snapshot().version()).isEqualTo("none");
    }
  }

  @Test
  void aFileThatIsChangedWhileTheNodeRunsIsFoundAndWrittenAnew() throws Exception {
    catalog = snapshot("v1");
    try (SnapshotKeeper keeper = keeper()) {
      byte[] good = Files.readAllBytes(file);
      keeper.refresh();
      assertThat(keeper.isForged()).isFalse();
      Files.write(file, "not at all".getBytes(StandardCharsets.US_ASCII));

      keeper.refresh();

      assertThat(keeper.isForged()).isTrue();
      assertThat(Files.readAllBytes(file)).isEqualTo(good);
      assertThat(keeper.get().snapshot().version()).isEqualTo("v1");
    }
  }
}

package io.earwitness.archive.cdr;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lake follows the catalog of a real database into a store. */
class CdrLakeTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final Instant START = Instant.parse("2026-11-20T09:15:00Z");

  @TempDir private Path folder;

  private static CallSummary live(RecordingId id, TenantSlug tenant, String rule) {
    return new CallSummary(
        id,
        tenant,
        CallState.LIVE,
        START,
        null,
        ZoneId.of("UTC"),
        Direction.UNKNOWN,
        List.of(),
        Set.of(),
        List.of("call@sbc"),
        "node-1",
        rule,
        "v1",
        null,
        null);
  }

  private static boolean has(ObjectStore store, TenantSlug tenant) {
    String key = ObjectKeys.cdr(tenant, LocalDate.of(2026, 11, 20), 9);
    return !store.list(Bucket.WORK, key).isEmpty();
  }

  private static void await(ObjectStore store, TenantSlug tenant, boolean there) throws Exception {
    for (int i = 0; i < 600 && has(store, tenant) != there; i++) {
      Thread.sleep(50);
    }
    assertThat(has(store, tenant)).as("a file of %s", tenant).isEqualTo(there);
  }

  @Test
  void aCallThatLeavesQuarantineLeavesThePlatformsFilesToo() throws Exception {
    try (CatalogDatabase database =
            CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
        ObjectStore store = DirectoryStore.open(folder, Clock.systemUTC());
        CdrLake _ =
            new CdrLake(
                store,
                database.changes(),
                database.calls(),
                database.tombstones(),
                new byte[Tokens.SECRET_BYTES],
                Duration.ofMillis(1))) {
      RecordingId id = RecordingId.draw(START);
      database.calls().report(live(id, TenantSlug.PLATFORM, "no rule matched"));
      await(store, TenantSlug.PLATFORM, true);

      database.calls().report(live(id, ACME, "party domain acme.example"));

      await(store, ACME, true);
      await(store, TenantSlug.PLATFORM, false);
    }
  }
}

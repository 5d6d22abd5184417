package io.earwitness.retention.delivery;

import static io.earwitness.retention.delivery.DeliveryWorld.ACME;
import static io.earwitness.retention.delivery.DeliveryWorld.assertSame;
import static io.earwitness.retention.delivery.DeliveryWorld.theirs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.s3.S3Config;
import io.earwitness.archive.store.s3.S3Store;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.RecordingId;
import java.nio.file.Files;
import java.nio.file.Path;
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
        false);
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
      try (ObjectPlace.Listed place = (ObjectPlace.Listed) world.places().open(target)) {
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

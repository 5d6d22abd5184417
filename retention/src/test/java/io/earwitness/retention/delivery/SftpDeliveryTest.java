package io.earwitness.retention.delivery;

import static io.earwitness.retention.delivery.DeliveryWorld.ACME;
import static io.earwitness.retention.delivery.DeliveryWorld.assertSame;
import static io.earwitness.retention.delivery.DeliveryWorld.theirs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.DeliveryTarget.Terms;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** To a real SFTP server, whose host key is known. */
class SftpDeliveryTest {
  @TempDir private Path folder;
  private DeliveryWorld world;
  private SshServer server;
  private KeyPair hostKey;
  private KeyPair userKey;

  @BeforeEach
  void open() throws Exception {
    world = new DeliveryWorld(folder);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    hostKey = generator.generateKeyPair();
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2_048);
    userKey = rsa.generateKeyPair();
    server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPasswordAuthenticator(
        (user, password, _) -> user.equals("recorder") && password.equals("sesame"));
    server.setPublickeyAuthenticator(
        (user, key, _) ->
            user.equals("recorder") && KeyUtils.compareKeys(key, userKey.getPublic()));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.setFileSystemFactory(
        new VirtualFileSystemFactory(Files.createDirectories(folder.resolve("remote"))));
    server.start();
  }

  @AfterEach
  void close() throws IOException {
    server.stop(true);
    world.close();
  }

  private DeliveryTarget target(String secret, String fingerprint) {
    return new DeliveryTarget(
        ACME,
        "far",
        DeliveryTarget.Kind.SFTP,
        "sftp://127.0.0.1:%d/inbox".formatted(server.getPort()),
        "recorder",
        secret,
        "",
        fingerprint,
        null,
        false,
        DeliveryTarget.Terms.USUAL);
  }

  private String fingerprint() {
    return KeyUtils.getFingerPrint(BuiltinDigests.sha256, hostKey.getPublic());
  }

  @Test
  void recordings_arrive_as_they_lie_here() throws Exception {
    DeliveryTarget target = target("sesame", fingerprint());
    world.places().probe(target);
    world.database.deliveries().set(target, "test");
    world.archive(ACME, "+4930123", "Ana", 300_000);
    world.settle();
    world.worker().round();
    FolderPlace place = new FolderPlace(folder.resolve("remote/inbox"));
    assertSame(theirs(place, ACME + "/recordings/"), world.ours(ACME));
    assertThat(place.list("")).noneMatch(key -> key.contains("probes"));
    assertThat(world.database.deliveries().list(ACME).getFirst().problem()).isNull();
  }

  @Test
  void what_was_disposed_of_is_deleted_there() throws Exception {
    DeliveryTarget target = DeliveryWorld.deleting(target("sesame", fingerprint()));
    world.database.deliveries().set(target, "test");
    RecordingId gone = world.archiveOld(ACME, "+4930123", "Ana");
    RecordingId stays = world.archive(ACME, "+4930124", "Bo", 3_000);
    world.settle();
    world.worker().round();
    FolderPlace place = new FolderPlace(folder.resolve("remote/inbox"));
    try (ObjectPlace there = world.places().open(target)) {
      assertThat(there.list("")).isEqualTo(place.list("")).isNotEmpty();
    }
    world.dispose(ACME, gone);
    world.settle();
    world.worker().round();
    assertThat(place.path(ObjectKeys.recording(ACME, gone) + "x").getParent()).doesNotExist();
    assertThat(place.list(ObjectKeys.recording(ACME, stays))).isNotEmpty();
    assertThat(place.list(ObjectKeys.deliveryInstructions(ACME))).hasSize(1);
  }

  @Test
  void decrypted_where_the_platform_holds_the_key_and_never_on_a_disk_of_ours() throws Exception {
    DeliveryTarget sealed = target("sesame", fingerprint());
    DeliveryTarget target =
        new DeliveryTarget(
            ACME,
            "far",
            DeliveryTarget.Kind.SFTP,
            sealed.address(),
            sealed.account(),
            sealed.secret(),
            "",
            sealed.hostKey(),
            null,
            false,
            new Terms(Terms.Mode.COPY, true, Terms.OnDisposal.DELETE, 30));
    world.database.deliveries().set(target, "test");
    RecordingId foreign = world.archive(ACME, "+4930122", "Al", 3_000);
    world.manage(ACME);
    RecordingId id = world.archive(ACME, "+4930123", "Ana", 300_000);
    RecordingId gone = world.archiveOld(ACME, "+4930124", "Bo");
    world.settle();
    world.worker().round();
    FolderPlace place = new FolderPlace(folder.resolve("remote/inbox"));
    assertThat(world.database.deliveries().failing(ACME, "far", 9))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.id()).isEqualTo(foreign);
              assertThat(each.problem()).contains("holds no private key");
            });
    assertThat(place.list(ObjectKeys.recordings(ACME)))
        .noneMatch(key -> key.endsWith(".cms"))
        .filteredOn(key -> key.startsWith(ObjectKeys.recording(ACME, id)))
        .extracting(key -> key.substring(key.lastIndexOf('/') + 1))
        .containsExactlyInAnyOrder("media.flac", "call.json", "plain-0.p7");
    DeliveredArchive archive =
        new DeliveredArchive(
            place,
            ACME,
            TestKeys.privateKey(ManagedKeyKind.EC_P256),
            DeliveryWorld.AUTHORITY.certificate());
    DeliveredArchive.Query ana = new DeliveredArchive.Query(null, "ana", null, null);
    Path out = Files.createDirectories(folder.resolve("out"));
    List<Path> files = archive.decrypt(archive.find(ana).found().getFirst(), out);
    assertThat(files).containsExactly(out.resolve(id + ".flac"));
    assertThat(Files.readAllBytes(files.getFirst())).isEqualTo(world.audio(id));
    assertThat(holds(folder.resolve("remote"), world.audio(id)))
        .as("what is plain can be found")
        .isTrue();
    assertThat(holds(folder.resolve("data"), world.audio(id))).isFalse();
    assertThat(
            world
                .database
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        ACME, null, null, "job:delivery", "key.use", null, 10, null))
                .entries())
        .hasSize(4);
    for (String key : place.list(ObjectKeys.deliveryIndexes(ACME))) {
      place.delete(key);
    }
    assertThat(archive.find(ana).found().getFirst().source()).isEqualTo("call record");

    world.dispose(ACME, gone);
    Path media = place.path(media(place, id));
    Files.write(media, new byte[300_000]);
    world.clock.advance(Duration.ofDays(31));
    world.settle();
    world.worker().round();
    world.worker().round();
    assertThat(place.list(ObjectKeys.recording(ACME, gone))).isEmpty();
    assertThat(Files.readAllBytes(media)).as("delivered anew").isEqualTo(world.audio(id));
  }

  private static String media(FolderPlace place, RecordingId id) throws IOException {
    return place.list(ObjectKeys.recording(ACME, id)).stream()
        .filter(key -> key.endsWith("/media.flac"))
        .findFirst()
        .orElseThrow();
  }

  /** Whether a file below a folder holds the beginning of something. */
  private static boolean holds(Path below, byte[] plain) throws IOException {
    String wanted = new String(plain, 0, 64, StandardCharsets.ISO_8859_1);
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(wanted)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void decrypted_is_refused_to_a_folder_and_over_a_plain_way() {
    Terms terms = new Terms(Terms.Mode.COPY, true, Terms.OnDisposal.INSTRUCT, 30);
    assertThatThrownBy(
            () ->
                new DeliveryTarget(
                    ACME,
                    "x",
                    DeliveryTarget.Kind.FOLDER,
                    "x",
                    "",
                    null,
                    "",
                    "",
                    null,
                    false,
                    terms))
        .hasMessageContaining("never written to a disk");
    assertThatThrownBy(
            () ->
                new DeliveryTarget(
                    ACME,
                    "x",
                    DeliveryTarget.Kind.S3,
                    "http://host/bucket",
                    "a",
                    null,
                    "r",
                    "",
                    null,
                    false,
                    terms))
        .hasMessageContaining("https://");
    assertThatThrownBy(() -> new Terms(Terms.Mode.PRIMARY, true, Terms.OnDisposal.INSTRUCT, 30))
        .hasMessageContaining("only a copy can be decrypted");
  }

  @Test
  void a_server_with_another_host_key_gets_nothing_and_is_named() {
    String other = "SHA256:" + "A".repeat(43);
    assertThatThrownBy(() -> world.places().probe(target("sesame", other)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(fingerprint())
        .hasMessageContaining(other)
        .hasMessageContaining("nothing is sent there");
    assertThat(folder.resolve("remote")).isEmptyDirectory();
  }

  @Test
  void a_private_key_opens_it_and_a_wrong_password_does_not() throws Exception {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
            .formatted(
                Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(userKey.getPrivate().getEncoded()));
    world.places().probe(target(pem, fingerprint()));
    assertThatThrownBy(() -> world.places().probe(target("guess", fingerprint())))
        .hasMessageContaining("can't sign in as recorder");
  }
}

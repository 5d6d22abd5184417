package io.earwitness.retention.delivery;

import static io.earwitness.retention.delivery.DeliveryWorld.ACME;
import static io.earwitness.retention.delivery.DeliveryWorld.assertSame;
import static io.earwitness.retention.delivery.DeliveryWorld.theirs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.DeliveryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
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
        false);
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

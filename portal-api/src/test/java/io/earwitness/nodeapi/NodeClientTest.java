package io.earwitness.nodeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.crypto.KeyPassword;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.call.TenantSlug;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Which of the certificates that the platform issues are a client's of the node API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeClientTest {
  private static final TenantSlug ACME = new TenantSlug("acme");

  private PlatformKeys keys;

  @BeforeAll
  void make(@TempDir Path folder) throws Exception {
    Path made = folder.resolve("keys");
    keys = PlatformKeys.open(made, KeyPassword.load(made, null), Clock.systemUTC());
  }

  @Test
  void theSubjectOfAClientsCertificateNamesItAndItsTenant() throws Exception {
    PlatformKeys.TlsKey issued = keys.nodeClient(ACME, "desk.top_1-a");
    NodeClient client = NodeClient.of(issued.certificate());
    assertThat(client).isEqualTo(new NodeClient("desk.top_1-a", ACME));
    assertThat(client.actor()).isEqualTo("node-client:desk.top_1-a@acme");
    issued.certificate().verify(keys.authority().getPublicKey());
    Instant now = Instant.now();
    assertThat(issued.certificate().getNotAfter())
        .isBetween(
            Date.from(now.plus(Duration.ofDays(364))), Date.from(now.plus(Duration.ofDays(367))));
    assertThat(issued.privateKeyPem()).startsWith("-----BEGIN PRIVATE KEY-----\n");
  }

  @Test
  void noOtherCertificateOfThePlatformIsOne() throws Exception {
    assertThatThrownBy(
            () -> NodeClient.of(keys.nodeServer(InetAddress.getByName("127.0.0.1")).certificate()))
        .hasMessage("it is not for TLS clients");
    assertThatThrownBy(() -> NodeClient.of(keys.captureCertificate()))
        .hasMessage("it is not for TLS clients");
    assertThatThrownBy(() -> NodeClient.of(keys.authority()))
        .hasMessage("it is not for TLS clients");
  }
}

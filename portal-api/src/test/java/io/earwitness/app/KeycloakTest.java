package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.portal.SignInKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * People sign in by a real Keycloak in a real Chromium, as {@code web/e2e/openid.spec.ts} tells.
 */
@WithOwnServer
class KeycloakTest {
  private static final Path WEB = Path.of("..", "web").toAbsolutePath().normalize();
  private static final String SECRET = "a client's secret";

  @TempDir private Path folder;

  private static void provider(TestServer server, String issuer) {
    Installation installation = server.server().installation();
    byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
    installation
        .provisioning("cli:test")
        .signIn(installation.database())
        .provider(
            new Provider(
                DemoTenants.ACME,
                "keycloak",
                "Acme ID",
                issuer,
                "earwitness",
                installation
                    .signInKey()
                    .seal(SignInKey.clientSecretPurpose(DemoTenants.ACME, "keycloak"), secret),
                List.of("profile"),
                "",
                "groups",
                Map.of("officers", Set.of(Role.COMPLIANCE_OFFICER)),
                Map.of("desk", Set.of("trading")),
                true,
                true));
  }

  @Test
  void peopleSignInByTheirProviderAndOutAgainAlsoAfterItsKeysChanged() throws Exception {
    Optional<Path> archive = Keycloak.archive();
    Assumptions.assumeTrue(
        archive.isPresent(),
        "Keycloak is not in portal-api/target/programs; ./earwitness test fetches it where it may");
    int port = TestServer.freePort();
    String portal = "http://127.0.0.1:" + port;
    Path home = Files.createDirectory(folder.resolve("keycloak"));
    try (Keycloak keycloak = Keycloak.start(archive.orElseThrow(), home, portal);
        TestServer server =
            TestServer.start(
                folder.resolve("data"),
                Map.of(
                    "EARWITNESS_HTTP_PORT",
                    Integer.toString(port),
                    "EARWITNESS_PORTAL_PUBLIC_URL",
                    portal))) {
      provider(server, keycloak.issuer());
      browse(server, keycloak, "first");
      Directory.User olga = user(server, "olga").orElseThrow();
      assertThat(olga.passwordHash()).isNull();
      assertThat(olga.roles()).containsExactly(Role.COMPLIANCE_OFFICER);
      assertThat(
              server.server().installation().directory().memberships(DemoTenants.ACME, olga.id()))
          .containsExactly("trading");
      assertThat(user(server, "pete")).isEmpty();

      keycloak.rotateKeys();
      browse(server, keycloak, "again");

      server
          .server()
          .installation()
          .database()
          .access()
          .setActive(DemoTenants.ACME, olga.id(), false, "test");
      browse(server, keycloak, "inactive");
      audited(server);
    }
  }

  private static Optional<Directory.User> user(TestServer server, String name) {
    return server.server().installation().directory().user(DemoTenants.ACME, name);
  }

  private static void audited(TestServer server) throws Exception {
    DemoTenants.Login auditor = server.login(DemoTenants.ACME, "auditor");
    try (PortalClient client = new PortalClient(server.server().origin(), auditor)) {
      JsonNode entries = client.json("/audit?limit=500").get("items");
      String all = entries.toString();
      assertThat(all)
          .contains("user.listening-role-by-claim", "identity-provider:keycloak@acme")
          .contains("refused: The account is not active.")
          .contains(
              "refused: There is no account 'pete', and no group of that person gives a role.")
          .contains("\"method\":\"oidc\"", "session.end-by-provider");
    }
  }

  /** Runs one test of the file. */
  private void browse(TestServer server, Keycloak keycloak, String name) throws Exception {
    Path log = folder.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "npx", "--no-install", "playwright", "test", "e2e/openid.spec.ts", "-g", "@" + name)
            .directory(WEB.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    builder.environment().put("EARWITNESS_URL", server.server().origin());
    builder.environment().put("EARWITNESS_TENANT", DemoTenants.ACME.value());
    builder.environment().put("EARWITNESS_ISSUER", keycloak.issuer());
    Process browser = builder.start();
    boolean ended = browser.waitFor(300, TimeUnit.SECONDS);
    browser.descendants().forEach(ProcessHandle::destroyForcibly);
    browser.destroyForcibly();
    String output = Files.readString(log);
    assertThat(ended).as(output).isTrue();
    assertThat(browser.exitValue()).as(output).isZero();
    assertThat(output).containsPattern("[1-9]\\d* passed");
  }
}

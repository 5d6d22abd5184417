package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.DeliveryTarget.Terms;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Delivery targets by the API, over a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeliveryRoutesTest {
  private static final String PATH = "/api/v1/deliveries/targets";

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client admin;
  private TestPortal.Client officer;

  DeliveryRoutesTest() throws Exception {}

  @BeforeAll
  void signIn() {
    admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private static Map<String, Object> wanted(Map<String, Object> other) {
    Map<String, Object> wanted =
        new HashMap<>(
            Map.of(
                "kind", "s3",
                "address", "https://s3.example/vault",
                "account", "AKIA",
                "region", "eu-central-1",
                "reason", "our own copy"));
    wanted.putAll(other);
    return wanted;
  }

  private HttpResponse<byte[]> put(Map<String, Object> other) {
    return admin.send(
        "PUT", PATH + "/vault", Json.bytes(wanted(other)), "Content-Type", "application/json");
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(why);
  }

  private void approve(HttpResponse<byte[]> asked) {
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    Map<String, String> shown = Map.of("sha256", json(asked).path("sha256").asText());
    String approve = "/api/v1/approvals/%s/approve".formatted(json(asked).path("id").asText());
    assertThat(admin.post(approve, shown).statusCode()).as("oneself").isEqualTo(403);
    HttpResponse<byte[]> approved = officer.post(approve, shown);
    assertThat(json(approved).path("state").asText()).as(text(approved)).isEqualTo("executed");
  }

  private JsonNode targets() {
    return json(officer.get(PATH)).path("items");
  }

  /** One way through all of it, as each step needs the one before. */
  @Test
  void aTargetIsTriedOutAskedForApprovedPausedAndRemovedAndItsSecretNeverShown() {
    refused(put(Map.of("mode", "mirror", "secret", "s")), 400, "there is no mode 'mirror'");
    refused(
        put(Map.of("mode", "move", "onDisposal", "instruct", "secret", "s")), 400, "say delete");
    refused(put(Map.of()), 400, "secret: it is needed");
    refused(
        put(Map.of("kind", "sftp", "address", "sftp://host/in", "secret", "s")),
        400,
        "host key is needed");
    refused(put(Map.of("onDisposal", "burn", "secret", "s")), 400, "onDisposal");
    refused(put(Map.of("recheckDays", -1, "secret", "s")), 400, "checked again");
    refused(
        put(Map.of("mode", "primary", "decrypted", true, "secret", "s")),
        400,
        "only a copy can be decrypted");
    refused(
        put(Map.of("kind", "folder", "address", "x", "decrypted", true)),
        400,
        "never written to a disk");
    portal.prober =
        _ -> {
          throw new IOException("answer 403");
        };
    refused(put(Map.of("secret", "sesame-sesame")), 409, "answer 403");
    portal.prober = target -> assertThat(target.secret()).isNotNull();

    HttpResponse<byte[]> asked = put(Map.of("secret", "sesame-sesame"));
    assertThat(text(asked)).doesNotContain("sesame").contains("set (");
    assertThat(targets()).as("not before it was approved").isEmpty();
    approve(asked);
    assertThat(targets().get(0).path("address").asText()).isEqualTo("https://s3.example/vault");
    assertThat(targets().toString()).doesNotContain("secret");
    DeliveryTarget kept = database.deliveries().find(ACME, "vault").orElseThrow();
    assertThat(kept.secret()).isNotNull().doesNotContain("sesame");
    assertThat(
            new String(
                portal.key.open(
                    SignInKey.deliveryPurpose(ACME, "vault"), String.valueOf(kept.secret())),
                StandardCharsets.UTF_8))
        .isEqualTo("sesame-sesame");

    // The secret stays for the same account, and goes to no other
    refused(put(Map.of("account", "OTHER")), 400, "secret: it is needed");
    refused(put(Map.of("address", "https://other.example/vault")), 400, "secret: it is needed");
    HttpResponse<byte[]> decrypted = put(Map.of("decrypted", true));
    assertThat(text(decrypted)).contains("hears every call without a key");
    approve(decrypted);
    approve(
        put(
            Map.of(
                "bytesPerSecond",
                100_000,
                "mode",
                "primary",
                "onDisposal",
                "delete",
                "recheckDays",
                90)));
    assertThat(database.deliveries().find(ACME, "vault").orElseThrow().terms())
        .isEqualTo(new Terms(Terms.Mode.PRIMARY, false, Terms.OnDisposal.DELETE, 90));
    assertThat(targets().get(0).path("mode").asText()).isEqualTo("primary");
    assertThat(targets().get(0).path("recheckDays").asInt()).isEqualTo(90);
    assertThat(database.deliveries().find(ACME, "vault").orElseThrow().secret())
        .isEqualTo(kept.secret());

    JsonNode state = json(officer.get("/api/v1/deliveries")).path("items").get(0);
    assertThat(state.path("target").asText()).isEqualTo("vault");
    assertThat(state.path("waiting").asInt()).isZero();
    assertThat(state.path("untold").asInt()).isZero();
    assertThat(state.path("damaged").asInt()).isZero();
    assertThat(state.path("lastDeliveredAt").isNull()).isTrue();
    assertThat(admin.post(PATH + "/vault/pause", Map.of()).statusCode()).isEqualTo(204);
    assertThat(targets().get(0).path("pausedAt").isNull()).isFalse();
    assertThat(admin.post(PATH + "/vault/resume", Map.of()).statusCode()).isEqualTo(204);
    assertThat(targets().get(0).path("pausedAt").isNull()).isTrue();

    TestPortal.Client other = portal.signIn(GLOBEX, Role.TENANT_ADMIN);
    assertThat(json(other.get(PATH)).path("items")).isEmpty();
    assertThat(other.delete(PATH + "/vault").statusCode()).isEqualTo(404);
    assertThat(admin.delete(PATH + "/vault").statusCode()).isEqualTo(204);
    assertThat(targets()).isEmpty();
    assertThat(portal.audit.of("delivery-target.remove")).isNotEmpty();
  }
}

package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.call.TenantSlug;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Closing a tenant by the API, over a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClosingRoutesTest {
  private static final String PLATFORM = "/api/v1/platform/closings";
  private static final String OWN = "/api/v1/closing";

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(why);
  }

  private static Map<String, String> wanted(Duration ahead) {
    return Map.of(
        "stopAt",
        Instant.now().plus(ahead).toString(),
        "keys",
        "hand-over",
        "reason",
        "contract ended");
  }

  private TestPortal.Client otherOperator() {
    database
        .directory()
        .addUser(
            new Directory.User(
                "u-olaf",
                TenantSlug.PLATFORM,
                "olaf",
                "Olaf",
                database
                    .directory()
                    .user(TenantSlug.PLATFORM, "operator")
                    .orElseThrow()
                    .passwordHash(),
                Set.of(Role.OPERATOR),
                true),
            "test");
    return portal.signIn(TenantSlug.PLATFORM, "olaf");
  }

  private static void target(CatalogDatabase database, TenantSlug tenant) {
    database
        .deliveries()
        .set(
            new DeliveryTarget(
                tenant,
                "vault",
                DeliveryTarget.Kind.FOLDER,
                "copies",
                "",
                null,
                "",
                "",
                null,
                false,
                DeliveryTarget.Terms.USUAL),
            "test");
  }

  /** One way through all of it, as each step needs the one before. */
  @Test
  void itIsAskedForByTwoOperatorsFollowedByTheTenantAndConfirmedByAReceipt() {
    TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    TestPortal.Client other = otherOperator();
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    String acme = PLATFORM + "/acme";
    assertThat(json(admin.get(OWN)).path("closing").isNull()).isTrue();
    assertThat(portal.signIn(ACME, Role.OPERATOR).get(PLATFORM).statusCode())
        .as("an operator of a tenant")
        .isEqualTo(403);
    refused(operator.post(PLATFORM + "/nobody", wanted(Duration.ofDays(2))), 404, "no such tenant");
    refused(operator.post(acme, wanted(Duration.ofDays(2))), 409, "no storage of its own");
    target(database, ACME);
    refused(operator.post(acme, wanted(Duration.ofHours(2))), 400, "a day ahead");

    closedBy(operator, other, acme);
    JsonNode shown = json(operator.get(PLATFORM)).at("/items/0");
    assertThat(shown.path("state").asText()).as(shown.toString()).isEqualTo("announced");
    assertThat(shown.path("undelivered").asInt()).isZero();
    assertThat(operator.delete(acme).statusCode()).isEqualTo(204);
    refused(operator.delete(acme), 409, "not being closed");
    closedBy(operator, other, acme);
    assertThat(json(officer.get(OWN)).at("/closing/keys").asText()).isEqualTo("hand-over");

    refused(admin.get(OWN + "/inventory"), 409, "Not all recordings are delivered");
    refused(admin.post(OWN + "/keys", Map.of()), 409, "Not all recordings are delivered");
    exported(admin, officer);
    confirmed(admin, officer);
  }

  private void closedBy(TestPortal.Client operator, TestPortal.Client other, String path) {
    HttpResponse<byte[]> asked = operator.post(path, wanted(Duration.ofDays(2)));
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    Map<String, String> sha256 = Map.of("sha256", json(asked).path("sha256").asText());
    String approve = "/api/v1/approvals/%s/approve".formatted(json(asked).path("id").asText());
    assertThat(operator.post(approve, sha256).statusCode()).as("oneself").isEqualTo(403);
    HttpResponse<byte[]> approved = other.post(approve, sha256);
    assertThat(json(approved).path("state").asText()).as(text(approved)).isEqualTo("executed");
    assertThat(portal.audit.of("tenant.close"))
        .anySatisfy(entry -> assertThat(entry.tenant()).isEqualTo(ACME));
  }

  private void exported(TestPortal.Client admin, TestPortal.Client officer) {
    database
        .closings()
        .exported(
            ACME, new Closings.Inventory("vault", Instant.now(), "v1", "ab12", 3), "job:closing");
    portal.closingDocuments =
        (key, version) ->
            key.endsWith("/inventory.p7") && version.equals("v1")
                ? Optional.of(new ByteArrayInputStream(new byte[] {1, 2, 3}))
                : Optional.empty();
    assertThat(officer.get(OWN + "/inventory").body()).containsExactly(1, 2, 3);
    refused(admin.post(OWN + "/keys", Map.of()), 409, "no private key");
    portal.closingKeys = (_, password, _) -> Optional.of(new byte[] {(byte) password.length});
    JsonNode keys = json(admin.post(OWN + "/keys", Map.of()));
    assertThat(keys.path("password").asText()).hasSize(24);
    assertThat(Base64.getDecoder().decode(keys.path("content").asText())).containsExactly(24);
    assertThat(officer.post(OWN + "/keys", Map.of()).statusCode()).isEqualTo(403);
  }

  private void confirmed(TestPortal.Client admin, TestPortal.Client officer) {
    Map<String, Object> receipt =
        new TreeMap<>(
            Map.of(
                "format",
                "earwitness-delivery-receipt-1",
                "tenant",
                "acme",
                "inventorySha256",
                "ab12",
                "recordings",
                3,
                "found",
                2,
                "disposed",
                1,
                "withheld",
                0,
                "bytes",
                99,
                "problems",
                0,
                "verifiedAt",
                Instant.now().toString()));
    String path = OWN + "/verification";
    receipt.put("inventorySha256", "other");
    refused(admin.post(path, receipt), 400, "another inventory");
    receipt.put("inventorySha256", "ab12");
    receipt.put("problems", 1);
    refused(admin.post(path, receipt), 409, "not all is there");
    receipt.put("problems", 0);
    assertThat(officer.post(path, receipt).statusCode()).isEqualTo(403);
    assertThat(admin.post("/api/v1/teams", Map.of("name", "Before")).statusCode()).isEqualTo(201);
    HttpResponse<byte[]> verified = admin.post(path, receipt);
    assertThat(json(verified).at("/closing/state").asText())
        .as(text(verified))
        .isEqualTo("read-only");
    assertThat(portal.audit.of("tenant.verify-export")).isNotEmpty();
    refused(admin.post(path, receipt), 409, "verified already");
    refused(admin.post("/api/v1/teams", Map.of("name", "After")), 409, "closed and read-only");
    assertThat(portal.audit.of("team.add")).as("what was tried is entered").hasSizeGreaterThan(2);
    assertThat(officer.get("/api/v1/recordings").statusCode()).isEqualTo(200);
  }

  /** Asked for before the tenant was read-only, and approved after it. */
  @Test
  void whatWasAskedForBeforeIsNotDoneAfter() {
    TestPortal.Client recording = portal.signIn(GLOBEX, Role.RECORDING_ADMIN);
    TestPortal.Client officer = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    HttpResponse<byte[]> asked =
        recording.post(
            "/api/v1/policies/retention/lock-mode", Map.of("mode", "compliance", "reason", "x"));
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    target(database, GLOBEX);
    Closings closings = database.closings();
    closings.begin(
        GLOBEX, Instant.now().plus(Duration.ofDays(2)), Closings.Keys.KEEP, "user:op@platform");
    closings.exported(
        GLOBEX, new Closings.Inventory("vault", Instant.now(), "v", "ab", 0), "job:closing");
    closings.verified(GLOBEX, "{}", "user:tess@globex");
    HttpResponse<byte[]> approved =
        officer.post(
            "/api/v1/approvals/%s/approve".formatted(json(asked).path("id").asText()),
            Map.of("sha256", json(asked).path("sha256").asText()));
    assertThat(json(approved).path("state").asText()).as(text(approved)).isEqualTo("failed");
    assertThat(text(approved)).contains("closed and read-only");
    assertThat(database.lockModes().of(GLOBEX).version()).isZero();
  }
}

package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Licences by the API, over a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LicenceRoutesTest {
  private static final String ONE = "/api/v1/platform/licences/acme/extended";

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);

  LicenceRoutesTest() throws Exception {}

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, Object body) {
    return client.send("PUT", ONE, Json.bytes(body), "Content-Type", "application/json");
  }

  private static JsonNode extended(HttpResponse<byte[]> response) {
    for (JsonNode item : json(response).path("items")) {
      if (item.path("tenant").asText().equals("acme")
          && item.path("licence").asText().equals("extended")) {
        return item;
      }
    }
    throw new AssertionError(text(response));
  }

  @Test
  void operatorsSetThemTenantsSeeTheirOwnAndAStopNeedsTwo() {
    TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    JsonNode before = extended(admin.get("/api/v1/licences"));
    assertThat(before.path("state").asText()).isEqualTo("active");
    assertThat(before.path("extensions").isNull()).isTrue();

    String until = Instant.now().minusSeconds(60).toString();
    HttpResponse<byte[]> set = put(operator, Map.of("extensions", 5, "until", until));
    assertThat(set.statusCode()).as(text(set)).isEqualTo(200);
    JsonNode own = extended(admin.get("/api/v1/licences"));
    assertThat(own.path("state").asText()).isEqualTo("grace");
    assertThat(own.path("graceDays").asInt()).isEqualTo(30);
    assertThat(own.path("effects").path("keeping").asText()).isEqualTo("as decided, never shorter");
    assertThat(put(admin, Map.of("extensions", 500)).statusCode()).isEqualTo(403);
    assertThat(portal.signIn(ACME, Role.OPERATOR).get("/api/v1/platform/licences").statusCode())
        .as("an operator of a tenant")
        .isEqualTo(403);

    Map<String, Object> stopping = new TreeMap<>();
    stopping.put("extensions", 5);
    stopping.put("suspended", true);
    stopping.put("stopsRecording", true);
    assertThat(put(operator, stopping).statusCode()).isEqualTo(409);
    stopping.put("reason", "unpaid since March");
    HttpResponse<byte[]> asked = operator.post(ONE + "/stop", stopping);
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    JsonNode approval = json(asked);
    assertThat(approval.path("kind").asText()).isEqualTo("licence.stop-recording");
    String approve = "/api/v1/approvals/" + approval.path("id").asText() + "/approve";
    Map<String, Object> shown = Map.of("sha256", approval.path("sha256").asText());
    assertThat(operator.post(approve, shown).statusCode()).isEqualTo(403);
    assertThat(extended(admin.get("/api/v1/licences")).path("suspended").asBoolean()).isFalse();
  }

  @Test
  void aMonthIsExportedAndWhatIsWrongIsSaid() {
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    HttpResponse<byte[]> csv = auditor.get("/api/v1/licences/extensions?month=2026-11&format=csv");
    assertThat(csv.statusCode()).isEqualTo(200);
    assertThat(text(csv)).startsWith("200 licence,number,firstRecording,firstAt\r\n");
    assertThat(auditor.get("/api/v1/licences/extensions?month=11-2026").statusCode())
        .isEqualTo(400);
    TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    assertThat(put(operator, Map.of("extensions", -1)).statusCode()).isEqualTo(400);
    for (String path : Set.of("/nobody/extended", "/acme/gold", "/platform/standard")) {
      HttpResponse<byte[]> answer =
          operator.send(
              "PUT",
              "/api/v1/platform/licences" + path,
              Json.bytes(Map.of("extensions", 1)),
              "Content-Type",
              "application/json");
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
    }
    assertThat(json(operator.get("/api/v1/platform/storage")).path("items")).isEmpty();
    JsonNode stored = json(auditor.get("/api/v1/storage"));
    assertThat(stored.path("total").path("recordings").asInt(-1)).isZero();
  }
}

package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SignOffTest {
  private static final String REVIEWS = "/api/v1/access/reviews";

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private final TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);

  @AfterEach
  void stop() {
    portal.close();
    database.close();
  }

  private static JsonNode sign(TestPortal.Client client, String statement) {
    HttpResponse<byte[]> response = client.post(REVIEWS, Map.of("statement", statement));
    assertThat(response.statusCode()).as(TestPortal.text(response)).isEqualTo(201);
    return json(response);
  }

  @Test
  void whatIsSignedIsWhoHasAccessNowWithTheReviewersWords() throws Exception {
    HttpResponse<byte[]> granted =
        portal
            .signIn(ACME, Role.TENANT_ADMIN)
            .post(
                "/api/v1/grants",
                Map.of(
                    "holder", Map.of("type", "user", "id", "u-acme-supervisor"),
                    "rights", List.of("search", "listen"),
                    "on", Map.of("type", "tenant")));
    assertThat(granted.statusCode()).isEqualTo(201);
    JsonNode report = json(auditor.get("/api/v1/access/report"));
    assertThat(report.get("people").findValuesAsText("name")).hasSize(Role.values().length);
    assertThat(report.get("grants")).hasSize(1);
    assertThat(report.get("grants").get(0).get("id")).isEqualTo(json(granted).get("id"));
    assertThat(report.get("unused")).isEmpty();

    JsonNode review = sign(auditor, "Otto left, his grant is to go");
    assertThat(review.get("people").asInt()).isEqualTo(Role.values().length);
    assertThat(review.get("grants").asInt()).isEqualTo(1);
    JsonNode listed = json(auditor.get(REVIEWS)).get("items").get(0);
    assertThat(listed).isEqualTo(review);

    // The fake signer signs by handing back the content
    HttpResponse<byte[]> signed =
        auditor.get(REVIEWS + "/" + review.get("id").asText() + "/report");
    assertThat(signed.headers().firstValue("Content-Type")).contains("application/pkcs7-mime");
    JsonNode content = Json.mapper().readTree(signed.body());
    assertThat(content.get("reviewer").asText()).isEqualTo("user:auditor@acme");
    assertThat(content.get("statement").asText()).isEqualTo("Otto left, his grant is to go");
    for (JsonNode each : List.of(report, content.get("report"))) {
      ((ObjectNode) each).remove("at"); // each is of its own moment
    }
    assertThat(content.get("report")).isEqualTo(report);
  }

  @Test
  void whoGivesRightsDoesNotSignThemOff() {
    portal.user(ACME, "both", Set.of(Role.AUDITOR, Role.TENANT_ADMIN));
    for (String name : List.of("both", "tenant-admin")) {
      HttpResponse<byte[]> response =
          portal.signIn(ACME, name).post(REVIEWS, Map.of("statement", "all is well"));
      assertThat(response.statusCode()).as(name).isEqualTo(403);
    }
    assertThat(auditor.post(REVIEWS, Map.of("statement", " ")).statusCode()).isEqualTo(400);
    assertThat(json(auditor.get(REVIEWS)).get("items")).isEmpty();
  }

  @Test
  void anotherTenantsReviewIsNone() {
    String id = sign(auditor, "all is well").get("id").asText();
    TestPortal.Client stranger = portal.signIn(GLOBEX, Role.AUDITOR);
    assertThat(stranger.get(REVIEWS + "/" + id + "/report").statusCode()).isEqualTo(404);
    assertThat(json(stranger.get(REVIEWS)).get("items")).isEmpty();
  }
}

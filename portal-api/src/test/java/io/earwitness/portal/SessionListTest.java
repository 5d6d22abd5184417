package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.audit.AuditEntry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionListTest {
  private final TestPortal portal = new TestPortal();

  @AfterEach
  void stop() {
    portal.close();
  }

  private static JsonNode list(TestPortal.Client client, String path) {
    HttpResponse<byte[]> response = client.get("/api/v1" + path);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    return json(response).get("items");
  }

  private static JsonNode one(JsonNode items, String member, String value) {
    return items
        .valueStream()
        .filter(item -> item.get(member).asText().equals(value))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void oneSeesOwnSessionsWithHowTheyBeganAndWhichIsThisOneAndTokensApart() {
    TestPortal.Client here = portal.signIn(ACME, Role.AUDITOR);
    portal.clock.advance(Duration.ofMinutes(2));
    portal.signIn(ACME, Role.AUDITOR);
    portal.signIn(GLOBEX, Role.AUDITOR);
    here.post("/api/v1/tokens", Map.of("name", "nightly report", "days", 1));

    JsonNode items = list(here, "/sessions");
    assertThat(items).hasSize(2);
    JsonNode current = one(items, "current", "true");
    assertThat(current.get("kind").asText()).isEqualTo("browser");
    assertThat(current.get("method").asText()).isEqualTo("password");
    assertThat(current.get("address").asText()).isEqualTo("127.0.0.1");
    assertThat(current.get("userAgent").asText()).startsWith("Java-http-client/");
    assertThat(current.get("startedAt").asText()).isEqualTo("2026-11-21T10:00:00Z");
    assertThat(current.get("lastUsedAt").asText()).isEqualTo("2026-11-21T10:02:00Z");
    assertThat(current.get("expiresAt").asText()).isEqualTo("2026-11-21T22:00:00Z");
    assertThat(current.get("name").isNull()).isTrue();
    assertThat(list(here, "/tokens").findValuesAsText("name")).containsExactly("nightly report");
    assertThat(portal.audit.of("session.list")).isNotEmpty();
  }

  @Test
  void aSessionThatIsRevokedIsOverAtOnceAndSomebodyElsesCanNotBeRevoked() {
    TestPortal.Client here = portal.signIn(ACME, Role.AUDITOR);
    TestPortal.Client lost = portal.signIn(ACME, Role.AUDITOR);
    String id = one(list(lost, "/sessions"), "current", "true").get("id").asText();
    for (TestPortal.Client other :
        new TestPortal.Client[] {
          portal.signIn(ACME, Role.ANALYST), portal.signIn(GLOBEX, Role.AUDITOR)
        }) {
      HttpResponse<byte[]> refused = other.delete("/api/v1/sessions/" + id);
      assertThat(refused.statusCode()).isEqualTo(404);
      assertThat(refused.body())
          .isEqualTo(other.delete("/api/v1/sessions/" + "0".repeat(64)).body());
    }
    assertThat(here.delete("/api/v1/sessions/" + id).statusCode()).isEqualTo(204);
    assertThat(lost.get("/api/v1/session").statusCode()).isEqualTo(401);
    AuditEntry entry = portal.audit.of("session.revoke").getLast();
    assertThat(entry.object()).isEqualTo("session:" + id.substring(0, 12));

    String own = one(list(here, "/sessions"), "current", "true").get("id").asText();
    HttpResponse<byte[]> response = here.delete("/api/v1/sessions/" + own);
    assertThat(response.headers().firstValue("Set-Cookie").orElseThrow()).endsWith("Max-Age=0");
    assertThat(here.get("/api/v1/session").statusCode()).isEqualTo(401);
  }

  @Test
  void whatIsOverByItselfIsNotListed() {
    portal.signIn(ACME, Role.AUDITOR);
    portal.signIn(ACME, Role.AUDITOR);
    portal.clock.advance(Duration.ofMinutes(61));
    JsonNode items = list(portal.signIn(ACME, Role.AUDITOR), "/sessions");
    assertThat(items).hasSize(1);
  }

  @Test
  void anAdministratorSeesAndEndsSessionsOfPeopleOfTheOwnTenantOnly() {
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    TestPortal.Client again = portal.signIn(ACME, Role.AUDITOR);
    portal.signIn(GLOBEX, Role.AUDITOR);
    String path = "/users/u-acme-auditor/sessions";
    JsonNode items = list(admin, path);
    assertThat(items).hasSize(2);
    assertThat(items.findValuesAsText("current")).containsOnly("false");
    String first = items.get(0).get("id").asText();
    assertThat(admin.delete("/api/v1" + path + "/" + first).statusCode()).isEqualTo(204);
    assertThat(list(admin, path)).hasSize(1);
    assertThat(admin.delete("/api/v1" + path).statusCode()).isEqualTo(204);
    assertThat(list(admin, path)).isEmpty();
    assertThat(auditor.get("/api/v1/session").statusCode()).isEqualTo(401);
    assertThat(again.get("/api/v1/session").statusCode()).isEqualTo(401);

    String others = "/api/v1/users/u-globex-auditor/sessions";
    assertThat(admin.get(others).statusCode()).isEqualTo(404);
    assertThat(admin.delete(others).statusCode()).isEqualTo(404);
    assertThat(admin.get(others).body())
        .isEqualTo(admin.get("/api/v1/users/nobody/sessions").body());
    assertThat(portal.sessions.list(GLOBEX, "u-globex-auditor")).hasSize(1);
  }

  @Test
  void aTokenEndsNoSessions() {
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    String token = json(admin.post("/api/v1/tokens", Map.of("name", "x"))).get("token").asText();
    TestPortal.Client program = admin.withBearer(token);
    assertThat(program.get("/api/v1/sessions").statusCode()).isEqualTo(200);
    assertThat(program.delete("/api/v1/users/u-acme-auditor/sessions").statusCode()).isEqualTo(403);
    String id = one(list(admin, "/sessions"), "current", "true").get("id").asText();
    assertThat(program.delete("/api/v1/sessions/" + id).statusCode()).isEqualTo(403);
  }
}

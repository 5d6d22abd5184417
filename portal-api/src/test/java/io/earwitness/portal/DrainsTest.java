package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.call.TenantSlug;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DrainsTest {
  private final TestPortal portal = new TestPortal();
  private final TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);

  @AfterEach
  void stop() {
    portal.close();
  }

  @Test
  void anOperatorTakesARecorderOutAndPutsItBack() {
    portal.drains.report("rec-1", false, 3);
    HttpResponse<byte[]> response = operator.post("/api/v1/nodes/rec-1/drain", Map.of());
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    assertThat(json(response).toString())
        .isEqualTo(
            """
            {"node":"rec-1","drainWanted":true,"since":"2026-11-21T10:00:00Z",\
            "by":"user:operator@platform","draining":false,"calls":3,\
            "seenAt":"2026-11-21T10:00:00Z"}""");
    portal.drains.report("rec-1", true, 0);
    JsonNode listed = json(operator.get("/api/v1/nodes/rec-1/drain"));
    assertThat(listed.get("draining").asBoolean()).isTrue();
    assertThat(listed.get("calls").asInt()).isZero();
    JsonNode undrained = json(operator.delete("/api/v1/nodes/rec-1/drain"));
    assertThat(undrained.get("drainWanted").asBoolean()).isFalse();
    assertThat(undrained.get("by").isNull()).isTrue();
    for (String action : new String[] {"node.drain", "node.undrain"}) {
      assertThat(portal.audit.of(action)).as(action).hasSize(2);
      assertThat(portal.audit.of(action).getFirst().object()).isEqualTo("node:rec-1");
      assertThat(portal.audit.of(action).getFirst().actor()).isEqualTo("user:operator@platform");
    }
    assertThat(portal.audit.of("node.view-drain")).hasSize(2);
  }

  @Test
  void aRecorderThatNobodyKnowsIsNotFound() {
    HttpResponse<byte[]> response = operator.post("/api/v1/nodes/sea/drain", Map.of());
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(json(response).get("detail").asText()).contains("no recorder 'sea'");
    assertThat(portal.audit.of("node.drain").getLast().outcome()).startsWith("refused: ");
  }

  @Test
  void anOperatorOfATenantHasNoSayOverWhatServesAllTenants() {
    portal.drains.report("rec-1", false, 3);
    TestPortal.Client tenants = portal.signIn(ACME, Role.OPERATOR);
    assertThat(tenants.get("/api/v1/nodes/rec-1/drain").statusCode()).isEqualTo(403);
    assertThat(tenants.post("/api/v1/nodes/rec-1/drain", Map.of()).statusCode()).isEqualTo(403);
    assertThat(portal.drains.list().getFirst().since()).isNull();
  }
}

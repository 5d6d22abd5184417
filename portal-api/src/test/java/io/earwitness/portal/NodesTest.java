package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodesTest {
  private final TestPortal portal = new TestPortal();

  @AfterEach
  void stop() {
    portal.close();
  }

  @Test
  void operatorsSeeEachNodeAsItLastSaidOfItself() {
    portal.nodes.nodes.add(
        new Nodes.Node(
            new Nodes.Heartbeat(
                "rec-1",
                "eu-1",
                UUID.randomUUID(),
                "0.1",
                NOW.minusSeconds(600),
                12,
                50_000_000_000L,
                1_000_000L,
                Duration.ofMinutes(90),
                Duration.ofMillis(-4)),
            NOW,
            false));
    portal.nodes.nodes.add(
        new Nodes.Node(
            new Nodes.Heartbeat(
                "rec-2", "eu-1", UUID.randomUUID(), "0.1", NOW, 0, null, null, null, null),
            NOW.minusSeconds(90),
            true));
    JsonNode items =
        json(portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR).get("/api/v1/nodes")).get("items");
    assertThat(items).hasSize(2);
    JsonNode first = items.get(0);
    assertThat(first.get("name").asText()).isEqualTo("rec-1");
    assertThat(first.get("state").asText()).isEqualTo("present");
    assertThat(first.get("heartbeatAt").asText()).isEqualTo(NOW.toString());
    assertThat(first.get("runningCalls").asInt()).isEqualTo(12);
    assertThat(first.get("spoolFreeBytes").asLong()).isEqualTo(50_000_000_000L);
    assertThat(first.get("spoolFullInHours").asDouble()).isEqualTo(1.5);
    assertThat(first.get("clockOffsetMs").asLong()).isEqualTo(-4);
    assertThat(items.get(1).get("state").asText()).isEqualTo("absent");
    assertThat(items.get(1).get("spoolFullInHours").isNull()).isTrue();
    assertThat(portal.audit.of("node.list")).isNotEmpty();
  }

  @Test
  void anUnknownParameterIsRefused() {
    TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    assertThat(operator.get("/api/v1/nodes?x=1").statusCode()).isEqualTo(400);
  }

  @Test
  void anOperatorOfATenantDoesNotSeeWhatServesAllTenants() {
    assertThat(portal.signIn(ACME, Role.OPERATOR).get("/api/v1/nodes").statusCode()).isEqualTo(403);
  }
}

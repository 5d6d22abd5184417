package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A recording under the wrong tenant, through the whole product: blocked, approved twice, theirs.
 */
@WithOwnServer
class HandOverTest {
  private static JsonNode open(PortalClient client) throws Exception {
    return client.json("/approvals").get("items").get(0);
  }

  private static void approve(PortalClient client, JsonNode approval) throws Exception {
    client.post(
        "/approvals/" + approval.get("id").asText() + "/approve",
        Map.of("sha256", approval.get("sha256").asText()));
  }

  @Test
  void whatWasTheOthersIsBlockedForBothAndThenPlayedByItsTenantAlone(@TempDir Path folder)
      throws Exception {
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of())) {
      ClientResult.Call placed =
          new SiprecClient(InstantSource.system())
              .run(
                  ClientOptions.to(server.sipUri())
                      .withParties(
                          CallParty.parse("Carol Customer <+14155550123>"),
                          CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">")))
              .results()
              .getFirst();
      String callId = String.valueOf(placed.callId());
      try (PortalClient acme = server.officer(DemoTenants.ACME);
          PortalClient globex = server.officer(DemoTenants.GLOBEX);
          PortalClient operator =
              new PortalClient(
                  server.server().origin(), server.login(TenantSlug.PLATFORM, "operator"));
          PortalClient auditor =
              new PortalClient(
                  server.server().origin(), server.login(DemoTenants.GLOBEX, "auditor"))) {
        JsonNode archived = TestServer.await(acme, callId, "archived");
        String id = TestServer.id(archived).toString();
        String recording = "/recordings/" + id;
        byte[] sound = acme.response(recording + "/media").body();
        assertThat(sound).startsWith('f', 'L', 'a', 'C');
        operator.post(
            "/platform/blocked-recordings",
            Map.of("recording", id, "reason", "number was entered for the wrong tenant"));
        assertThat(acme.response(recording + "/media").statusCode()).isEqualTo(403);
        assertThat(globex.response(recording).statusCode()).isEqualTo(404);
        JsonNode blocked = acme.json(recording);
        assertThat(blocked.get("parties")).isEmpty();
        assertThat(blocked.get("blocked").get("reason").asText()).contains("wrong tenant");
        assertThat(acme.json("/recordings?callId=" + PortalClient.encode(callId)).get("items"))
            .isEmpty();

        // Not before its archive was read back
        TestServer.await(
            "both to be asked",
            () -> {
              try {
                operator.post(
                    "/hand-overs",
                    Map.of("recording", id, "tenant", "globex", "reason", "it is another's"));
                return true;
              } catch (IOException e) {
                assertThat(e).hasMessageContaining("not-archived");
                return false;
              }
            },
            () -> "not archived yet");
        JsonNode handOver = operator.json("/hand-overs").get("items").get(0);
        approve(acme, open(acme));
        assertThat(globex.response("/recordings/" + handOver.get("becomes").asText()).statusCode())
            .as("one approval is not enough")
            .isEqualTo(404);
        approve(globex, open(globex));

        JsonNode done = operator.json("/hand-overs").get("items").get(0);
        assertThat(done.get("problem").isNull()).as(done.toString()).isTrue();
        assertThat(done.get("state").asText()).isEqualTo("done");
        String theirs = "/recordings/" + done.get("becomes").asText();
        assertThat(globex.response(theirs + "/media").body()).isEqualTo(sound);
        assertThat(acme.response(theirs).statusCode()).isEqualTo(404);
        assertThat(acme.response(recording + "/media").statusCode()).isEqualTo(403);
        JsonNode detail = globex.json(theirs);
        assertThat(detail.get("state").asText()).isEqualTo("archived");
        assertThat(detail.get("evidence").isNull()).isFalse();
        assertThat(detail.toString()).doesNotContain("acme").doesNotContain("Emma");
        assertThat(acme.json(recording).get("blocked").get("handedOver").asBoolean()).isTrue();
        TestServer.await(
            "it to be found",
            () ->
                globex.json("/recordings?callId=" + PortalClient.encode(callId)).get("items").size()
                    == 1,
            () -> globex.json("/recordings").toString());
        JsonNode trail = auditor.json("/audit?limit=500").get("items");
        assertThat(trail.toString()).contains("recording.take-over");
        // But for what was asked for by that id above, and not found
        assertThat(trail)
            .filteredOn(entry -> !entry.get("action").asText().equals("recording.view"))
            .noneMatch(entry -> entry.toString().contains(id));
      }
    }
  }
}

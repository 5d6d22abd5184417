package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call between two tenants over one trunk, through the whole product. */
@WithOwnServer
class TwoTenantsTest {
  @Test
  void eachHasARecordingOfItsOwnAndCanPlayThatAlone(@TempDir Path folder) throws Exception {
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of())) {
      ClientResult.Call placed =
          new SiprecClient(InstantSource.system())
              .run(
                  ClientOptions.to(server.sipUri())
                      .withParties(
                          CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">"),
                          CallParty.parse("Erik Stone <" + DemoTenants.GLOBEX_NUMBER + ">")))
              .results()
              .getFirst();
      String callId = String.valueOf(placed.callId());
      try (PortalClient acme = server.officer(DemoTenants.ACME);
          PortalClient globex = server.officer(DemoTenants.GLOBEX)) {
        JsonNode calling = TestServer.await(acme, callId, "archived");
        JsonNode called = TestServer.await(globex, callId, "archived");
        String own = TestServer.id(calling).toString();
        String other = TestServer.id(called).toString();
        assertThat(own).isNotEqualTo(other);
        assertThat(acme.response("/recordings/" + other).statusCode()).isEqualTo(404);
        assertThat(globex.response("/recordings/" + own).statusCode()).isEqualTo(404);

        JsonNode outbound = acme.json("/recordings/" + own);
        JsonNode inbound = globex.json("/recordings/" + other);
        assertThat(outbound.get("direction").asText()).isEqualTo("outbound");
        assertThat(inbound.get("direction").asText()).isEqualTo("inbound");
        assertThat(outbound.get("matchedRule").asText() + inbound.get("matchedRule").asText())
            .contains("number")
            .contains("also number");
        assertThat(outbound.get("parties").get(0).get("userId").isNull()).isFalse();
        assertThat(outbound.get("parties").get(1).get("userId").isNull()).isTrue();
        assertThat(inbound.get("parties").get(1).get("userId").isNull()).isFalse();
        // Each under its own keys: both play, with the same sound
        byte[] left = acme.response("/recordings/" + own + "/media").body();
        byte[] right = globex.response("/recordings/" + other + "/media").body();
        assertThat(left).startsWith('f', 'L', 'a', 'C').isEqualTo(right);
      }
    }
  }
}

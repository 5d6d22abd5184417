package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.client.Speech;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed in mid-call. */
@WithOwnServer
class CrashTest {
  private static final int SAMPLES_PER_SECOND = 8_000;

  @TempDir private Path folder;

  @Test
  void afterKillMinus9TheCallIsFoundArchivedPartialWithAllButTheLastSecond() throws Exception {
    Path data = folder.resolve("data");
    int sip = TestServer.freePort();
    int http = TestServer.freePort();
    Map<String, String> settings =
        Map.of(
            "EARWITNESS_SIP_PORT", Integer.toString(sip),
            "EARWITNESS_HTTP_PORT", Integer.toString(http),
            "EARWITNESS_NODES_API_PORT", "0");
    // The tenants are made by a first run that ends in order.
    TestServer.start(data, settings).close();

    CompletableFuture<ClientResult> call;
    Instant killed;
    try (ServerProcess server = ServerProcess.start(data, settings, folder.resolve("serve.log"))) {
      server.awaitReady();
      call = CompletableFuture.supplyAsync(() -> place("sip:recorder@127.0.0.1:" + sip));
      Thread.sleep(Duration.ofSeconds(5));
      killed = Instant.now();
      server.kill();
    }
    Instant mediaStart = call.get().results().getFirst().mediaStart();
    assertThat(mediaStart).isNotNull();

    try (TestServer restarted = TestServer.start(data, settings);
        PortalClient officer = restarted.officer(DemoTenants.ACME)) {
      JsonNode[] found = new JsonNode[1];
      TestServer.await(
          "the call to be archived-partial",
          () -> {
            JsonNode items =
                officer.json("/recordings?q=Carol&state=archived-partial").path("items");
            found[0] = items.path(0);
            return !items.isEmpty();
          },
          () -> officer.json("/recordings").toString());
      assertThat(found[0].path("flags").toString()).contains("recorder-interrupted");
      short[][] heard =
          FlacDecoder.decode(officer.get("/recordings/" + found[0].path("id").asText() + "/media"));
      Speech.Dialogue said = Speech.dialogue(0);
      long expected = Duration.between(mediaStart, killed).toMillis() * SAMPLES_PER_SECOND / 1_000;
      for (int channel = 0; channel < 2; channel++) {
        short[] sent = (channel == 0 ? said.left() : said.right()).heard(G711.PCMU, 60_000 / 20);
        long kept = longestPrefix(heard[channel], sent);
        assertThat(kept)
            .as("samples kept of about " + expected)
            .isGreaterThan(expected - SAMPLES_PER_SECOND);
      }
    }
  }

  private static ClientResult place(String uri) {
    try {
      return new SiprecClient(InstantSource.system())
          .run(
              ClientOptions.to(uri)
                  .withLength(Duration.ofSeconds(9))
                  .withParties(
                      CallParty.parse("Carol Customer <+14155550123>"),
                      CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">")));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many of the sent samples, from the first on, stand in the channel in one run. */
  private static long longestPrefix(short[] channel, short[] sent) {
    long best = 0;
    for (int from = 0; from < Math.min(channel.length, SAMPLES_PER_SECOND); from++) {
      int mismatch = Arrays.mismatch(channel, from, channel.length, sent, 0, sent.length);
      best = Math.max(best, mismatch < 0 ? channel.length - from : mismatch);
    }
    return best;
  }
}

package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.media.SoundFile;
import io.earwitness.archive.media.TextToSpeech;
import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.client.Speech;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.sipp.SippCalls;
import io.earwitness.recorder.sipp.SippScenario;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a policy to the verdict on real calls by SIP and RTP, with a prompt in them or without. */
@WithOwnServer
class AnnouncedCallsTest {
  private static final String TEXT = "For regulatory reasons this call is being recorded here.";

  private static short[] say(String text) throws Exception {
    return TextToSpeech.speak(text, TextToSpeech.Voice.ofLanguage("en"));
  }

  private static Path file(Path folder, String name, short[]... parts) throws Exception {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    short[] all = new short[length];
    int at = 0;
    for (short[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return Files.write(folder.resolve(name), SoundFile.wav(all));
  }

  /** Synthetic speech of the test's own goes to the caller's side; the agent's has the prompt. */
  private static String place(TestServer server, Path left, Path right) throws Exception {
    return String.valueOf(
        new SiprecClient(InstantSource.system())
            .run(
                ClientOptions.to(server.sipUri())
                    .withParties(
                        CallParty.parse("Carol Customer <+14155550123>"),
                        CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">"))
                    .withSpeech(left, right))
            .results()
            .getFirst()
            .callId());
  }

  private static JsonNode judged(PortalClient officer, String callId) throws Exception {
    RecordingId id = TestServer.id(TestServer.await(officer, callId, "archived"));
    return officer.json("/recordings/" + id).path("announcement");
  }

  @Test
  void callsAreJudgedByWhatIsHeardInThem(@TempDir Path folder) throws Exception {
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of())) {
      DemoTenants.Login rita = server.login(DemoTenants.ACME, "recording-admin");
      try (PortalClient admin = new PortalClient(server.server().origin(), rita)) {
        admin.post(
            "/announcements/prompts", Map.of("name", "recording", "language", "en", "text", TEXT));
      }
      server
          .server()
          .installation()
          .database()
          .announcements()
          .setPolicy(
              DemoTenants.ACME,
              0,
              List.of(),
              List.of(TestRules.announce("everybody", "recording")),
              "test");
      short[] prompt = say(TEXT);
      short[] talk = say("Good morning, what can I do for you?");
      Path customer = file(folder, "customer.wav", new short[16_000], talk);
      String whole = place(server, customer, file(folder, "whole.wav", prompt, talk));
      short[] half = Arrays.copyOf(prompt, prompt.length * 6 / 10);
      String cut = place(server, customer, file(folder, "cut.wav", half, new short[4000], talk));
      String none = place(server, customer, file(folder, "none.wav", talk, new short[16_000]));
      try (PortalClient officer = server.officer(DemoTenants.ACME)) {
        JsonNode verified = judged(officer, whole);
        assertThat(verified.path("verdict").asText()).as(verified.toString()).isEqualTo("verified");
        assertThat(verified.path("rule").asText()).isEqualTo("everybody");
        assertThat(verified.path("parties").get(0).path("prompt").asText())
            .isEqualTo("recording/en/v1");
        assertThat(verified.path("parties").get(1).path("verdict").asText()).isEqualTo("exempt");
        assertThat(judged(officer, cut).path("verdict").asText()).isEqualTo("interrupted");
        assertThat(judged(officer, none).path("verdict").asText()).isEqualTo("missing");
        TestServer.await(
            "the flagged call to be found",
            () ->
                officer.json("/recordings?flag=announcement-missing").path("items").size() == 1
                    && officer.json("/alarms?kind=announcement-missing").path("items").size() == 1,
            () -> officer.json("/alarms").toString());
      }
    }
  }

  /**
   * As an SBC does it: asks what to play, has it played, hears it, and records it with the call.
   * What is heard goes to the customer, so it is forked on the stream to the customer.
   */
  @Test
  void whatTheAnnouncementServicePlaysIsEvidenceForTheCall(@TempDir Path folder) throws Exception {
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of())) {
      DemoTenants.Login rita = server.login(DemoTenants.ACME, "recording-admin");
      try (PortalClient admin = new PortalClient(server.server().origin(), rita);
          PortalClient officer = server.officer(DemoTenants.ACME)) {
        admin.post(
            "/announcements/prompts", Map.of("name", "recording", "language", "en", "text", TEXT));
        server
            .server()
            .installation()
            .database()
            .announcements()
            .setPolicy(
                DemoTenants.ACME,
                0,
                List.of(),
                List.of(TestRules.announce("everybody", "recording")),
                "test");
        String play =
            officer
                .json("/announcements/decision?from=%2B14155550123&to=" + OWN)
                .path("play")
                .asText();
        assertThat(play).isEqualTo("acme/recording/en/v1");
        int port = server.server().sipPort();
        String whose = ";from=%2B14155550123;to=" + OWN;
        TestServer.await(
            "the prompt to lie ready",
            () -> AnnouncementCaller.hear(port, "play=" + play, G711.PCMU).status() == 200,
            () -> AnnouncementCaller.hear(port, "play=" + play, G711.PCMU).warning());
        assertThat(AnnouncementCaller.hear(port, "play=globex/recording", G711.PCMU).status())
            .isEqualTo(404);
        short[] talk = say("Good morning, what can I do for you?");
        Path customer = file(folder, "customer.wav", new short[16_000], talk);
        Path silent = file(folder, "silent.wav", talk, new short[16_000]);

        AnnouncementCaller.Heard heard =
            AnnouncementCaller.hear(port, "play=" + play + whose, G711.PCMA);
        String whole = place(server, customer, file(folder, "heard.wav", heard.samples(), talk));
        JsonNode verified = judged(officer, whole);
        assertThat(verified.path("verdict").asText()).as(verified.toString()).isEqualTo("verified");
        assertPlayed(officer, whole, "complete");

        // Played, but not forked to the recorder
        AnnouncementCaller.hear(port, "play=" + play + whose, G711.PCMU);
        String notForked = place(server, customer, silent);
        assertThat(judged(officer, notForked).path("verdict").asText()).isEqualTo("signalled-only");

        // Cut by the service itself, as it was asked to
        AnnouncementCaller.Heard cut =
            AnnouncementCaller.hear(port, "play=" + play + ";duration=1500" + whose, G711.PCMU);
        String interrupted =
            place(server, customer, file(folder, "cut.wav", cut.samples(), new short[4000], talk));
        assertThat(judged(officer, interrupted).path("verdict").asText()).isEqualTo("interrupted");

        TestServer.await(
            "all to be found by their verdicts",
            () ->
                found(officer, "verified") == 1
                    && found(officer, "signalled-only") == 1
                    && found(officer, "interrupted") == 1
                    && found(officer, "missing") == 0,
            () -> officer.json("/recordings").toString());
        JsonNode report = officer.json("/announcements/report");
        assertThat(report.path("calls").asInt()).as(report.toString()).isEqualTo(3);
        assertThat(report.path("verdicts").path("verified").asInt()).isOne();
        assertThat(report.path("bad")).hasSize(2);
        assertThat(report.path("bad").get(0).path("verdict").asText()).isEqualTo("signalled-only");
        String csv =
            new String(officer.get("/announcements/report?format=csv"), StandardCharsets.UTF_8);
        assertThat(csv.lines()).hasSize(3).first().asString().startsWith("recording,start,");

        // The same, asked by an SBC that is not ours
        SippCalls.Outcome sbc =
            SippCalls.play(
                Files.createDirectory(folder.resolve("sipp")),
                new InetSocketAddress("127.0.0.1", port),
                Transport.UDP,
                Speech.dialogue(0),
                SippScenario.announcement("play=" + play + whose));
        assertThat(sbc.exitCode()).as(sbc.log()).isZero();
        String bySipp = place(server, customer, file(folder, "sipp.wav", say(TEXT), talk));
        assertThat(judged(officer, bySipp).path("verdict").asText()).isEqualTo("verified");
        assertPlayed(officer, bySipp, "complete");
      }
    }
  }

  private static final String OWN = DemoTenants.ACME_NUMBER.replace("+", "%2B");

  private static int found(PortalClient officer, String verdict) throws Exception {
    return officer.json("/recordings?announcement=" + verdict).path("items").size();
  }

  private static void assertPlayed(PortalClient officer, String callId, String how)
      throws Exception {
    RecordingId id = TestServer.id(TestServer.await(officer, callId, "archived"));
    assertThat(officer.json("/recordings/" + id).path("evidence").path("timeline").toString())
        .contains("announcement recording/en/v1 played by annc", how);
  }

  @Test
  void howFastADecisionIsCanBeMeasuredWithAToken(@TempDir Path folder) throws Exception {
    Map<String, String> noLimits =
        Map.of(
            "EARWITNESS_HTTP_LIMITS_REQUESTS_PER_ADDRESS",
            "0",
            "EARWITNESS_HTTP_LIMITS_REQUESTS_PER_ACCOUNT",
            "0");
    try (TestServer server = TestServer.start(folder.resolve("data"), noLimits)) {
      DemoTenants.Login rita = server.login(DemoTenants.ACME, "recording-admin");
      Path token = folder.resolve("token");
      try (PortalClient admin = new PortalClient(server.server().origin(), rita)) {
        admin.post(
            "/announcements/prompts", Map.of("name", "recording", "language", "en", "text", TEXT));
        Files.writeString(
            token,
            admin
                .post(
                    "/tokens",
                    Map.of("name", "sbc", "days", 1, "scopes", List.of("announcements-read")))
                .path("token")
                .asText());
      }
      server
          .server()
          .installation()
          .database()
          .announcements()
          .setPolicy(
              DemoTenants.ACME,
              0,
              List.of(),
              List.of(TestRules.announce("everybody", "recording")),
              "test");
      StringWriter out = new StringWriter();
      int code =
          Main.commandLine()
              .setOut(new PrintWriter(out, true))
              .execute(
                  "bench",
                  "announcement",
                  "--decision",
                  server.server().origin(),
                  "--token-file",
                  token.toString(),
                  "--questions",
                  "1000",
                  "--json");
      assertThat(code).as(out.toString()).isZero();
      String last = out.toString().lines().reduce((_, line) -> line).orElseThrow();
      JsonNode figures = Json.mapper().readTree(last);
      assertThat(figures.path("decision_p50_ms").asDouble()).isPositive();
      assertThat(figures.path("decision_p99_ms").asDouble())
          .isGreaterThanOrEqualTo(figures.path("decision_p50_ms").asDouble());
      assertThat(figures.path("trivial_p50_ms").asDouble()).isPositive();
    }
  }
}

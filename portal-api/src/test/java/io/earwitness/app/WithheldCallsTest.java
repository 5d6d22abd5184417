package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.media.SoundFile;
import io.earwitness.archive.media.TextToSpeech;
import io.earwitness.call.AnnouncementGate;
import io.earwitness.call.AnnouncementGate.Keep;
import io.earwitness.call.AnnouncementGate.OnTimeout;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.KeyConsent;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.SiprecClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gate, consent by key and pauses through the whole product: real SIP and RTP, recorder, archiver
 * and portal.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithOwnServer
class WithheldCallsTest {
  private static final String TEXT = "For regulatory reasons this call is being recorded here.";
  private static final CallParty CAROL = CallParty.parse("Carol Customer <+14155550123>");
  private static final CallParty EMMA =
      CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">");
  private static final CallParty ERIK =
      CallParty.parse("Erik Stone <" + DemoTenants.GLOBEX_NUMBER + ">");
  private static final KeyConsent OPT_IN = new KeyConsent(KeyConsent.Kind.OPT_IN, "1", "9");

  private Path folder = Path.of("");
  private TestServer server;
  private PortalClient acme;
  private PortalClient globex;
  private int version;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    server = TestServer.start(folder.resolve("data"), Map.of());
    acme = server.officer(DemoTenants.ACME);
    globex = server.officer(DemoTenants.GLOBEX);
    DemoTenants.Login rita = server.login(DemoTenants.ACME, "recording-admin");
    try (PortalClient admin = new PortalClient(server.server().origin(), rita)) {
      admin.post(
          "/announcements/prompts", Map.of("name", "recording", "language", "en", "text", TEXT));
    }
  }

  @AfterAll
  void stop() {
    acme.close();
    globex.close();
    server.close();
  }

  /** Acme's one rule from here on, once the recorder has it. */
  private void rule(AnnouncementRule rule) throws Exception {
    version =
        server
            .server()
            .installation()
            .database()
            .announcements()
            .setPolicy(DemoTenants.ACME, version, List.of(), List.of(rule), "test")
            .version();
    server.server().refreshConfiguration();
  }

  private static AnnouncementRule rule(AnnouncementMode mode) {
    AnnouncementRule one = TestRules.announce("everybody", "recording");
    return new AnnouncementRule(
        one.name(),
        one.teams(),
        one.numbers(),
        one.directions(),
        one.countries(),
        one.languages(),
        mode,
        one.prompt(),
        one.language(),
        one.allParties(),
        one.fallback());
  }

  private String place(ClientOptions options) throws Exception {
    return String.valueOf(
        new SiprecClient(InstantSource.system()).run(options).results().getFirst().callId());
  }

  private ClientOptions call() {
    return ClientOptions.to(server.sipUri()).withParties(CAROL, EMMA);
  }

  private static JsonNode shown(PortalClient officer, String callId, String state)
      throws Exception {
    return officer.json("/recordings/" + TestServer.id(TestServer.await(officer, callId, state)));
  }

  private static List<String> flags(JsonNode call) {
    List<String> flags = new ArrayList<>();
    call.path("flags").forEach(flag -> flags.add(flag.asText()));
    return flags;
  }

  private static List<String> lines(JsonNode call) {
    return call.path("evidence").path("timeline").findValuesAsText("text");
  }

  /** The sides of which something is paused. */
  private static List<String> pausedSides(JsonNode call) {
    List<String> sides = new ArrayList<>();
    for (JsonNode mark : call.path("evidence").path("marks")) {
      if (mark.path("cause").asText().equals("pause")) {
        sides.add(mark.path("side").asText());
      }
    }
    return sides.stream().distinct().sorted().toList();
  }

  @Test
  void thePromptIsVerifiedOnTheOneChannelThatTheGateKept() throws Exception {
    rule(
        rule(AnnouncementMode.ANNOUNCE)
            .with(
                new AnnouncementGate(Keep.ANNOUNCEMENT_CHANNEL, 600, OnTimeout.KEEP_AND_FLAG),
                null));
    short[] prompt = TextToSpeech.speak(TEXT, TextToSpeech.Voice.ofLanguage("en"));
    Path agent = Files.write(folder.resolve("agent.wav"), SoundFile.wav(prompt));
    short[] talk = Arrays.copyOf(new short[8_000], prompt.length);
    Path customer = Files.write(folder.resolve("customer.wav"), SoundFile.wav(talk));
    JsonNode call = shown(acme, place(call().withSpeech(customer, agent)), "archived");
    assertThat(call.path("announcement").path("verdict").asText())
        .as(call.toString())
        .isEqualTo("verified");
    assertThat(pausedSides(call)).containsExactly("left");
    assertThat(call.path("quality").toString()).contains("\"packets\":0");
    assertThat(lines(call))
        .contains(
            "until the announcement has ended, only what carries the announcement is kept (rule"
                + " 'everybody')");
  }

  @Test
  void aCallWhoseGateNeverOpensIsNotRecorded() throws Exception {
    rule(
        rule(AnnouncementMode.ANNOUNCE)
            .with(new AnnouncementGate(Keep.NOTHING, 1, OnTimeout.WITHHOLD), null));
    JsonNode call =
        shown(acme, place(call().withLength(Duration.ofSeconds(4))), "not-recorded-by-policy");
    assertThat(flags(call)).contains("announcement-timed-out");
    assertThat(lines(call))
        .contains(
            "the end of the announcement was not signalled within 1 s; nothing is kept until it"
                + " is");
    assertThat(acme.response("/recordings/" + call.path("id").asText() + "/media").statusCode())
        .isEqualTo(409);
  }

  @Test
  void withoutConsentNothingIsRecordedAndWithItWhatFollows() throws Exception {
    rule(rule(AnnouncementMode.CONSENT_BY_KEY).with(null, OPT_IN));
    Duration length = Duration.ofSeconds(4);
    String without = place(call().withLength(length));
    String with = place(call().withLength(length).withKeys("1"));
    JsonNode refused = shown(acme, without, "not-recorded-by-policy");
    assertThat(flags(refused)).contains("no-consent");
    assertThat(acme.json("/recordings?flag=no-consent").path("items")).hasSize(1);
    JsonNode given = shown(acme, with, "archived");
    assertThat(flags(given)).doesNotContain("no-consent", "consent-withdrawn");
    assertThat(lines(given)).contains("consent given by the caller").doesNotContain("digit 1");
    assertThat(given.path("archive").path("durationMs").asLong()).isBetween(500L, 3_500L);
  }

  @Test
  void whatOneTenantPausesInThePortalTheOtherKeeps() throws Exception {
    SiprecClient client = new SiprecClient(InstantSource.system());
    // Both tenants' people; no rule of Acme's is for Erik's number
    rule(
        new AnnouncementRule(
            "others",
            Set.of(),
            List.of("+999"),
            Set.of(),
            Set.of(),
            Set.of(),
            AnnouncementMode.ANNOUNCE,
            "recording",
            null,
            false,
            rule(AnnouncementMode.ANNOUNCE).fallback()));
    CompletableFuture<String> placed = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            placed.complete(
                String.valueOf(
                    client
                        .run(
                            ClientOptions.to(server.sipUri())
                                .withParties(EMMA, ERIK)
                                .withLength(Duration.ofSeconds(20)))
                        .results()
                        .getFirst()
                        .callId()));
          } catch (Throwable e) {
            placed.completeExceptionally(e);
          }
        });
    JsonNode[] live = {null};
    TestServer.await(
        "the running call",
        () -> {
          JsonNode items = acme.json("/recordings?state=live").path("items");
          live[0] = items.isEmpty() ? null : items.get(0);
          return live[0] != null;
        },
        () -> "");
    String id = live[0].path("id").asText();
    JsonNode paused = acme.post("/recordings/" + id + "/pause", Map.of("reason", "a card"));
    assertThat(paused.path("paused").asBoolean()).isTrue();
    TestServer.await(
        "the pause to be shown",
        () -> acme.json("/recordings/" + id + "/pause").path("paused").asBoolean(),
        () -> acme.json("/recordings/" + id + "/pause").toString());
    assertThat(acme.json("/recordings/" + id + "/pause").path("reason").asText())
        .isEqualTo("a card");
    acme.post("/recordings/" + id + "/resume", Map.of());
    String callId = placed.get();
    JsonNode own = shown(acme, callId, "archived");
    JsonNode other = shown(globex, callId, "archived");
    assertThat(pausedSides(own)).containsExactly("left", "right");
    assertThat(pausedSides(other)).isEmpty();
    assertThat(lines(own)).anyMatch(line -> line.endsWith("through the portal: a card"));
    assertThat(lines(other)).noneMatch(line -> line.contains("paused"));
    assertThat(own.path("quality").get(0).path("packets").asLong())
        .isLessThan(other.path("quality").get(0).path("packets").asLong());
  }
}

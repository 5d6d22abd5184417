package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.media.SoundFile;
import io.earwitness.archive.media.TextToSpeech;
import io.earwitness.audit.AuditEntry;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Prompts and policies by the API, over a real database and real speech. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnnouncementRoutesTest {
  private static final String PATH = "/api/v1/announcements";
  private static final String PROMPTS = PATH + "/prompts";

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client admin;
  private byte[] wav;

  AnnouncementRoutesTest() throws Exception {}

  @BeforeAll
  void speak() throws Exception {
    admin = portal.signIn(ACME, Role.RECORDING_ADMIN);
    wav =
        SoundFile.wav(
            TextToSpeech.speak(
                "All calls on this line are recorded for seven years.",
                TextToSpeech.Voice.ofLanguage("en-GB")));
    for (String digits : List.of("+442079460101", "+442079460102")) {
      database
          .directory()
          .addNumber(new Directory.NumberRange(ACME, digits, false, null, Instant.now()), "test");
    }
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private HttpResponse<byte[]> upload(String name, String language, byte[] file) {
    return admin.send(
        "POST", PROMPTS + "/" + name + "/" + language, file, "Content-Type", "audio/wav");
  }

  private HttpResponse<byte[]> say(String name, String language, String text) {
    return admin.post(PROMPTS, Map.of("name", name, "language", language, "text", text));
  }

  private HttpResponse<byte[]> put(Object policy) {
    return admin.send(
        "PUT", PATH + "/policy", Json.bytes(policy), "Content-Type", "application/json");
  }

  private int version() {
    return json(admin.get(PATH + "/policy")).path("version").asInt();
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(why);
  }

  @Test
  void anUploadedPromptIsHeardAsItWasAndKnownByItsHash() {
    HttpResponse<byte[]> added = upload("line", "en", wav);
    assertThat(added.statusCode()).as(text(added)).isEqualTo(201);
    JsonNode prompt = json(added);
    assertThat(prompt.path("version").asInt()).isEqualTo(1);
    assertThat(prompt.path("sha256").asText()).hasSize(64);
    HttpResponse<byte[]> heard = admin.get(PROMPTS + "/line/en/1/sound");
    assertThat(heard.body()).isEqualTo(wav);
    assertThat(heard.headers().firstValue("Content-Type")).hasValue("audio/wav");
    assertThat(json(admin.get(PROMPTS)).path("items").findValuesAsText("sha256"))
        .contains(prompt.path("sha256").asText());
    assertThat(
            portal
                .signIn(GLOBEX, Role.RECORDING_ADMIN)
                .get(PROMPTS + "/line/en/1/sound")
                .statusCode())
        .as("another tenant")
        .isEqualTo(404);
    assertThat(portal.audit.of("announcement.add-prompt"))
        .extracting(AuditEntry::object)
        .contains("prompt:line/en");
  }

  @Test
  void aTextIsSpokenInItsLanguageAndALookAlikeIsRefusedByName() {
    HttpResponse<byte[]> spoken =
        say("gespraech", "de-AT", "Dieses Gespräch wird aus gesetzlichen Gründen aufgezeichnet.");
    assertThat(spoken.statusCode()).as(text(spoken)).isEqualTo(201);
    assertThat(json(spoken).path("durationMs").asLong()).isBetween(2000L, 10_000L);
    refused(
        say("anderes", "de", "Dieses Gespräch wird aus gesetzlichen Gründen nicht aufgezeichnet."),
        409,
        "so much like the prompt gespraech/de-AT/v1");
    HttpResponse<byte[]> version =
        say(
            "gespraech",
            "de-AT",
            "Dieses Gespräch wird aus gesetzlichen Gründen bei uns aufgezeichnet.");
    assertThat(json(version).path("version").asInt()).as(text(version)).isEqualTo(2);
    assertThat(admin.delete(PROMPTS + "/gespraech/de-AT/1").statusCode()).isEqualTo(204);
    assertThat(admin.delete(PROMPTS + "/gespraech/de-AT/1").statusCode()).isEqualTo(404);
  }

  @Test
  void whatIsWrongWithAPromptIsSaid() {
    refused(
        upload("bad", "en", "no sound".getBytes(StandardCharsets.US_ASCII)),
        422,
        "neither a WAV nor a FLAC file");
    refused(upload("bad", "en", SoundFile.wav(new short[8000])), 400, "It holds no sound.");
    refused(upload("bad", "xx", wav), 400, "'xx' is no language");
    refused(upload("Bad%20Name", "en", wav), 400, "is no name of a prompt");
    refused(say("bad", "en", "  "), 400, "text is empty");
    assertThat(
            admin.send("POST", PROMPTS + "/bad/en", wav, "Content-Type", "audio/mpeg").statusCode())
        .isEqualTo(415);
  }

  @Test
  void aDecisionSaysWhatToPlayAndWhy() {
    say("decided", "en", "Before we go on, please be aware of the tape that is running here.");
    say("decided", "es", "Antes de seguir, sepa que aquí corre una cinta que lo guarda todo.");
    HttpResponse<byte[]> set =
        put(
            Map.of(
                "version",
                version(),
                "rules",
                List.of(
                    Map.of(
                        "name", "consent",
                        "countries", List.of("all-party-consent"),
                        "mode", "announce",
                        "prompt", "decided",
                        "language", "en",
                        "fallback", "do-not-connect"),
                    Map.of(
                        "name", "no-prompt",
                        "directions", List.of("internal"),
                        "mode", "announce",
                        "prompt", "nowhere"))));
    assertThat(set.statusCode()).as(text(set)).isEqualTo(200);
    JsonNode out = json(admin.get(PATH + "/decision?from=%2B442079460101&to=%2B14155550123"));
    assertThat(out.path("mode").asText()).isEqualTo("announce");
    assertThat(out.path("direction").asText()).isEqualTo("outbound");
    assertThat(out.path("prompt").asText()).isEqualTo("decided");
    assertThat(out.path("language").asText()).isEqualTo("en");
    assertThat(out.path("fallback").asText()).isEqualTo("do-not-connect");
    assertThat(out.path("reason").asText()).contains("rule 1, 'consent'").contains("California");
    JsonNode in =
        json(admin.get(PATH + "/decision?from=%2B14155550123&to=%2B442079460101&language=es-419"));
    assertThat(in.path("direction").asText()).isEqualTo("inbound");
    assertThat(in.path("language").asText()).isEqualTo("es");
    JsonNode none = json(admin.get(PATH + "/decision?from=%2B442079460101&to=%2B12025550123"));
    assertThat(none.path("mode").asText()).isEqualTo("none");
    assertThat(none.path("prompt").isNull()).isTrue();
    JsonNode missing = json(admin.get(PATH + "/decision?from=%2B442079460101&to=%2B442079460102"));
    assertThat(missing.path("version").isNull()).isTrue();
    assertThat(missing.path("reason").asText())
        .contains("'nowhere' has no version in use, so connect-flagged applies");
    refused(admin.get(PATH + "/decision?from=anna"), 400, "from is 'anna'");
    refused(admin.get(PATH + "/decision?language=xx"), 400, "'xx' is no language");
  }

  @Test
  void aPolicyThatCanNotBeIsRefusedAndAChangeOnAnOldVersionToo() {
    int version = version();
    refused(
        put(Map.of("version", version, "rules", List.of(Map.of("name", "x", "mode", "shout")))),
        400,
        "'shout' is no AnnouncementMode");
    refused(
        put(Map.of("version", version, "rules", List.of(Map.of("name", "x", "mode", "announce")))),
        400,
        "a prompt is needed to announce");
    refused(
        put(
            Map.of(
                "version",
                version,
                "jurisdictions",
                List.of(Map.of("code", "DE", "name", "Germany", "source", "law", "asOf", "now")),
                "rules",
                List.of())),
        400,
        "a day such as 2026-11-27 is needed");
    refused(put(Map.of("version", version + 5, "rules", List.of())), 409, "at version");
    assertThat(version()).isEqualTo(version);
  }
}

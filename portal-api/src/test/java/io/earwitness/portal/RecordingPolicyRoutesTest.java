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
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Policies of recording by the API, over a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordingPolicyRoutesTest {
  private static final String PATH = "/api/v1/policies/recording";
  private static final Map<String, Object> EMERGENCY =
      Map.of("name", "emergency", "otherNumbers", List.of("112"), "action", "never");

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client admin;

  RecordingPolicyRoutesTest() throws Exception {}

  @BeforeAll
  void number() {
    admin = portal.signIn(ACME, Role.RECORDING_ADMIN);
    database
        .directory()
        .addNumber(
            new Directory.NumberRange(ACME, "+442079460", true, null, Instant.now()), "test");
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private HttpResponse<byte[]> put(TestPortal.Client client, Object policy) {
    return client.send("PUT", PATH, Json.bytes(policy), "Content-Type", "application/json");
  }

  private int version() {
    return json(admin.get(PATH)).path("version").asInt();
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(why);
  }

  @Test
  void aChangeMakesAVersionIsAuditedAndLosesNobodysChange() {
    int before = version();
    Map<String, Object> weekend =
        Map.of(
            "name", "night",
            "weekdays", List.of("friday", "saturday"),
            "from", "22:00",
            "until", "06:00",
            "action", "always");
    Map<String, Object> emergency =
        Map.of("name", "emergency", "otherNumbers", List.of("112"), "action", "always");

    HttpResponse<byte[]> changed =
        put(admin, Map.of("version", before, "rules", List.of(emergency, weekend)));

    assertThat(changed.statusCode()).as(text(changed)).isEqualTo(200);
    JsonNode policy = json(changed);
    assertThat(policy.path("version").asInt()).isEqualTo(before + 1);
    assertThat(policy.path("rules").get(1).path("from").asText()).startsWith("22:00");
    assertThat(policy.path("rules").get(1).path("weekdays").toString())
        .contains("friday", "saturday");
    assertThat(policy.path("versions").get(0).path("changedBy").asText()).contains("acme");
    refused(
        put(admin, Map.of("version", before, "rules", List.of())),
        409,
        "at version %d by now".formatted(before + 1));
    assertThat(portal.audit.of("recording-policy.set"))
        .anySatisfy(
            entry -> assertThat(entry.details()).containsEntry("added", "emergency; night"));
    // What it gives out can be sent back as it is, and changes nothing
    Map<String, Object> same = new TreeMap<>();
    same.put("version", before + 1);
    same.put("personas", policy.path("personas"));
    same.put("rules", policy.path("rules"));
    assertThat(json(put(admin, same)).path("version").asInt()).isEqualTo(before + 1);
    assertThat(database.recordingPolicies().versions(GLOBEX))
        .noneMatch(each -> each.changedBy().contains("acme"));
  }

  /** To record less, two persons are needed; nothing changes before the second one agrees. */
  @Test
  void whatRecordsLessIsAskedFor() {
    TestPortal.Client asking = portal.signIn(GLOBEX, Role.RECORDING_ADMIN);
    Map<String, Object> less = Map.of("version", 0, "rules", List.of(EMERGENCY));

    HttpResponse<byte[]> refused = put(asking, less);
    refused(refused, 409, "needs a second person");
    assertThat(json(refused).path("type").asText()).endsWith("needs-second-person");
    Map<String, Object> wanted = new TreeMap<>(less);
    refused(asking.post(PATH + "/reduce", wanted), 400, "reason");
    wanted.put("reason", "works council");
    HttpResponse<byte[]> asked = asking.post(PATH + "/reduce", wanted);
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    JsonNode approval = json(asked);
    assertThat(approval.path("kind").asText()).isEqualTo("recording-policy.reduce");
    assertThat(json(asking.get(PATH)).path("version").asInt()).isZero();

    String path = "/api/v1/approvals/" + approval.path("id").asText() + "/approve";
    Map<String, Object> decision = Map.of("sha256", approval.path("sha256").asText());
    assertThat(asking.post(path, decision).statusCode()).isEqualTo(403);
    TestPortal.Client officer = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    HttpResponse<byte[]> approved = officer.post(path, decision);
    assertThat(approved.statusCode()).as(text(approved)).isEqualTo(200);

    JsonNode policy = json(asking.get(PATH));
    assertThat(policy.path("version").asInt()).isEqualTo(1);
    assertThat(policy.path("rules").get(0).path("name").asText()).isEqualTo("emergency");
    assertThat(portal.audit.of("recording-policy.set"))
        .anySatisfy(
            entry ->
                assertThat(entry.details())
                    .containsEntry("added", "emergency")
                    .containsEntry("askedBy", "user:recording-admin@globex"));
    // Back to everything needs nobody else
    HttpResponse<byte[]> more = put(asking, Map.of("version", 1, "rules", List.of()));
    assertThat(more.statusCode()).as(text(more)).isEqualTo(200);
  }

  @Test
  void onlyRecordingAdminsChangeIt() {
    for (Role role : List.of(Role.USER, Role.SUPERVISOR, Role.TENANT_ADMIN)) {
      HttpResponse<byte[]> answer =
          put(portal.signIn(ACME, role), Map.of("version", version(), "rules", List.of()));
      assertThat(answer.statusCode()).as(role.wireName()).isEqualTo(403);
    }
  }

  @Test
  void whatIsWrongIsSaid() {
    int version = version();
    refused(
        put(
            admin,
            Map.of(
                "version", version, "rules", List.of(Map.of("name", "r", "action", "sometimes")))),
        400,
        "'sometimes' is no RecordingAction; expected one of: always, never");
    refused(
        put(
            admin,
            Map.of(
                "version", version, "rules", List.of(Map.of("name", "r", "action", "selective")))),
        400,
        "Rule 'r': percent must be 0 to 100.");
    refused(
        put(
            admin,
            Map.of(
                "version",
                version,
                "rules",
                List.of(Map.of("name", "r", "action", "never", "from", "8 o'clock")))),
        400,
        "Rule 'r': '8 o'clock' is no time of day; write 08:00.");
    refused(
        put(
            admin,
            Map.of(
                "version",
                version,
                "rules",
                List.of(Map.of("name", "r", "action", "never", "persona", "p")))),
        400,
        "which the policy does not have");
    refused(admin.post(PATH + "/simulate", Map.of()), 400, "Give 'from', 'to' or both");
    assertThat(version()).isEqualTo(version);
  }

  @Test
  void aDraftIsAskedWithoutBeingSaved() {
    int version = version();
    Map<String, Object> question =
        Map.of(
            "from", "+442079460101",
            "to", "112",
            "draft", Map.of("rules", List.of(EMERGENCY)));

    JsonNode answer = json(admin.post(PATH + "/simulate", question));

    assertThat(answer.path("recorded").asBoolean(true)).as(answer.toString()).isFalse();
    assertThat(answer.path("direction").asText()).isEqualTo("outbound");
    assertThat(answer.path("reason").asText())
        .isEqualTo("rule 1, 'emergency', applies to this outbound call: it is not recorded");
    Map<String, Object> sample = Map.of("name", "half", "action", "selective", "percent", 50);
    JsonNode open =
        json(
            admin.post(
                PATH + "/simulate",
                Map.of("from", "+1", "draft", Map.of("rules", List.of(sample)))));
    assertThat(open.path("recorded").isNull()).isTrue();
    assertThat(version()).isEqualTo(version);
  }
}

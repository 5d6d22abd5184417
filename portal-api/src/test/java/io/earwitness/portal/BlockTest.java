package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recordings that may be another tenant's: blocked, lifted, handed over with two approvals. */
class BlockTest {
  private static final String OWN = "/api/v1/blocked-recordings";
  private static final String ALL = "/api/v1/platform/blocked-recordings";
  private static final String HAND_OVERS = "/api/v1/hand-overs";

  private final TestPortal portal = new TestPortal();
  private TestPortal.Client officer = portal.anonymous();
  private TestPortal.Client operator = portal.anonymous();
  private RecordingId call = RecordingId.draw(NOW);

  @BeforeEach
  void connect() {
    portal.user(ACME, "second", Set.of(Role.COMPLIANCE_OFFICER));
    officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                ACME,
                CallState.ARCHIVED,
                NOW.minusSeconds(60),
                Duration.ofSeconds(30),
                TestCalls.party(Side.LEFT, "Anna", "+4930123")),
            5,
            Duration.ofSeconds(30));
    call = entry.summary().id();
    ArchivedCall archive = Objects.requireNonNull(entry.archive());
    portal.calls.put(
        new CallEntry(
            entry.summary(),
            1,
            new ArchivedCall(
                archive.id(),
                archive.tenant(),
                archive.outcome(),
                archive.generation(),
                archive.attempt(),
                archive.manifestKey(),
                archive.manifestVersionId(),
                archive.archivedAt(),
                archive.keepUntil(),
                archive.audioStart(),
                archive.durationMs(),
                archive.channels(),
                archive.codec(),
                archive.mediaBytes(),
                archive.quality(),
                archive.flags(),
                NOW)));
    portal.media.put(call, Part.MEDIA, new byte[] {1, 2, 3, 4, 5});
    portal.media.put(call, Part.WAVEFORM, new byte[] {1});
    portal.media.put(call, Part.CALL, Json.bytes(TestCalls.record(entry)));
  }

  @AfterEach
  void stop() {
    portal.close();
  }

  private Map<String, Object> which(String reason) {
    return Map.of("recording", call.toString(), "reason", reason);
  }

  private String recording(String below) {
    return "/api/v1/recordings/" + call + below;
  }

  private void block(TestPortal.Client client, String path) {
    HttpResponse<byte[]> response = client.post(path, which("wrong customer"));
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    assertThat(json(response).get("blocked").get("reason").asText()).isEqualTo("wrong customer");
  }

  @Test
  void whatIsBlockedIsAtOnceNobodysAndARunningPlayEnds() {
    assertThat(officer.post(recording("/plays"), Map.of()).statusCode()).isEqualTo(201);
    assertThat(officer.get(recording("/media")).statusCode()).isEqualTo(200);
    block(officer, OWN);

    for (String below : List.of("/media", "/media?download=true", "/object", "/waveform")) {
      HttpResponse<byte[]> refused = officer.get(recording(below));
      assertThat(refused.statusCode()).as(below).isEqualTo(403);
      assertThat(text(refused)).contains("blocked");
    }
    assertThat(officer.get(recording("/manifest")).statusCode()).isEqualTo(403);
    assertThat(officer.get(recording("/corrections")).statusCode()).isEqualTo(403);
    assertThat(officer.post(recording("/plays"), Map.of()).statusCode()).isEqualTo(403);

    HttpResponse<byte[]> shown = officer.get(recording(""));
    assertThat(text(shown)).doesNotContain("Anna").doesNotContain("4930123");
    JsonNode detail = json(shown);
    assertThat(detail.get("flags").get(0).asText()).isEqualTo("wrong-tenant");
    assertThat(detail.get("blocked").get("reason").asText()).isEqualTo("wrong customer");
    assertThat(detail.get("archive").isNull()).isTrue();
    assertThat(detail.get("evidence").isNull()).isTrue();
    assertThat(found(officer, "?flag=wrong-tenant")).containsExactly(call.toString());
    assertThat(found(officer, "?number=%2B4930123")).isEmpty();

    portal.calls.indexLeaks = true; // as if the index were behind
    assertThat(found(officer, "?q=Anna")).isEmpty();
    portal.calls.indexLeaks = false;

    assertThat(json(portal.signIn(ACME, Role.AUDITOR).get(OWN)).get("items")).hasSize(1);
    assertThat(portal.signIn(ACME, Role.SUPERVISOR).get(recording("")).statusCode()).isEqualTo(404);
    assertThat(portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER).get(recording("")).statusCode())
        .isEqualTo(404);
    assertThat(officer.post(OWN, which("again")).statusCode()).isEqualTo(400);
    assertThat(
            portal
                .signIn(GLOBEX, Role.COMPLIANCE_OFFICER)
                .post(OWN, which("not mine"))
                .statusCode())
        .isEqualTo(404);
  }

  private static List<String> found(TestPortal.Client client, String query) {
    return json(client.get("/api/v1/recordings" + query)).get("items").findValuesAsText("id");
  }

  private JsonNode asked(TestPortal.Client client, String path, Object body) {
    HttpResponse<byte[]> response = client.post(path, body);
    assertThat(response.statusCode()).as(text(response)).isIn(201, 202);
    return json(response);
  }

  private static int approve(TestPortal.Client client, JsonNode approval) {
    return client
        .post(
            "/api/v1/approvals/" + approval.get("id").asText() + "/approve",
            Map.of("sha256", approval.get("sha256").asText()))
        .statusCode();
  }

  @Test
  void aBlockIsLiftedByASecondPersonOfTheSideThatBlocked() {
    block(officer, OWN);
    assertThat(operator.post(ALL + "/lift", which("x")).statusCode()).isEqualTo(403);
    JsonNode approval = asked(officer, OWN + "/lift", which("it is ours after all"));
    assertThat(approve(officer, approval)).isEqualTo(403);
    assertThat(approve(portal.signIn(ACME, Role.TENANT_ADMIN), approval)).isEqualTo(403);
    assertThat(officer.get(recording("/media")).statusCode()).isEqualTo(403);
    assertThat(approve(portal.signIn(ACME, "second"), approval)).isEqualTo(200);
    assertThat(officer.get(recording("/media")).statusCode()).isEqualTo(200);

    block(operator, ALL);
    assertThat(officer.post(OWN + "/lift", which("x")).statusCode()).isEqualTo(403);
    assertThat(portal.audit.of("recording.block"))
        .as("in both logs")
        .extracting(AuditEntry::tenant)
        .contains(ACME, TenantSlug.PLATFORM);
    String all = text(operator.get(ALL));
    assertThat(all).contains(call.toString()).doesNotContain("Anna").doesNotContain("4930123");
  }

  private JsonNode handOver() {
    return asked(
        operator,
        HAND_OVERS,
        Map.of("recording", call.toString(), "tenant", "globex", "reason", "it is globex'"));
  }

  private JsonNode open(TestPortal.Client client) {
    return json(client.get("/api/v1/approvals")).get("items").get(0);
  }

  @Test
  void aHandOverIsDoneOnceBothTenantsHaveApprovedItAndNeitherLearnsOfTheOther() {
    Map<String, Object> wanted =
        Map.of("recording", call.toString(), "tenant", "globex", "reason", "it is globex'");
    HttpResponse<byte[]> unblocked = operator.post(HAND_OVERS, wanted);
    assertThat(unblocked.statusCode()).isEqualTo(409);
    assertThat(text(unblocked)).contains("Block the recording first");
    block(operator, ALL);
    assertThat(
            operator
                .post(
                    HAND_OVERS,
                    Map.of("recording", call.toString(), "tenant", "nobody", "reason", "x"))
                .statusCode())
        .isEqualTo(400);
    portal.ownKeys.add(ACME);
    HttpResponse<byte[]> sealed = operator.post(HAND_OVERS, wanted);
    assertThat(sealed.statusCode()).isEqualTo(409);
    assertThat(text(sealed)).contains("keeps its own keys").contains("earwitness decrypt");
    portal.ownKeys.clear();

    JsonNode handOver = handOver();
    assertThat(operator.post(HAND_OVERS, wanted).statusCode()).isEqualTo(409);
    TestPortal.Client other = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    JsonNode giving = open(officer);
    JsonNode taking = open(other);
    assertThat(giving.get("kind").asText()).isEqualTo("recording.hand-over");
    assertThat(taking.get("kind").asText()).isEqualTo("recording.take-over");
    assertThat(giving.get("changes").toString() + giving.get("object"))
        .doesNotContain("globex")
        .doesNotContain(handOver.get("becomes").asText());
    assertThat(taking.toString()).doesNotContain("acme").doesNotContain(call.toString());
    assertThat(giving.get("executesAt").isNull()).as("no waiting time does it").isTrue();

    assertThat(approve(officer, giving)).isEqualTo(200);
    assertThat(portal.sealed).as("one of them is not enough").isEmpty();
    assertThat(json(operator.get(HAND_OVERS)).get("items").get(0).get("giving").asText())
        .isEqualTo("executed");
    assertThat(approve(other, taking)).isEqualTo(200);
    assertThat(portal.sealed).hasSize(1);
    JsonNode done = json(operator.get(HAND_OVERS)).get("items").get(0);
    assertThat(done.get("state").asText()).isEqualTo("done");
    JsonNode former = json(officer.get(recording(""))).get("blocked");
    assertThat(former.get("handedOver").asBoolean()).isTrue();
    assertThat(officer.post(OWN + "/lift", which("x")).statusCode()).isEqualTo(409);

    assertThat(portal.audit.of("recording.hand-over"))
        .extracting(AuditEntry::tenant)
        .contains(ACME, TenantSlug.PLATFORM);
    List<AuditEntry> taken = portal.audit.of("recording.take-over");
    assertThat(taken).extracting(AuditEntry::tenant).containsOnly(GLOBEX);
    assertThat(portal.audit.entries.stream().filter(each -> each.tenant().equals(GLOBEX)).toList())
        .noneMatch(each -> each.toString().contains(call.toString()));
    assertThat(
            portal.audit.entries.stream()
                .filter(each -> each.tenant().equals(ACME))
                .filter(each -> !each.action().equals("approval.ask"))
                .toList())
        .noneMatch(each -> each.toString().contains("globex"));
  }

  @Test
  void whatOneOfTheTwoRefusesIsNotDoneAndMayBeAskedAgain() {
    block(operator, ALL);
    handOver();
    TestPortal.Client other = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    JsonNode giving = open(officer);
    JsonNode taking = open(other);
    assertThat(approve(officer, giving)).isEqualTo(200);
    assertThat(
            other
                .post(
                    "/api/v1/approvals/" + taking.get("id").asText() + "/reject",
                    Map.of("reason", "not ours"))
                .statusCode())
        .isEqualTo(200);
    assertThat(json(operator.get(HAND_OVERS)).get("items").get(0).get("state").asText())
        .isEqualTo("refused");
    assertThat(portal.sealed).isEmpty();

    JsonNode again = handOver();
    JsonNode withdrawn =
        json(operator.post(HAND_OVERS + "/" + again.get("id").asText() + "/withdraw", Map.of()));
    assertThat(withdrawn.get("state").asText()).isEqualTo("withdrawn");
    assertThat(json(officer.get("/api/v1/approvals")).get("items")).isEmpty();
    assertThat(json(other.get("/api/v1/approvals")).get("items")).isEmpty();
  }
}

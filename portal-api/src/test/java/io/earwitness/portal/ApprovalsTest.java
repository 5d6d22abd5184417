package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.approval.Delegation;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Acts that need a second person, over HTTP. */
class ApprovalsTest {
  private static final String PATH = "/api/v1/approvals";
  private static final Map<String, Object> DESK =
      Map.of("type", "email", "address", "desk@acme.example", "reason", "new desk");

  private final TestPortal portal = new TestPortal();
  private final TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
  private final TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);

  @AfterEach
  void stop() {
    portal.close();
  }

  private JsonNode ask(TestPortal.Client asking, String path, Map<String, Object> body) {
    String method = path.contains("delivery-targets") ? "PUT" : "POST";
    HttpResponse<byte[]> asked =
        asking.send(method, path, Json.bytes(body), "Content-Type", "application/json");
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    return json(asked);
  }

  private JsonNode askForDesk() {
    return ask(admin, "/api/v1/delivery-targets/desk", DESK);
  }

  private static HttpResponse<byte[]> approve(TestPortal.Client client, JsonNode approval) {
    return client.post(
        PATH + "/" + approval.get("id").asText() + "/approve",
        Map.of("sha256", approval.get("sha256").asText(), "note", "seen"));
  }

  private JsonNode now(TestPortal.Client client, JsonNode approval) {
    return json(client.get(PATH + "/" + approval.get("id").asText()));
  }

  private long toDecide(TestPortal.Client client) {
    return json(client.get(PATH + "/summary")).get("decide").asLong();
  }

  @Test
  void whatIsAskedForIsDoneOnlyWhenAnotherPersonApprovesIt() {
    JsonNode asked = askForDesk();
    assertThat(asked.get("state").asText()).isEqualTo("requested");
    assertThat(asked.get("mayApprove").asBoolean()).isFalse();
    assertThat(asked.get("mayWithdraw").asBoolean()).isTrue();
    assertThat(asked.get("changes").get(0).get("after").asText()).isEqualTo("desk@acme.example");
    assertThat(portal.channels.channels).isEmpty();
    assertThat(toDecide(admin)).isZero();
    assertThat(toDecide(officer)).isEqualTo(1);

    HttpResponse<byte[]> own = approve(admin, asked);
    assertThat(own.statusCode()).isEqualTo(403);
    assertThat(text(own)).contains("Nobody decides what he or she asked for");
    JsonNode done = json(approve(officer, asked));
    assertThat(done.get("state").asText()).isEqualTo("executed");
    assertThat(done.get("steps").findValuesAsText("state")).containsExactly("approved", "executed");
    assertThat(portal.channels.channels)
        .extracting(AlarmChannel::address)
        .containsExactly("desk@acme.example");
    assertThat(portal.audit.of("alarm-channel.set"))
        .first()
        .satisfies(
            entry -> {
              assertThat(entry.actor()).isEqualTo("user:compliance-officer@acme");
              assertThat(entry.details())
                  .containsEntry("askedBy", "user:tenant-admin@acme")
                  .containsEntry("approvedBy", "user:compliance-officer@acme")
                  .containsEntry("approval", asked.get("id").asText());
            });
    assertThat(portal.audit.of("approval.ask"))
        .extracting(AuditEntry::object)
        .contains("approval:" + asked.get("id").asText());
    assertThat(approve(officer, asked).statusCode()).as("again").isEqualTo(409);
    assertThat(toDecide(officer)).isZero();
  }

  @Test
  void nobodyApprovesByATokenOrWhatWasNotShown() {
    JsonNode asked = askForDesk();
    HttpResponse<byte[]> token = officer.post("/api/v1/tokens", Map.of("name", "robot"));
    TestPortal.Client robot = portal.anonymous().withBearer(json(token).get("token").asText());
    assertThat(approve(robot, asked).statusCode()).isEqualTo(403);
    HttpResponse<byte[]> other =
        officer.post(
            PATH + "/" + asked.get("id").asText() + "/approve", Map.of("sha256", "0".repeat(64)));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(now(officer, asked).get("state").asText()).isEqualTo("requested");
  }

  @Test
  void oneThatIsRejectedWithdrawnOrExpiredIsNotDone() {
    JsonNode rejected = askForDesk();
    String one = PATH + "/" + rejected.get("id").asText();
    assertThat(officer.post(one + "/reject", Map.of()).statusCode()).isEqualTo(400);
    assertThat(officer.post(one + "/withdraw", Map.of()).statusCode()).isEqualTo(403);
    assertThat(officer.post(one + "/reject", Map.of("reason", "unknown desk")).statusCode())
        .isEqualTo(200);
    assertThat(approve(officer, rejected).statusCode()).isEqualTo(409);

    JsonNode withdrawn = askForDesk();
    admin.post(PATH + "/" + withdrawn.get("id").asText() + "/withdraw", Map.of());
    assertThat(now(admin, withdrawn).get("state").asText()).isEqualTo("withdrawn");

    JsonNode expired = askForDesk();
    portal.clock.advance(Duration.ofDays(7));
    TestPortal.Client later = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    assertThat(approve(later, expired).statusCode()).isEqualTo(409);
    portal.approvals().upkeep();
    assertThat(now(later, expired).get("state").asText()).isEqualTo("expired");
    assertThat(portal.audit.of("approval.expire")).isNotEmpty();
    assertThat(portal.channels.channels).isEmpty();
    assertThat(json(later.get(PATH)).get("items")).isEmpty();
    assertThat(json(later.get(PATH + "?state=all")).get("items")).hasSize(3);
  }

  @Test
  void oneWhoseBasisChangedFailsInsteadOfOverwriting() {
    JsonNode asked = askForDesk();
    portal.channels.set(
        new AlarmChannel(
            ACME,
            "desk",
            ChannelType.EMAIL,
            "other@acme.example",
            AlarmSeverity.MAJOR,
            Duration.ZERO),
        "cli:root");
    JsonNode failed = json(approve(officer, asked));
    assertThat(failed.get("state").asText()).isEqualTo("failed");
    assertThat(failed.get("steps").get(1).get("note").asText()).contains("no longer as it was");
    assertThat(portal.channels.channels)
        .extracting(AlarmChannel::address)
        .containsExactly("other@acme.example");
    assertThat(portal.audit.of("approval.fail")).isNotEmpty();
    assertThat(portal.audit.of("alarm-channel.set")).isEmpty();
  }

  @Test
  void whereNobodyElseCouldDecideItWaitsIsToldAndIsDoneUnlessRejected() {
    Directory.User person = portal.directory.user(ACME, "compliance-officer").orElseThrow();
    portal.directory.replace(
        new Directory.User(person.id(), ACME, person.name(), "Left", null, person.roles(), false));
    JsonNode first = askForDesk();
    assertThat(first.get("state").asText()).isEqualTo("waiting");
    assertThat(portal.alarms.alarms)
        .extracting(alarm -> alarm.key().kind())
        .containsExactly(AlarmKind.APPROVAL_WAITING);
    TestPortal.Client recording = portal.signIn(ACME, Role.RECORDING_ADMIN);
    assertThat(toDecide(recording)).isEqualTo(1);
    assertThat(approve(recording, first).statusCode()).isEqualTo(403);
    recording.post(PATH + "/" + first.get("id").asText() + "/reject", Map.of("reason", "unknown"));
    assertThat(now(admin, first).get("state").asText()).isEqualTo("rejected");
    assertThat(portal.alarms.alarms).isEmpty();

    JsonNode second = askForDesk();
    portal.clock.advance(Duration.ofDays(7).minusSeconds(1));
    portal.approvals().upkeep();
    assertThat(portal.channels.channels).isEmpty();
    portal.clock.advance(Duration.ofSeconds(1));
    portal.approvals().upkeep();
    portal.approvals().upkeep();
    assertThat(portal.channels.channels).hasSize(1);
    assertThat(now(portal.signIn(ACME, Role.TENANT_ADMIN), second).get("state").asText())
        .isEqualTo("executed");
    assertThat(portal.audit.of("alarm-channel.set"))
        .first()
        .satisfies(
            entry ->
                assertThat(entry.details())
                    .containsEntry("approvedBy", "nobody within the waiting time"));
  }

  @Test
  void onlySomebodyWithTheSameRoleStandsIn() {
    JsonNode before = askForDesk();
    portal.user(ACME, "deputy", Set.of(Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER));
    TestPortal.Client recording = portal.signIn(ACME, Role.RECORDING_ADMIN);
    assertThat(approve(recording, before).statusCode()).isEqualTo(403);
    String until = portal.clock.now.plus(Duration.ofDays(3)).toString();
    for (String wrong :
        List.of("u-acme-user", "u-acme-compliance-officer", "u-acme-recording-admin")) {
      assertThat(
              officer.post(PATH + "/delegations", Map.of("to", wrong, "until", until)).statusCode())
          .as(wrong)
          .isEqualTo(400);
    }
    JsonNode candidates = json(officer.get(PATH + "/delegations")).get("candidates");
    assertThat(candidates.findValuesAsText("id")).containsExactly("u-acme-deputy");
    HttpResponse<byte[]> made =
        officer.post(PATH + "/delegations", Map.of("to", "u-acme-deputy", "until", until));
    assertThat(made.statusCode()).as(text(made)).isEqualTo(201);
    assertThat(json(recording.get(PATH + "/delegations")).get("items")).hasSize(1);
    // Of before there was this rule
    portal.approvals.delegations.add(
        new Delegation(
            UUID.randomUUID(),
            ACME,
            "u-acme-compliance-officer",
            "u-acme-recording-admin",
            portal.clock.now,
            portal.clock.now.plus(Duration.ofDays(3))));
    assertThat(approve(recording, before).statusCode()).isEqualTo(403);
    String one = PATH + "/delegations/" + json(made).get("id").asText();
    assertThat(recording.delete(one).statusCode()).isEqualTo(404);
    assertThat(officer.delete(one).statusCode()).isEqualTo(204);
  }

  @Test
  void anotherTenantsApprovalAnswersAsAMissingOneAndAnAuditorSeesNoSecrets() {
    JsonNode asked = askForDesk();
    TestPortal.Client other = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    HttpResponse<byte[]> foreign = other.get(PATH + "/" + asked.get("id").asText());
    HttpResponse<byte[]> missing = other.get(PATH + "/nobody");
    assertThat(foreign.statusCode()).isEqualTo(404);
    assertThat(foreign.body()).isEqualTo(missing.body());
    assertThat(approve(other, asked).statusCode()).isEqualTo(404);
    assertThat(json(other.get(PATH)).get("items")).isEmpty();
    HttpResponse<byte[]> auditor = portal.signIn(ACME, Role.AUDITOR).get(PATH);
    assertThat(json(auditor).get("items")).hasSize(1);
    assertThat(text(auditor)).doesNotContain("desk@acme.example");
    assertThat(text(officer.get(PATH + "?scope=decide"))).contains("desk@acme.example");
    assertThat(json(officer.get(PATH + "?scope=asked")).get("items")).isEmpty();
    assertThat(officer.get(PATH + "?scope=x").statusCode()).isEqualTo(400);
  }

  @Test
  void matchingIsDecidedByAnotherOperatorWhoIsNotItsHolder() {
    TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    portal.user(TenantSlug.PLATFORM, "second", Set.of(Role.OPERATOR));
    TestPortal.Client second = portal.signIn(TenantSlug.PLATFORM, "second");
    JsonNode number =
        ask(
            operator,
            "/api/v1/tenant-matching",
            Map.of("tenant", "acme", "number", "+4930*", "holder", "user", "reason", "ordered"));
    assertThat(approve(second, number).statusCode()).isEqualTo(200);
    assertThat(portal.directory.numbers)
        .containsExactly(
            new Directory.NumberRange(ACME, "+4930", true, "user", portal.clock.instant()));
    assertThat(portal.audit.of("number.add"))
        .first()
        .satisfies(entry -> assertThat(entry.tenant()).isEqualTo(ACME));

    portal.directory.addSrc(new RecorderSnapshot.Src("sbc", "192.0.2.0/24", null), "test");
    JsonNode src =
        ask(
            operator,
            "/api/v1/tenant-matching",
            Map.of("tenant", "globex", "src", "sbc", "reason", "theirs alone"));
    approve(second, src);
    assertThat(portal.directory.srcs)
        .extracting(RecorderSnapshot.Src::tenant)
        .containsExactly(GLOBEX);
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("tenant", "acme", "reason", "x"),
            Map.of("tenant", "nobody", "number", "+49", "reason", "x"),
            Map.of("tenant", "acme", "number", "49x", "reason", "x"),
            Map.of("tenant", "acme", "number", "+49"),
            Map.of("tenant", "acme", "src", "missing", "reason", "x"))) {
      assertThat(operator.post("/api/v1/tenant-matching", wrong).statusCode())
          .as("" + wrong)
          .isEqualTo(400);
    }
  }

  private static String certificate(String name) throws IOException {
    try (InputStream in = ApprovalsTest.class.getResourceAsStream("/capture/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void aCertificateIsShownWithItsFingerprintAndItsHolderDoesNotDecide() throws IOException {
    String pem = certificate("certificate.pem");
    JsonNode held =
        ask(
            admin,
            "/api/v1/keys",
            Map.of("certificate", pem, "holder", "u-acme-compliance-officer", "reason", "escrow"));
    assertThat(held.get("state").asText()).as("nobody else is there").isEqualTo("waiting");
    assertThat(held.get("benefits").findValuesAsText("name")).containsExactly("Compliance-officer");
    assertThat(approve(officer, held).statusCode()).isEqualTo(403);

    JsonNode escrow =
        ask(admin, "/api/v1/keys", Map.of("certificate", pem, "reason", "escrow of the board"));
    Map<String, String> shown = new TreeMap<>();
    escrow
        .get("changes")
        .forEach(change -> shown.put(change.get("name").asText(), change.get("after").asText()));
    assertThat(shown)
        .containsEntry("key", "RSA 3072 bit")
        .containsEntry("subject", "CN=Test capture certificate")
        .containsKeys("fingerprint", "validFrom", "validUntil", "certificate");
    assertThat(portal.directory.keys).isEmpty();
    assertThat(json(approve(officer, escrow)).get("state").asText()).isEqualTo("executed");
    assertThat(portal.directory.keys)
        .extracting(Directory.Key::id)
        .containsExactly(shown.get("fingerprint"));
    assertThat(
            admin.post("/api/v1/keys", Map.of("certificate", pem, "reason", "again")).statusCode())
        .isEqualTo(409);
    HttpResponse<byte[]> small =
        admin.post(
            "/api/v1/keys",
            Map.of("certificate", certificate("certificate-rsa-2048.pem"), "reason", "x"));
    assertThat(small.statusCode()).isEqualTo(400);
    assertThat(text(small)).contains("2048 bit");
    // What waited is so already when its time has come, and is not done twice
    portal.clock.advance(Duration.ofDays(7));
    portal.approvals().upkeep();
    assertThat(portal.directory.keys).hasSize(1);
  }
}

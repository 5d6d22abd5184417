package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a tenant's administrators see of their settings, and ask for, over HTTP. */
class TenantSettingsTest {
  private static final String PROVIDERS = "/api/v1/identity-providers";
  private static final String SECRET = "a client's secret";

  private final TestPortal portal = new TestPortal();
  private final TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
  private final TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);

  @AfterEach
  void stop() {
    portal.close();
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, String path, Object body) {
    return client.send("PUT", path, Json.bytes(body), "Content-Type", "application/json");
  }

  private static JsonNode approved(TestPortal.Client by, HttpResponse<byte[]> asked) {
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    HttpResponse<byte[]> decided =
        by.post(
            "/api/v1/approvals/" + json(asked).get("id").asText() + "/approve",
            Map.of("sha256", json(asked).get("sha256").asText()));
    assertThat(decided.statusCode()).as(text(decided)).isEqualTo(200);
    return json(decided);
  }

  private static Map<String, String> after(JsonNode approval) {
    Map<String, String> shown = new TreeMap<>();
    approval
        .get("changes")
        .forEach(change -> shown.put(change.get("name").asText(), change.get("after").asText()));
    return shown;
  }

  private static Map<String, Object> provider(String issuer, Object... more) {
    Map<String, Object> body =
        new HashMap<>(Map.of("issuer", issuer, "clientId", "earwitness", "reason", "new provider"));
    for (int i = 0; i < more.length; i += 2) {
      body.put((String) more[i], more[i + 1]);
    }
    return body;
  }

  private Provider kept() {
    return portal.providers.find(ACME, "corp").orElseThrow();
  }

  private String opened(Provider provider) {
    return new String(
        portal.key.open(
            SignInKey.clientSecretPurpose(ACME, "corp"),
            Objects.requireNonNull(provider.clientSecret())),
        StandardCharsets.UTF_8);
  }

  @Test
  void anIdentityProviderIsSetByTwoPersonsAndItsSecretIsShownToNobody() {
    portal.directory.addTeam(new Directory.Team("t-1", ACME, "Trading", null), "test");
    HttpResponse<byte[]> asked =
        put(
            admin,
            PROVIDERS + "/corp",
            provider(
                "https://id.acme.example",
                "name",
                "Acme ID",
                "clientSecret",
                SECRET,
                "roles",
                Map.of("officers", List.of("compliance-officer")),
                "teams",
                Map.of("desk", List.of("t-1")),
                "provisions",
                true));
    assertThat(portal.providers.providers).as("not before it is approved").isEmpty();
    assertThat(after(json(asked)))
        .containsEntry("issuer", "https://id.acme.example")
        .containsEntry("roles", "{\"officers\":[\"compliance-officer\"]}")
        .containsEntry("teamNames", "Trading")
        .containsEntry("provisions", "true")
        .hasEntrySatisfying("clientSecret", shown -> assertThat(shown).startsWith("set ("));
    assertThat(approved(officer, asked).get("state").asText()).isEqualTo("executed");
    assertThat(kept().roles()).isEqualTo(Map.of("officers", Set.of(Role.COMPLIANCE_OFFICER)));
    assertThat(kept().teams()).isEqualTo(Map.of("desk", Set.of("t-1")));
    assertThat(kept().scopes()).containsExactly("profile");
    assertThat(opened(kept())).isEqualTo(SECRET);
    HttpResponse<byte[]> listed = portal.signIn(ACME, Role.AUDITOR).get(PROVIDERS);
    assertThat(text(listed)).contains("Acme ID").doesNotContain(SECRET);
    assertThat(text(listed)).doesNotContain(Objects.requireNonNull(kept().clientSecret()));
    assertThat(json(listed).get("items").get(0).get("clientSecret").asBoolean()).isTrue();
    assertThat(json(listed).get("usable").asBoolean()).as("without portal.publicUrl").isFalse();
    assertThat(portal.audit.of("identity-provider.set"))
        .first()
        .satisfies(
            entry ->
                assertThat(entry.details())
                    .containsEntry("clientSecret", "set")
                    .containsEntry("askedBy", "user:tenant-admin@acme"));
    for (AuditEntry entry : portal.audit.entries) {
      assertThat(entry.toString()).doesNotContain(SECRET);
    }
    assertThat(json(portal.signIn(GLOBEX, Role.TENANT_ADMIN).get(PROVIDERS)).get("items"))
        .isEmpty();
  }

  @Test
  void aSecretStaysWithItsIssuerAndGoesToNoOther() {
    approved(
        officer,
        put(
            admin,
            PROVIDERS + "/corp",
            provider("https://id.acme.example", "clientSecret", SECRET)));
    String sealed = kept().clientSecret();
    HttpResponse<byte[]> elsewhere =
        put(admin, PROVIDERS + "/corp", provider("https://evil.example"));
    assertThat(elsewhere.statusCode()).isEqualTo(400);
    assertThat(text(elsewhere)).contains("for another issuer give its secret");
    approved(
        officer,
        put(admin, PROVIDERS + "/corp", provider("https://id.acme.example", "enabled", false)));
    assertThat(kept().clientSecret()).isEqualTo(sealed);
    assertThat(kept().enabled()).isFalse();
    assertThat(
            put(admin, PROVIDERS + "/corp", provider("https://id.acme.example", "enabled", false))
                .statusCode())
        .as("it is so already")
        .isEqualTo(409);
    approved(
        officer,
        put(
            admin,
            PROVIDERS + "/corp",
            provider("https://other.acme.example", "publicClient", true)));
    assertThat(kept().clientSecret()).isNull();
    approved(officer, admin.delete(PROVIDERS + "/corp?reason=gone"));
    assertThat(portal.providers.providers).isEmpty();
    assertThat(admin.delete(PROVIDERS + "/corp?reason=gone").statusCode()).isEqualTo(404);
  }

  @Test
  void whatIsNoProviderIsRefusedByItsMember() {
    for (Map<String, Object> wrong :
        List.of(
            provider("http://id.acme.example"),
            provider("https://id.acme.example?x=1"),
            provider("id.acme.example"),
            provider("https://id.acme.example", "roles", Map.of("all", List.of("operator"))),
            provider("https://id.acme.example", "roles", Map.of("all", List.of("boss"))),
            provider("https://id.acme.example", "teams", Map.of("all", List.of("nobody"))),
            provider("https://id.acme.example", "scopes", List.of("a b")),
            provider("https://id.acme.example", "clientSecret", SECRET, "publicClient", true))) {
      assertThat(put(admin, PROVIDERS + "/corp", wrong).statusCode()).as("" + wrong).isEqualTo(400);
    }
    assertThat(put(admin, PROVIDERS + "/Corp_1", provider("https://id.acme.example")).statusCode())
        .isEqualTo(400);
    assertThat(portal.approvals.list(ACME, false, 10)).isEmpty();
  }

  @Test
  void entriesOfTheAuditTrailAreForwardedWhereTwoPersonsSay() {
    String path = "/api/v1/audit/destinations";
    HttpResponse<byte[]> asked =
        put(
            admin,
            path + "/siem",
            Map.of("address", "tls://siem.acme.example:6514", "masked", true, "reason", "SOC"));
    assertThat(portal.forwarding.destinations).isEmpty();
    approved(officer, asked);
    AuditForwarding.Destination siem =
        new AuditForwarding.Destination(ACME, "siem", "tls://siem.acme.example:6514", true);
    assertThat(portal.forwarding.destinations)
        .extracting(AuditForwarding.Status::destination)
        .containsExactly(siem);
    portal.forwarding.set(siem, OptionalLong.of(7), "test");
    JsonNode listed = json(portal.signIn(ACME, Role.AUDITOR).get(path)).get("items").get(0);
    assertThat(listed.get("nextLeaf").asLong()).isEqualTo(7);
    assertThat(listed.get("waiting").asLong()).isZero();
    assertThat(listed.get("failingSince").isNull()).isTrue();
    assertThat(
            put(admin, path + "/siem", Map.of("address", "udp://h:514", "reason", "x"))
                .statusCode())
        .isEqualTo(400);
    approved(officer, admin.delete(path + "/siem?reason=moved"));
    assertThat(portal.forwarding.destinations).isEmpty();
    assertThat(portal.audit.of("audit-destination.remove")).hasSize(2);
  }

  @Test
  void adminsAndAuditorsSeeForWhomRecordingsAreEncrypted() throws IOException {
    String pem;
    try (InputStream in =
        TenantSettingsTest.class.getResourceAsStream("/capture/certificate.pem")) {
      pem = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    }
    String id = "a".repeat(64);
    portal.directory.addKey(new Directory.Key(ACME, id, pem, "managed", true), "test");
    portal.directory.addKey(
        new Directory.Key(ACME, "b".repeat(64), "no certificate", "customer-held", false), "test");
    JsonNode keys = json(portal.signIn(ACME, Role.AUDITOR).get("/api/v1/keys")).get("items");
    assertThat(keys).hasSize(2);
    assertThat(keys.get(0).get("fingerprint").asText()).isEqualTo(id);
    assertThat(keys.get(0).get("subject").asText()).isEqualTo("CN=Test capture certificate");
    assertThat(keys.get(0).get("custody").asText()).isEqualTo("managed");
    assertThat(keys.get(0).get("key").asText()).isEqualTo("RSA 3072 bit");
    assertThat(keys.get(0).get("addedAt").asText()).isEqualTo(TestPortal.NOW.toString());
    assertThat(keys.get(0).get("validUntil").isNull()).isFalse();
    assertThat(keys.get(1).get("subject").isNull()).as("can't be read").isTrue();
    assertThat(keys.get(1).get("active").asBoolean()).isFalse();
    assertThat(json(portal.signIn(GLOBEX, Role.TENANT_ADMIN).get("/api/v1/keys")).get("items"))
        .isEmpty();
  }

  @Test
  void ownCallsAreAllowedByAnAdminWhoGainsNothingByIt() {
    String path = "/api/v1/access/own-calls";
    assertThat(json(admin.get(path)).get("allowed").asBoolean()).isFalse();
    assertThat(put(admin, path, Map.of()).statusCode()).isEqualTo(400);
    assertThat(put(admin, path, Map.of("allowed", true)).statusCode()).isEqualTo(200);
    assertThat(json(admin.get(path)).get("allowed").asBoolean()).isTrue();
    assertThat(json(portal.signIn(ACME, Role.USER).get("/api/v1/session")).toString())
        .contains("\"listen\"");
    assertThat(portal.audit.of("tenant.set-own-calls"))
        .first()
        .satisfies(
            entry ->
                assertThat(entry.details())
                    .containsEntry("before", "false")
                    .containsEntry("after", "true"));
    put(admin, path, Map.of("allowed", false));
    portal.user(ACME, "both", Set.of(Role.TENANT_ADMIN, Role.USER));
    HttpResponse<byte[]> own = put(portal.signIn(ACME, "both"), path, Map.of("allowed", true));
    assertThat(own.statusCode()).isEqualTo(403);
    assertThat(json(admin.get(path)).get("allowed").asBoolean()).isFalse();
    assertThat(put(portal.signIn(ACME, "both"), path, Map.of("allowed", false)).statusCode())
        .as("taking it away gives nobody anything")
        .isEqualTo(200);
  }

  @Test
  void aReviewOfWhatIsNoRecordingIdSaysSo() {
    for (String path : List.of("/api/v1/access/review?", "/api/v1/access/decision?user=u&")) {
      HttpResponse<byte[]> nonsense = admin.get(path + "recording=last-tuesday");
      assertThat(nonsense.statusCode()).as(path).isEqualTo(400);
      assertThat(text(nonsense)).contains("'last-tuesday' is no recording id");
    }
    RecordingId missing = RecordingId.draw(TestPortal.NOW);
    assertThat(admin.get("/api/v1/access/review?recording=" + missing).statusCode()).isEqualTo(404);
  }

  @Test
  void thePageOfEachAlarmIsShownAsPlainHtml() {
    HttpResponse<byte[]> response = admin.get("/docs/operations/alarms.md");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
    assertThat(response.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(
            policy ->
                assertThat(policy)
                    .contains("default-src 'none'", "style-src 'sha256-", "frame-ancestors 'none'")
                    .doesNotContain("script", "unsafe"));
    String page = new String(response.body(), StandardCharsets.UTF_8);
    for (AlarmKind kind : AlarmKind.values()) {
      assertThat(kind.page()).isEqualTo("docs/operations/alarms.md#" + kind.wireName());
      assertThat(page).contains("<h3 id=\"%s\">".formatted(kind.wireName()));
    }
    assertThat(page).contains("<table>", "href=\"monitoring.md#").doesNotContain("<script");
    assertThat(admin.get("/docs/formats/audit-log.md").statusCode()).isEqualTo(200);
    for (String none :
        List.of(
            "/docs/operations/none.md",
            "/docs/operations/alarms",
            "/docs/adr/0001.md",
            "/docs/operations/..%2fthreat-model.md")) {
      assertThat(admin.get(none).statusCode()).as(none).isBetween(400, 404);
    }
    assertThat(portal.anonymous().get("/docs/operations/alarms.md").statusCode()).isEqualTo(401);
  }
}

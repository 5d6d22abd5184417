package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.credentials;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.TenantSlug;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
  private final TestPortal portal = new TestPortal();

  @AfterEach
  void stop() {
    portal.close();
  }

  @Test
  void whoSignsInGetsACookieThatScriptsCantReadAndWhatThePageNeeds() {
    HttpResponse<byte[]> response =
        portal.anonymous().post("/api/v1/session", credentials(ACME, "compliance-officer"));

    assertThat(response.statusCode()).as(text(response)).isEqualTo(201);
    assertThat(response.headers().firstValue("Set-Cookie").orElseThrow())
        .matches("earwitness-session=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict");
    JsonNode session = json(response);
    assertThat(session.get("csrf").asText()).hasSize(64);
    assertThat(session.get("tenant").asText()).isEqualTo("acme");
    assertThat(session.get("tenantName").asText()).isEqualTo("Acme Brokers");
    assertThat(session.get("roles").toString()).isEqualTo("[\"compliance-officer\"]");
    assertThat(session.get("permissions").toString())
        .isEqualTo(
            "[\"search\",\"listen\",\"download\",\"audit-own\",\"tokens\",\"matters-read\",\"matters\","
                + "\"alarms-read\",\"alarms\",\"approvals-read\",\"approvals\","
                + "\"announcements-read\",\"recording-policy-read\",\"keep\",\"annotate\",\"notes-read\",\"pause\",\"retention-read\",\"holds-read\",\"holds\",\"subject-requests\"]");
    assertThat(session.get("expiresAt").asText()).isEqualTo("2026-11-21T22:00:00Z");
  }

  @Test
  void onlyHashesOfTheCookieAreKept() {
    String cookie = portal.signIn(ACME, Role.AUDITOR).cookie;
    assertThat(portal.sessions.sessions.keySet())
        .singleElement()
        .asString()
        .hasSize(64)
        .isNotEqualTo(cookie);
    assertThat(portal.sessions.sessions.toString())
        .doesNotContain(String.valueOf(cookie).substring("earwitness-session=".length()));
  }

  @Test
  void wrongPasswordUnknownUserUnknownTenantAndAnInactiveAccountAreAnsweredAlike() {
    Directory.User gone = portal.user(ACME, "gone", Set.of(Role.AUDITOR));
    portal.directory.replace(
        new Directory.User(
            gone.id(), ACME, "gone", "Gone", gone.passwordHash(), gone.roles(), false));
    List<Map<String, String>> attempts =
        List.of(
            Map.of("tenant", "acme", "user", "auditor", "password", "wrong"),
            Map.of("tenant", "acme", "user", "nobody", "password", TestPortal.PASSWORD),
            Map.of("tenant", "nowhere", "user", "auditor", "password", TestPortal.PASSWORD),
            Map.of("tenant", "NO TENANT!", "user", "auditor", "password", TestPortal.PASSWORD),
            Map.of("tenant", "acme", "user", "gone", "password", TestPortal.PASSWORD));
    for (Map<String, String> attempt : attempts) {
      HttpResponse<byte[]> response = portal.anonymous().post("/api/v1/session", attempt);
      assertThat(response.statusCode()).as(attempt.toString()).isEqualTo(401);
      assertThat(json(response).get("detail").asText())
          .isEqualTo("Tenant, user name or password is wrong.");
      assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("application/problem+json");
    }
    assertThat(portal.sessions.sessions).isEmpty();
  }

  @Test
  void everyAttemptIsInATrailAndAnUnknownTenantsInThePlatforms() {
    portal.anonymous().post("/api/v1/session", credentials(new TenantSlug("nowhere"), "anna"));
    portal.signIn(ACME, Role.AUDITOR);

    List<AuditEntry> entries = portal.audit.of("session.create");
    assertThat(entries)
        .extracting(AuditEntry::tenant)
        .containsExactly(TenantSlug.PLATFORM, TenantSlug.PLATFORM, ACME, ACME);
    assertThat(entries)
        .extracting(AuditEntry::actor)
        .containsExactly(
            "user:anna@nowhere", "user:anna@nowhere", "user:auditor@acme", "user:auditor@acme");
    assertThat(entries)
        .extracting(AuditEntry::outcome)
        .containsExactly(null, "refused: Tenant, user name or password is wrong.", null, "done");
    assertThat(entries.get(3).actId()).isEqualTo(entries.get(2).id());
  }

  @Test
  void afterFiveFailuresAnAccountWaitsWhateverThePasswordIsAndOthersDoNot() {
    Map<String, String> wrong = new HashMap<>(credentials(ACME, "auditor"));
    wrong.put("password", "wrong");
    for (int i = 0; i < 5; i++) {
      assertThat(portal.anonymous().post("/api/v1/session", wrong).statusCode()).isEqualTo(401);
    }
    HttpResponse<byte[]> locked =
        portal.anonymous().post("/api/v1/session", credentials(ACME, "auditor"));
    assertThat(locked.statusCode()).isEqualTo(429);
    assertThat(locked.headers().firstValue("Retry-After")).contains("1");
    portal.signIn(GLOBEX, Role.AUDITOR);

    portal.clock.advance(Duration.ofSeconds(1));
    portal.signIn(ACME, Role.AUDITOR);
  }

  @Test
  void unsafeRequestsNeedTheTokenOfTheirOwnSession() {
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    TestPortal.Client other = portal.signIn(ACME, Role.ANALYST);
    for (TestPortal.Client forged :
        List.of(auditor.withCsrf(null), auditor.withCsrf("x"), auditor.withCsrf(other.csrf))) {
      HttpResponse<byte[]> response = forged.delete("/api/v1/session");
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(json(response).get("type").asText()).isEqualTo("urn:earwitness:problem:csrf");
    }
    assertThat(auditor.get("/api/v1/session").statusCode()).isEqualTo(200);
    assertThat(auditor.delete("/api/v1/session").statusCode()).isEqualTo(204);
  }

  @Test
  void signingInTakesJsonOnlyWhichAFormOfAnotherSiteCantSend() {
    HttpResponse<byte[]> response =
        portal
            .anonymous()
            .send(
                "POST",
                "/api/v1/session",
                "{\"tenant\":\"acme\"}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "text/plain");
    assertThat(response.statusCode()).isEqualTo(415);
  }

  @Test
  void theSessionIsOverAfterSigningOut() {
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    HttpResponse<byte[]> response = auditor.delete("/api/v1/session");
    assertThat(response.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("earwitness-session=;")
        .endsWith("Max-Age=0");
    assertThat(auditor.get("/api/v1/session").statusCode()).isEqualTo(401);
  }

  @Test
  void aSessionEndsAnHourAfterItsLastUseAndTwelveAfterItsBegin() {
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    for (int i = 0; i < 12; i++) {
      portal.clock.advance(Duration.ofMinutes(59));
      assertThat(auditor.get("/api/v1/session").statusCode()).isEqualTo(200);
    }
    portal.clock.advance(Duration.ofMinutes(13));
    assertThat(auditor.get("/api/v1/session").statusCode()).as("twelve hours").isEqualTo(401);

    TestPortal.Client idle = portal.signIn(ACME, Role.AUDITOR);
    portal.clock.advance(Duration.ofMinutes(61));
    assertThat(idle.get("/api/v1/session").statusCode()).as("an idle hour").isEqualTo(401);
  }

  @Test
  void aRoleTakenAwayOrAnAccountClosedCountsFromTheNextRequestOn() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    assertThat(officer.get("/api/v1/recordings").statusCode()).isEqualTo(200);
    Directory.User user = portal.directory.user(ACME, "compliance-officer").orElseThrow();
    portal.directory.replace(changed(user, Set.of(Role.ANALYST), true));
    assertThat(officer.get("/api/v1/recordings").statusCode()).isEqualTo(403);
    portal.directory.replace(changed(user, user.roles(), false));
    assertThat(officer.get("/api/v1/recordings").statusCode()).isEqualTo(401);
  }

  private static Directory.User changed(Directory.User user, Set<Role> roles, boolean active) {
    return new Directory.User(
        user.id(),
        user.tenant(),
        user.name(),
        user.displayName(),
        user.passwordHash(),
        roles,
        active);
  }

  @Test
  void aBearerTokenHasItsMakersRightsNeedsNoCsrfTokenAndCanBeRevoked() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    HttpResponse<byte[]> made =
        officer.post("/api/v1/tokens", Map.of("name", "nightly report", "days", 1));
    assertThat(made.statusCode()).as(text(made)).isEqualTo(201);
    String token = json(made).get("token").asText();
    assertThat(token).startsWith("ewt_");
    TestPortal.Client program = officer.withBearer(token);

    assertThat(program.get("/api/v1/recordings").statusCode()).isEqualTo(200);
    assertThat(portal.audit.of("search.execute").getFirst().actor())
        .matches("token:[0-9a-f]{12}:nightly report/user:compliance-officer@acme");
    assertThat(program.post("/api/v1/tokens", Map.of("name", "another")).statusCode())
        .as("a token makes no tokens")
        .isEqualTo(403);

    assertThat(portal.signIn(ACME, Role.AUDITOR).delete("/api/v1/tokens/" + id(made)).statusCode())
        .as("not somebody else's")
        .isEqualTo(404);
    assertThat(officer.delete("/api/v1/tokens/" + id(made)).statusCode()).isEqualTo(204);
    assertThat(program.get("/api/v1/recordings").statusCode()).isEqualTo(401);
  }

  private static String id(HttpResponse<byte[]> made) {
    return json(made).get("id").asText();
  }

  @Test
  void aBearerTokenOutlivesIdleHoursButNotItsDays() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    HttpResponse<byte[]> made = officer.post("/api/v1/tokens", Map.of("name", "x", "days", 2));
    TestPortal.Client program = officer.withBearer(json(made).get("token").asText());
    portal.clock.advance(Duration.ofHours(47));
    assertThat(program.get("/api/v1/session").statusCode()).isEqualTo(200);
    portal.clock.advance(Duration.ofHours(1));
    assertThat(program.get("/api/v1/session").statusCode()).isEqualTo(401);
  }

  @Test
  void aCookieIsNoBearerTokenAndABearerTokenNoCookie() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    String cookie = String.valueOf(officer.cookie).substring("earwitness-session=".length());
    assertThat(officer.withBearer(cookie).get("/api/v1/session").statusCode()).isEqualTo(401);
    String token = json(officer.post("/api/v1/tokens", Map.of("name", "x"))).get("token").asText();
    assertThat(
            portal
                .anonymous()
                .get("/api/v1/session", "Cookie", "earwitness-session=" + token)
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void membersThatAreMissingUnknownOrOfTheWrongTypeAreNamed() {
    Map<String, String> cases =
        Map.of(
            "{\"tenant\":\"acme\",\"user\":\"x\"}", "password",
            "{\"tenant\":\"acme\",\"user\":\"x\",\"password\":\"y\",\"pin\":1}", "pin",
            "{\"tenant\":{},\"user\":\"x\",\"password\":\"y\"}", "tenant");
    cases.forEach(
        (body, member) -> {
          HttpResponse<byte[]> response =
              portal
                  .anonymous()
                  .send(
                      "POST",
                      "/api/v1/session",
                      body.getBytes(StandardCharsets.UTF_8),
                      "Content-Type",
                      "application/json");
          assertThat(response.statusCode()).as(body).isEqualTo(400);
          assertThat(json(response).get("parameter").asText()).as(body).isEqualTo(member);
        });
    HttpResponse<byte[]> torn =
        portal
            .anonymous()
            .send(
                "POST",
                "/api/v1/session",
                "{\"tenant\":".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");
    assertThat(torn.statusCode()).isEqualTo(400);
    assertThat(json(torn).get("detail").asText()).contains("no JSON");
  }
}

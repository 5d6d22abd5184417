package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Accounts of programs, and tokens with scopes, on a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceAccountsTest {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client admin = portal.anonymous();

  @BeforeAll
  void signIn() {
    admin = portal.signIn(ACME, Role.TENANT_ADMIN);
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private static JsonNode done(HttpResponse<byte[]> response) {
    assertThat(response.statusCode()).as(text(response)).isBetween(200, 201);
    return json(response);
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, String path, Object body) {
    return client.send("PUT", path, Json.bytes(body), "Content-Type", "application/json");
  }

  private JsonNode account(String... roles) {
    return done(
        admin.post(
            "/api/v1/users",
            Map.of("name", "svc" + NEXT.incrementAndGet(), "kind", "service", "roles", roles)));
  }

  private RecordingId call() {
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                ACME,
                CallState.ARCHIVED,
                Instant.now().minusSeconds(2),
                Duration.ofSeconds(1),
                TestCalls.party(Side.LEFT, "x", "+4930123")),
            5,
            Duration.ofSeconds(1));
    RecordingId id = entry.summary().id();
    portal.calls.put(entry);
    portal.media.put(id, Part.MEDIA, new byte[] {1, 2, 3, 4, 5});
    portal.media.put(id, Part.CALL, Json.bytes(TestCalls.record(entry)));
    return id;
  }

  @Test
  void aServiceAccountActsByItsTokensOnlyAndTheTrailNamesTheToken() {
    JsonNode account = account("compliance-officer");
    assertThat(account.get("kind").asText()).isEqualTo("service");
    String name = account.get("name").asText();
    String tokens = "/api/v1/users/" + account.get("id").asText() + "/tokens";
    assertThat(
            admin
                .post(
                    "/api/v1/users",
                    Map.of("name", "y", "kind", "service", "password", TestPortal.PASSWORD))
                .statusCode())
        .isEqualTo(400);
    assertThat(
            portal
                .anonymous()
                .post("/api/v1/session", TestPortal.credentials(ACME, name))
                .statusCode())
        .isEqualTo(401);

    JsonNode made =
        done(admin.post(tokens, Map.of("name", "nightly export", "scopes", List.of("search"))));
    TestPortal.Client program = portal.anonymous().withBearer(made.get("token").asText());
    RecordingId call = call();
    done(program.get("/api/v1/recordings"));
    assertThat(portal.audit.of("search.execute").getLast().actor())
        .matches("token:[0-9a-f]{12}:nightly export/user:%s@acme".formatted(name));
    assertThat(done(program.get("/api/v1/session")).get("permissions").toString())
        .isEqualTo("[\"search\"]");
    for (String path : List.of("/media", "/object", "/waveform")) {
      assertThat(program.get("/api/v1/recordings/" + call + path).statusCode())
          .as(path)
          .isEqualTo(403);
    }
    assertThat(done(program.get("/api/v1/recordings/" + call)).get("permissions").toString())
        .isEqualTo("[\"search\"]");

    JsonNode listed = done(admin.get(tokens)).get("items").get(0);
    assertThat(listed.get("scopes").toString()).isEqualTo("[\"search\"]");
    assertThat(listed.get("createdBy").asText()).isEqualTo("user:tenant-admin@acme");
    assertThat(listed.toString()).doesNotContain(made.get("token").asText());
    String token = tokens + "/" + made.get("id").asText();
    assertThat(program.delete(token).statusCode()).isEqualTo(403);
    assertThat(admin.delete(token).statusCode()).isEqualTo(204);
    assertThat(program.get("/api/v1/session").statusCode()).isEqualTo(401);
    assertThat(admin.delete(token).statusCode()).isEqualTo(404);
  }

  @Test
  void aScopeIsOfNoUseWithoutTheRoleAndDownloadingNeedsItsOwn() {
    JsonNode account = account("compliance-officer");
    String id = account.get("id").asText();
    TestPortal.Client program =
        portal
            .anonymous()
            .withBearer(
                done(admin.post(
                        "/api/v1/users/" + id + "/tokens",
                        Map.of("name", "ears", "scopes", List.of("search", "listen"))))
                    .get("token")
                    .asText());
    RecordingId call = call();
    String media = "/api/v1/recordings/" + call + "/media";
    assertThat(program.get(media).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> taken = program.get(media + "?download=true");
    assertThat(taken.statusCode()).isEqualTo(403);
    assertThat(text(taken)).contains("the permission 'download'");
    done(put(admin, "/api/v1/users/" + id + "/roles", Map.of("roles", List.of())));
    assertThat(program.get(media).statusCode()).isEqualTo(403);
  }

  @Test
  void aTokenNeverHasWhatItsOwnerLacksAndOnlyKnownScopes() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("name", "x", "scopes", List.of("people")),
            Map.of("name", "x", "scopes", List.of()),
            Map.of("name", "x", "scopes", List.of("everything")),
            Map.of("name", "a/b"),
            Map.of("name", "x", "days", 367))) {
      assertThat(officer.post("/api/v1/tokens", wrong).statusCode())
          .as(wrong.toString())
          .isEqualTo(400);
    }
    done(officer.post("/api/v1/tokens", Map.of("name", "own", "scopes", List.of("search"))));
    assertThat(done(officer.get("/api/v1/tokens")).get("items").findValuesAsText("name"))
        .containsExactly("own");
  }

  @Test
  void tokensAreMadeForServiceAccountsOnlyAndEndWithTheAccount() {
    HttpResponse<byte[]> refused =
        admin.post("/api/v1/users/u-acme-auditor/tokens", Map.of("name", "x"));
    assertThat(refused.statusCode()).isEqualTo(409);
    String id = account("auditor").get("id").asText();
    String tokens = "/api/v1/users/" + id + "/tokens";
    TestPortal.Client program =
        portal
            .anonymous()
            .withBearer(done(admin.post(tokens, Map.of("name", "x"))).get("token").asText());
    done(program.get("/api/v1/users"));
    done(put(admin, "/api/v1/users/" + id + "/active", Map.of("active", false)));
    assertThat(program.get("/api/v1/users").statusCode()).isEqualTo(401);
    assertThat(admin.post(tokens, Map.of("name", "y")).statusCode()).isEqualTo(409);
    done(put(admin, "/api/v1/users/" + id + "/active", Map.of("active", true)));
    assertThat(program.get("/api/v1/users").statusCode()).isEqualTo(401);
  }

  @Test
  void anotherTenantsAccountAnswersAsAMissingOne() {
    TestPortal.Client other = portal.signIn(GLOBEX, Role.TENANT_ADMIN);
    String tokens = "/api/v1/users/%s/tokens";
    String id = account().get("id").asText();
    JsonNode made = done(admin.post(tokens.formatted(id), Map.of("name", "x")));
    String missing = UUID.randomUUID().toString();
    for (String[] pair :
        List.of(
            new String[] {"GET", ""},
            new String[] {"POST", ""},
            new String[] {"DELETE", "/" + made.get("id").asText()})) {
      byte[] body = pair[0].equals("POST") ? Json.bytes(Map.of("name", "x")) : null;
      HttpResponse<byte[]> theirs =
          other.send(
              pair[0], tokens.formatted(id) + pair[1], body, "Content-Type", "application/json");
      HttpResponse<byte[]> none =
          other.send(
              pair[0],
              tokens.formatted(missing) + pair[1],
              body,
              "Content-Type",
              "application/json");
      assertThat(theirs.statusCode()).as(text(theirs)).isEqualTo(404);
      assertThat(theirs.body()).isEqualTo(none.body());
    }
  }
}

package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.PASSWORD;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.BreakGlass;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Sealed codes, and an approved act, over HTTP on a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BreakGlassTest {
  private static final String PATH = "/api/v1/break-glass";

  private final DatabaseConfig.External server = TestServer.bundled().newDatabase();
  private final CatalogDatabase database = CatalogDatabase.open(server, Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private final BreakGlassCodes codes = new BreakGlassCodes();

  @BeforeEach
  void forget() {
    portal.alarms.alarms.clear();
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private String seal(TenantSlug tenant) {
    BreakGlassCodes.Drawn drawn = codes.draw(tenant, Instant.now().truncatedTo(ChronoUnit.MICROS));
    database.breakGlass().addCodes(tenant, List.of(drawn.code()), "cli:root");
    assertThat(drawn.text()).matches("([A-Z2-7]{4}-){7}[A-Z2-7]{4}");
    return drawn.text();
  }

  private HttpResponse<byte[]> use(TenantSlug tenant, String user, String code) {
    return portal
        .anonymous()
        .post(PATH, Map.of("tenant", tenant.value(), "user", user, "code", code));
  }

  private Set<Role> roles(TenantSlug tenant, String user) {
    var directory = database.access().snapshot(tenant);
    return directory.rolesOf("u-%s-%s".formatted(tenant, user), directory.present(Instant.now()));
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, String path, Object body) {
    return client.send("PUT", path, Json.bytes(body), "Content-Type", "application/json");
  }

  @Test
  void aCodeMakesSomebodyATenantAdminForADayAndOthersReviewIt() {
    String code = seal(ACME);
    HttpResponse<byte[]> used = use(ACME, "analyst", code.toLowerCase(java.util.Locale.ROOT));
    assertThat(used.statusCode()).as(text(used)).isEqualTo(201);
    assertThat(roles(ACME, "analyst")).containsExactlyInAnyOrder(Role.ANALYST, Role.TENANT_ADMIN);
    BreakGlass.Use use = database.breakGlass().uses(ACME).getFirst();
    assertThat(Duration.between(use.usedAt(), use.until())).isEqualTo(Duration.ofHours(24));
    assertThat(Duration.between(use.usedAt(), use.reviewBy())).isEqualTo(Duration.ofDays(5));
    assertThat(
            Objects.requireNonNull(database.access().snapshot(ACME).people().get("u-acme-analyst"))
                .roles(use.until()))
        .as("over after a day")
        .containsExactly(Role.ANALYST);
    assertThat(portal.alarms.alarms)
        .extracting(alarm -> alarm.key().kind() + " " + alarm.key().tenant())
        .containsExactly(
            AlarmKind.BREAK_GLASS_USED + " acme", AlarmKind.BREAK_GLASS_USED + " platform");
    assertThat(portal.audit.of("break-glass.use"))
        .extracting(AuditEntry::actor)
        .contains("user:analyst@acme");
    assertThat(portal.audit.of("user.set-roles"))
        .anySatisfy(
            entry -> assertThat(entry.details()).containsEntry("breakGlass", use.id().toString()));

    assertThat(use(ACME, "recording-admin", code).statusCode()).as("spent").isEqualTo(403);

    TestPortal.Client locked = portal.signIn(ACME, "analyst");
    givesNobodyARightToHear(locked);
    String review = PATH + "/" + use.id() + "/review";
    assertThat(locked.post(review, Map.of("note", "fine")).statusCode()).isEqualTo(403);
    assertThat(
            portal.signIn(GLOBEX, Role.TENANT_ADMIN).post(review, Map.of("note", "x")).statusCode())
        .isEqualTo(404);
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    getsNoRightToHear(admin);
    assertThat(json(admin.get("/api/v1/approvals/summary")).get("review").asInt()).isEqualTo(1);
    assertThat(admin.post(review, Map.of()).statusCode()).isEqualTo(400);
    JsonNode reviewed = json(admin.post(review, Map.of("note", "roles only")));
    assertThat(reviewed.get("review").get("by").asText()).isEqualTo("user:tenant-admin@acme");
    assertThat(portal.alarms.alarms).isEmpty();
    assertThat(admin.post(review, Map.of("note", "again")).statusCode()).isEqualTo(409);
  }

  private void givesNobodyARightToHear(TestPortal.Client locked) {
    assertThat(
            locked
                .post(
                    "/api/v1/grants",
                    Map.of(
                        "holder", Map.of("type", "user", "id", "u-acme-supervisor"),
                        "rights", List.of("listen"),
                        "on", Map.of("type", "tenant")))
                .statusCode())
        .isEqualTo(403);
    assertThat(
            locked
                .post("/api/v1/users", Map.of("name", "ear", "roles", List.of("supervisor")))
                .statusCode())
        .isEqualTo(403);
    String user = "/api/v1/users/u-acme-recording-admin/roles";
    assertThat(
            put(locked, user, Map.of("roles", List.of(Map.of("role", "compliance-officer"))))
                .statusCode())
        .isEqualTo(403);
    // What restores administration goes
    HttpResponse<byte[]> restored =
        put(
            locked,
            user,
            Map.of(
                "roles",
                List.of(Map.of("role", "recording-admin"), Map.of("role", "tenant-admin"))));
    assertThat(restored.statusCode()).as(text(restored)).isEqualTo(200);
  }

  private void getsNoRightToHear(TestPortal.Client admin) {
    HttpResponse<byte[]> grant =
        admin.post(
            "/api/v1/grants",
            Map.of(
                "holder", Map.of("type", "user", "id", "u-acme-analyst"),
                "rights", List.of("listen"),
                "on", Map.of("type", "tenant")));
    assertThat(grant.statusCode()).isEqualTo(403);
    assertThat(text(grant)).contains("by a sealed code");
    HttpResponse<byte[]> role =
        put(
            admin,
            "/api/v1/users/u-acme-analyst/roles",
            Map.of(
                "roles",
                List.of(Map.of("role", "tenant-admin"), Map.of("role", "compliance-officer"))));
    assertThat(role.statusCode()).isEqualTo(403);
    // Nor by any other way: what a page may show follows from the role that the code gave
    database
        .access()
        .setRoles(
            ACME,
            "u-acme-analyst",
            new java.util.EnumMap<>(
                Map.of(
                    Role.TENANT_ADMIN, Instant.now().plusSeconds(3_600),
                    Role.COMPLIANCE_OFFICER, Instant.now().plusSeconds(3_600))),
            "cli:root");
    JsonNode session = json(portal.signIn(ACME, "analyst").get("/api/v1/session"));
    assertThat(session.get("permissions").toString())
        .contains("\"people\"")
        .doesNotContain("\"listen\"")
        .doesNotContain("\"search\"")
        .doesNotContain("\"download\"");
  }

  @Test
  void whomTheRestoredAdminMakesAnAdminIsBoundAlikeUntilItIsReviewed() {
    TenantSlug tenant = TenantSlug.PLATFORM;
    assertThat(use(tenant, "analyst", seal(tenant)).statusCode()).isEqualTo(201);
    TestPortal.Client restored = portal.signIn(tenant, "analyst");
    HttpResponse<byte[]> made =
        restored.post(
            "/api/v1/users",
            Map.of("name", "second", "roles", List.of("tenant-admin"), "password", PASSWORD));
    assertThat(made.statusCode()).as(text(made)).isEqualTo(201);
    HttpResponse<byte[]> robot =
        restored.post(
            "/api/v1/users",
            Map.of("name", "robot", "kind", "service", "roles", List.of("tenant-admin")));
    assertThat(robot.statusCode()).as(text(robot)).isEqualTo(201);
    String robotId = json(robot).get("id").asText();
    TestPortal.Client second = portal.signIn(tenant, "second");
    TestPortal.Client regular = portal.signIn(tenant, Role.TENANT_ADMIN);
    HttpResponse<byte[]> token =
        regular.post("/api/v1/users/" + robotId + "/tokens", Map.of("name", "t"));
    assertThat(token.statusCode()).as(text(token)).isEqualTo(201);
    TestPortal.Client program = portal.anonymous().withBearer(json(token).get("token").asText());
    Map<String, Object> ear = Map.of("name", "ear", "roles", List.of("supervisor"));
    for (TestPortal.Client bound : List.of(second, program)) {
      HttpResponse<byte[]> refused = bound.post("/api/v1/users", ear);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(text(refused)).contains("by a sealed code");
    }
    // A third one, made by the second, is bound as well
    second.post(
        "/api/v1/users",
        Map.of("name", "third", "roles", List.of("tenant-admin"), "password", PASSWORD));
    assertThat(portal.signIn(tenant, "third").post("/api/v1/users", ear).statusCode())
        .isEqualTo(403);

    BreakGlass.Use use = database.breakGlass().uses(tenant).getFirst();
    database
        .breakGlass()
        .review(
            tenant,
            use.id(),
            new BreakGlass.Review(Instant.now(), "user:tenant-admin@platform", "in order"));
    assertThat(second.post("/api/v1/users", ear).statusCode())
        .as("while the role is held, a review does not end it")
        .isEqualTo(403);
    TestServer.bundled()
        .execute(
            server,
            "update earwitness.break_glass_use set used_at = now() - interval '25 hours', role_until = now() - interval '1 hour' where tenant = 'platform'");
    assertThat(second.post("/api/v1/users", ear).statusCode()).isEqualTo(201);
  }

  @Test
  void whoHearsOrIsUnknownOrHasNoCodeGetsNothing() {
    String code = seal(GLOBEX);
    for (String user : List.of("compliance-officer", "supervisor", "auditor", "user")) {
      HttpResponse<byte[]> refused = use(GLOBEX, user, code);
      assertThat(refused.statusCode()).as(user).isEqualTo(403);
      assertThat(text(refused)).contains("to hear calls");
    }
    assertThat(use(GLOBEX, "tenant-admin", code).statusCode()).as("is one").isEqualTo(409);
    String wrong = text(use(GLOBEX, "nobody", code));
    String last = code.endsWith("A") ? "B" : "A";
    assertThat(text(use(GLOBEX, "analyst", code.substring(0, code.length() - 1) + last)))
        .isEqualTo(wrong);
    assertThat(text(use(ACME, "operator", code))).as("another tenant's").isEqualTo(wrong);
    assertThat(text(use(new TenantSlug("nobody"), "analyst", code))).isEqualTo(wrong);
    assertThat(text(use(GLOBEX, "analyst", "x"))).isEqualTo(wrong);
    assertThat(database.breakGlass().uses(GLOBEX)).isEmpty();
    assertThat(portal.alarms.alarms).isEmpty();
    assertThat(portal.audit.of("break-glass.use"))
        .anySatisfy(entry -> assertThat(entry.tenant()).isEqualTo(TenantSlug.PLATFORM));
    for (int i = 0; i < 8; i++) {
      use(GLOBEX, "recording-admin", "x");
    }
    assertThat(use(GLOBEX, "recording-admin", code).statusCode()).as("too many").isEqualTo(429);
    assertThat(use(GLOBEX, "analyst", code).statusCode()).isEqualTo(201);
  }

  @Test
  void whatIsApprovedIsDoneInTheDatabase() {
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    HttpResponse<byte[]> asked =
        put(
            admin,
            "/api/v1/delivery-targets/desk",
            Map.of("type", "email", "address", "desk@acme.example", "reason", "new desk"));
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    assertThat(json(asked).get("state").asText()).isEqualTo("requested");
    HttpResponse<byte[]> done =
        portal
            .signIn(ACME, Role.COMPLIANCE_OFFICER)
            .post(
                "/api/v1/approvals/" + json(asked).get("id").asText() + "/approve",
                Map.of("sha256", json(asked).get("sha256").asText()));
    assertThat(done.statusCode()).as(text(done)).isEqualTo(200);
    assertThat(json(done).get("steps").findValuesAsText("state"))
        .containsExactly("requested", "approved", "executed");
    assertThat(database.alarmChannels().list(ACME)).hasSize(1);
    portal.approvals().upkeep();
    assertThat(json(admin.get("/api/v1/approvals")).get("items")).isEmpty();
  }
}

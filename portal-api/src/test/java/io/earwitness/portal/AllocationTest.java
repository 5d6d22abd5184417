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
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.TenantSlug;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the operator gives out, on a real database: dry runs, refusals, approvals, numbers' holders.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AllocationTest {
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client operator = portal.anonymous();
  private TestPortal.Client second = portal.anonymous();

  @BeforeAll
  void signIn() {
    portal.user(TenantSlug.PLATFORM, "operator-2", Set.of(Role.OPERATOR));
    operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    second = portal.signIn(TenantSlug.PLATFORM, "operator-2");
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private HttpResponse<byte[]> send(String kind, String query, String csv) {
    return operator.send(
        "POST",
        "/api/v1/allocation/" + kind + query,
        csv.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "text/csv");
  }

  private JsonNode dry(String kind, String csv) {
    HttpResponse<byte[]> response = send(kind, "?dryRun=true", csv);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    return json(response);
  }

  /** Asks, and another operator approves. */
  private void allocate(String kind, String csv) {
    HttpResponse<byte[]> asked = send(kind, "?reason=order", csv);
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    JsonNode approval = json(asked).get("approval");
    HttpResponse<byte[]> approved =
        second.post(
            "/api/v1/approvals/" + approval.get("id").asText() + "/approve",
            Map.of("sha256", approval.get("sha256").asText()));
    assertThat(json(approved).get("state").asText()).as(text(approved)).isEqualTo("executed");
  }

  @Test
  void rulesAreShownBeforeTheyAreAskedForAndCountOnceAnotherHasApproved() {
    String csv =
        """
        rule,looks-at,header,value,tenant
        by header,header,X-Tenant,acme,acme
        London trunk,source,,192.0.2.0/24,globex
        """;
    JsonNode plan = dry("rules", csv);
    assertThat(plan.get("changeCount").asInt()).isEqualTo(1);
    assertThat(plan.get("changes").get(0).get("after").asText())
        .isEqualTo(
            "by header: header x-tenant acme → acme\nLondon trunk: source 192.0.2.0/24 → globex");
    assertThat(database.directory().rules()).isEmpty();

    allocate("rules", csv);
    assertThat(database.directory().rules())
        .extracting(MatchingRule::name)
        .containsExactly("by header", "London trunk");
    assertThat(dry("rules", csv).get("changeCount").asInt()).as("so already").isZero();
    assertThat(send("rules", "?reason=again", csv).statusCode()).isEqualTo(200);
    assertThat(portal.audit.of("allocation.set"))
        .extracting(AuditEntry::details)
        .anySatisfy(details -> assertThat(details).containsEntry("allocation", "rules"));

    JsonNode own = json(portal.signIn(ACME, Role.TENANT_ADMIN).get("/api/v1/allocation"));
    assertThat(own.get("rules").findValuesAsText("rule")).containsExactly("by header");
    assertThat(own.get("tenants").findValuesAsText("tenant")).containsExactly("acme");
    JsonNode all = json(operator.get("/api/v1/allocation"));
    assertThat(all.get("rules").findValuesAsText("rule"))
        .containsExactly("by header", "London trunk");
    allocate("rules", "rule,looks-at,header,value,tenant\n");
  }

  @Test
  void eachBadRowIsNamedAndNothingIsDone() {
    JsonNode plan =
        dry(
            "rules",
            """
            rule,looks-at,header,value,tenant
            a,header,,x,acme
            b,colour,,x,acme
            c,source,,nowhere,acme
            d,number,,+49*,nobody
            e,request-uri,,*@*,acme
            f,request-uri,,srs@x,acme
            F,request-uri,,srs@y,acme
            """);
    assertThat(plan.get("bad").findValuesAsText("line"))
        .containsExactly("2", "3", "4", "5", "6", "8");
    assertThat(plan.get("bad").findValuesAsText("column"))
        .containsExactly("value", "looks-at", "value", "tenant", "value", "rule");
    assertThat(plan.get("changeCount").asInt()).isZero();
    HttpResponse<byte[]> refused =
        send("numbers", "?reason=x", "number,tenant\n+493012345,acme\n+999123,acme\n");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(text(refused)).contains("line 3").contains("column number");
    assertThat(database.directory().numbers(ACME)).isEmpty();
  }

  @Test
  void numbersAreGivenOutBySpanOnceAndNeverToTwo() {
    allocate("numbers", "number,tenant\n+4989100..+4989129,globex\n+49 89 777*,globex\n");
    assertThat(database.directory().numbers(GLOBEX))
        .extracting(range -> range.digits() + (range.prefix() ? "*" : ""))
        .contains("+498910*", "+498911*", "+498912*", "+4989777*");
    JsonNode overlap =
        dry("numbers", "number,tenant\n+49891*,acme\n+4989777123,acme\n+4989778*,acme\n");
    assertThat(overlap.get("bad").findValuesAsText("line")).containsExactly("2", "3");
    assertThat(overlap.get("bad").get(1).get("expected").asText())
        .contains("+4989777*")
        .contains("globex");
    assertThat(send("numbers", "", "number,tenant\n+4989778*,acme\n").statusCode())
        .as("without a reason")
        .isEqualTo(400);
  }

  @Test
  void tenantsAndQuotasAreMadeAtOnceAndByJsonToo() {
    Map<String, Object> body =
        Map.of(
            "rows",
            List.of(
                Map.of("tenant", "initech", "name", "Initech", "zone", "America/Chicago"),
                Map.of("tenant", "tryout", "name", "Tryout", "trial", "true"),
                Map.of("tenant", "acme", "guaranteed-calls", "5", "number-screening", "false")));
    HttpResponse<byte[]> response = operator.post("/api/v1/allocation/tenants", body);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    assertThat(json(response).get("applied").asBoolean()).isTrue();
    Directory.Tenant acme = database.directory().tenant(ACME).orElseThrow();
    assertThat(acme.limits().guaranteed()).isEqualTo(5);
    assertThat(acme.numberScreening()).isFalse();
    assertThat(database.directory().tenant(new TenantSlug("initech"))).isPresent();
    assertThat(database.retentionTrials().of(new TenantSlug("tryout"))).isPresent();
    assertThat(json(operator.get("/api/v1/allocation")).get("tenants"))
        .filteredOn(tenant -> tenant.path("onTrial").asBoolean())
        .extracting(tenant -> tenant.path("tenant").asText())
        .containsExactly("tryout");
    assertThat(json(operator.post("/api/v1/allocation/tenants", body)).get("changeCount").asInt())
        .as("so already")
        .isZero();
    assertThat(portal.audit.of("tenant.set"))
        .anySatisfy(entry -> assertThat(entry.tenant()).isEqualTo(ACME));
    JsonNode renamed = dry("tenants", "tenant,name\nacme,Other\n");
    assertThat(renamed.get("bad").get(0).get("expected").asText()).contains("does not change it");
    // Others rely on it
    database.directory().setNumberScreening(ACME, true, "test");
  }

  @Test
  void aRecordingClientIsAddedAndChanged() {
    allocate("srcs", "src,networks,tenant,proof\nsbc-9,192.0.2.9|2001:db8::9,globex,strict\n");
    assertThat(database.directory().srcs())
        .filteredOn(src -> src.name().equals("sbc-9"))
        .singleElement()
        .satisfies(src -> assertThat(src.networks()).hasSize(2));
    JsonNode plan = dry("srcs", "src,options\nsbc-9,false\n");
    assertThat(plan.get("changes").get(0).get("before").asText()).contains("OPTIONS 200");
    assertThat(plan.get("changes").get(0).get("after").asText()).contains("OPTIONS 503");
  }

  @Test
  void whatIsNoLongerAsItWasShownIsNotDone() {
    HttpResponse<byte[]> asked = send("numbers", "?reason=x", "number,tenant\n+4969*,acme\n");
    JsonNode approval = json(asked).get("approval");
    allocate("numbers", "number,tenant\n+4969123*,globex\n");
    HttpResponse<byte[]> approved =
        second.post(
            "/api/v1/approvals/" + approval.get("id").asText() + "/approve",
            Map.of("sha256", approval.get("sha256").asText()));
    assertThat(json(approved).get("state").asText()).as(text(approved)).isEqualTo("failed");
    assertThat(database.directory().numbers(ACME)).noneMatch(n -> n.digits().equals("+4969"));
  }

  @Test
  void aTenantSaysWhoHoldsItsNumbersAndNoOthers() {
    database
        .directory()
        .addNumbers(
            List.of(
                new Directory.NumberRange(
                    ACME, "+4940", true, null, java.time.Instant.parse("2026-01-01T00:00:00Z"))),
            "test");
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    Map<String, Object> holder =
        Map.of(
            "number", "+49 40 123",
            "kind", "queue",
            "name", "Sales",
            "licence", "extended",
            "from", "2026-05-01T00:00:00Z");
    HttpResponse<byte[]> preview = admin.post("/api/v1/numbers/holders?dryRun=true", holder);
    assertThat(preview.statusCode()).as(text(preview)).isEqualTo(200);
    assertThat(json(preview).get("applied").asBoolean()).isFalse();
    assertThat(json(preview).get("changed").asBoolean()).isTrue();
    assertThat(json(admin.post("/api/v1/numbers/holders", holder)).get("applied").asBoolean())
        .isTrue();
    JsonNode items = json(admin.get("/api/v1/numbers?number=40123")).get("items");
    assertThat(items).hasSize(1);
    assertThat(items.get(0).get("holder").get("name").asText()).isEqualTo("Sales");
    assertThat(items.get(0).get("holder").get("licence").asText()).isEqualTo("extended");

    HttpResponse<byte[]> twice =
        admin.post(
            "/api/v1/numbers/holders",
            Map.of("number", "+4940123", "kind", "person", "user", "u-acme-user"));
    assertThat(twice.statusCode()).isEqualTo(400);
    assertThat(text(twice)).contains("one holder at a moment").contains("Sales");
    HttpResponse<byte[]> foreign =
        admin.post(
            "/api/v1/numbers/holders",
            Map.of("number", "+4989100", "kind", "place", "name", "Lobby"));
    assertThat(text(foreign)).contains("lies in no range of this tenant");
    HttpResponse<byte[]> oneself =
        admin.post(
            "/api/v1/numbers/holders",
            Map.of("number", "+4940124", "kind", "person", "user", "u-acme-tenant-admin"));
    assertThat(oneself.statusCode()).isEqualTo(403);
  }
}

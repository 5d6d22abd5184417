package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An identity provider that removes too many people is held up, and what it did can be undone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemovalHoldsTest {
  private static final String USERS = "/scim/v2/Users/";
  private static final String HOLDS = "/api/v1/provisioning/holds";
  private static final String REMOVALS = "/api/v1/provisioning/removals";

  private final DatabaseConfig.External config = TestServer.bundled().newDatabase();
  private final CatalogDatabase database = CatalogDatabase.open(config, Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private static JsonNode done(HttpResponse<byte[]> response) {
    assertThat(response.statusCode()).as(text(response)).isBetween(200, 201);
    return json(response);
  }

  private static HttpResponse<byte[]> off(TestPortal.Client sync, String id) {
    return sync.send(
        "PATCH",
        USERS + id,
        Json.bytes(
            Map.of(
                "Operations", List.of(Map.of("op", "replace", "path", "active", "value", false)))),
        "Content-Type",
        "application/scim+json");
  }

  /** Of 8 people with roles and 62 others, 10 per cent are 7. */
  @Test
  void aSyncThatRemovesTooManyWaitsForAnAdministratorAndCanBeUndone() {
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    JsonNode account =
        done(
            admin.post(
                "/api/v1/users",
                Map.of("name", "idp", "kind", "service", "roles", List.of("tenant-admin"))));
    TestPortal.Client sync =
        portal
            .anonymous()
            .withBearer(
                done(admin.post(
                        "/api/v1/users/" + account.get("id").asText() + "/tokens",
                        Map.of("name", "SCIM")))
                    .get("token")
                    .asText());
    database
        .directory()
        .addNumber(new Directory.NumberRange(ACME, "+4930", true, null, Instant.now()), "test");
    List<String> people = new ArrayList<>();
    for (int i = 0; i < 62; i++) {
      people.add(
          done(sync.post(
                  "/scim/v2/Users",
                  Map.of(
                      "userName",
                      "p%02d".formatted(i),
                      "phoneNumbers",
                      List.of(Map.of("value", "+49 30 %02d".formatted(i))))))
              .get("id")
              .asText());
    }
    String first = people.getFirst();
    done(
        admin.post(
            "/api/v1/grants",
            Map.of(
                "holder", Map.of("type", "user", "id", first),
                "rights", List.of("search"),
                "on", Map.of("type", "tenant"))));
    for (String id : people.subList(0, 6)) {
      done(off(sync, id));
    }
    assertThat(sync.delete(USERS + people.get(6)).statusCode()).isEqualTo(204);
    HttpResponse<byte[]> held = off(sync, people.get(7));
    assertThat(held.statusCode()).as(text(held)).isEqualTo(409);
    assertThat(json(held).get("detail").asText())
        .startsWith("7 of 70 people were put out of use within the last hour, and no more than 7");
    assertThat(sync.delete(USERS + people.get(8)).statusCode()).isEqualTo(409);
    assertThat(database.directory().userById(ACME, people.get(8)).orElseThrow().active()).isTrue();
    // Anything else goes on
    done(sync.post("/scim/v2/Groups", Map.of("displayName", "Desk", "members", List.of())));

    JsonNode hold = done(admin.get(HOLDS)).get("items").get(0);
    assertThat(hold.get("people").findValuesAsText("name")).containsExactly("p07", "p08");
    assertThat(hold.get("decidedAt").isNull()).isTrue();
    String decision = HOLDS + "/" + hold.get("id").asText() + "/decision";
    assertThat(sync.post(decision, Map.of("further", 1000)).statusCode()).isEqualTo(403);
    assertThat(
            portal
                .signIn(GLOBEX, Role.TENANT_ADMIN)
                .post(decision, Map.of("further", 2))
                .statusCode())
        .isEqualTo(404);
    assertThat(admin.post(decision, Map.of("further", -1)).statusCode()).isEqualTo(400);
    JsonNode decided = done(admin.post(decision, Map.of("further", 2))).get("items").get(0);
    assertThat(decided.get("decidedBy").asText()).isEqualTo("user:tenant-admin@acme");
    assertThat(admin.post(decision, Map.of("further", 2)).statusCode()).isEqualTo(409);
    done(off(sync, people.get(7)));
    assertThat(sync.delete(USERS + people.get(8)).statusCode()).isEqualTo(204);
    assertThat(off(sync, people.get(9)).statusCode()).isEqualTo(409);
    assertThat(done(admin.get(HOLDS)).get("items")).hasSize(2);
    assertThat(portal.audit.of("scim.patch-user"))
        .extracting(AuditEntry::outcome)
        .anySatisfy(
            outcome -> assertThat(outcome).startsWith("refused: 9 of 70 people were put out"));

    undone(admin, sync, people);
    anHourLater(sync, people);
  }

  private void undone(TestPortal.Client admin, TestPortal.Client sync, List<String> people) {
    String first = people.getFirst();
    assertThat(done(admin.get(REMOVALS)).get("items")).hasSize(9);
    assertThat(
            admin.post(REMOVALS + "/undo", Map.of("users", List.of(people.get(20)))).statusCode())
        .isEqualTo(400);
    assertThat(sync.post(REMOVALS + "/undo", Map.of()).statusCode()).isEqualTo(403);
    assertThat(
            done(admin.post(REMOVALS + "/undo", Map.of("users", List.of(first))))
                .get("undone")
                .findValuesAsText("name"))
        .containsExactly("p00");
    assertThat(database.directory().userById(ACME, first).orElseThrow().active()).isTrue();
    assertThat(database.directory().numbers(ACME))
        .filteredOn(number -> "p00".equals(number.userName()))
        .extracting(Directory.NumberRange::digits)
        .containsExactly("+493000");
    assertThat(done(admin.get("/api/v1/grants")).get("items"))
        .anySatisfy(grant -> assertThat(grant.at("/holder/id").asText()).isEqualTo(first));
    assertThat(done(admin.post(REMOVALS + "/undo", Map.of())).get("undone")).hasSize(8);
    assertThat(done(admin.get(REMOVALS)).get("items")).isEmpty();
    // One that was deleted is shown to the provider again
    assertThat(done(sync.get(USERS + people.get(6))).get("active").asBoolean()).isTrue();
    assertThat(portal.audit.of("user.undo-removal"))
        .extracting(AuditEntry::object)
        .contains("user:p00", "user:p08");
    assertThat(
            admin
                .post(HOLDS + "/" + UUID.randomUUID() + "/decision", Map.of("further", 1))
                .statusCode())
        .isEqualTo(404);
  }

  private void anHourLater(TestPortal.Client sync, List<String> people) {
    for (String id : people.subList(10, 17)) {
      done(off(sync, id));
    }
    assertThat(off(sync, people.get(17)).statusCode()).isEqualTo(409);
    TestServer.bundled()
        .execute(
            config,
            "update earwitness.provisioning_removal set at = at - interval '61 minutes'"
                + " where undone_at is null");
    done(off(sync, people.get(17)));
  }
}

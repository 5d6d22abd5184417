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
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Import of people, teams and numbers from CSV, on a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportTest {
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client admin = portal.anonymous();

  @BeforeAll
  void connect() {
    admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    database
        .directory()
        .addNumber(new Directory.NumberRange(ACME, "+49301", true, null, Instant.now()), "test");
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private HttpResponse<byte[]> send(String kind, boolean dry, byte[] csv) {
    return admin.send(
        "POST",
        "/api/v1/imports/" + kind + "?dryRun=" + dry,
        csv,
        "Content-Type",
        "text/csv; charset=utf-8");
  }

  private JsonNode done(String kind, boolean dry, String csv) {
    HttpResponse<byte[]> response = send(kind, dry, csv.getBytes(StandardCharsets.UTF_8));
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    return json(response);
  }

  private Directory.User user(String name) {
    return database.directory().user(ACME, name).orElseThrow();
  }

  private Directory.Team team(String name) {
    return database.directory().teams(ACME).stream()
        .filter(team -> team.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void teamsPeopleAndNumbersComeFromFilesAndAgainChangeNothing() {
    String teams = "\ufeffteam;parent\nDesk;Trading\nTrading;\n";
    JsonNode made = done("teams", false, teams);
    assertThat(made.get("changeCount").asInt()).isEqualTo(2);
    assertThat(done("teams", false, teams).get("changeCount").asInt()).isZero();
    assertThat(team("Desk").parent()).isEqualTo(team("Trading").id());

    done("teams", false, "team,parent\nTrading,Desk\nDesk,-\n");
    assertThat(team("Trading").parent()).isEqualTo(team("Desk").id());
    assertThat(team("Desk").parent()).isNull();
    done("teams", false, "team,parent\nDesk,Trading\nTrading,Floor\nFloor,\n");
    assertThat(team("Trading").parent()).isEqualTo(team("Floor").id());

    String people =
        """
        User,Name,Roles,Teams,Active
        imp-a,"Berg, Emma",supervisor|user,Desk|Trading,
        imp-b,Bö,,,false
        imp-c,,,,
        """;
    JsonNode dry = done("people", true, people);
    assertThat(dry.get("applied").asBoolean()).isFalse();
    assertThat(dry.get("bad")).isEmpty();
    assertThat(dry.get("changes").findValuesAsText("object"))
        .containsExactly("user:imp-a", "user:imp-b", "user:imp-c");
    assertThat(database.directory().user(ACME, "imp-a")).isEmpty();
    int entries = portal.audit.of("user.import").size();
    assertThat(done("people", false, people).get("applied").asBoolean()).isTrue();
    assertThat(user("imp-a").displayName()).isEqualTo("Berg, Emma");
    assertThat(user("imp-a").roles()).isEqualTo(Set.of(Role.SUPERVISOR, Role.USER));
    assertThat(database.directory().memberships(ACME, user("imp-a").id()))
        .containsExactlyInAnyOrder(team("Desk").id(), team("Trading").id());
    assertThat(user("imp-b").active()).isFalse();
    assertThat(user("imp-b").displayName()).isEqualTo("Bö");
    assertThat(user("imp-c").displayName()).isEqualTo("imp-c");
    List<AuditEntry> audited = portal.audit.of("user.import");
    assertThat(audited).as("each act and its outcome").hasSize(entries + 6);
    assertThat(audited.getLast().outcome()).isEqualTo("done");
    assertThat(done("people", false, people).get("changeCount").asInt()).isZero();

    done("people", false, "user,roles,teams\nimp-a,-,Desk\n");
    assertThat(user("imp-a").roles()).isEmpty();
    assertThat(database.directory().memberships(ACME, user("imp-a").id()))
        .containsExactly(team("Desk").id());
    assertThat(portal.audit.of("user.import"))
        .anySatisfy(
            entry ->
                assertThat(entry.details())
                    .containsEntry("roles", "supervisor|user → ")
                    .containsEntry("teams", "Desk|Trading → Desk"));

    done("numbers", false, "number,user\n+49 30 1-01,imp-a\n+493012*,imp-c\n+4930103,-\n");
    assertThat(database.directory().numbers(ACME))
        .extracting(n -> n.digits() + (n.prefix() ? "*" : "") + " " + n.userName())
        .containsExactlyInAnyOrder(
            "+49301* null", "+4930101 imp-a", "+493012* imp-c", "+4930103 null");
    done("people", false, "user,active\nimp-a,false\n");
    assertThat(database.directory().numbers(ACME))
        .extracting(Directory.NumberRange::userName)
        .doesNotContain("imp-a");
  }

  @Test
  void ofABadFileNothingIsWrittenAndEachBadCellIsNamed() {
    database.directory().addTeam(new Directory.Team("t-bad", ACME, "Bad desk", null), "test");
    String file =
        """
        user,name,roles,teams,active
        bad-fine,,,,
        ,,,,
        bad-a,,king,,
        bad-b,,,No such team,
        bad-c,,,,perhaps
        bad-fine,,,,
        bad-d,,operator,,
        TENANT-ADMIN,,,,
        tenant-admin,,auditor,,
        bad-e,x
        """;
    JsonNode dry = done("people", true, file);
    assertThat(dry.get("bad"))
        .extracting(bad -> bad.get("line").asInt() + " " + bad.get("column").asText())
        .containsExactlyInAnyOrder(
            "3 user",
            "4 roles",
            "5 teams",
            "6 active",
            "7 user",
            "8 roles",
            "9 user",
            "10 user",
            "11 ");
    assertThat(dry.get("bad").get(0).get("expected").asText()).isNotBlank();
    assertThat(dry.get("changes")).isEmpty();
    HttpResponse<byte[]> refused = send("people", false, file.getBytes(StandardCharsets.UTF_8));
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(422);
    assertThat(text(refused)).contains("9 cells are wrong", "line ");
    assertThat(database.directory().user(ACME, "bad-fine")).isEmpty();

    assertThat(done("teams", true, "team,parent\nx,y\n").get("bad").get(0).get("column").asText())
        .isEqualTo("parent");
    assertThat(done("teams", true, "team,parent\nx,y\ny,x\n").get("bad")).hasSize(2);
    assertThat(
            done(
                    "numbers",
                    true,
                    "number,user\n+4940,auditor\nabc,\n+493014,nobody\n+493015,tenant-admin\n")
                .get("bad"))
        .extracting(bad -> bad.get("line").asInt() + " " + bad.get("column").asText())
        .containsExactly("2 number", "3 number", "4 user", "5 user");
  }

  @Test
  void whatIsNoTableIsRefused() {
    for (String wrong :
        List.of("", "name\nx\n", "user,shoe size\nx,1\n", "user,user\nx,y\n", "user\n\"x\n")) {
      assertThat(done("people", true, wrong).get("bad")).as(wrong).hasSize(1);
    }
    byte[] latin1 = "user,name\nx,Bö\n".getBytes(StandardCharsets.ISO_8859_1);
    HttpResponse<byte[]> response = send("people", true, latin1);
    assertThat(json(response).get("bad").get(0).get("expected").asText()).contains("UTF-8");
    assertThat(send("colours", true, latin1).statusCode()).isEqualTo(404);
    assertThat(send("people", true, new byte[(5 << 20) + 1]).statusCode()).isEqualTo(413);
    assertThat(admin.post("/api/v1/imports/people", Map.of()).statusCode()).isEqualTo(415);
  }

  @Test
  void anotherTenantsTeamsAndNumbersAreNotThere() {
    database
        .directory()
        .addNumber(new Directory.NumberRange(GLOBEX, "+4989", true, null, Instant.now()), "test");
    database.directory().addTeam(new Directory.Team("t-g", GLOBEX, "Theirs", null), "test");
    String theirs = done("numbers", true, "number\n+49891\n").get("bad").toString();
    assertThat(theirs.replace("+49891", "+49771"))
        .isEqualTo(done("numbers", true, "number\n+49771\n").get("bad").toString());
    assertThat(done("people", true, "user,teams\nx,Theirs\n").get("bad")).hasSize(1);
  }
}

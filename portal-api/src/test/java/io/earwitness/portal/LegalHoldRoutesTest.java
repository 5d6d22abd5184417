package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.AccessDirectory.NewGrant;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Legal holds by the API, over a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LegalHoldRoutesTest {
  private static final String PATH = "/api/v1/holds";
  private static final Instant DAY =
      Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(3));

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client officer;

  LegalHoldRoutesTest() throws Exception {}

  @BeforeAll
  void signIn() {
    officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(why);
  }

  private RecordingId recorded(String name, String number, String user, Duration later) {
    CallSummary call =
        TestCalls.summary(
            ACME,
            CallState.ARCHIVED,
            DAY.plus(later),
            Duration.ofSeconds(60),
            new Party(Side.LEFT, number, name, null, user, List.of("t-" + user)));
    CallEntry entry = TestCalls.archived(call, 5_000, Duration.ofSeconds(60));
    database.calls().report(call.withState(CallState.CLOSED, call.end(), call.flags()));
    database.calls().archived(Objects.requireNonNull(entry.archive()));
    portal.calls.put(entry);
    return call.id();
  }

  private static List<String> ids(JsonNode items) {
    List<String> ids = new ArrayList<>();
    items.forEach(item -> ids.add(item.path("id").asText()));
    return ids;
  }

  /** One way through all of it, as each step needs the one before. */
  @Test
  void aHoldIsPreviewedPlacedExplainedAndReleasedByASecondPerson() {
    String anna = recorded("Anna Berg", "+4930111", "u-acme-user", Duration.ZERO).toString();
    String quill = recorded("Quill Ltd", "+4930222", "x", Duration.ofHours(1)).toString();
    String other = recorded("Someone", "+4930333", "x", Duration.ofHours(2)).toString();
    Map<String, Object> scope =
        Map.of(
            "persons", List.of("user"),
            "query", Map.of("text", "quill"),
            "until", DAY.plus(Duration.ofHours(3)));

    JsonNode preview = json(officer.post(PATH + "/preview", Map.of("scope", scope)));
    assertThat(preview.path("recordings").asInt()).as(preview.toString()).isEqualTo(2);
    assertThat(preview.path("bytes").asInt()).isEqualTo(10_000);
    assertThat(ids(preview.path("newest"))).containsExactly(quill, anna);
    assertThat(ids(preview.path("nextDue"))).containsExactly(anna, quill);
    assertThat(json(officer.get(PATH)).path("items")).as("previewed only").isEmpty();

    HttpResponse<byte[]> made =
        officer.post(
            PATH, Map.of("name", "Quill v. Acme", "reason", "Letter of 3 May", "scope", scope));
    assertThat(made.statusCode()).as(text(made)).isEqualTo(201);
    JsonNode hold = json(made).path("hold");
    String path = PATH + "/" + hold.path("id").asText();
    assertThat(hold.path("recordings").asInt()).isEqualTo(2);
    assertThat(hold.path("state").asText()).isEqualTo("in-force");
    assertThat(hold.at("/scope/persons/0/name").asText()).isEqualTo("User");
    assertThat(json(made).at("/gone/count").asInt()).isZero();
    assertThat(portal.audit.of("hold.place")).isNotEmpty();
    JsonNode page = json(officer.get(path + "/recordings?limit=1"));
    assertThat(ids(page.path("items"))).containsExactly(anna);
    assertThat(
            ids(
                json(officer.get(path + "/recordings?cursor=" + page.path("next").asText()))
                    .path("items")))
        .containsExactly(quill);

    // Whoever may find the call is told of a hold; which one, only whoever may read holds
    for (String held : List.of(anna, quill)) {
      JsonNode kept = json(officer.get("/api/v1/recordings/%s/retention".formatted(held)));
      assertThat(kept.path("until").isNull()).as(kept.toString()).isTrue();
      assertThat(kept.path("because").asText()).contains("the legal hold 'Quill v. Acme'");
    }
    assertThat(
            json(officer.get("/api/v1/recordings/%s/retention".formatted(other)))
                .at("/reasons/0/cause")
                .asText())
        .isNotEqualTo("hold");
    database
        .access()
        .addGrant(
            ACME,
            new NewGrant(
                UUID.randomUUID(),
                new Holder.OfUser("u-acme-analyst"),
                Set.of(Right.SEARCH, Right.HOLD),
                new Target.OfUser("u-acme-user"),
                null,
                null),
            "test");
    TestPortal.Client analyst = portal.signIn(ACME, Role.ANALYST);
    assertThat(
            json(analyst.get("/api/v1/recordings/%s/retention".formatted(anna)))
                .path("because")
                .asText())
        .contains("a legal hold")
        .doesNotContain("Quill");

    // The right to hold some calls: those, and no others' holds
    assertThat(json(analyst.get(PATH)).path("items")).isEmpty();
    assertThat(analyst.get(path).statusCode()).isEqualTo(404);
    refused(
        analyst.post(PATH, Map.of("name", "x", "reason", "y", "scope", scope)),
        403,
        "need the right on the whole tenant");
    HttpResponse<byte[]> own =
        analyst.post(
            PATH, Map.of("name", "x", "reason", "y", "scope", Map.of("recordings", List.of(anna))));
    assertThat(own.statusCode()).as(text(own)).isEqualTo(201);
    refused(
        analyst.post(
            PATH,
            Map.of("name", "x", "reason", "y", "scope", Map.of("recordings", List.of(other)))),
        404,
        "");
    assertThat(json(analyst.get(PATH)).path("items")).hasSize(1);

    // Auditors read, and see of the calls what they may find: none
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    assertThat(json(auditor.get(PATH)).path("items")).hasSize(2);
    assertThat(json(auditor.get(path + "/recordings")).path("hidden").asInt()).isEqualTo(2);
    assertThat(portal.signIn(GLOBEX, Role.AUDITOR).get(path).statusCode()).isEqualTo(404);

    HttpResponse<byte[]> asked = officer.post(path + "/release", Map.of("reason", "settled"));
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    String approval = "/api/v1/approvals/" + json(asked).path("id").asText();
    Map<String, String> shown = Map.of("sha256", json(asked).path("sha256").asText());
    assertThat(officer.post(approval + "/approve", shown).statusCode()).isEqualTo(403);
    assertThat(json(officer.get(path)).path("state").asText()).isEqualTo("in-force");
    HttpResponse<byte[]> approved =
        portal.signIn(ACME, Role.TENANT_ADMIN).post(approval + "/approve", shown);
    assertThat(json(approved).path("state").asText()).as(text(approved)).isEqualTo("executed");
    JsonNode released = json(officer.get(path));
    assertThat(released.path("state").asText()).isEqualTo("in-grace");
    assertThat(Instant.parse(released.path("ends").asText()))
        .isEqualTo(Instant.parse(released.path("releasedAt").asText()).plus(Duration.ofDays(7)));
    JsonNode grace = json(officer.get("/api/v1/recordings/%s/retention".formatted(quill)));
    assertThat(grace.path("deletable").asBoolean()).isFalse();
    assertThat(grace.path("reasons").findValuesAsText("cause")).contains("released-hold");
    refused(officer.post(path + "/release", Map.of("reason", "again")), 409, "was released");
    assertThat(ids(json(officer.get(PATH + "?state=released")).path("items")))
        .containsExactly(hold.path("id").asText());
  }

  @Test
  void noHoldIsReleasedBecauseNobodyLooked() {
    TestPortal.Client lonely = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    database.access().setRoles(GLOBEX, "u-globex-tenant-admin", Map.of(), "test");
    JsonNode made =
        json(
            lonely.post(
                PATH,
                Map.of("name", "x", "reason", "y", "scope", Map.of("numbers", List.of("+4930*")))));
    refused(
        lonely.post(
            PATH + "/" + made.at("/hold/id").asText() + "/release", Map.of("reason", "settled")),
        409,
        "Nobody else could approve it");
  }

  @Test
  void whatIsWrongIsSaid() {
    Map<String, Object> all = Map.of("from", DAY);
    refused(officer.post(PATH, Map.of("name", "x", "reason", "y")), 400, "'scope' is needed");
    refused(officer.post(PATH, Map.of("name", "x", "scope", all)), 400, "reason");
    refused(officer.post(PATH, Map.of("reason", "y", "scope", all)), 400, "name");
    refused(
        officer.post(PATH, Map.of("name", "x", "reason", "y", "graceDays", 6, "scope", all)),
        400,
        "graceDays is 6");
    refused(
        officer.post(PATH, Map.of("name", "x", "matter", "none", "reason", "y", "scope", all)),
        400,
        "no matter 'none'");
    refused(
        officer.post(PATH + "/preview", Map.of("scope", Map.of("persons", List.of("nobody")))),
        400,
        "no user 'nobody'");
    refused(
        officer.post(PATH + "/preview", Map.of("scope", Map.of("numbers", List.of("abc")))),
        400,
        "'abc' is no number");
    refused(
        officer.post(PATH + "/preview", Map.of("scope", Map.of("query", Map.of()))),
        400,
        "query of a hold is empty");
    refused(
        officer.post(PATH + "/preview", Map.of("scope", Map.of("query", Map.of("number", "12x")))),
        400,
        "is no number");
    refused(
        officer.post(PATH + "/preview", Map.of("scope", Map.of("from", DAY, "until", DAY))),
        400,
        "is not after");
  }
}

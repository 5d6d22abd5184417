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
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Plays;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** People, teams, grants and matters over HTTP, on a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeopleAndGrantsTest {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private final DatabaseConfig.External config = TestServer.bundled().newDatabase();
  private final CatalogDatabase database = CatalogDatabase.open(config, Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client admin = portal.anonymous();
  private TestPortal.Client officer = portal.anonymous();

  @BeforeAll
  void signIn() {
    admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private RecordingId call(TenantSlug tenant, String user, String... teams) {
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                tenant,
                CallState.ARCHIVED,
                Instant.now().minusSeconds(2),
                Duration.ofSeconds(1),
                TestCalls.party(Side.LEFT, user, "+4930123", teams)),
            5,
            Duration.ofSeconds(1));
    RecordingId id = entry.summary().id();
    portal.calls.put(entry);
    portal.media.put(id, Part.MEDIA, new byte[] {1, 2, 3, 4, 5});
    portal.media.put(id, Part.WAVEFORM, new byte[] {1});
    portal.media.put(id, Part.CALL, Json.bytes(TestCalls.record(entry)));
    return id;
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, String path, Object body) {
    return client.send("PUT", path, Json.bytes(body), "Content-Type", "application/json");
  }

  private static JsonNode done(HttpResponse<byte[]> response) {
    assertThat(response.statusCode()).as(text(response)).isBetween(200, 201);
    return json(response);
  }

  private String person(String... roles) {
    String name = "p" + NEXT.incrementAndGet();
    return done(admin.post(
            "/api/v1/users", Map.of("name", name, "roles", roles, "password", TestPortal.PASSWORD)))
        .get("id")
        .asText();
  }

  private TestPortal.Client signInById(String id) {
    String name = database.directory().userById(ACME, id).orElseThrow().name();
    return portal.signIn(ACME, name);
  }

  private String team(@Nullable String parent) {
    Map<String, String> body = new HashMap<>(Map.of("name", "Team " + NEXT.incrementAndGet()));
    if (parent != null) {
      body.put("parent", parent);
    }
    return done(admin.post("/api/v1/teams", body)).get("id").asText();
  }

  private static Map<String, Object> grant(
      String holderType, String holder, String onType, String on, String... rights) {
    return Map.of(
        "holder", Map.of("type", holderType, "id", holder),
        "rights", rights,
        "on", Map.of("type", onType, "id", on));
  }

  private String granted(Map<String, Object> grant) {
    return done(admin.post("/api/v1/grants", grant)).get("id").asText();
  }

  private String matter(String kind, RecordingId... recordings) {
    String id =
        done(officer.post(
                "/api/v1/matters",
                Map.of("name", "Matter " + NEXT.incrementAndGet(), "kind", kind)))
            .get("id")
            .asText();
    done(officer.post("/api/v1/matters/" + id + "/recordings", Map.of("recordings", recordings)));
    return id;
  }

  private static List<String> found(TestPortal.Client client) {
    JsonNode page = done(client.get("/api/v1/recordings?limit=500"));
    List<String> ids = page.get("items").findValuesAsText("id");
    assertThat(page.get("total").get("value").asInt()).isEqualTo(ids.size());
    return ids;
  }

  @Test
  void whoIsGrantedAMatterHearsItsCallsAndNoOthersUntilTheGrantIsRevoked() {
    RecordingId in = call(ACME, "x");
    RecordingId out = call(ACME, "y");
    String user = person("auditor");
    TestPortal.Client auditor = signInById(user);
    assertThat(auditor.get("/api/v1/recordings").statusCode()).isEqualTo(403);
    String matter = matter("sample", in);
    String grant = granted(grant("user", user, "matter", matter, "search", "listen"));
    assertThat(
            admin
                .post("/api/v1/grants", grant("user", user, "matter", matter, "search", "listen"))
                .statusCode())
        .as("the same once more")
        .isEqualTo(200);

    assertThat(found(auditor)).containsExactly(in.toString());
    String path = "/api/v1/recordings/" + in;
    assertThat(done(auditor.get(path)).get("permissions").toString())
        .isEqualTo("[\"search\",\"listen\",\"notes-read\"]");
    assertThat(auditor.get(path + "/media").statusCode()).isEqualTo(200);
    assertThat(auditor.get(path + "/waveform").statusCode()).isEqualTo(200);
    HttpResponse<byte[]> other = auditor.get("/api/v1/recordings/" + out);
    HttpResponse<byte[]> missing =
        auditor.get("/api/v1/recordings/" + RecordingId.draw(Instant.now()));
    assertThat(other.statusCode()).isEqualTo(404);
    assertThat(other.body()).isEqualTo(missing.body());
    assertThat(auditor.get("/api/v1/recordings/" + out + "/media").statusCode()).isEqualTo(404);
    JsonNode page = done(auditor.get("/api/v1/matters/" + matter));
    assertThat(page.get("recordings").findValuesAsText("id")).containsExactly(in.toString());

    // A grant on anything but a matter is of no use to an auditor
    granted(grant("user", user, "tenant", "", "search", "listen"));
    assertThat(found(auditor)).containsExactly(in.toString());

    assertThat(admin.delete("/api/v1/grants/" + grant).statusCode()).isEqualTo(204);
    assertThat(auditor.get(path + "/media").statusCode()).isEqualTo(403);
    assertThat(auditor.get("/api/v1/recordings").statusCode()).isEqualTo(403);
  }

  @Test
  void aCallThatOneMaySeeButNotHearIsRefusedWithTheReason() {
    RecordingId call = call(ACME, "x");
    String user = person();
    TestPortal.Client client = signInById(user);
    String path = "/api/v1/recordings/" + call;
    granted(grant("user", user, "matter", matter("sample", call), "search"));
    // Something to hear and to take, so that the routes are open to this person
    RecordingId own = call(ACME, user + "-own");
    String heard = matter("sample", own);
    granted(grant("user", user, "matter", heard, "search", "listen"));
    granted(grant("user", user, "matter", heard, "download"));
    assertThat(done(client.get(path)).get("permissions").toString()).isEqualTo("[\"search\"]");
    assertThat(client.get(path + "/manifest").statusCode()).isEqualTo(200);
    for (HttpResponse<byte[]> refused :
        List.of(
            client.get(path + "/media"),
            client.get(path + "/waveform"),
            client.post(path + "/plays", Map.of()),
            client.get(path + "/media?download=true"),
            client.get(path + "/object"))) {
      assertThat(refused.statusCode()).as(text(refused)).isEqualTo(403);
      assertThat(json(refused).get("type").asText()).endsWith(":not-granted");
      assertThat(json(refused).get("detail").asText())
          .matches(
              "Neither a role nor a grant gives p\\d+ the right '(listen|download)' on this call\\.");
    }
    assertThat(portal.audit.of("recording.play").getLast().outcome())
        .startsWith("refused: Neither a role");
    String ownPath = "/api/v1/recordings/" + own;
    assertThat(client.get(ownPath + "/media?download=true").statusCode()).isEqualTo(200);
    assertThat(client.get(ownPath + "/object").statusCode()).isEqualTo(200);
  }

  @Test
  void callsStayWithTheTeamsOfTheirStartAndGrantsFollowTheGrantedTeams() {
    String top = team(null);
    String desk = team(top);
    String elsewhere = team(null);
    RecordingId call = call(ACME, "x", desk, top);
    String lead = person("supervisor");
    String outside = person();
    done(admin.post("/api/v1/teams/" + top + "/members", Map.of("user", lead)));
    TestPortal.Client supervisor = signInById(lead);
    assertThat(found(supervisor)).containsExactly(call.toString());
    // Moving the team moves no call
    done(put(admin, "/api/v1/teams/" + desk + "/parent", Map.of("parent", elsewhere)));
    assertThat(found(supervisor)).containsExactly(call.toString());
    // A grant to a team is one to those below it too
    granted(grant("team", elsewhere, "team", desk, "search"));
    done(admin.post("/api/v1/teams/" + desk + "/members", Map.of("user", outside)));
    TestPortal.Client member = signInById(outside);
    assertThat(found(member)).containsExactly(call.toString());
    JsonNode moved = done(admin.delete("/api/v1/teams/" + desk + "/members/" + outside));
    assertThat(moved.get("members")).isEmpty();
    assertThat(moved.get("parent").asText()).isEqualTo(elsewhere);
    assertThat(member.get("/api/v1/recordings").statusCode()).isEqualTo(403);
    assertThat(put(admin, "/api/v1/teams/" + elsewhere + "/parent", Map.of("parent", desk)))
        .satisfies(
            refused -> {
              assertThat(refused.statusCode()).isEqualTo(400);
              assertThat(text(refused)).contains("a team can't be below itself");
            });
  }

  @Test
  void nobodyWidensTheOwnAccess() {
    String me = "u-acme-tenant-admin";
    String mine = team(null);
    String below = team(mine);
    String beside = team(null);
    database.access().addMember(ACME, below, me, null, "another admin");
    String users = "/api/v1/users/" + me;
    String teams = "/api/v1/teams/";
    List<HttpResponse<byte[]>> tried =
        List.of(
            admin.post("/api/v1/grants", grant("user", me, "tenant", "", "listen")),
            admin.post("/api/v1/grants", grant("team", below, "tenant", "", "listen")),
            admin.post("/api/v1/grants", grant("team", mine, "tenant", "", "listen")),
            put(admin, users + "/roles", Map.of("roles", List.of(Map.of("role", "supervisor")))),
            put(admin, users + "/active", Map.of("active", false)),
            admin.post(teams + beside + "/members", Map.of("user", me)),
            admin.delete(teams + below + "/members/" + me),
            put(admin, teams + below + "/parent", Map.of("parent", beside)),
            put(admin, teams + mine + "/parent", Map.of("parent", beside)));
    for (HttpResponse<byte[]> refused : tried) {
      assertThat(refused.statusCode()).as(text(refused)).isEqualTo(403);
      assertThat(json(refused).get("type").asText()).endsWith(":separation-of-duties");
      assertThat(json(refused).get("detail").asText()).contains("another administrator");
    }
    assertThat(portal.audit.of("grant.add"))
        .anySatisfy(
            entry -> assertThat(entry.outcome()).startsWith("refused: Nobody grants to himself"));
    database.access().removeMember(ACME, below, me, "another admin");
    granted(grant("team", mine, "user", me, "search"));
  }

  @Test
  void anAdministratorWhoHearsATeamPutsNobodyElseIntoIt() {
    String hearing = person("tenant-admin", "supervisor");
    String team = team(null);
    String below = team(team);
    String free = team(null);
    database.access().addMember(ACME, team, hearing, null, "another admin");
    TestPortal.Client both = signInById(hearing);
    String somebody = person();
    for (HttpResponse<byte[]> refused :
        List.of(
            both.post("/api/v1/teams/" + team + "/members", Map.of("user", somebody)),
            both.post("/api/v1/teams/" + below + "/members", Map.of("user", somebody)),
            put(both, "/api/v1/teams/" + free + "/parent", Map.of("parent", below)))) {
      assertThat(refused.statusCode()).as(text(refused)).isEqualTo(403);
      assertThat(text(refused)).contains("this would give you more of them");
    }
    done(both.post("/api/v1/teams/" + free + "/members", Map.of("user", somebody)));
  }

  @Test
  void whoeverLeavesIsOutAtOnceWithSessionAndToken() {
    String user = person("supervisor");
    TestPortal.Client session = signInById(user);
    String token =
        done(session.post("/api/v1/tokens", Map.of("name", "script"))).get("token").asText();
    TestPortal.Client program = portal.anonymous().withBearer(token);
    assertThat(program.get("/api/v1/session").statusCode()).isEqualTo(200);
    JsonNode left = done(put(admin, "/api/v1/users/" + user + "/active", Map.of("active", false)));
    assertThat(left.get("active").asBoolean()).isFalse();
    assertThat(session.get("/api/v1/session").statusCode()).isEqualTo(401);
    assertThat(program.get("/api/v1/session").statusCode()).isEqualTo(401);
    String name = database.directory().userById(ACME, user).orElseThrow().name();
    assertThat(
            portal
                .anonymous()
                .post("/api/v1/session", TestPortal.credentials(ACME, name))
                .statusCode())
        .isEqualTo(401);
    done(put(admin, "/api/v1/users/" + user + "/active", Map.of("active", true)));
    assertThat(signInById(user).get("/api/v1/session").statusCode()).isEqualTo(200);
    assertThat(portal.audit.of("user.set-active"))
        .anySatisfy(
            entry -> {
              assertThat(entry.object()).isEqualTo("user:" + name);
              assertThat(entry.details())
                  .isEqualTo(Map.of("before", "active", "after", "inactive"));
            });
  }

  @Test
  void theFirstGrantToAComplianceOfficerNarrowsThatPerson() {
    RecordingId one = call(ACME, "narrow");
    RecordingId two = call(ACME, "wide");
    String user = person("compliance-officer");
    TestPortal.Client narrowed = signInById(user);
    assertThat(found(narrowed)).contains(one.toString(), two.toString());
    String matter = matter("hold", one);
    String grant = granted(grant("user", user, "matter", matter, "search", "hold"));
    assertThat(found(narrowed)).containsExactly(one.toString());
    // What one can't see can't be put on a list, and what one may not produce on no such one
    String mine =
        done(narrowed.post("/api/v1/matters", Map.of("name", "Own " + user, "kind", "production")))
            .get("id")
            .asText();
    String path = "/api/v1/matters/" + mine + "/recordings";
    assertThat(narrowed.post(path, Map.of("recordings", List.of(two))).statusCode()).isEqualTo(404);
    HttpResponse<byte[]> refused = narrowed.post(path, Map.of("recordings", List.of(one)));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(text(refused)).contains("the right 'produce'");
    // The end of the grant opens nothing
    assertThat(admin.delete("/api/v1/grants/" + grant).statusCode()).isEqualTo(204);
    assertThat(found(narrowed)).isEmpty();
    assertThat(done(officer.delete("/api/v1/matters/" + mine)).get("closedAt").isNull()).isFalse();
  }

  @Test
  void whoCanHearACallIsToldWithTheReasonsNowAndOnAPastDate() {
    String team = team(null);
    String lead = person("supervisor");
    done(admin.post("/api/v1/teams/" + team + "/members", Map.of("user", lead)));
    RecordingId call = call(ACME, "x", team);
    Instant before = Instant.now();
    assertThat(admin.delete("/api/v1/teams/" + team + "/members/" + lead).statusCode())
        .isEqualTo(200);
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    String review = "/api/v1/access/review?recording=" + call;
    assertThat(people(done(auditor.get(review)))).doesNotContain(lead);
    JsonNode then = done(auditor.get(review + "&at=" + before));
    assertThat(people(then)).contains(lead, "u-acme-compliance-officer");
    assertThat(reasons(then, lead)).startsWith("[{\"text\":\"Supervisor of team Team ");
    assertThat(people(done(auditor.get(review + "&right=hold&at=" + before))))
        .contains("u-acme-compliance-officer")
        .doesNotContain(lead);

    String decision = "/api/v1/access/decision?right=listen&recording=" + call + "&user=" + lead;
    assertThat(done(auditor.get(decision)).get("allowed").asBoolean()).isFalse();
    assertThat(done(auditor.get(decision + "&at=" + before)).get("allowed").asBoolean()).isTrue();
    JsonNode early = done(auditor.get(decision + "&at=" + before.minusSeconds(60)));
    assertThat(early.get("allowed").asBoolean()).isFalse();
    assertThat(early.get("reasons").get(0).get("text").asText()).startsWith("The call began at ");
    assertThat(done(auditor.get(review + "&at=" + before.minusSeconds(60))).get("items")).isEmpty();

    // Any call of a person, or of a team
    done(admin.post("/api/v1/teams/" + team + "/members", Map.of("user", lead)));
    String member = person();
    done(admin.post("/api/v1/teams/" + team + "/members", Map.of("user", member)));
    assertThat(people(done(auditor.get("/api/v1/access/review?user=" + member)))).contains(lead);
    assertThat(people(done(auditor.get("/api/v1/access/review?team=" + team)))).contains(lead);
    assertThat(people(done(auditor.get("/api/v1/access/review?team=" + team(null)))))
        .doesNotContain(lead);
    for (String bad :
        List.of(
            "/api/v1/access/review",
            "/api/v1/access/review?user=x&team=y",
            review + "&at=yesterday",
            review + "&right=everything",
            review + "&at=" + Instant.now().plusSeconds(3600),
            "/api/v1/access/decision?user=" + lead)) {
      assertThat(auditor.get(bad).statusCode()).as(bad).isEqualTo(400);
    }
    assertThat(portal.audit.of("access.review"))
        .extracting(AuditEntry::object)
        .contains("recording:" + call, "user:" + member, "team:" + team);
  }

  private static List<String> people(JsonNode review) {
    return review.get("items").findValues("user").stream().map(u -> u.get("id").asText()).toList();
  }

  private static String reasons(JsonNode review, String user) {
    for (JsonNode item : review.get("items")) {
      if (item.get("user").get("id").asText().equals(user)) {
        return item.get("reasons").toString();
      }
    }
    return "";
  }

  @Test
  void grantsThatNobodyUsedAreFound() {
    RecordingId call = call(ACME, "x");
    String matter = matter("sample", call);
    String user = person();
    String idle = person();
    granted(grant("user", user, "matter", matter, "listen"));
    granted(grant("user", idle, "matter", matter, "listen"));
    granted(grant("user", idle, "matter", matter, "search"));
    String on = "/api/v1/grants?on=matter:" + matter;
    assertThat(done(admin.get(on)).get("items")).hasSize(3);
    assertThat(done(admin.get(on + "&holder=user:" + user)).get("items")).hasSize(1);
    // None is a day old yet
    assertThat(done(admin.get(on + "&unusedDays=1")).get("items")).isEmpty();
    TestServer.bundled()
        .execute(
            config,
            "update earwitness.access_grant set valid_from = valid_from - interval '100 days'"
                + " where on_matter = '"
                + matter
                + "'");
    // What was read is read again after a change
    done(admin.post("/api/v1/teams", Map.of("name", "Team " + NEXT.incrementAndGet())));
    portal.plays.open(
        new Plays.Play(UUID.randomUUID(), ACME, call, user, null, Instant.now(), null));
    JsonNode unused = done(admin.get(on + "&unusedDays=90"));
    assertThat(unused.get("items")).hasSize(1);
    assertThat(unused.get("items").get(0).get("holder").get("id").asText()).isEqualTo(idle);
    assertThat(unused.get("items").get(0).get("rights").toString()).isEqualTo("[\"listen\"]");
  }

  @Test
  void whatIsAnotherTenantsAnswersExactlyAsWhatIsMissing() {
    TestPortal.Client other = portal.signIn(GLOBEX, Role.TENANT_ADMIN);
    TestPortal.Client otherOfficer = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    TestPortal.Client otherAuditor = portal.signIn(GLOBEX, Role.AUDITOR);
    String user = person("supervisor");
    String team = team(null);
    RecordingId call = call(ACME, "x");
    RecordingId globex = call(GLOBEX, "x");
    String matter = matter("sample", call);
    String grant = granted(grant("user", user, "matter", matter, "search"));
    String missing = UUID.randomUUID().toString();
    record Asked(TestPortal.Client client, String method, String path, @Nullable Object body) {}
    for (Asked asked :
        List.of(
            new Asked(other, "PUT", "/users/%s/roles".formatted(user), Map.of("roles", List.of())),
            new Asked(other, "PUT", "/users/%s/active".formatted(user), Map.of("active", false)),
            new Asked(other, "PUT", "/teams/%s/parent".formatted(team), Map.of()),
            new Asked(other, "POST", "/teams/%s/members".formatted(team), Map.of("user", "u")),
            new Asked(other, "DELETE", "/teams/%s/members/%s".formatted(team, user), null),
            new Asked(other, "DELETE", "/grants/%s".formatted(grant), null),
            new Asked(other, "GET", "/matters/%s".formatted(matter), null),
            new Asked(otherOfficer, "DELETE", "/matters/%s".formatted(matter), null),
            new Asked(
                otherOfficer,
                "POST",
                "/matters/%s/recordings".formatted(matter),
                Map.of("recordings", List.of(globex))),
            new Asked(
                otherOfficer,
                "DELETE",
                "/matters/%s/recordings/%s".formatted(matter, globex),
                null),
            new Asked(otherAuditor, "GET", "/access/review?user=" + user, null),
            new Asked(otherAuditor, "GET", "/access/review?team=" + team, null),
            new Asked(
                otherAuditor,
                "GET",
                "/access/decision?user=%s&recording=%s".formatted(user, globex),
                null))) {
      HttpResponse<byte[]> theirs = ask(asked.client(), asked.method(), asked.path(), asked.body());
      String none = asked.path();
      for (String id : List.of(user, team, grant, matter)) {
        none = none.replace(id, missing);
      }
      HttpResponse<byte[]> nothing = ask(asked.client(), asked.method(), none, asked.body());
      assertThat(theirs.statusCode()).as(asked.toString()).isEqualTo(404);
      assertThat(theirs.body()).as(asked.toString()).isEqualTo(nothing.body());
    }
    HttpResponse<byte[]> review = otherAuditor.get("/api/v1/access/review?recording=" + call);
    assertThat(review.statusCode()).isEqualTo(404);
    assertThat(review.body())
        .isEqualTo(
            otherAuditor
                .get("/api/v1/access/review?recording=" + RecordingId.draw(Instant.now()))
                .body());
    // Neither can it be granted on, nor listed, nor does a name tell that it is taken there
    HttpResponse<byte[]> theirs =
        other.post("/api/v1/grants", grant("user", "u-globex-auditor", "matter", matter, "search"));
    assertThat(theirs.statusCode()).isEqualTo(400);
    HttpResponse<byte[]> nothing =
        other.post(
            "/api/v1/grants", grant("user", "u-globex-auditor", "matter", missing, "search"));
    assertThat(text(theirs).replace(matter, missing)).isEqualTo(text(nothing));
    String own = matter("sample", call);
    HttpResponse<byte[]> otherCall =
        officer.post(
            "/api/v1/matters/" + own + "/recordings", Map.of("recordings", List.of(globex)));
    assertThat(otherCall.statusCode()).isEqualTo(404);
    String name = database.directory().userById(ACME, user).orElseThrow().name();
    assertThat(other.post("/api/v1/users", Map.of("name", name)).statusCode()).isEqualTo(201);
    for (String list : List.of("users", "teams", "grants", "matters")) {
      assertThat(text(other.get("/api/v1/" + list)))
          .as(list)
          .doesNotContain(user)
          .doesNotContain(team)
          .doesNotContain(matter);
    }
  }

  private static HttpResponse<byte[]> ask(
      TestPortal.Client client, String method, String path, @Nullable Object body) {
    return body == null
        ? client.send(method, "/api/v1" + path, null)
        : client.send(
            method, "/api/v1" + path, Json.bytes(body), "Content-Type", "application/json");
  }

  @Test
  void changesAreInTheTrailWithWhatWasBeforeAndIsAfter() {
    String user = person("user");
    String until = Instant.now().plus(Duration.ofDays(9)).toString();
    JsonNode changed =
        done(
            put(
                admin,
                "/api/v1/users/" + user + "/roles",
                Map.of(
                    "roles",
                    List.of(
                        Map.of("role", "auditor", "until", until), Map.of("role", "analyst")))));
    assertThat(changed.get("roles").findValuesAsText("role")).containsExactly("analyst", "auditor");
    assertThat(portal.audit.of("user.set-roles"))
        .anySatisfy(
            entry ->
                assertThat(entry.details())
                    .containsEntry("before", "user")
                    .containsEntry("after", "analyst,auditor until " + until));
    String team = team(null);
    granted(grant("user", user, "team", team, "search"));
    AuditEntry grant =
        portal.audit.of("grant.add").stream()
            .filter(entry -> entry.details().getOrDefault("on", "").contains(team))
            .findFirst()
            .orElseThrow();
    assertThat(grant.actor()).isEqualTo("user:tenant-admin@acme");
    assertThat(grant.details().get("holder")).startsWith("user:" + user + " (p");
    assertThat(grant.details()).containsEntry("rights", "search");
    JsonNode listed = done(admin.get("/api/v1/users"));
    assertThat(listed.get("items").findValuesAsText("id")).contains(user);
    assertThat(listed.toString()).doesNotContain("argon2");
  }

  @Test
  void whatIsWrongInARequestIsSaid() {
    String user = person();
    String roles = "/api/v1/users/" + user + "/roles";
    record Wrong(HttpResponse<byte[]> response, int status, String says) {}
    for (Wrong wrong :
        List.of(
            new Wrong(admin.post("/api/v1/users", Map.of()), 400, "Member 'name' is missing"),
            new Wrong(
                admin.post("/api/v1/users", Map.of("name", "auditor")),
                409,
                "There is an account 'auditor' already."),
            new Wrong(
                admin.post("/api/v1/users", Map.of("name", "z", "password", "short")),
                400,
                "A password has 12 to 1000 characters"),
            new Wrong(
                admin.post("/api/v1/users", Map.of("name", "z", "roles", List.of("boss"))),
                400,
                "'boss' is no Role; expected one of: operator, tenant-admin"),
            new Wrong(
                put(admin, roles, Map.of("roles", List.of(Map.of("role", "operator")))),
                400,
                "a tenant has no operators"),
            new Wrong(put(admin, roles, Map.of()), 400, "Member 'roles' is missing"),
            new Wrong(
                put(
                    admin,
                    roles,
                    Map.of(
                        "roles", List.of(Map.of("role", "user", "until", "2020-01-01T00:00:00Z")))),
                400,
                "is past already"),
            new Wrong(
                admin.post("/api/v1/teams", Map.of("name", "z", "parent", "none")),
                400,
                "parent is no id of a team"),
            new Wrong(
                admin.post("/api/v1/grants", grant("robot", user, "tenant", "", "listen")),
                400,
                "holder.type is 'robot'; expected user or team"),
            new Wrong(
                admin.post("/api/v1/grants", grant("user", user, "tenant", "")),
                400,
                "a grant needs at least one"),
            new Wrong(
                admin.post("/api/v1/grants", grant("user", user, "user", "ghost", "listen")),
                400,
                "tenant acme has no user 'ghost'"),
            new Wrong(
                officer.post("/api/v1/matters", Map.of("name", "z", "kind", "case")),
                400,
                "expected one of: hold, production, sample"),
            new Wrong(
                officer.post(
                    "/api/v1/matters/" + matter("sample", call(ACME, "x")) + "/recordings",
                    Map.of("recordings", List.of("no-id"))),
                400,
                "'no-id' is no id of a recording"))) {
      assertThat(wrong.response().statusCode()).as(wrong.says()).isEqualTo(wrong.status());
      assertThat(json(wrong.response()).get("detail").asText()).contains(wrong.says());
    }
  }

  @Test
  void usersHearTheirOwnCallsWhereTheTenantLetsThem() {
    String user = person("user");
    TestPortal.Client client = signInById(user);
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                ACME,
                CallState.ARCHIVED,
                Instant.now().minusSeconds(2),
                Duration.ofSeconds(1),
                new io.earwitness.call.Party(Side.LEFT, "+4930", "P", null, user, List.of())),
            5,
            Duration.ofSeconds(1));
    portal.calls.put(entry);
    call(ACME, "somebody-else");
    assertThat(client.get("/api/v1/recordings").statusCode()).isEqualTo(403);
    database.access().allowOwnCalls(ACME, true, "cli:test");
    try {
      assertThat(found(client)).containsExactly(entry.summary().id().toString());
    } finally {
      database.access().allowOwnCalls(ACME, false, "cli:test");
    }
    assertThat(client.get("/api/v1/recordings").statusCode()).isEqualTo(403);
  }

  @Test
  void nothingIsGrantedInThePlatformsOwnTenant() {
    portal.user(TenantSlug.PLATFORM, "platform-admin", Set.of(Role.TENANT_ADMIN));
    TestPortal.Client platform = portal.signIn(TenantSlug.PLATFORM, "platform-admin");
    HttpResponse<byte[]> refused =
        platform.post(
            "/api/v1/grants", grant("user", "u-platform-auditor", "tenant", "", "listen"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(text(refused)).contains("heard by anybody");
  }
}

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
import io.earwitness.archive.catalog.RetentionLengthenings;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Side;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The policy of retention by the API, over a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RetentionRoutesTest {
  private static final String PATH = "/api/v1/policies/retention";
  private static final Map<String, Object> DESK =
      Map.of("name", "Desk", "numbers", List.of("+4930*"), "keep", "7-years");

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client admin;
  private TestPortal.Client officer;

  RetentionRoutesTest() throws Exception {}

  @BeforeAll
  void signIn() {
    admin = portal.signIn(ACME, Role.RECORDING_ADMIN);
    officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private HttpResponse<byte[]> put(Object policy) {
    return admin.send("PUT", PATH, Json.bytes(policy), "Content-Type", "application/json");
  }

  private JsonNode policy() {
    return json(officer.get(PATH));
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(why);
  }

  private CallEntry recorded(Instant start) {
    return recorded(ACME, start);
  }

  private CallEntry recorded(TenantSlug tenant, Instant start) {
    CallSummary call =
        TestCalls.summary(
            tenant,
            CallState.ARCHIVED,
            start,
            Duration.ofSeconds(60),
            TestCalls.party(Side.LEFT, "Anna Berg", "+4930123"));
    CallEntry entry = TestCalls.archived(call, 5_000, Duration.ofSeconds(60));
    database.calls().report(call.withState(CallState.CLOSED, call.end(), call.flags()));
    database.calls().archived(Objects.requireNonNull(entry.archive()));
    portal.calls.put(entry);
    return entry;
  }

  /** One way through all of it, as each step needs the one before. */
  @Test
  void aPolicyIsTriedOutMadeShortenedBySecondPersonAndExplained() {
    Instant day = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(3));
    CallEntry call = recorded(day);
    assertThat(policy().path("version").asInt()).isZero();
    assertThat(policy().path("standard").asText()).isEqualTo("1-year");

    // What lengthens is made at once
    Map<String, Object> longer = Map.of("version", 0, "standard", "1-year", "rules", List.of(DESK));
    JsonNode trial = json(admin.post(PATH + "/simulate", longer));
    assertThat(trial.path("needsSecondPerson").asBoolean()).isFalse();
    assertThat(trial.at("/longer/recordings").asInt()).isEqualTo(1);
    assertThat(trial.at("/longer/bytes").asInt()).isEqualTo(5_000);
    assertThat(trial.at("/longer/days").asInt()).isBetween(6 * 365, 6 * 366);
    assertThat(trial.at("/longer/examples/0/id").asText())
        .isEqualTo(call.summary().id().toString());
    assertThat(trial.at("/longer/examples/0/after/rule").asText()).isEqualTo("Desk");
    assertThat(policy().path("version").asInt()).as("tried out only").isZero();
    HttpResponse<byte[]> made = put(longer);
    assertThat(made.statusCode()).as(text(made)).isEqualTo(200);
    assertThat(json(made).path("version").asInt()).isEqualTo(1);
    refused(put(longer), 409, "version 1 by now, not 0");
    assertThat(portal.audit.of("retention-policy.set")).isNotEmpty();

    // What may shorten is not, until somebody else agrees
    Map<String, Object> shorter =
        Map.of(
            "version", 1, "standard", "90-days", "rules", List.of(DESK), "reason", "minimisation");
    assertThat(json(admin.post(PATH + "/simulate", shorter)).path("needsSecondPerson").asBoolean())
        .isTrue();
    refused(put(shorter), 409, "needs a second person");
    HttpResponse<byte[]> asked = admin.post(PATH + "/shorten", shorter);
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    assertThat(policy().path("version").asInt()).isEqualTo(1);
    Map<String, String> shown = Map.of("sha256", json(asked).path("sha256").asText());
    String approve = "/api/v1/approvals/%s/approve".formatted(json(asked).path("id").asText());
    assertThat(admin.post(approve, shown).statusCode()).as("oneself").isEqualTo(403);
    HttpResponse<byte[]> approved = officer.post(approve, shown);
    assertThat(approved.statusCode()).as(text(approved)).isEqualTo(200);
    assertThat(json(approved).path("state").asText()).as(text(approved)).isEqualTo("executed");
    assertThat(policy().path("version").asInt()).isEqualTo(2);
    assertThat(policy().path("standard").asText()).isEqualTo("90-days");
    assertThat(json(officer.get(PATH + "?version=1")).path("standard").asText())
        .isEqualTo("1-year");

    // The call that was there is kept as it was
    String explain = "/api/v1/recordings/%s/retention".formatted(call.summary().id());
    Instant keep = Objects.requireNonNull(call.archive()).keepUntil();
    portal.locks = _ -> Optional.of(new Lock(LockMode.GOVERNANCE, keep.plusSeconds(1)));
    JsonNode kept = json(officer.get(explain));
    assertThat(kept.path("deletable").asBoolean()).as(kept.toString()).isFalse();
    assertThat(Instant.parse(kept.path("until").asText()))
        .isAfterOrEqualTo(day.plus(Duration.ofDays(365)))
        .isBefore(day.plus(Duration.ofDays(367)));
    assertThat(kept.path("because").asText()).startsWith("It can't be deleted before");
    assertThat(kept.at("/reasons/0/cause").asText()).isEqualTo("policy");
    assertThat(kept.at("/lock/mode").asText()).isEqualTo("GOVERNANCE");
    portal.locks = _ -> Optional.of(new Lock(LockMode.GOVERNANCE, keep.plus(Duration.ofDays(99))));
    JsonNode locked = json(officer.get(explain));
    assertThat(locked.at("/reasons/0/cause").asText()).isEqualTo("lock");
    portal.locks = _ -> Optional.empty();
    assertThat(json(officer.get(explain)).path("lockTooShort").asBoolean()).isTrue();
    portal.locks =
        _ -> {
          throw new ObjectStoreException("the store is away", null);
        };
    JsonNode unknown = json(officer.get(explain));
    assertThat(unknown.path("lockKnown").asBoolean()).isFalse();
    assertThat(unknown.path("lockTooShort").asBoolean()).isFalse();

    CallEntry old = recorded(day.minus(Duration.ofDays(800)));
    portal.locks = _ -> Optional.empty();
    JsonNode due =
        json(officer.get("/api/v1/recordings/%s/retention".formatted(old.summary().id())));
    assertThat(due.path("deletable").asBoolean()).as(due.toString()).isTrue();
    assertThat(portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER).get(explain).statusCode())
        .isEqualTo(404);
    assertThat(json(portal.signIn(GLOBEX, Role.AUDITOR).get(PATH)).path("standard").asText())
        .isNotEqualTo("90-days");
  }

  /** By somebody else's tenant, so that the tests don't meet. */
  @Test
  void whatIsThereIsLengthenedWithItsCountFirstAndATrialEndsByASignature() {
    TestPortal.Client own = portal.signIn(GLOBEX, Role.RECORDING_ADMIN);
    assertThat(own.post(PATH + "/go-live", Map.of("signedBy", "Rita", "reason", "x")).statusCode())
        .as("not on trial")
        .isEqualTo(409);
    assertThat(database.retentionTrials().begin(GLOBEX, "test")).isTrue();
    JsonNode trial = json(own.get(PATH + "/locks"));
    assertThat(trial.at("/trial/lockDays").asInt()).isEqualTo(7);
    assertThat(trial.at("/trial/endedAt").isNull()).isTrue();
    assertThat(portal.signIn(GLOBEX, Role.AUDITOR).get(PATH + "/locks").statusCode())
        .isEqualTo(200);

    Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofHours(1));
    CallEntry call = recorded(GLOBEX, start);
    Map<String, Object> longer =
        Map.of(
            "version",
            0,
            "standard",
            "7-years",
            "rules",
            List.of(),
            "extending",
            true,
            "settlingDays",
            0);
    JsonNode tried = json(own.post(PATH + "/simulate", longer));
    assertThat(tried.at("/lengthened/recordings").asInt()).isEqualTo(1);
    assertThat(tried.at("/lengthened/bytes").asInt()).isEqualTo(5_000);
    assertThat(tried.at("/lengthened/days").asInt()).isBetween(6 * 365, 6 * 366 + 1);
    HttpResponse<byte[]> made =
        own.send("PUT", PATH, Json.bytes(longer), "Content-Type", "application/json");
    assertThat(made.statusCode()).as(text(made)).isEqualTo(200);
    assertThat(json(made).path("extending").asBoolean()).isTrue();
    RetentionLengthenings.Batch batch = database.retentionLengthenings().next(10).orElseThrow();
    database.retentionLengthenings().apply(batch, "job:test");
    JsonNode state = json(own.get(PATH + "/locks"));
    assertThat(state.at("/lengthening/recordings").asInt()).isEqualTo(1);
    assertThat(state.at("/lengthening/finishedAt").asText()).isNotEmpty();
    assertThat(state.path("waiting").asInt()).as("for its longer lock").isEqualTo(1);

    // The store's lock is still the shorter one: that is known, and no trouble
    String explain = "/api/v1/recordings/%s/retention".formatted(call.summary().id());
    Instant locked = Objects.requireNonNull(call.archive()).keepUntil();
    portal.calls.put(database.calls().find(GLOBEX, call.summary().id()).orElseThrow());
    portal.locks = _ -> Optional.of(new Lock(LockMode.GOVERNANCE, locked));
    JsonNode explained = json(own.get(explain));
    assertThat(explained.at("/renewal/phase").asText()).isEqualTo("due");
    assertThat(explained.path("lockTooShort").asBoolean()).isFalse();
    portal.locks = _ -> Optional.of(new Lock(LockMode.GOVERNANCE, locked.minusSeconds(60)));
    assertThat(json(own.get(explain)).path("lockTooShort").asBoolean()).isTrue();

    HttpResponse<byte[]> live =
        own.post(PATH + "/go-live", Map.of("signedBy", "Rita Roth", "reason", "contract"));
    assertThat(live.statusCode()).as(text(live)).isEqualTo(200);
    assertThat(json(live).at("/trial/signedBy").asText()).isEqualTo("Rita Roth");
    assertThat(portal.audit.of("tenant.go-live")).isNotEmpty();
    refused(
        own.post(PATH + "/go-live", Map.of("signedBy", "Rita Roth", "reason", "again")),
        409,
        "went live");

    // A longer settling time locks for a shorter time at first
    Map<String, Object> settling =
        Map.of("version", 1, "standard", "7-years", "rules", List.of(), "settlingDays", 10);
    refused(
        own.send("PUT", PATH, Json.bytes(settling), "Content-Type", "application/json"),
        409,
        "second person");
    refused(
        own.post(
            PATH + "/simulate",
            Map.of("standard", "7-years", "rules", List.of(), "settlingDays", 31)),
        400,
        "0 to 30 days");
  }

  @Test
  void locksBecomeComplianceOnesByTwoPersonsAndNeverWeaker() {
    TestPortal.Client own = portal.signIn(GLOBEX, Role.RECORDING_ADMIN);
    TestPortal.Client other = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    String path = PATH + "/lock-mode";
    Map<String, Object> wanted =
        Map.of("mode", "compliance", "existing", true, "reason", "SEC 17a-4");
    assertThat(json(own.get(PATH + "/locks")).at("/mode/mode").asText()).isEqualTo("GOVERNANCE");
    refused(own.post(path, Map.of("mode", "x", "reason", "y")), 400, "only 'compliance'");
    HttpResponse<byte[]> asked = own.post(path, wanted);
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    assertThat(json(own.get(PATH + "/locks")).at("/mode/version").asInt()).isZero();
    HttpResponse<byte[]> approved =
        other.post(
            "/api/v1/approvals/%s/approve".formatted(json(asked).path("id").asText()),
            Map.of("sha256", json(asked).path("sha256").asText()));
    assertThat(json(approved).path("state").asText()).as(text(approved)).isEqualTo("executed");
    JsonNode mode = json(own.get(PATH + "/locks")).path("mode");
    assertThat(mode.path("mode").asText()).isEqualTo("COMPLIANCE");
    assertThat(mode.path("existing").asBoolean()).isTrue();
    assertThat(portal.audit.of("lock-mode.set")).isNotEmpty();
    refused(own.post(path, wanted), 409, "so already");
    refused(own.post(path, Map.of("mode", "governance", "reason", "y")), 409, "no way back");
  }

  @Test
  void whatIsWrongIsSaid() {
    refused(put(Map.of("version", 0, "rules", List.of())), 400, "standard");
    refused(put(Map.of("version", 0, "standard", "7", "rules", List.of())), 400, "'7' is no class");
    refused(
        put(Map.of("version", 0, "standard", "1-year", "rules", List.of(Map.of("name", "Desk")))),
        400,
        "Rule 'Desk' needs 'keep'");
    refused(
        put(
            Map.of(
                "version",
                0,
                "standard",
                "1-year",
                "rules",
                List.of(Map.of("name", "Desk", "keep", "1-year", "licences", List.of("gold"))))),
        400,
        "'gold' is no Licence");
    refused(put(Map.of("standard", "1-year", "rules", List.of())), 400, "version");
    assertThat(officer.get(PATH + "?version=99").statusCode()).isEqualTo(404);
  }
}

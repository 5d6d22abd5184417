package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.PASSWORD;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.archive.catalog.SecondFactors;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import io.earwitness.portal.OpenIdConnect.Identity;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Guests and support over HTTP, on a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuestsTest {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private final TestPortal.TestClock clock = new TestPortal.TestClock();
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), clock);
  private final TestPortal portal =
      new TestPortal(
          database,
          new SignInConfig(SignInConfig.TotpPolicy.OPTIONAL, URI.create("https://calls.example")),
          clock);
  private final RecordingId listed = call();
  private final RecordingId unlisted = call();
  private UUID matter = new UUID(0, 0);
  private TestPortal.Client admin = portal.anonymous();

  @BeforeAll
  void matter() {
    matter = database.access().addMatter(ACME, "Case 7", MatterKind.SAMPLE, "test").id();
    database.access().addRecordings(ACME, matter, List.of(listed), "test");
    database
        .identityProviders()
        .set(
            new Provider(
                ACME,
                "counsel",
                "Counsel's ID",
                "https://idp.example",
                "earwitness",
                null,
                List.of("profile"),
                "",
                "groups",
                Map.of("officers", Set.of(Role.COMPLIANCE_OFFICER)),
                Map.of(),
                false,
                true),
            "test");
  }

  @BeforeEach
  void signIn() {
    admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    portal.audit.entries.clear();
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private RecordingId call() {
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                ACME,
                CallState.ARCHIVED,
                NOW.minusSeconds(60),
                Duration.ofSeconds(1),
                TestCalls.party(Side.LEFT, "Anna", "+4930123")),
            5,
            Duration.ofSeconds(1));
    RecordingId id = entry.summary().id();
    portal.calls.put(entry);
    database.calls().report(entry.summary());
    portal.media.put(id, Part.MEDIA, new byte[] {1, 2, 3, 4, 5});
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

  private static String problem(HttpResponse<byte[]> response) {
    return response.statusCode()
        + " "
        + json(response).path("type").asText().replace("urn:earwitness:problem:", "");
  }

  private Map<String, Object> invitation(String name, int plays, Duration lasts) {
    return new HashMap<>(
        Map.of(
            "name", name,
            "matter", matter,
            "reason", "annual audit",
            "until", clock.now.plus(lasts),
            "plays", plays));
  }

  private static String name() {
    return "guest" + NEXT.incrementAndGet();
  }

  private Map<String, String> shown(JsonNode invited) {
    return new HashMap<>(Map.of("tenant", "acme", "code", invited.get("code").asText()));
  }

  private HttpResponse<byte[]> accept(JsonNode invited) {
    Map<String, String> body = shown(invited);
    body.put("password", PASSWORD);
    return portal.anonymous().post("/api/v1/invitations/accept", body);
  }

  private TestPortal.Client client(HttpResponse<byte[]> opened) {
    done(opened);
    return portal
    .new Client(
        opened.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0],
        json(opened).get("csrf").asText());
  }

  /** Sets a second factor up. */
  private void enrol(TestPortal.Client client, Directory.User user) {
    done(client.post("/api/v1/totp", Map.of("password", PASSWORD)));
    done(put(client, "/api/v1/totp", Map.of("code", code(user, 0))));
  }

  private String code(Directory.User user, int steps) {
    SecondFactors.Totp totp = database.secondFactors().totp(user.tenant(), user.id()).orElseThrow();
    byte[] secret =
        portal.key.open(
            "totp|%s|%s".formatted(user.tenant(), user.id()),
            Objects.requireNonNull(totp.pending() == null ? totp.secret() : totp.pending()));
    return Totp.code(secret, Totp.step(clock.now) + steps);
  }

  private Directory.User account(TenantSlug tenant, String name) {
    return database.directory().user(tenant, name).orElseThrow();
  }

  /** Somebody who was invited, accepted and has a second factor. */
  private record In(String id, String name, TestPortal.Client client) {}

  private In in(int plays, Duration lasts, Map<String, Object> more) {
    String name = name();
    Map<String, Object> body = invitation(name, plays, lasts);
    body.putAll(more);
    JsonNode invited = done(admin.post("/api/v1/guests", body));
    TestPortal.Client client = client(accept(invited));
    enrol(client, account(ACME, name));
    return new In(invited.get("guest").get("id").asText(), name, client);
  }

  private HttpResponse<byte[]> play(TestPortal.Client client) {
    return client.post("/api/v1/recordings/%s/plays".formatted(listed), Map.of());
  }

  @Test
  void aGuestAcceptsOnceNeedsASecondFactorAndThenFindsTheMatterOnly() {
    String name = name();
    JsonNode invited = done(admin.post("/api/v1/guests", invitation(name, 3, Duration.ofDays(30))));
    String code = invited.get("code").asText();
    assertThat(invited.get("link").asText())
        .isEqualTo("https://calls.example/invitation#tenant=acme&code=" + code);
    assertThat(invited.get("guest").get("state").asText()).isEqualTo("invited");
    JsonNode seen = done(portal.anonymous().post("/api/v1/invitations/view", shown(invited)));
    assertThat(seen.get("terms").get("matter").asText()).isEqualTo("matter Case 7");
    assertThat(seen.get("provider").isNull()).isTrue();

    TestPortal.Client guest = client(accept(invited));
    assertThat(problem(guest.get("/api/v1/recordings"))).isEqualTo("403 enrolment-needed");
    enrol(guest, account(ACME, name));
    assertThat(problem(accept(invited))).as("again").isEqualTo("403 invitation-void");
    assertThat(problem(portal.anonymous().post("/api/v1/invitations/view", shown(invited))))
        .isEqualTo("403 invitation-void");

    assertThat(done(guest.get("/api/v1/recordings")).get("items").findValuesAsText("id"))
        .containsExactly(listed.toString());
    assertThat(guest.get("/api/v1/recordings/" + unlisted).statusCode()).isEqualTo(404);
    for (String path :
        List.of("users", "teams", "grants", "matters", "audit", "guests", "alarms", "tokens")) {
      assertThat(guest.get("/api/v1/" + path).statusCode()).as(path).isEqualTo(403);
    }
    String media = "/api/v1/recordings/%s/media".formatted(listed);
    assertThat(guest.get(media).statusCode()).isEqualTo(200);
    assertThat(guest.get(media + "?download=true").statusCode()).isEqualTo(403);
    JsonNode own = done(guest.get("/api/v1/session"));
    assertThat(own.get("permissions").valueStream().map(JsonNode::asText))
        .containsExactlyInAnyOrder("search", "listen");
    assertThat(own.get("guest").get("playsUsed").asInt()).isEqualTo(1);
    assertThat(portal.audit.of("guest.invite").getFirst().details())
        .containsEntry("plays", "3")
        .containsEntry("reason", "annual audit")
        .containsEntry("on", "matter:%s (matter Case 7)".formatted(matter));
    assertThat(portal.audit.of("guest.accept"))
        .extracting(AuditEntry::actor)
        .contains("user:%s@acme".formatted(name));
    assertThat(Json.text(portal.audit.entries)).doesNotContain(code);
  }

  @Test
  void whatABrowserOfAGuestSendsWithoutASecondFactorIsRefusedAtTheNextSignInToo() {
    String name = name();
    accept(done(admin.post("/api/v1/guests", invitation(name, 3, Duration.ofDays(30)))));
    TestPortal.Client again = portal.signIn(ACME, name);
    assertThat(problem(again.get("/api/v1/recordings"))).isEqualTo("403 enrolment-needed");
  }

  @Test
  void playsAreCountedAndRefusedWithTheReasonUntilThereAreMore() {
    In guest = in(2, Duration.ofDays(30), Map.of());
    done(play(guest.client()));
    done(play(guest.client()));
    HttpResponse<byte[]> third = play(guest.client());
    assertThat(problem(third)).isEqualTo("403 no-play-left");
    assertThat(json(third).get("detail").asText())
        .isEqualTo("Your invitation gives 2 plays, and all of them are used.");
    assertThat(portal.audit.of("recording.play").getLast().outcome())
        .isEqualTo("refused: Your invitation gives 2 plays, and all of them are used.");

    String path = "/api/v1/guests/" + guest.id();
    Instant until = clock.now.plus(Duration.ofDays(40));
    JsonNode extended = done(put(admin, path, Map.of("until", until, "plays", 3)));
    assertThat(extended.get("playsUsed").asInt()).isEqualTo(2);
    done(play(guest.client()));
    assertThat(put(admin, path, Map.of("until", until, "plays", 2)).statusCode()).isEqualTo(400);
    assertThat(portal.audit.of("guest.extend").getFirst().details())
        .containsEntry("after", "until %s, 3 plays".formatted(until));
  }

  @Test
  void aDownloadIsSaidAndCountsAsAPlay() {
    In guest = in(1, Duration.ofDays(30), Map.of("download", true));
    String media = "/api/v1/recordings/%s/media?download=true".formatted(listed);
    assertThat(guest.client().get(media).statusCode()).isEqualTo(200);
    assertThat(problem(guest.client().get(media))).isEqualTo("403 no-play-left");
  }

  @Test
  void anEndTakesEffectAtOnceAndIsInTheTrail() {
    In guest = in(5, Duration.ofDays(30), Map.of());
    assertThat(admin.delete("/api/v1/guests/" + guest.id()).statusCode()).isEqualTo(204);
    assertThat(guest.client().get("/api/v1/recordings").statusCode()).isEqualTo(401);
    assertThat(
            portal
                .anonymous()
                .post("/api/v1/session", TestPortal.credentials(ACME, guest.name()))
                .statusCode())
        .isEqualTo(401);
    assertThat(portal.audit.of("guest.end").getFirst().object()).isEqualTo("user:" + guest.name());
  }

  @Test
  void theDayEndsItForTheSessionAndThenForTheAccount() {
    In guest = in(5, Duration.ofMinutes(20), Map.of());
    clock.advance(Duration.ofMinutes(19));
    assertThat(guest.client().get("/api/v1/recordings").statusCode()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(1));
    assertThat(guest.client().get("/api/v1/recordings").statusCode()).isEqualTo(401);
    Map<String, String> again = new HashMap<>(TestPortal.credentials(ACME, guest.name()));
    again.put("code", code(account(ACME, guest.name()), 0));
    assertThat(problem(portal.anonymous().post("/api/v1/session", again)))
        .isEqualTo("403 guest-ended");

    new GuestEnds(portal.parts(List.of()), portal.acts()).endOverdue();
    assertThat(account(ACME, guest.name()).active()).isFalse();
    assertThat(
            portal.audit.of("guest.end").stream()
                .filter(entry -> ("user:" + guest.name()).equals(entry.object()))
                .map(AuditEntry::actor))
        .containsExactly("job:guests", "job:guests");
  }

  private @Nullable String returned(String invitation, String subject) {
    HttpResponse<byte[]> start = portal.anonymous().get("/sign-in/oidc/acme/counsel" + invitation);
    assertThat(start.statusCode()).as(text(start)).isEqualTo(302);
    portal.openId.identity =
        new Identity(
            "https://idp.example", subject, subject, "Ana", Set.of("officers"), null, "id.token");
    String state = Objects.requireNonNull(portal.openId.flow).state();
    HttpResponse<byte[]> back =
        new TestPortalCookie(start).get("/sign-in/oidc/callback?code=c&state=" + state);
    return back.headers().allValues("Set-Cookie").stream()
        .filter(cookie -> cookie.startsWith(Authentication.COOKIE))
        .map(cookie -> cookie.split(";", 2)[0])
        .findFirst()
        .orElse(null);
  }

  /** The browser that left for the provider. */
  private final class TestPortalCookie {
    private final TestPortal.Client client;

    TestPortalCookie(HttpResponse<byte[]> left) {
      client =
          portal
          .new Client(left.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0], null);
    }

    HttpResponse<byte[]> get(String path) {
      return client.get(path);
    }
  }

  @Test
  void aGuestOfAnIdentityProviderComesByTheInvitationAndHasNoRoleOfItsGroups() {
    Map<String, Object> body = invitation(name(), 3, Duration.ofDays(30));
    body.put("provider", "counsel");
    JsonNode invited = done(admin.post("/api/v1/guests", body));
    assertThat(accept(invited).statusCode()).as("not with a password").isEqualTo(400);
    assertThat(returned("", "stranger")).as("without the code").isNull();

    String code = invited.get("code").asText();
    String cookie = returned("?invitation=" + code, "ana@counsel.example");
    assertThat(cookie).isNotNull();
    TestPortal.Client guest = portal.new Client(cookie, null);
    JsonNode session = done(guest.get("/api/v1/session"));
    assertThat(session.get("roles")).isEmpty();
    assertThat(session.get("enrolmentDue").asBoolean()).isFalse();
    assertThat(done(guest.get("/api/v1/recordings")).get("items").findValuesAsText("id"))
        .containsExactly(listed.toString());
    assertThat(returned("?invitation=" + code, "other@counsel.example")).as("used").isNull();
    assertThat(returned("", "ana@counsel.example")).as("later").isNotNull();

    body.put("name", name());
    String second = done(admin.post("/api/v1/guests", body)).get("code").asText();
    assertThat(returned("?invitation=" + second, "ana@counsel.example"))
        .as("an account already")
        .isNull();
    assertThat(portal.audit.of("guest.accept").getLast().outcome())
        .contains("has an account in this tenant already");
  }

  @Test
  void anInvitationIsRenewedUntilItIsAcceptedAndEndsAfterAWeek() {
    JsonNode invited =
        done(admin.post("/api/v1/guests", invitation(name(), 3, Duration.ofDays(30))));
    String path = "/api/v1/guests/" + invited.get("guest").get("id").asText();
    clock.advance(Duration.ofDays(7));
    assertThat(problem(accept(invited))).isEqualTo("403 invitation-void");
    admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    JsonNode renewed = done(admin.post(path + "/invitation", Map.of()));
    assertThat(accept(renewed).statusCode()).isEqualTo(201);
    assertThat(admin.post(path + "/invitation", Map.of()).statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsWrongWithAnInvitationIsSaid() {
    Map<String, Map<String, Object>> wrong =
        Map.of(
            "name", Map.of("name", " "),
            "until", Map.of("until", ""),
            "too far ahead", Map.of("until", clock.now.plus(Duration.ofDays(367))),
            "is past already", Map.of("until", clock.now.minusSeconds(1)),
            "plays", Map.of("plays", 10_001),
            "no matter", Map.of("matter", UUID.randomUUID()),
            "no identity provider 'nobody'", Map.of("provider", "nobody"),
            "an account 'user' already", Map.of("name", "user"),
            "reason", Map.of("reason", ""));
    wrong.forEach(
        (said, member) -> {
          Map<String, Object> body = invitation(name(), 3, Duration.ofDays(30));
          body.putAll(member);
          HttpResponse<byte[]> response = admin.post("/api/v1/guests", body);
          assertThat(response.statusCode()).as(said).isEqualTo(400);
          assertThat(json(response).get("detail").asText()).contains(said);
        });
    Map<String, String> body =
        shown(done(admin.post("/api/v1/guests", invitation(name(), 3, Duration.ofDays(1)))));
    body.put("password", "too short");
    assertThat(portal.anonymous().post("/api/v1/invitations/accept", body).statusCode())
        .isEqualTo(400);
  }

  @Test
  void anotherTenantsAdministratorSeesNoGuestAndEndsNone() {
    In guest = in(5, Duration.ofDays(30), Map.of());
    TestPortal.Client other = portal.signIn(GLOBEX, Role.TENANT_ADMIN);
    assertThat(done(other.get("/api/v1/guests")).get("items")).isEmpty();
    assertThat(other.delete("/api/v1/guests/" + guest.id()).statusCode()).isEqualTo(404);
    assertThat(guest.client().get("/api/v1/recordings").statusCode()).isEqualTo(200);
  }

  @Test
  void aReviewShowsWhoIsInAndTheGrantThatEndsWithIt() {
    In guest = in(5, Duration.ofDays(30), Map.of());
    JsonNode report = done(portal.signIn(ACME, Role.AUDITOR).get("/api/v1/access/report"));
    JsonNode listedGuest =
        report
            .get("guests")
            .valueStream()
            .filter(each -> each.get("id").asText().equals(guest.id()))
            .findFirst()
            .orElseThrow();
    assertThat(listedGuest.get("plays").asInt()).isEqualTo(5);
    assertThat(listedGuest.get("invitedBy").asText()).isEqualTo("user:tenant-admin@acme");
    JsonNode grant =
        report
            .get("grants")
            .valueStream()
            .filter(each -> each.get("holder").get("id").asText().equals(guest.id()))
            .findFirst()
            .orElseThrow();
    assertThat(grant.get("until").asText()).isEqualTo(listedGuest.get("until").asText());
  }

  private TestPortal.Client support(String name) {
    Directory.User user = portal.user(TenantSlug.PLATFORM, name, Set.of());
    enrol(portal.signIn(TenantSlug.PLATFORM, name), user);
    Map<String, String> body = new HashMap<>(TestPortal.credentials(TenantSlug.PLATFORM, name));
    body.put("code", code(user, 1));
    return client(portal.anonymous().post("/api/v1/session", body));
  }

  private Map<String, Object> consent(Duration lasts, int plays) {
    return Map.of("matter", matter, "until", clock.now.plus(lasts), "plays", plays);
  }

  @Test
  void supportEntersByConsentHearsTheMatterAndIsOutWhenItIsTakenBack() {
    TestPortal.Client ina = support("ina");
    assertThat(ina.get("/api/v1/recordings").statusCode()).isEqualTo(403);
    JsonNode asked =
        done(
            ina.post(
                "/api/v1/support-requests",
                Map.of("tenant", "acme", "reason", "the player stops")));
    String request = asked.get("id").asText();
    String enter = "/api/v1/support-requests/acme/%s/enter".formatted(request);
    assertThat(problem(ina.post(enter, Map.of()))).isEqualTo("409 no-consent");

    JsonNode open = done(admin.get("/api/v1/support-consents")).get("items").get(0);
    assertThat(open.get("reason").asText()).isEqualTo("the player stops");
    String path = "/api/v1/support-consents/" + request;
    assertThat(admin.post(path + "/consent", consent(Duration.ofHours(73), 1)).statusCode())
        .isEqualTo(400);
    done(admin.post(path + "/consent", consent(Duration.ofHours(72), 1)));
    assertThat(problem(admin.post(path + "/consent", consent(Duration.ofHours(1), 1))))
        .isEqualTo("409 decided");

    HttpResponse<byte[]> entered = ina.post(enter, Map.of());
    TestPortal.Client inside = client(entered);
    assertThat(json(entered).get("tenant").asText()).isEqualTo("acme");
    assertThat(ina.get("/api/v1/session").statusCode()).as("the platform's").isEqualTo(401);
    assertThat(done(inside.get("/api/v1/recordings")).get("items").findValuesAsText("id"))
        .containsExactly(listed.toString());
    done(play(inside));
    assertThat(problem(play(inside))).isEqualTo("403 no-play-left");

    assertThat(admin.delete(path).statusCode()).isEqualTo(204);
    assertThat(inside.get("/api/v1/recordings").statusCode()).isEqualTo(401);
    for (TenantSlug log : List.of(ACME, TenantSlug.PLATFORM)) {
      assertThat(portal.audit.entries)
          .as(log.value())
          .filteredOn(entry -> entry.tenant().equals(log))
          .extracting(AuditEntry::action)
          .contains("support.ask", "support.consent", "support.end");
    }
    assertThat(
            portal.audit.of("session.create").stream()
                .filter(entry -> entry.tenant().equals(ACME))
                .filter(entry -> entry.details().containsKey("support"))
                .map(AuditEntry::details))
        .anySatisfy(
            details ->
                assertThat(details)
                    .containsEntry("support", "user:ina@platform")
                    .containsEntry("request", request));
    assertThat(portal.audit.of("support.enter").getFirst().tenant()).isEqualTo(TenantSlug.PLATFORM);
  }

  @Test
  void anOperatorIsNeverLetInNorWhoeverHasNoSecondFactorOrLeft() {
    TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    Map<String, String> body = Map.of("tenant", "acme", "reason", "x");
    assertThat(operator.post("/api/v1/support-requests", body).statusCode()).isEqualTo(400);
    portal.user(TenantSlug.PLATFORM, "otto", Set.of());
    Map<String, String> forOtto = new HashMap<>(body);
    forOtto.put("person", "otto");
    String request = done(operator.post("/api/v1/support-requests", forOtto)).get("id").asText();
    done(
        admin.post(
            "/api/v1/support-consents/%s/consent".formatted(request),
            consent(Duration.ofHours(1), 1)));
    String enter = "/api/v1/support-requests/acme/%s/enter".formatted(request);
    assertThat(problem(operator.post(enter, Map.of()))).isEqualTo("403 forbidden");
    TestPortal.Client otto = portal.signIn(TenantSlug.PLATFORM, "otto");
    assertThat(problem(otto.post(enter, Map.of()))).isEqualTo("403 second-factor-needed");
    Directory.User account = account(TenantSlug.PLATFORM, "otto");
    enrol(otto, account);
    clock.advance(Duration.ofMinutes(1));
    Map<String, String> again = new HashMap<>(TestPortal.credentials(TenantSlug.PLATFORM, "otto"));
    again.put("code", code(account, 0));
    TestPortal.Client inside =
        client(client(portal.anonymous().post("/api/v1/session", again)).post(enter, Map.of()));
    assertThat(inside.get("/api/v1/recordings").statusCode()).isEqualTo(200);
    database
        .access()
        .setRoles(
            TenantSlug.PLATFORM,
            account.id(),
            Collections.singletonMap(Role.OPERATOR, null),
            "test");
    assertThat(inside.get("/api/v1/recordings").statusCode()).as("an operator").isEqualTo(401);
    database.access().setRoles(TenantSlug.PLATFORM, account.id(), Map.of(), "test");
    clock.advance(Duration.ofSeconds(1));
    assertThat(inside.get("/api/v1/recordings").statusCode()).isEqualTo(200);
    database.access().setActive(TenantSlug.PLATFORM, account.id(), false, "test");
    assertThat(inside.get("/api/v1/recordings").statusCode()).as("who left").isEqualTo(401);
  }

  @Test
  void aRequestIsRefusedOrWithdrawnOnceAndNobodyElseSeesIt() {
    TestPortal.Client kim = support("kim");
    Map<String, String> body = Map.of("tenant", "acme", "reason", "x");
    String first = done(kim.post("/api/v1/support-requests", body)).get("id").asText();
    assertThat(portal.alarms.alarms)
        .extracting(alarm -> alarm.key().tenant() + " " + alarm.key().kind().wireName())
        .containsExactly("acme support-requested");
    String refuse = "/api/v1/support-consents/%s/refuse".formatted(first);
    assertThat(admin.post(refuse, Map.of()).statusCode()).isEqualTo(400);
    done(admin.post(refuse, Map.of("note", "not now")));
    assertThat(problem(admin.post(refuse, Map.of("note", "not now")))).isEqualTo("409 decided");
    assertThat(portal.alarms.alarms).isEmpty();
    JsonNode seen = done(kim.get("/api/v1/support-requests")).get("items").get(0);
    assertThat(seen.get("decision").asText()).isEqualTo("refused");
    assertThat(seen.get("note").asText()).isEqualTo("not now");

    String second = done(kim.post("/api/v1/support-requests", body)).get("id").asText();
    String withdraw = "/api/v1/support-requests/acme/%s/withdraw".formatted(second);
    TestPortal.Client lou = support("lou");
    assertThat(lou.post(withdraw, Map.of()).statusCode()).isEqualTo(404);
    assertThat(done(lou.get("/api/v1/support-requests")).get("items")).isEmpty();
    assertThat(portal.alarms.alarms).hasSize(1);
    assertThat(kim.post(withdraw, Map.of()).statusCode()).isEqualTo(204);
    assertThat(portal.alarms.alarms).isEmpty();
    assertThat(
            problem(
                admin.post(
                    "/api/v1/support-consents/%s/consent".formatted(second),
                    consent(Duration.ofHours(1), 1))))
        .isEqualTo("409 decided");
    TestPortal.Client other = portal.signIn(GLOBEX, Role.TENANT_ADMIN);
    assertThat(done(other.get("/api/v1/support-consents")).get("items")).isEmpty();
    assertThat(
            other
                .post("/api/v1/support-consents/%s/refuse".formatted(second), Map.of("note", "x"))
                .statusCode())
        .isEqualTo(404);
  }
}

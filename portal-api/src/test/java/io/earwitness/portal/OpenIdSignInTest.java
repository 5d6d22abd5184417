package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.portal.OpenIdConnect.Identity;
import io.earwitness.portal.OpenIdConnect.OpenIdException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Accounts, roles, sessions and the trail when an OpenID provider says who it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenIdSignInTest {
  private static final String ISSUER = "https://idp.example";
  private static final AtomicInteger NEXT = new AtomicInteger();
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal =
      new TestPortal(
          database,
          new SignInConfig(
              SignInConfig.TotpPolicy.REQUIRED_FOR_PRIVILEGED,
              URI.create("https://calls.example")));

  @BeforeAll
  void providers() {
    database.directory().addTeam(new Directory.Team("t-desk", ACME, "Desk", null), "test");
    database.directory().addTeam(new Directory.Team("t-other", ACME, "Other", null), "test");
    set("dir", true, true);
    set("known", false, true);
    set("off", true, false);
  }

  private void set(String id, boolean provisions, boolean enabled) {
    byte[] secret = "client secret".getBytes(StandardCharsets.UTF_8);
    database
        .identityProviders()
        .set(
            new Provider(
                ACME,
                id,
                "Acme's " + id,
                ISSUER,
                "earwitness",
                portal.key.seal(SignInKey.clientSecretPurpose(ACME, id), secret),
                List.of("profile"),
                "",
                "groups",
                Map.of(
                    "officers", Set.of(Role.COMPLIANCE_OFFICER),
                    "leads", Set.of(Role.SUPERVISOR),
                    "staff", Set.of(Role.USER),
                    "root", Set.of(Role.OPERATOR)),
                Map.of("desk", Set.of("t-desk")),
                provisions,
                enabled),
            "test");
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  @BeforeEach
  void nothingWrong() {
    portal.openId.failure = null;
    portal.audit.entries.clear();
  }

  private static String name() {
    return "p" + NEXT.incrementAndGet();
  }

  private void is(String subject, @Nullable String name, String... groups) {
    portal.openId.identity =
        new Identity(
            ISSUER, subject, name, "Ana Ruiz", Set.of(groups), "sid-" + subject, "id.token");
  }

  /** The cookie with which the browser leaves for the provider. */
  private String leave(String provider) {
    HttpResponse<byte[]> start = portal.anonymous().get("/sign-in/oidc/acme/" + provider);
    assertThat(start.statusCode()).as(text(start)).isEqualTo(302);
    assertThat(start.headers().firstValue("Location").orElseThrow())
        .isEqualTo(ISSUER + "/authorize?redirect_uri=https://calls.example/sign-in/oidc/callback");
    String cookie = start.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie)
        .matches(
            "earwitness-openid=[\\w-]+; Path=/sign-in/oidc; HttpOnly; SameSite=Lax; Max-Age=600");
    return cookie.split(";", 2)[0];
  }

  private String state() {
    return Objects.requireNonNull(portal.openId.flow).state();
  }

  private HttpResponse<byte[]> come(@Nullable String cookie, String query) {
    String path = "/sign-in/oidc/callback?" + query;
    return cookie == null
        ? portal.anonymous().get(path)
        : portal.anonymous().get(path, "Cookie", cookie);
  }

  private HttpResponse<byte[]> signIn(String provider) {
    String cookie = leave(provider);
    return come(cookie, "code=c&state=" + state());
  }

  private static String arrived(HttpResponse<byte[]> response) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(303);
    return response.headers().firstValue("Location").orElseThrow();
  }

  private TestPortal.Client signedIn(HttpResponse<byte[]> response) {
    assertThat(arrived(response)).isEqualTo("/");
    List<String> cookies = response.headers().allValues("Set-Cookie");
    assertThat(cookies.get(0))
        .matches("earwitness-session=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict");
    assertThat(cookies.get(1)).startsWith("earwitness-openid=;").endsWith("Max-Age=0");
    TestPortal.Client client = portal.new Client(cookies.get(0).split(";", 2)[0], null);
    return client.withCsrf(json(client.get("/api/v1/session")).get("csrf").asText());
  }

  private void refused(String word, HttpResponse<byte[]> response) {
    assertThat(arrived(response)).isEqualTo("/?sign-in=" + word);
    assertThat(response.headers().allValues("Set-Cookie"))
        .noneMatch(cookie -> cookie.startsWith("earwitness-session"));
  }

  @Test
  void theSignInPageIsToldOfProvidersThatAreOnAndOfNoTenants() {
    TestPortal.Client anybody = portal.anonymous();
    JsonNode items = json(anybody.get("/api/v1/sign-in/providers?tenant=acme")).get("items");
    assertThat(items.findValuesAsText("id")).containsExactly("dir", "known");
    assertThat(items.findValuesAsText("name")).containsExactly("Acme's dir", "Acme's known");
    for (String tenant : List.of("globex", "nowhere", "No%20Slug", "")) {
      assertThat(text(anybody.get("/api/v1/sign-in/providers?tenant=" + tenant)))
          .isEqualTo("200 {\"items\":[]}");
    }
  }

  @Test
  void whoHasNoAccountGetsOneWithTheRolesAndTeamsOfTheGroups() {
    String name = name();
    is("s-" + name, name, "officers", "desk", "root", "unheard-of");
    TestPortal.Client client = signedIn(signIn("dir"));
    assertThat(portal.openId.clientSecret).isEqualTo("client secret");
    JsonNode session = json(client.get("/api/v1/session"));
    assertThat(session.get("user").asText()).isEqualTo(name);
    assertThat(session.get("displayName").asText()).isEqualTo("Ana Ruiz");
    assertThat(session.get("roles").toString())
        .as("a tenant's provider makes no operators")
        .isEqualTo("[\"compliance-officer\"]");
    assertThat(session.get("method").asText()).isEqualTo("oidc");
    assertThat(session.get("provider").asText()).isEqualTo("dir");
    assertThat(session.get("enrolmentDue").asBoolean())
        .as("a second factor is the provider's matter")
        .isFalse();
    Directory.User user = database.directory().user(ACME, name).orElseThrow();
    assertThat(user.passwordHash()).isNull();
    assertThat(database.directory().memberships(ACME, user.id())).containsExactly("t-desk");

    AuditEntry entered = portal.audit.of("session.create").getFirst();
    assertThat(entered.actor()).isEqualTo("user:%s@acme".formatted(name));
    assertThat(entered.details())
        .containsEntry("method", "oidc")
        .containsEntry("provider", "dir")
        .containsEntry("issuer", ISSUER)
        .containsEntry("subject", "s-" + name);
    assertThat(portal.audit.of("session.create").getLast().outcome()).isEqualTo("done");
    AuditEntry listening = portal.audit.of("user.listening-role-by-claim").getFirst();
    assertThat(listening.actor()).isEqualTo("identity-provider:dir@acme");
    assertThat(listening.object()).isEqualTo("user:" + name);
    assertThat(listening.details())
        .containsEntry("role", "compliance-officer")
        .containsEntry("groups", "officers");
    assertThat(portal.alarms.alarms)
        .filteredOn(alarm -> alarm.key().object().text().equals("user:" + user.id()))
        .singleElement()
        .satisfies(
            alarm -> {
              assertThat(alarm.key().kind()).isEqualTo(AlarmKind.LISTENING_ROLE_BY_CLAIM);
              assertThat(alarm.detail()).isEqualTo(name + " is compliance-officer by officers");
            });
    for (String action :
        List.of("user.add", "user.link-provider", "user.set-roles", "team.add-member")) {
      assertThat(portal.audit.of(action)).as(action).hasSize(2);
    }
  }

  @Test
  void rolesAndTeamsFollowTheGroupsAtEachSignInAndOthersStay() {
    String name = name();
    is("s-" + name, name, "officers", "desk");
    signedIn(signIn("dir"));
    Directory.User user = database.directory().user(ACME, name).orElseThrow();
    database
        .access()
        .setRoles(
            ACME,
            user.id(),
            new EnumMap<>(Map.of(Role.COMPLIANCE_OFFICER, Instant.now().plus(Duration.ofDays(9)))),
            "t");
    database.access().addMember(ACME, "t-other", user.id(), null, "t");
    is("s-" + name, "renamed there", "leads");
    portal.audit.entries.clear();
    JsonNode session = json(signedIn(signIn("dir")).get("/api/v1/session"));
    assertThat(session.get("user").asText()).as("known by its subject").isEqualTo(name);
    assertThat(session.get("roles").toString()).isEqualTo("[\"supervisor\"]");
    assertThat(database.directory().memberships(ACME, user.id())).containsExactly("t-other");
    assertThat(portal.audit.of("user.listening-role-by-claim").getFirst().details())
        .containsEntry("role", "supervisor");

    portal.audit.entries.clear();
    signedIn(signIn("dir"));
    assertThat(portal.audit.of("user.set-roles")).as("nothing changed").isEmpty();
    assertThat(portal.audit.of("user.listening-role-by-claim")).isEmpty();
  }

  @Test
  void anAccountThatIsThereIsEnteredOnlyIfItIsMarkedForTheProvider() {
    String name = name();
    Directory.User user = portal.user(ACME, name, Set.of(Role.AUDITOR));
    is("s-" + name, name, "officers");
    refused("no-account", signIn("dir"));
    assertThat(portal.audit.of("session.create").getLast().outcome())
        .startsWith("refused: There is an account '%s' already".formatted(name));
    database.identityProviders().mark(ACME, user.id(), "known", "t");
    refused("no-account", signIn("dir"));

    JsonNode session = json(signedIn(signIn("known")).get("/api/v1/session"));
    assertThat(session.get("roles").toString())
        .as("a role that no group gives stays")
        .isEqualTo("[\"compliance-officer\",\"auditor\"]");
    is("somebody else", name, "officers");
    refused("no-account", signIn("known"));
    is("s-" + name, name, "officers");
    signedIn(signIn("known"));
  }

  @Test
  void nobodyGetsAnAccountWithoutAProvisioningProviderOrARoleOrAName() {
    String name = name();
    is("s-" + name, name, "officers");
    refused("no-account", signIn("known"));
    is("s-" + name, name, "unheard-of");
    refused("no-account", signIn("dir"));
    is("s-" + name, null, "officers");
    refused("no-account", signIn("dir"));
    assertThat(database.directory().user(ACME, name)).isEmpty();
  }

  @Test
  void anAccountThatIsNotActiveIsNotEntered() {
    String name = name();
    is("s-" + name, name, "officers");
    TestPortal.Client client = signedIn(signIn("dir"));
    Directory.User user = database.directory().user(ACME, name).orElseThrow();
    database.access().setActive(ACME, user.id(), false, "t");
    assertThat(client.get("/api/v1/session").statusCode()).isEqualTo(401);
    refused("inactive", signIn("dir"));
    assertThat(portal.audit.of("session.create").getLast().outcome())
        .isEqualTo("refused: The account is not active.");
  }

  @Test
  void nobodyIsSignedInByALinkOfSomebodyElse() {
    String name = name();
    is("s-" + name, name, "officers");
    String cookie = leave("dir");
    String state = state();
    refused("expired", come(null, "code=c&state=" + state));
    refused("expired", come(cookie, "code=c&state=another"));
    refused("expired", come(cookie, "code=c"));
    refused("expired", come("earwitness-openid=AAAA", "code=c&state=" + state));
    leave("dir");
    refused("expired", come(cookie, "code=c&state=" + state()));
    assertThat(portal.audit.of("session.create")).isEmpty();
  }

  @Test
  void whatTheProviderRefusesOrCantAnswerIsToldAndEntered() {
    is("s", "x", "officers");
    String cookie = leave("dir");
    refused("refused", come(cookie, "error=access_denied&state=" + state()));
    AuditEntry entered = portal.audit.of("session.create").getFirst();
    assertThat(entered.actor()).isEqualTo("user:unknown@acme");
    assertThat(portal.audit.of("session.create").getLast().outcome())
        .isEqualTo("refused: the provider said access_denied.");
    refused("refused", come(cookie, "code=c&iss=https://evil.example&state=" + state()));

    portal.openId.failure =
        new OpenIdException(OpenIdException.Kind.REFUSED, "the ID token is of another");
    refused("refused", come(cookie, "code=c&state=" + state()));
    portal.openId.failure = new OpenIdException(OpenIdException.Kind.UNREACHABLE, "no answer");
    refused("unreachable", come(cookie, "code=c&state=" + state()));
    refused("unreachable", portal.anonymous().get("/sign-in/oidc/acme/dir"));
  }

  @Test
  void aProviderThatIsOffOrIsNotThereOrAnotherTenantsIsAnsweredAlike() {
    for (String path : List.of("acme/off", "acme/none", "globex/dir", "No%20Slug/dir")) {
      refused("not-configured", portal.anonymous().get("/sign-in/oidc/" + path));
    }
  }

  @Test
  void withoutThePortalsOwnAddressNobodyIsSentAnywhere() {
    try (TestPortal unset = new TestPortal(database)) {
      assertThat(text(unset.anonymous().get("/api/v1/sign-in/providers?tenant=acme")))
          .isEqualTo("200 {\"items\":[]}");
      refused("not-configured", unset.anonymous().get("/sign-in/oidc/acme/dir"));
    }
  }

  @Test
  void signingOutEndsTheSessionHereAndLeadsToTheProviders() {
    String name = name();
    is("s-" + name, name, "officers");
    TestPortal.Client client = signedIn(signIn("dir"));
    HttpResponse<byte[]> out = client.delete("/api/v1/session");
    assertThat(out.statusCode()).as(text(out)).isEqualTo(200);
    assertThat(json(out).get("continueAt").asText())
        .isEqualTo(ISSUER + "/logout?hint=id.token&back=https://calls.example/");
    assertThat(client.get("/api/v1/session").statusCode()).isEqualTo(401);

    client = signedIn(signIn("dir"));
    portal.openId.failure = new OpenIdException(OpenIdException.Kind.UNREACHABLE, "no answer");
    assertThat(client.delete("/api/v1/session").statusCode()).isEqualTo(204);
    assertThat(client.get("/api/v1/session").statusCode()).isEqualTo(401);
  }

  private HttpResponse<byte[]> loggedOut(String path) {
    return portal
        .anonymous()
        .send(
            "POST",
            "/sign-in/oidc/" + path + "/logout",
            "logout_token=t".getBytes(StandardCharsets.US_ASCII),
            "Content-Type",
            "application/x-www-form-urlencoded");
  }

  @Test
  void sessionsEndWhenTheProviderSaysSo() {
    String name = name();
    is("s-" + name, name, "officers");
    TestPortal.Client one = signedIn(signIn("dir"));
    portal.openId.loggedOut = new OpenIdConnect.LoggedOut(ISSUER, null, "sid-of another");
    assertThat(loggedOut("acme/dir").statusCode()).isEqualTo(200);
    assertThat(one.get("/api/v1/session").statusCode()).isEqualTo(200);
    portal.openId.loggedOut = new OpenIdConnect.LoggedOut(ISSUER, null, "sid-s-" + name);
    assertThat(loggedOut("acme/known").statusCode()).isEqualTo(200);
    assertThat(one.get("/api/v1/session").statusCode()).isEqualTo(200);
    assertThat(loggedOut("acme/dir").statusCode()).isEqualTo(200);
    assertThat(one.get("/api/v1/session").statusCode()).isEqualTo(401);
    assertThat(portal.audit.of("session.end-by-provider").getLast().outcome())
        .isEqualTo("done: 1 sessions");

    TestPortal.Client two = signedIn(signIn("dir"));
    portal.openId.loggedOut = new OpenIdConnect.LoggedOut(ISSUER, "s-" + name, null);
    assertThat(loggedOut("acme/dir").statusCode()).isEqualTo(200);
    assertThat(two.get("/api/v1/session").statusCode()).isEqualTo(401);

    portal.openId.failure = new OpenIdException(OpenIdException.Kind.REFUSED, "a bad signature");
    assertThat(loggedOut("acme/dir").statusCode()).isEqualTo(400);
    assertThat(loggedOut("globex/dir").statusCode()).isEqualTo(404);
  }

  @Test
  void anAccountOfAProviderHasNoSecondFactorHere() {
    String name = name();
    is("s-" + name, name, "staff");
    TestPortal.Client client = signedIn(signIn("dir"));
    assertThat(json(client.get("/api/v1/totp")).get("possible").asBoolean()).isFalse();
    assertThat(client.post("/api/v1/totp", Map.of("password", "x")).statusCode()).isEqualTo(409);
    assertThat(database.sessions().list(GLOBEX, name)).isEmpty();
  }
}

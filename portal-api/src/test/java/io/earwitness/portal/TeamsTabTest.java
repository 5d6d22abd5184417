package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import io.earwitness.portal.oidc.FakeIssuer;
import io.earwitness.portal.oidc.NimbusOpenIdConnect;
import io.earwitness.recorder.tls.TestAuthority;
import io.earwitness.recorder.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tab in Teams, in a frame of another site in a real Chromium. Teams itself is a page of this
 * test that speaks TeamsJS' messages; tokens, keys and the portal are real.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TeamsTabTest {
  private static final Path WEB = Path.of("..", "web").toAbsolutePath().normalize();

  private final FakeIssuer issuer = new FakeIssuer();
  private final TestPortal.TestClock clock = new TestPortal.TestClock();
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), clock);
  private final TestPortal parts = new TestPortal(database, SignInConfig.DEFAULT, clock);
  private final RecordingId call = call();
  private PortalServer server;

  /** The same behind what ends TLS before it. */
  private PortalServer plain;

  private HttpsServer teams;
  private HttpsServer stranger;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    TestAuthority authority = TestAuthority.create(folder, "ca");
    TlsFiles.Paths files = authority.issue("portal");
    TlsFiles tls =
        TlsFiles.load(new TlsFiles.Paths(files.certificate(), files.key(), null), Instant::now);
    teams = host(tls.get());
    stranger = host(tls.get());
    int port = freePort();
    URI origin = URI.create("https://127.0.0.1:" + port);
    SignInConfig signIn =
        new SignInConfig(
            SignInConfig.TotpPolicy.OPTIONAL,
            origin,
            new TeamsTab(List.of("localhost:" + teams.getAddress().getPort())));
    PortalParts real = real(parts.parts(List.of()));
    server = PortalServer.start(config(port, new Exposure(tls, List.of(), 0, 0), signIn), real);
    plain = PortalServer.start(config(0, Exposure.PLAIN, signIn), real);
    parts.user(ACME, "ana", Set.of(Role.COMPLIANCE_OFFICER));
    database
        .identityProviders()
        .set(
            new Provider(
                ACME,
                "entra",
                "Entra ID",
                issuer.url(),
                "earwitness",
                null,
                List.of("profile"),
                "",
                "groups",
                Map.of(),
                Map.of(),
                false,
                true),
            "test");
    database.identityProviders().mark(ACME, "u-acme-ana", "entra", "test");
  }

  private static PortalConfig config(int port, Exposure exposure, SignInConfig signIn) {
    return new PortalConfig(
        "127.0.0.1",
        port,
        true,
        Duration.ofHours(1),
        Duration.ofHours(12),
        Set.of(),
        exposure,
        signIn);
  }

  /** With the real verification of tokens. */
  private static PortalParts real(PortalParts fake) {
    SignInParts signIn = fake.signIn();
    return new PortalParts(
        fake.directory(),
        fake.access(),
        fake.calls(),
        fake.srcs(),
        fake.search(),
        fake.audit(),
        fake.trail(),
        fake.proofs(),
        fake.sessions(),
        fake.plays(),
        fake.attempts(),
        fake.drains(),
        fake.media(),
        fake.nodes(),
        fake.reviews(),
        fake.signer(),
        fake.readiness(),
        fake.metrics(),
        fake.clock(),
        fake.alarms(),
        new SignInParts(
            signIn.failures(),
            signIn.factors(),
            signIn.providers(),
            new NimbusOpenIdConnect(),
            signIn.key()),
        fake.people(),
        fake.approvals(),
        fake.announcements(),
        fake.whoseCall(),
        fake.recording(),
        fake.annotations(),
        fake.licences(),
        fake.stored(),
        fake.storagePrice(),
        fake.pauses(),
        fake.retention(),
        fake.delivery(),
        fake.closing());
  }

  private RecordingId call() {
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                ACME,
                CallState.ARCHIVED,
                NOW.minusSeconds(60),
                Duration.ofSeconds(1),
                TestCalls.party(Side.LEFT, "Anna Berg", "+4930123")),
            5,
            Duration.ofSeconds(1));
    parts.calls.put(entry);
    database.calls().report(entry.summary());
    RecordingId id = entry.summary().id();
    parts.media.put(id, Part.MEDIA, new byte[] {1, 2, 3, 4, 5});
    parts.media.put(id, Part.WAVEFORM, new byte[] {1});
    parts.media.put(id, Part.CALL, Json.bytes(TestCalls.record(entry)));
    return id;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** A page that frames another one, and answers it as Teams in a browser does. */
  private static HttpsServer host(SSLContext tls) throws IOException {
    HttpsServer host =
        HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    host.setHttpsConfigurator(new HttpsConfigurator(tls));
    byte[] page = Files.readAllBytes(WEB.resolve("e2e/teams-host.html"));
    host.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, page.length);
          try (var out = exchange.getResponseBody()) {
            out.write(page);
          }
        });
    host.start();
    return host;
  }

  @AfterAll
  void stop() {
    server.close();
    plain.close();
    parts.close();
    database.close();
    issuer.close();
    teams.stop(0);
    stranger.stop(0);
    http.close();
  }

  private String token() {
    return issuer.signed(
        new JWTClaimsSet.Builder()
            .issuer(issuer.url())
            .subject("s-1")
            .audience("api://%s/earwitness".formatted(URI.create(server.url()).getAuthority()))
            .issueTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plusSeconds(3_600)))
            .claim("azp", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346")
            .claim("scp", "access_as_user")
            .claim("preferred_username", "ana")
            .build());
  }

  @Test
  void inAFrameOfTeamsOneSignsInListensAndNobodyElseFramesIt(@TempDir Path folder)
      throws Exception {
    Path log = folder.resolve("playwright.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "npx",
                "--no-install",
                "playwright",
                "test",
                "e2e/teams.spec.ts",
                "--output",
                folder.resolve("output").toString())
            .directory(WEB.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    environment.put("EARWITNESS_URL", server.url());
    environment.put("EARWITNESS_CALL", call.toString());
    environment.put("TEAMS_URL", "https://localhost:" + teams.getAddress().getPort());
    environment.put("STRANGER_URL", "https://localhost:" + stranger.getAddress().getPort());
    environment.put("TEAMS_TOKEN", token());
    Process browser = builder.start();
    boolean ended = browser.waitFor(300, TimeUnit.SECONDS);
    browser.descendants().forEach(ProcessHandle::destroyForcibly);
    browser.destroyForcibly();
    String output = Files.readString(log);
    assertThat(ended).as(output).isTrue();
    assertThat(browser.exitValue()).as(output).isZero();
    assertThat(output).containsPattern("\\d+ passed").doesNotContain("skipped");
    assertThat(parts.audit.of("session.create").stream().map(AuditEntry::details))
        .anySatisfy(
            details ->
                assertThat(details)
                    .containsEntry("in", "teams")
                    .containsEntry("method", "oidc")
                    .containsEntry("provider", "entra"));
    assertThat(parts.audit.of("recording.play")).isNotEmpty();
  }

  private HttpResponse<String> ask(
      String method, String path, @Nullable String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(plain.url() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> exchange(String token, String site) throws Exception {
    return ask(
        "POST",
        "/api/v1/teams-tab/session",
        Json.text(Map.of("tenant", "acme", "provider", "entra", "token", token)),
        "Sec-Fetch-Site",
        site);
  }

  @Test
  void theCookieIsPartitionedAndTakenFromThePortalsOwnPageOnly() throws Exception {
    assertThat(exchange(token(), "cross-site").statusCode()).isEqualTo(403);
    HttpResponse<String> opened = exchange(token(), "same-origin");
    assertThat(opened.statusCode()).as(opened.body()).isEqualTo(201);
    String set = opened.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(set)
        .matches(
            "earwitness-teams=[\\w-]{43}; Path=/api/v1; HttpOnly; SameSite=None; Secure;"
                + " Partitioned");
    String cookie = set.split(";", 2)[0];
    String csrf = Json.mapper().readTree(opened.body()).get("csrf").asText();
    for (String site : List.of("cross-site", "same-site", "none")) {
      assertThat(
              ask("GET", "/api/v1/session", null, "Cookie", cookie, "Sec-Fetch-Site", site)
                  .statusCode())
          .as(site)
          .isEqualTo(401);
    }
    assertThat(ask("GET", "/api/v1/session", null, "Cookie", cookie).statusCode()).isEqualTo(401);
    String[] own = {"Cookie", cookie, "Sec-Fetch-Site", "same-origin"};
    assertThat(ask("GET", "/api/v1/session", null, own).statusCode()).isEqualTo(200);
    String plays = "/api/v1/recordings/%s/plays".formatted(call);
    assertThat(ask("POST", plays, "{}", own).statusCode()).as("no CSRF token").isEqualTo(403);
    assertThat(
            ask(
                    "POST",
                    plays,
                    "{}",
                    "Cookie",
                    cookie,
                    "Sec-Fetch-Site",
                    "same-origin",
                    "X-CSRF-Token",
                    csrf)
                .statusCode())
        .isEqualTo(201);
    HttpResponse<String> left =
        ask(
            "DELETE",
            "/api/v1/session",
            null,
            "Cookie",
            cookie,
            "Sec-Fetch-Site",
            "same-origin",
            "X-CSRF-Token",
            csrf);
    assertThat(left.headers().allValues("Set-Cookie"))
        .anySatisfy(
            gone ->
                assertThat(gone)
                    .startsWith("earwitness-teams=;")
                    .endsWith("Partitioned; Max-Age=0"));
    assertThat(ask("GET", "/api/v1/session", null, own).statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenThatIsNotForUsSignsNobodyInAndIsEntered() throws Exception {
    assertThat(exchange("no token", "same-origin").statusCode()).isEqualTo(401);
    String other =
        issuer.signed(issuer.claims("n").audience("other").claim("scp", "access_as_user").build());
    assertThat(exchange(other, "same-origin").statusCode()).isEqualTo(401);
    assertThat(parts.audit.of("session.create").getLast().outcome())
        .isEqualTo(
            "refused: the provider's access token can't be trusted: it is for another client.");
  }

  @Test
  void aWindowsCodeIsWorthNothingWithoutThePagesVerifier() throws Exception {
    OpenIdSignIn signIn =
        new OpenIdSignIn(config(0, Exposure.PLAIN, SignInConfig.DEFAULT), parts.parts(List.of()));
    // RFC 7636 appendix B
    String code = signIn.handOver("cookie", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    assertThat(signIn.handedOver(code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        .contains("cookie");
    assertThat(signIn.handedOver(code, "another")).isEmpty();
    assertThat(signIn.handedOver("x" + code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        .isEmpty();
    clock.advance(Duration.ofMinutes(1));
    try {
      assertThat(signIn.handedOver(code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).isEmpty();
    } finally {
      clock.now = NOW;
    }
  }

  @Test
  void onlyTheTabsPagesMayBeFramedAndOnlyByItsHosts() throws Exception {
    String host = "https://localhost:" + teams.getAddress().getPort();
    for (String page : List.of("/teams", "/teams/calls", "/teams/signed-in")) {
      HttpResponse<String> response = ask("GET", page, null);
      assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
          .as(page)
          .endsWith("frame-ancestors " + host);
      assertThat(response.headers().firstValue("X-Frame-Options")).as(page).isEmpty();
    }
    for (String page : List.of("/", "/calls", "/teamsx", "/api/v1/teams-tab")) {
      HttpResponse<String> response = ask("GET", page, null);
      assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
          .as(page)
          .endsWith("frame-ancestors 'none'");
      assertThat(response.headers().firstValue("X-Frame-Options")).as(page).contains("DENY");
    }
  }

  @Test
  void whereItIsNotSwitchedOnThereIsNoTab() {
    TestPortal.Client anybody = parts.anonymous();
    assertThat(anybody.get("/api/v1/teams-tab").statusCode()).isEqualTo(404);
    assertThat(
            anybody
                .post(
                    "/api/v1/teams-tab/session",
                    Map.of("tenant", "acme", "provider", "entra", "token", token()))
                .statusCode())
        .isEqualTo(404);
    HttpResponse<byte[]> page = anybody.get("/teams");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .endsWith("frame-ancestors 'none'");
  }
}

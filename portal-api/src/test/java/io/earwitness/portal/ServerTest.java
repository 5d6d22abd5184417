package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.Deviation;
import io.earwitness.call.Direction;
import io.earwitness.call.WireName;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The page, health, metrics, the API's description, and what holds for every address. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerTest {
  private final TestPortal portal = new TestPortal();
  private final TestPortal.Client anybody = portal.anonymous();

  @AfterAll
  void stop() {
    portal.close();
  }

  private static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static String body(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void everyPageCarriesAFreshNonceThatItsPolicyNames() {
    Set<String> nonces = new TreeSet<>();
    for (String path : List.of("/", "/calls", "/calls/0199-x", "/audit")) {
      HttpResponse<byte[]> response = anybody.get(path);
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      Matcher nonce =
          Pattern.compile("name=\"csp-nonce\" content=\"([\\w-]+)\"").matcher(body(response));
      assertThat(nonce.find()).as(body(response)).isTrue();
      assertThat(header(response, "Content-Security-Policy"))
          .contains("default-src 'none'")
          .contains("'nonce-" + nonce.group(1) + "'")
          .doesNotContain("unsafe");
      assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
      nonces.add(nonce.group(1));
    }
    assertThat(nonces).hasSize(4);
  }

  @Test
  void filesWithAHashInTheirNameMayBeKeptForEverAndAreSentCompressed() {
    Matcher script =
        Pattern.compile("src=\"(/assets/[^\"]+\\.js)\"").matcher(body(anybody.get("/")));
    assertThat(script.find()).isTrue();
    HttpResponse<byte[]> plain = anybody.get(script.group(1));
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(header(plain, "Cache-Control")).contains("immutable");
    assertThat(header(plain, "Content-Type")).startsWith("text/javascript");
    HttpResponse<byte[]> gzip = anybody.get(script.group(1), "Accept-Encoding", "br, gzip");
    assertThat(header(gzip, "Content-Encoding")).isEqualTo("gzip");
    assertThat(gzip.body().length).isLessThan(plain.body().length / 2);
  }

  @Test
  void whatIsNoFileOfThePageIsNotServed() {
    for (String path :
        List.of(
            "/assets/none.js",
            "/..%2fio/earwitness/portal/openapi.json",
            "/assets/../../io/earwitness/portal/PortalServer.class",
            "/io/earwitness/portal/openapi.json",
            "/api/v1/none",
            "/api/")) {
      HttpResponse<byte[]> response = anybody.get(path);
      assertThat(body(response)).as(path).doesNotContain("openapi\": \"3.1");
      if (response.statusCode() != 200) {
        assertThat(response.statusCode()).as(path).isBetween(400, 404);
      } else {
        assertThat(body(response)).as(path).startsWith("<!doctype html>");
      }
    }
    assertThat(anybody.get("/assets/none.js").statusCode()).isEqualTo(404);
    assertThat(header(anybody.get("/api/v1/none"), "Content-Type"))
        .startsWith("application/problem+json");
  }

  @Test
  void everyAnswerForbidsFramesSniffingAndKeepingCopies() {
    for (String path : List.of("/", "/api/v1/session", "/healthz", "/api/v1/none")) {
      HttpResponse<byte[]> response = anybody.get(path);
      assertThat(header(response, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
      assertThat(header(response, "Content-Security-Policy"))
          .as(path)
          .contains("frame-ancestors 'none'");
      assertThat(header(response, "Cache-Control")).as(path).isEqualTo("no-store");
      assertThat(header(response, "Server")).as(path).isEmpty();
    }
  }

  @Test
  void anotherMethodIsRefusedAsSuchAndALargeBodyToo() {
    HttpResponse<byte[]> put = anybody.send("PUT", "/api/v1/session", new byte[] {'{', '}'});
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(json(put).get("type").asText())
        .isEqualTo("urn:earwitness:problem:method-not-allowed");
    HttpResponse<byte[]> large =
        anybody.send(
            "POST", "/api/v1/session", new byte[70_000], "Content-Type", "application/json");
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(json(large).get("type").asText()).isEqualTo("urn:earwitness:problem:too-large");
  }

  @Test
  void readinessFollowsThePartsAndHealthDoesNot() {
    assertThat(anybody.get("/readyz").statusCode()).isEqualTo(200);
    PortalParts.ReadinessCheck down =
        new PortalParts.ReadinessCheck(
            "store",
            () -> {
              throw new IllegalStateException("down");
            });
    portal.readiness.add(down);
    try {
      HttpResponse<byte[]> response = anybody.get("/readyz");
      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(body(response)).isEqualTo("{\"status\":\"down\",\"problems\":[\"parts\"]}");
      assertThat(anybody.get("/healthz").statusCode()).isEqualTo(200);
    } finally {
      portal.readiness.remove(down);
    }
  }

  @Test
  void metricsCountRequestsByRouteAndTellNothingOfTenants() {
    portal.signIn(ACME, Role.AUDITOR).get("/api/v1/recordings/x?q=acme");
    String metrics = body(anybody.get("/metrics"));
    assertThat(metrics)
        .contains("earwitness_http_requests_seconds_count")
        .contains("route=\"/api/v1/recordings/{id}\"")
        .contains("status=\"403\"")
        .doesNotContain("acme");
  }

  @Test
  void theDescriptionNamesTheRoutesTheirPermissionsAndTheirActs() {
    JsonNode api = json(anybody.get("/api/v1/openapi.json"));
    assertThat(api.get("openapi").asText()).startsWith("3.1");
    Set<String> described = new TreeSet<>();
    api.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method ->
                            described.add(
                                "%s %s %s %s"
                                    .formatted(
                                        method.getKey().toUpperCase(Locale.ROOT),
                                        path.getKey(),
                                        method.getValue().get("x-permission").asText(),
                                        method.getValue().path("x-audit-action").asText("-")))));
    Set<String> registered = new TreeSet<>();
    for (Route route : portal.routes()) {
      String permission =
          switch (route.rule()) {
            case Route.Rule.Open _ -> route.path().endsWith("/session") ? "sign-in" : "none";
            case Route.Rule.Enrolling _, Route.Rule.SignedIn _ -> "signed-in";
            case Route.Rule.Needs needs -> needs.anyOf().getLast().wireName();
          };
      registered.add(
          "%s %s %s %s".formatted(route.method().name(), route.path(), permission, action(route)));
    }
    assertThat(described).isEqualTo(registered);
  }

  /** Some routes enter their acts themselves. */
  private static String action(Route route) {
    if (route.path().endsWith("/media") || route.path().endsWith("/plays/{play}/close")) {
      return "recording.play";
    }
    if (route.path().endsWith("/session") && route.rule() instanceof Route.Rule.Open) {
      return "session.create";
    }
    if (route.path().equals(OpenIdSignIn.CALLBACK)) {
      return "session.create";
    }
    if (route.path().endsWith("/{provider}/logout")) {
      return "session.end-by-provider";
    }
    if (route.path().endsWith("/break-glass") && route.rule() instanceof Route.Rule.Open) {
      return "break-glass.use";
    }
    if (route.path().endsWith("/subject-copies")) {
      return "subject-copy.fetch";
    }
    if (route.path().endsWith("/invitations/view")) {
      return "guest.view-invitation";
    }
    if (route.path().endsWith("/invitations/accept")) {
      return "guest.accept";
    }
    return route.action() == null ? "-" : route.action();
  }

  @Test
  void theDescriptionKnowsEveryNameThatCanOccur() {
    JsonNode schemas = json(anybody.get("/api/v1/openapi.json")).get("components").get("schemas");
    assertNames(schemas, "CallState", CallState.values());
    assertNames(schemas, "CallFlag", CallFlag.values());
    assertNames(schemas, "Direction", Direction.values());
    assertNames(schemas, "Role", Role.values());
    assertNames(schemas, "Permission", Permission.values());
    assertNames(schemas, "Deviation", Deviation.values());
  }

  private static void assertNames(JsonNode schemas, String schema, WireName[] names) {
    TreeSet<String> described = new TreeSet<>();
    schemas.get(schema).get("enum").forEach(name -> described.add(name.asText()));
    assertThat(described)
        .as(schema)
        .isEqualTo(new TreeSet<>(Arrays.stream(names).map(WireName::wireName).toList()));
  }

  @Test
  void auditorsReadTheWholeTrailOfTheirTenantOfficersTheirOwnActs() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    officer.get("/api/v1/recordings");
    portal.signIn(TestPortal.GLOBEX, Role.AUDITOR);

    String own = body(officer.get("/api/v1/audit?limit=500"));
    assertThat(own).contains("search.execute").doesNotContain("auditor").doesNotContain("globex");
    String all = body(portal.signIn(ACME, Role.AUDITOR).get("/api/v1/audit?limit=500"));
    assertThat(all)
        .contains("user:compliance-officer@acme")
        .contains("user:auditor@acme")
        .doesNotContain("globex");
    assertThat(officer.get("/api/v1/audit?cursor=x").statusCode()).isEqualTo(400);
    JsonNode page = json(officer.get("/api/v1/audit?limit=1"));
    assertThat(page.get("items")).hasSize(1);
    assertThat(page.get("next").isNull()).isFalse();
  }
}

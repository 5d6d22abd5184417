package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.call.RecordingId;
import io.earwitness.call.WireName;
import io.earwitness.json.Json;
import io.earwitness.portal.RouteTable;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Routes × roles × own and other tenant over the whole product: real sign-ins, rows, objects. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteTableTest {
  /** Recorders and matching serve every tenant, so these belong to operators of the platform. */
  private static final List<String> PLATFORM =
      List.of(
          "/api/v1/nodes",
          "/api/v1/tenant-matching",
          "/api/v1/support-requests",
          "/api/v1/allocation/",
          "/api/v1/quarantine",
          "/api/v1/platform/",
          "/api/v1/hand-overs");

  private final HttpClient http = HttpClient.newHttpClient();
  private TestServer server;
  private RecordingId recording;
  private UUID entry;

  private record Session(DemoTenants.Login login, String cookie, String csrf) {
    Role role() {
      return WireName.parse(Role.class, login.roles().getFirst());
    }
  }

  @BeforeAll
  void placeACall(@TempDir Path folder) throws Exception {
    server =
        TestServer.start(
            folder.resolve("data"),
            Map.of(
                "EARWITNESS_HTTP_LIMITS_REQUESTS_PER_ADDRESS", "0",
                "EARWITNESS_HTTP_LIMITS_REQUESTS_PER_ACCOUNT", "0"));
    ClientResult.Call placed =
        new SiprecClient(InstantSource.system())
            .run(
                ClientOptions.to(server.sipUri())
                    .withParties(
                        CallParty.parse("Carol Customer <+14155550123>"),
                        CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">")))
            .results()
            .getFirst();
    try (PortalClient officer = server.officer(DemoTenants.ACME);
        PortalClient auditor =
            new PortalClient(server.server().origin(), server.login(DemoTenants.ACME, "auditor"))) {
      recording =
          TestServer.id(TestServer.await(officer, String.valueOf(placed.callId()), "archived"));
      TestServer.await(
          "a signed tree",
          () -> auditor.response("/audit/checkpoint").statusCode() == 200,
          () -> auditor.response("/audit/checkpoint").toString());
      JsonNode entries = auditor.json("/audit?limit=500").path("items");
      entry = UUID.fromString(entries.get(entries.size() - 1).path("id").asText());
    }
  }

  @AfterAll
  void stop() {
    http.close();
    server.close();
  }

  private Session signIn(DemoTenants.Login login) throws Exception {
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(uri("/api/v1/session"))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArray(
                        Json.bytes(
                            Map.of(
                                "tenant", login.tenant(),
                                "user", login.user(),
                                "password", login.password()))))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(201);
    return new Session(
        login,
        response.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0],
        Json.mapper().readTree(response.body()).path("csrf").asText());
  }

  private URI uri(String path) {
    return URI.create(server.server().origin() + path);
  }

  private HttpResponse<byte[]> ask(@Nullable Session session, String route, RecordingId id)
      throws Exception {
    Object body = RouteTable.body(route, id);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(RouteTable.path(route, id, entry)))
            .method(
                route.substring(0, route.indexOf(' ')),
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (session != null) {
      request.header("Cookie", session.cookie()).header("X-CSRF-Token", session.csrf());
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static boolean may(Role role, String route) {
    return PLATFORM.stream().anyMatch(route::contains)
        ? role == Role.OPERATOR
        : RouteTable.may().getOrDefault(route, Set.of()).contains(role);
  }

  /** Whether whoever may was served, or told that what was named is not there. */
  private static boolean right(String route, int status, boolean own) {
    if (own && route.contains("/recordings/{id}") && RouteTable.expected(route) == 200) {
      return status >= 200 && status < 300;
    }
    return status < 500 && status != 401 && (status != 403 || RouteTable.expected(route) == 403);
  }

  @Test
  void everyRoleMayWhatTheTableSaysAndNoMore() throws Exception {
    Map<String, String> wrong = new TreeMap<>();
    for (DemoTenants.Login login : server.logins()) {
      Session usual = signIn(login);
      for (String route : RouteTable.may().keySet()) {
        Session session = route.equals("DELETE /api/v1/session") ? signIn(login) : usual;
        HttpResponse<byte[]> response = ask(session, route, recording);
        int status = response.statusCode();
        boolean right =
            may(session.role(), route)
                ? right(route, status, login.tenant().equals(DemoTenants.ACME.value()))
                : status == 403;
        if (!right) {
          wrong.put(
              "%s as %s of %s".formatted(route, session.role().wireName(), login.tenant()),
              status + " " + new String(response.body(), StandardCharsets.UTF_8));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void whatIsAnothersAnswersAsWhatIsNot() throws Exception {
    RecordingId nothing = RecordingId.draw(Instant.now());
    Set<String> compared = new HashSet<>();
    for (DemoTenants.Login login : server.logins()) {
      if (!login.tenant().equals(DemoTenants.GLOBEX.value())) {
        continue;
      }
      Session session = signIn(login);
      for (String route : RouteTable.may().keySet()) {
        if (!route.contains("/recordings/{id}") || !may(session.role(), route)) {
          continue;
        }
        HttpResponse<byte[]> others = ask(session, route, recording);
        HttpResponse<byte[]> none = ask(session, route, nothing);
        assertThat(others.statusCode()).as(route).isEqualTo(404).isEqualTo(none.statusCode());
        assertThat(others.body()).as(route).isEqualTo(none.body());
        compared.add(route);
      }
    }
    assertThat(compared).as("routes that lead to a recording").hasSizeGreaterThan(6);
  }

  @Test
  void nobodyGetsAnythingWithoutSigningIn() throws Exception {
    for (String route : RouteTable.may().keySet()) {
      assertThat(ask(null, route, recording).statusCode()).as(route).isEqualTo(401);
    }
  }
}

package io.earwitness.portal;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A portal on a free port with two tenants, one person for each role in each, and nothing recorded
 * yet. Every password is {@link #PASSWORD}.
 */
final class TestPortal implements AutoCloseable {
  static final TenantSlug ACME = new TenantSlug("acme");
  static final TenantSlug GLOBEX = new TenantSlug("globex");
  static final String PASSWORD = "correct horse battery";
  static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final String HASH = new PasswordHasher().hash(PASSWORD.toCharArray());

  final FakeDirectory directory = new FakeDirectory();
  final FakeAccess access = new FakeAccess(directory);
  final FakeCalls calls = new FakeCalls();
  final FakeSrcReports srcs = new FakeSrcReports();
  final FakeAudit audit = new FakeAudit();
  final FakeProofs proofs = new FakeProofs(audit);
  final TestClock clock = new TestClock();
  final FakeSessions sessions = new FakeSessions(clock);
  final FakePlays plays = new FakePlays(clock);
  final FakeDrains drains = new FakeDrains(clock);
  final FakeMedia media = new FakeMedia();
  final FakeNodes nodes = new FakeNodes();
  final List<PortalParts.ReadinessCheck> readiness = new CopyOnWriteArrayList<>();
  final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final HttpClient http = HttpClient.newHttpClient();
  final PortalServer server;
  private final MediaAccess served;
  private final @Nullable CatalogDatabase people;

  TestPortal() {
    this(0, Set.of(), Clock.systemUTC());
  }

  /**
   * @param clock read once; then time stands still
   */
  TestPortal(int port, Set<TenantSlug> playReasonRequired, Clock clock) {
    this(port, playReasonRequired, clock, null, null);
  }

  /** A portal over what is really stored. */
  TestPortal(MediaAccess stored) {
    this(0, Set.of(), Clock.systemUTC(), stored, null);
  }

  /** A portal whose people, teams, grants and sessions are in a real database. */
  TestPortal(CatalogDatabase people) {
    this(0, Set.of(), Clock.systemUTC(), null, people);
  }

  private TestPortal(
      int port,
      Set<TenantSlug> playReasonRequired,
      Clock clock,
      @Nullable MediaAccess stored,
      @Nullable CatalogDatabase people) {
    this.people = people;
    this.served = stored == null ? media : stored;
    this.clock.now = port == 0 ? NOW : clock.instant();
    tenant(ACME, "Acme Brokers");
    tenant(GLOBEX, "Globex Trading");
    tenant(TenantSlug.PLATFORM, "Platform");
    readiness.add(new PortalParts.ReadinessCheck("catalog", () -> {}));
    this.server =
        PortalServer.start(
            new PortalConfig(
                "127.0.0.1",
                port,
                false,
                Duration.ofHours(1),
                Duration.ofHours(12),
                playReasonRequired),
            parts(
                List.of(
                    new PortalParts.ReadinessCheck(
                        "parts",
                        () -> {
                          for (PortalParts.ReadinessCheck each : readiness) {
                            each.check().run();
                          }
                        }))));
  }

  PortalParts parts(List<PortalParts.ReadinessCheck> checks) {
    return new PortalParts(
        people == null ? directory : people.directory(),
        people == null ? access : people.access(),
        calls,
        srcs,
        calls,
        audit,
        audit,
        proofs,
        people == null ? sessions : people.sessions(),
        plays,
        calls,
        drains,
        served,
        nodes,
        checks,
        metrics,
        people == null ? clock : Clock.systemUTC());
  }

  /** The routes of this portal. */
  List<Route> routes() {
    PortalParts parts = parts(List.of());
    return PortalServer.routes(
        PortalConfig.of("127.0.0.1", 0),
        parts,
        new Authentication(parts, Duration.ofHours(1)),
        new Acts(audit, clock, metrics));
  }

  private void tenant(TenantSlug slug, String name) {
    (people == null ? directory : people.directory())
        .addTenant(
            new Directory.Tenant(slug, name, ZoneId.of("Europe/Berlin"), Set.of(), 1), "test");
    for (Role role : Role.values()) {
      user(slug, role.wireName(), Set.of(role));
    }
  }

  Directory.User user(TenantSlug tenant, String name, Set<Role> roles) {
    String display = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    Directory.User user =
        new Directory.User(
            "u-%s-%s".formatted(tenant, name), tenant, name, display, HASH, roles, true);
    (people == null ? directory : people.directory()).addUser(user, "test");
    return user;
  }

  URI uri(String path) {
    return URI.create(server.url() + path);
  }

  /** Somebody who has not signed in. */
  Client anonymous() {
    return new Client(null, null);
  }

  Client signIn(TenantSlug tenant, Role role) {
    return signIn(tenant, role.wireName());
  }

  Client signIn(TenantSlug tenant, String user) {
    HttpResponse<byte[]> response = anonymous().post("/api/v1/session", credentials(tenant, user));
    if (response.statusCode() != 201) {
      throw new AssertionError("sign-in: " + text(response));
    }
    String cookie = response.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    return new Client(cookie, json(response).get("csrf").asText());
  }

  static Map<String, String> credentials(TenantSlug tenant, String user) {
    return Map.of("tenant", tenant.value(), "user", user, "password", PASSWORD);
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    try {
      return Json.mapper().readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(text(response), e);
    }
  }

  static String text(HttpResponse<byte[]> response) {
    return response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
    http.close();
  }

  /** One person's browser, or program. */
  final class Client {
    final @Nullable String cookie;
    final @Nullable String csrf;
    private @Nullable String bearer;

    Client(@Nullable String cookie, @Nullable String csrf) {
      this.cookie = cookie;
      this.csrf = csrf;
    }

    Client withBearer(String token) {
      Client client = new Client(null, null);
      client.bearer = token;
      return client;
    }

    Client withCsrf(@Nullable String other) {
      return new Client(cookie, other);
    }

    HttpResponse<byte[]> get(String path, String... headers) {
      return send("GET", path, null, headers);
    }

    HttpResponse<byte[]> post(String path, Object body) {
      return send("POST", path, Json.bytes(body), "Content-Type", "application/json");
    }

    HttpResponse<byte[]> delete(String path) {
      return send("DELETE", path, null);
    }

    HttpResponse<byte[]> send(
        String method, String path, byte @Nullable [] body, String... headers) {
      try {
        return http.send(request(method, path, body, headers), BodyHandlers.ofByteArray());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    HttpRequest request(String method, String path, byte @Nullable [] body, String... headers) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri(path))
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofByteArray(body));
      for (int i = 0; i < headers.length; i += 2) {
        request.header(headers[i], headers[i + 1]);
      }
      if (cookie != null) {
        request.header("Cookie", cookie);
      }
      if (csrf != null) {
        request.header("X-CSRF-Token", csrf);
      }
      if (bearer != null) {
        request.header("Authorization", "Bearer " + bearer);
      }
      return request.build();
    }
  }

  /** A clock that goes when it is told to. */
  static final class TestClock extends Clock {
    volatile Instant now = NOW;

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}

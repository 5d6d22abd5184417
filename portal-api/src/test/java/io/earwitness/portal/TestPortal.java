package io.earwitness.portal;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.announcement.AnnouncementBook;
import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LockModes;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.Plays;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.retention.ErasurePlans.Fate;
import io.earwitness.retention.HoldMatching;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.BiFunction;
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
  // A cheap one: tests sign in thousands of times
  private static final String HASH = new PasswordHasher(8, 1).hash(PASSWORD.toCharArray());

  final FakeDirectory directory = new FakeDirectory();
  final FakeAccess access = new FakeAccess(directory);
  final FakeCalls calls = new FakeCalls();
  final FakeSrcReports srcs = new FakeSrcReports();
  final FakeAudit audit = new FakeAudit();
  final FakeProofs proofs = new FakeProofs(audit);
  final TestClock clock = new TestClock();
  final FakeSessions sessions = new FakeSessions(clock);
  final FakeApiTokens tokens = new FakeApiTokens(clock);
  final FakePlays plays = new FakePlays(clock);
  final FakeDrains drains = new FakeDrains(clock);
  final FakePauses pauses = new FakePauses();
  final FakeMedia media = new FakeMedia();
  final FakeNodes nodes = new FakeNodes();
  final FakeReviews reviews = new FakeReviews();
  final FakeAlarms alarms = new FakeAlarms(clock);
  final FakeSignInFailures failures = new FakeSignInFailures(clock);
  final FakeSecondFactors factors = new FakeSecondFactors(clock);
  final FakeIdentityProviders providers = new FakeIdentityProviders();
  final FakeOpenIdConnect openId = new FakeOpenIdConnect();
  final SignInKey key = new SignInKey(new byte[SignInKey.BYTES]);
  final FakeApprovals approvals = new FakeApprovals(clock);
  final FakeBreakGlass glass = new FakeBreakGlass(clock);
  final FakeMisplaced misplaced = new FakeMisplaced(calls, clock);

  /** Hand-overs that were sealed for their tenants. */
  final List<MisplacedCalls.HandOver> sealed = new CopyOnWriteArrayList<>();

  /** Tenants whose keys the platform does not manage. */
  final Set<TenantSlug> ownKeys = new CopyOnWriteArraySet<>();

  final FakeQuarantine quarantine = new FakeQuarantine();
  final FakeChannels channels = new FakeChannels();
  final FakeAnnouncements announcements = new FakeAnnouncements();
  final FakeRetention retention = new FakeRetention();
  final FakeHolds holds = new FakeHolds();
  final FakeAnnotations annotations = new FakeAnnotations(calls, clock);
  private final FakeLocks known = new FakeLocks();

  /** The store's locks. */
  RetentionParts.Locks locks = _ -> Optional.empty();

  BiFunction<TenantSlug, RecordingId, Fate> fates =
      (_, _) -> new Fate.Kept(null, "a test keeps it", false);

  /** Which tenants are read-only, without a database. */
  final FakeClosings closings = new FakeClosings();

  /** Private keys that are managed for tenants. */
  ClosingParts.Keys closingKeys = (_, _, _) -> Optional.empty();

  /** Signed documents of closings. */
  ClosingParts.Documents closingDocuments = (_, _) -> Optional.empty();

  /** What comes of trying delivery targets out. */
  DeliveryParts.Prober prober = _ -> {};

  final FakeForwarding forwarding = new FakeForwarding();
  final List<PortalParts.ReadinessCheck> readiness = new CopyOnWriteArrayList<>();
  final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final HttpClient http = HttpClient.newHttpClient();
  final PortalServer server;
  private final MediaAccess served;
  private final @Nullable CatalogDatabase people;
  private final SignInConfig signIn;
  private final Plays servedPlays;
  private final Clock clockOfPeople;

  TestPortal() {
    this(0, Set.of(), Clock.systemUTC());
  }

  /**
   * @param clock read once; then time stands still
   */
  TestPortal(int port, Set<TenantSlug> playReasonRequired, Clock clock) {
    this(port, playReasonRequired, clock, null, null, SignInConfig.DEFAULT);
  }

  /** A portal over what is really stored. */
  TestPortal(MediaAccess stored) {
    this(0, Set.of(), Clock.systemUTC(), stored, null, SignInConfig.DEFAULT);
  }

  /** A portal whose people, teams, grants and sessions are in a real database. */
  TestPortal(CatalogDatabase people) {
    this(people, SignInConfig.DEFAULT);
  }

  TestPortal(CatalogDatabase people, SignInConfig signIn) {
    this(0, Set.of(), Clock.systemUTC(), null, people, signIn);
  }

  TestPortal(SignInConfig signIn) {
    this(0, Set.of(), Clock.systemUTC(), null, null, signIn);
  }

  /** A portal with plays too in a real database, and one clock for both. */
  TestPortal(CatalogDatabase people, SignInConfig signIn, Clock clockOfPeople) {
    this(0, Set.of(), Clock.systemUTC(), null, people, signIn, people.plays(), clockOfPeople);
  }

  private TestPortal(
      int port,
      Set<TenantSlug> playReasonRequired,
      Clock clock,
      @Nullable MediaAccess stored,
      @Nullable CatalogDatabase people,
      SignInConfig signIn) {
    this(port, playReasonRequired, clock, stored, people, signIn, null, Clock.systemUTC());
  }

  private TestPortal(
      int port,
      Set<TenantSlug> playReasonRequired,
      Clock clock,
      @Nullable MediaAccess stored,
      @Nullable CatalogDatabase people,
      SignInConfig signIn,
      @Nullable Plays storedPlays,
      Clock clockOfPeople) {
    this.servedPlays = storedPlays == null ? plays : storedPlays;
    this.clockOfPeople = clockOfPeople;
    this.people = people;
    this.signIn = signIn;
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
                playReasonRequired,
                Exposure.PLAIN,
                signIn),
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
        servedPlays,
        calls,
        drains,
        served,
        nodes,
        people == null ? reviews : people.accessReviews(),
        (content, hint) -> content,
        checks,
        metrics,
        people == null ? clock : clockOfPeople,
        alarms,
        new SignInParts(
            people == null ? failures : people.signInFailures(),
            people == null ? factors : people.secondFactors(),
            people == null ? providers : people.identityProviders(),
            openId,
            key),
        new PeopleParts(
            people == null ? tokens : people.apiTokens(),
            people == null ? new FakeProvisioned() : people.provisioned(),
            people == null ? new FakeImport() : people.imports(),
            people == null ? new FakeGuests() : people.guests(),
            people == null ? new FakeSupportRequests() : people.supportRequests(),
            PeopleParts.USUAL_MAX_REMOVALS_PERCENT),
        approvals(),
        announcements(),
        whoseCall(),
        people == null ? new FakeRecordingPolicies() : people.recordingPolicies(),
        annotations,
        people == null ? new FakeLicences() : people.licences(),
        people == null ? new FakeStoredBytes() : people.storedBytes(),
        null,
        pauses,
        new RetentionParts(
            retention(),
            archive -> locks.of(archive),
            people == null ? known : people.retentionLocks(),
            people == null ? known : people.retentionLengthenings(),
            people == null ? known : people.retentionTrials(),
            lockModes(),
            new HoldParts(
                holds(),
                new HoldMatching(
                    holds(),
                    new SearchedHolds(calls),
                    (_, _, _) -> List.of(),
                    people == null ? clock : clockOfPeople)),
            restrictions(),
            new DisposalParts(
                disposals(),
                people == null ? new FakeTombstones() : people.tombstones(),
                tenant -> Tokens.of(new byte[Tokens.SECRET_BYTES], tenant)),
            new SubjectRequestParts(
                subjects(), (tenant, recording) -> fates.apply(tenant, recording))),
        new DeliveryParts(deliveries(), target -> prober.probe(target)),
        new ClosingParts(
            people == null ? closings : people.closings(),
            (tenant, password, actor) -> closingKeys.export(tenant, password, actor),
            (key, version) -> closingDocuments.open(key, version)));
  }

  private Deliveries deliveries() {
    return people == null ? new FakeDeliveries() : people.deliveries();
  }

  private SubjectRequests subjects() {
    return people == null ? FakeSubjectRequests.NONE : people.subjectRequests();
  }

  private Disposals disposals() {
    return people == null ? FakeDisposals.NONE : people.disposals();
  }

  private RetentionPolicies retention() {
    return people == null ? retention : people.retention();
  }

  private Restrictions restrictions() {
    return people == null ? new FakeRestrictions() : people.restrictions();
  }

  private LockModes lockModes() {
    return people == null ? new FakeLockModes() : people.lockModes();
  }

  LegalHolds holds() {
    return people == null ? holds : people.holds();
  }

  private AnnouncementParts announcements() {
    Announcements catalog = people == null ? announcements : people.announcements();
    Clock time = people == null ? clock : Clock.systemUTC();
    Prompts prompts = new Prompts(catalog, new FakeSeal(), time);
    AnnouncementPlays plays =
        people == null ? new FakeAnnouncementPlays() : people.announcementPlays();
    return new AnnouncementParts(
        catalog,
        prompts,
        new AnnouncementBook(
            catalog,
            plays,
            people == null ? directory : people.directory(),
            prompts,
            Alarms.NONE,
            time),
        plays);
  }

  private WhoseCallParts whoseCall() {
    return new WhoseCallParts(
        (tenant, trial, actor) -> {
          (people == null ? directory : people.directory()).addTenant(tenant, actor);
          if (trial && people != null) {
            people.retentionTrials().begin(tenant.slug(), actor);
          }
        },
        people == null ? new FakeHolders() : people.holders(),
        people == null ? new FakeCorrections(clock) : people.corrections(),
        new QuarantineDesk(
            quarantine,
            quarantine::record,
            quarantine::release,
            people == null ? directory : people.directory()));
  }

  ApprovalDesk approvals() {
    return new ApprovalDesk(
        people == null ? approvals : people.approvals(),
        people == null ? glass : people.breakGlass(),
        people == null ? directory : people.directory(),
        people == null ? access : people.access(),
        people == null ? channels : people.alarmChannels(),
        people == null ? forwarding : people.auditForwarding(),
        people == null ? providers : people.identityProviders(),
        retention(),
        lockModes(),
        deliveries(),
        holds(),
        restrictions(),
        disposals(),
        people == null ? new FakeRecordingPolicies() : people.recordingPolicies(),
        people == null ? new FakeLicences() : people.licences(),
        subjects(),
        people == null ? closings : people.closings(),
        alarms,
        audit,
        metrics,
        people == null ? clock : clockOfPeople,
        new ApprovalSettings(Duration.ofDays(7), Duration.ofDays(7), true, false),
        new HandOverDesk(
            misplaced,
            people == null ? approvals : people.approvals(),
            people == null ? access : people.access(),
            people == null ? directory : people.directory(),
            audit,
            metrics,
            people == null ? clock : clockOfPeople,
            Duration.ofDays(7),
            (handOver, actor) -> sealed.add(handOver),
            tenant -> !ownKeys.contains(tenant)));
  }

  /** The routes of this portal. */
  List<Route> routes() {
    PortalParts parts = parts(List.of());
    return PortalServer.routes(
        PortalConfig.of("127.0.0.1", 0),
        parts,
        new Authentication(parts, Duration.ofHours(1), false),
        acts(),
        new PlayEnds(parts, acts()));
  }

  Acts acts() {
    return new Acts(audit, clock, metrics);
  }

  /** How plays of this portal end. */
  PlayEnds ends() {
    return server.ends();
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

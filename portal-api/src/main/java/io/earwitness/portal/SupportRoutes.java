package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.archive.catalog.SupportRequests;
import io.earwitness.archive.catalog.SupportRequests.Decision;
import io.earwitness.call.TenantSlug;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform's support in a tenant: asked for by the platform, consented to by the tenant, for a
 * while, on one matter. All of it is in both logs.
 */
final class SupportRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(SupportRoutes.class);
  private static final String NODE = "portal";
  private static final int MAX_REASON = 500;
  private static final int NEWEST = 200;

  private final Directory directory;
  private final AccessDirectory access;
  private final Guests guests;
  private final SupportRequests requests;
  private final Sessions sessions;
  private final SessionOpener opener;
  private final AlarmRegister alarms;
  private final Authentication authentication;
  private final BreakGlassGuard guard;
  private final Acts acts;
  private final Clock clock;

  SupportRoutes(PortalConfig config, PortalParts parts, Authentication authentication, Acts acts) {
    this.directory = parts.directory();
    this.access = parts.access();
    this.guests = parts.people().guests();
    this.requests = parts.people().support();
    this.sessions = parts.sessions();
    this.opener = new SessionOpener(config, parts);
    this.alarms = parts.alarms();
    this.authentication = authentication;
    this.guard = new BreakGlassGuard(parts.approvals());
    this.acts = acts;
    this.clock = parts.clock();
  }

  /**
   * A request.
   *
   * @param decision null while it is open
   * @param state of the guest who was let in; null but after a consent
   * @param until when that ends
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record RequestView(
      UUID id,
      TenantSlug tenant,
      String person,
      String reason,
      Instant askedAt,
      String askedBy,
      @Nullable Decision decision,
      @Nullable Instant decidedAt,
      @Nullable String decidedBy,
      @Nullable String note,
      Guests.@Nullable State state,
      @Nullable Instant until,
      @Nullable Integer plays,
      @Nullable Integer playsUsed) {}

  private RequestView view(SupportRequests.Request request) {
    Optional<Guest> guest =
        Optional.ofNullable(request.guestId()).flatMap(id -> guests.find(request.tenant(), id));
    return new RequestView(
        request.id(),
        request.tenant(),
        request.personName(),
        request.reason(),
        request.asked(),
        request.askedBy(),
        request.decision(),
        request.decided(),
        request.decidedBy(),
        request.note(),
        guest.map(each -> each.state(clock.instant())).orElse(null),
        guest.map(each -> each.terms().ends()).orElse(null),
        guest.map(each -> each.terms().plays()).orElse(null),
        guest.map(Guest::playsUsed).orElse(null));
  }

  private void list(Context http, List<SupportRequests.Request> found) {
    SessionRoutes.json(http, 200, new AccessViews.Items<>(found.stream().map(this::view).toList()));
  }

  private static boolean isOperator(Principal asking) {
    return asking.user().roles().contains(Role.OPERATOR);
  }

  /** {@code GET /support-requests}: of the platform, one's own; an operator sees all. */
  Route.Prepared asked(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            list(
                http, requests.ofPlatform(isOperator(asking) ? null : asking.user().id(), NEWEST)));
  }

  private record NewRequest(
      @Nullable String tenant, @Nullable String person, @Nullable String reason) {}

  /** {@code POST /support-requests}. */
  Route.Prepared ask(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewRequest body = Request.body(http, NewRequest.class, null);
    TenantSlug tenant = slug(AccessRequest.required("tenant", body.tenant(), 40));
    String name =
        body.person() == null
            ? asking.user().name()
            : AccessRequest.required("person", body.person(), 200);
    String reason = AccessRequest.required("reason", body.reason(), MAX_REASON);
    UUID id = UUID.randomUUID();
    Map<String, String> details =
        Map.of("person", name, "reason", reason, "request", id.toString());
    return new Route.Prepared(
        "tenant:" + tenant,
        details,
        _ -> {
          if (!name.equals(asking.user().name()) && !isOperator(asking)) {
            throw ProblemException.forbidden(
                "forbidden", "An operator asks for others; ask for yourself.");
          }
          Directory.User person =
              directory
                  .user(TenantSlug.PLATFORM, name)
                  .filter(GuestAccess::mayBeSupport)
                  .orElseThrow(
                      () ->
                          ProblemException.malformed(
                              "person",
                              ("'%s' can't be let into a tenant: an active account of the platform"
                                      + " is needed that is no operator's, since an operator never"
                                      + " hears a call.")
                                  .formatted(name)));
          demandTenant(tenant);
          Acts.Act act = acts.begin(tenant, asking.actor(), "support.ask", object(id), details);
          SupportRequests.Request asked =
              ending(
                  act,
                  () ->
                      requests.ask(tenant, id, person.id(), person.name(), reason, asking.actor()));
          tell(
              AlarmReport.raised(
                  alarm(tenant, id),
                  clock.instant(),
                  "support asks to be let in as %s: %s".formatted(name, reason),
                  NODE));
          SessionRoutes.json(http, 201, view(asked));
        });
  }

  private static TenantSlug slug(String text) {
    try {
      return new TenantSlug(text);
    } catch (IllegalArgumentException _) {
      throw ProblemException.malformed("tenant", "There is no such tenant.");
    }
  }

  private void demandTenant(TenantSlug tenant) {
    if (tenant.equals(TenantSlug.PLATFORM) || directory.tenant(tenant).isEmpty()) {
      throw ProblemException.malformed("tenant", "There is no such tenant.");
    }
  }

  private static String object(UUID id) {
    return "support-request:" + id;
  }

  /** Runs what was entered in the other log. */
  private <T> T ending(Acts.Act act, Supplier<T> work) {
    try {
      T done = AccessRequest.change(work);
      acts.end(act, Acts.DONE);
      return done;
    } catch (RuntimeException e) {
      acts.end(act, Problems.of(e).outcome());
      throw e;
    }
  }

  /** {@code POST /support-requests/{tenant}/{request}/withdraw}. */
  Route.Prepared withdraw(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Optional<SupportRequests.Request> found = ofPlatform(http, asking);
    return new Route.Prepared(
        "tenant:" + named(http, "tenant"),
        Map.of("request", named(http, "request")),
        _ -> {
          SupportRequests.Request request = found.orElseThrow(SupportRoutes::missing);
          Acts.Act act =
              acts.begin(
                  request.tenant(),
                  asking.actor(),
                  "support.withdraw",
                  object(request.id()),
                  Map.of());
          boolean closed =
              ending(
                  act,
                  () ->
                      requests.close(
                          request.tenant(),
                          request.id(),
                          Decision.WITHDRAWN,
                          null,
                          asking.actor()));
          demandOpen(closed);
          decided(request);
          http.status(204);
        });
  }

  private static AlarmKey alarm(TenantSlug tenant, UUID request) {
    return new AlarmKey(tenant, AlarmKind.SUPPORT_REQUESTED, AlarmObject.supportRequest(request));
  }

  private void decided(SupportRequests.Request request) {
    tell(AlarmReport.cleared(alarm(request.tenant(), request.id()), clock.instant(), NODE));
  }

  /** That it can't be told undoes nothing of what was asked or decided. */
  private void tell(AlarmReport report) {
    try {
      alarms.enter(report);
    } catch (RuntimeException e) {
      LOG.warn("a request of support could not be told as an alarm", e);
    }
  }

  private static String named(Context http, String parameter) {
    String value = http.pathParam(parameter);
    return value.substring(0, Math.min(value.length(), 64));
  }

  private static void demandOpen(boolean closed) {
    if (!closed) {
      throw ProblemException.conflict("decided", "The request was decided already.");
    }
  }

  private static ProblemException missing() {
    return ProblemException.notFound("There is no such request of support.");
  }

  /** A request that this person of the platform may see. */
  private Optional<SupportRequests.Request> ofPlatform(Context http, Principal asking) {
    TenantSlug tenant;
    try {
      tenant = new TenantSlug(http.pathParam("tenant"));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    return requests
        .find(tenant, AccessRequest.uuid(http.pathParam("request")))
        .filter(request -> isOperator(asking) || request.personId().equals(asking.user().id()));
  }

  /**
   * {@code POST /support-requests/{tenant}/{request}/enter}: the platform's session ends, and one
   * in the tenant begins.
   */
  Route.Prepared enter(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = SessionRoutes.byCookie(principal);
    Optional<SupportRequests.Request> found = ofPlatform(http, asking);
    return new Route.Prepared(
        "tenant:" + named(http, "tenant"),
        Map.of("request", named(http, "request")),
        _ -> {
          SupportRequests.Request request = found.orElseThrow(SupportRoutes::missing);
          if (!request.personId().equals(asking.user().id())
              || !GuestAccess.mayBeSupport(asking.user())) {
            throw ProblemException.forbidden(
                "forbidden", "The consent is for another person; an operator never hears a call.");
          }
          // By cookie, so there is one
          Sessions.Session session = Objects.requireNonNull(asking.session());
          demandSecondFactor(session);
          Directory.User guest =
              Optional.ofNullable(request.guestId())
                  .flatMap(id -> directory.userById(request.tenant(), id))
                  .filter(Directory.User::active)
                  .orElseThrow(
                      () ->
                          ProblemException.conflict(
                              "no-consent",
                              "The tenant's consent was not given, or it has ended."));
          Map<String, String> details = new TreeMap<>();
          details.put("method", session.start().method().wireName());
          details.put("support", asking.actor());
          details.put("request", request.id().toString());
          Acts.Act act =
              acts.begin(
                  request.tenant(),
                  Principal.actor(request.tenant(), guest.name()),
                  "session.create",
                  null,
                  details);
          SessionOpener.Opened opened =
              ending(act, () -> opener.open(http, guest, session.start().method(), null, false));
          sessions.revoke(session);
          SessionRoutes.json(
              http,
              201,
              authentication.current(
                  authentication.principal(
                      directory.tenant(request.tenant()).orElseThrow(),
                      guest,
                      opened.session(),
                      opened.cookie())));
        });
  }

  /** As for guests with a local account. */
  private static void demandSecondFactor(Sessions.Session session) {
    switch (session.start().method()) {
      case TOTP, RECOVERY_CODE, OIDC -> {}
      case PASSWORD ->
          throw ProblemException.forbidden(
              "second-factor-needed",
              "A tenant is entered by whoever signed in with a second factor, or through an OpenID"
                  + " provider. Set one up and sign in again.");
    }
  }

  /** {@code GET /support-consents}: what the tenant is asked. */
  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> list(http, requests.list(asking.slug())));
  }

  private record Consent(
      @Nullable String matter,
      @Nullable Boolean download,
      @Nullable String until,
      @Nullable Integer plays) {}

  /** {@code POST /support-consents/{request}/consent}. */
  Route.Prepared consent(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Consent body = Request.body(http, Consent.class, null);
    Optional<SupportRequests.Request> found = ofTenant(http, asking);
    Guests.Terms terms =
        GuestRoutes.terms(
            body.matter(),
            body.download(),
            found.map(SupportRequests.Request::reason).orElse(""),
            body.until(),
            body.plays());
    Map<String, String> details = GuestViews.details(asking.directory(), terms);
    found.ifPresent(request -> details.put("person", request.personName()));
    return new Route.Prepared(
        "support-request:" + named(http, "request"),
        details,
        _ -> {
          demandPerson(asking);
          SupportRequests.Request request = found.orElseThrow(SupportRoutes::missing);
          guard.refuseGiving(asking);
          Optional<Guest> let =
              ending(
                  forPlatform(asking, "support.consent", details),
                  () -> requests.consent(asking.slug(), request.id(), terms, asking.actor()));
          demandOpen(let.isPresent());
          decided(request);
          answer(http, asking, request);
        });
  }

  private void answer(Context http, Principal asking, SupportRequests.Request request) {
    SessionRoutes.json(
        http,
        200,
        view(requests.find(asking.slug(), request.id()).orElseThrow(SupportRoutes::missing)));
  }

  /** Consent is a person's, not a program's. */
  private static void demandPerson(Principal asking) {
    SessionRoutes.byCookie(asking);
  }

  private Optional<SupportRequests.Request> ofTenant(Context http, Principal asking) {
    return requests.find(asking.slug(), AccessRequest.uuid(http.pathParam("request")));
  }

  private Acts.Act forPlatform(Principal asking, String action, Map<String, String> details) {
    return acts.begin(
        TenantSlug.PLATFORM, asking.actor(), action, "tenant:" + asking.slug(), details);
  }

  private record Refusal(@Nullable String note) {}

  /** {@code POST /support-consents/{request}/refuse}. */
  Route.Prepared refuse(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String note =
        AccessRequest.required("note", Request.body(http, Refusal.class, null).note(), MAX_REASON);
    Optional<SupportRequests.Request> found = ofTenant(http, asking);
    return new Route.Prepared(
        "support-request:" + named(http, "request"),
        Map.of("note", note),
        _ -> {
          SupportRequests.Request request = found.orElseThrow(SupportRoutes::missing);
          boolean closed =
              ending(
                  forPlatform(asking, "support.refuse", Map.of("note", note)),
                  () ->
                      requests.close(
                          asking.slug(), request.id(), Decision.REFUSED, note, asking.actor()));
          demandOpen(closed);
          decided(request);
          answer(http, asking, request);
        });
  }

  /** {@code DELETE /support-consents/{request}}: takes a consent back at once. */
  Route.Prepared end(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Optional<SupportRequests.Request> found = ofTenant(http, asking);
    return new Route.Prepared(
        "support-request:" + named(http, "request"),
        Map.of(),
        _ -> {
          String guest = found.map(SupportRequests.Request::guestId).orElse(null);
          if (guest == null) {
            throw missing();
          }
          ending(
              forPlatform(asking, "support.end", Map.of()),
              () -> guests.end(asking.slug(), guest, asking.actor()));
          http.status(204);
        });
  }
}

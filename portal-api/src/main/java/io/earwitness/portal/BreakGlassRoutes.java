package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccountKind;
import io.earwitness.access.Person;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.approval.ApprovalRules;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.BreakGlass;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sealed codes: used by somebody who is locked out, and the use reviewed by another person. */
final class BreakGlassRoutes {
  private static final Duration ROLE = Duration.ofHours(24);
  private static final Duration REVIEW = Duration.ofDays(5);
  private static final String NODE = "portal";

  /** One answer for all that can be wrong, so that nobody learns which accounts there are. */
  private static final String WRONG =
      "Tenant, user name or code is wrong, or the code is spent or over.";

  private final Directory directory;
  private final AccessDirectory access;
  private final AlarmRegister alarms;
  private final BreakGlass glass;
  private final Acts acts;
  private final Clock clock;
  private final PasswordHasher hasher = new PasswordHasher();
  private final AttemptLimiter limiter;
  private final AddressLimiter addresses;

  BreakGlassRoutes(PortalConfig config, PortalParts parts, Acts acts) {
    this.directory = parts.directory();
    this.access = parts.access();
    this.alarms = parts.alarms();
    this.glass = parts.approvals().glass();
    this.acts = acts;
    this.clock = parts.clock();
    this.limiter = new AttemptLimiter(SignInAttempts.POLICY, clock);
    this.addresses = new AddressLimiter(config, parts);
  }

  private record Use(@Nullable String tenant, @Nullable String user, @Nullable String code) {
    @Override
    public String toString() {
      return "Use";
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record Given(UUID id, String user, Role role, Instant until, Instant reviewBy) {}

  Route.Prepared use(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    Use body = Request.body(http, Use.class, null);
    String tenant = AccessRequest.required("tenant", body.tenant(), 40);
    String user = AccessRequest.required("user", body.user(), 200);
    String code = AccessRequest.required("code", body.code(), 100);
    return Route.Prepared.of(_ -> use(http, tenant, user, BreakGlassCodes.plain(code)));
  }

  private void use(Context http, String tenantText, String userName, String code) {
    Optional<Directory.Tenant> tenant = tenant(tenantText);
    String actor = "user:%s@%s".formatted(userName, tenantText);
    Acts.Act act =
        acts.begin(
            tenant.map(Directory.Tenant::slug).orElse(TenantSlug.PLATFORM),
            actor,
            "break-glass.use",
            null,
            Map.of("code", BreakGlassCodes.selector(code).orElse("none")));
    try {
      String account = (tenantText + '\n' + userName).toLowerCase(Locale.ROOT);
      String address = addresses.attempt(http);
      limiter.attempt(account);
      Optional<Directory.User> user =
          tenant.flatMap(t -> directory.user(t.slug(), userName)).filter(Directory.User::active);
      Instant now = clock.instant();
      Optional<BreakGlass.Code> sealed =
          tenant
              .flatMap(
                  t -> BreakGlassCodes.selector(code).flatMap(each -> glass.code(t.slug(), each)))
              .filter(found -> found.usedAt() == null && found.expiresAt().isAfter(now));
      // The hash is computed in any case, so that time tells nothing
      boolean right =
          hasher.verify(code.toCharArray(), sealed.map(BreakGlass.Code::hash).orElse(null));
      if (!right || user.isEmpty() || sealed.isEmpty()) {
        throw ProblemException.forbidden("wrong-code", WRONG);
      }
      limiter.succeeded(account);
      addresses.takeBack(address);
      SessionRoutes.json(http, 201, open(user.get(), sealed.get(), actor));
      acts.end(act, Acts.DONE);
    } catch (RuntimeException e) {
      acts.end(act, Problems.of(e).outcome());
      throw e;
    }
  }

  private Optional<Directory.Tenant> tenant(String text) {
    try {
      return directory.tenant(new TenantSlug(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private Given open(Directory.User user, BreakGlass.Code code, String actor) {
    AccessSnapshot now = access.snapshot(user.tenant());
    Instant at = now.present(clock.instant()).truncatedTo(ChronoUnit.MICROS);
    Person person = AccessRequest.person(now, user.id());
    refuse(now, person, at);
    BreakGlass.Use use =
        new BreakGlass.Use(
            UUID.randomUUID(),
            user.tenant(),
            code.selector(),
            user.id(),
            user.name(),
            at,
            at.plus(ROLE),
            at.plus(REVIEW),
            null);
    if (!glass.use(use, actor)) {
      throw ProblemException.forbidden("wrong-code", WRONG);
    }
    alarm(use, AlarmReport.raised(key(use.tenant(), use), at, use.alarmText(), NODE));
    give(person, use, at, actor);
    return new Given(use.id(), user.name(), Role.TENANT_ADMIN, use.until(), use.reviewBy());
  }

  /** It restores an administrator and never lets anybody hear a call. */
  private static void refuse(AccessSnapshot directory, Person person, Instant at) {
    Set<Role> roles = person.roles(at);
    if (roles.contains(Role.TENANT_ADMIN)) {
      throw ProblemException.conflict(
          "exists", "That person is a tenant admin already; the code is still sealed.");
    }
    boolean hears =
        person.kind() == AccountKind.GUEST
            || roles.stream().anyMatch(BreakGlassGuard.HEARING::contains)
            || Arrays.stream(Right.values())
                .anyMatch(right -> AccessRules.anywhere(directory, person.id(), right, at));
    if (hears) {
      throw ProblemException.forbidden(
          "hears",
          "That person has a role or grant to hear calls, with which the code can't be used; it is still sealed. Name somebody who has none.");
    }
  }

  private void give(Person person, BreakGlass.Use use, Instant at, String actor) {
    Map<Role, @Nullable Instant> roles = new EnumMap<>(Role.class);
    person.roles().stream()
        .filter(held -> held.validity().at(at))
        .forEach(held -> roles.put(held.role(), held.validity().until()));
    Map<String, String> details = new TreeMap<>();
    details.put("before", UserRoutes.roleNames(person.roles(at)));
    roles.put(Role.TENANT_ADMIN, use.until());
    details.put("after", UserRoutes.roleNames(roles.keySet()) + " until " + use.until());
    details.put("breakGlass", use.id().toString());
    Acts.Act act =
        acts.begin(use.tenant(), actor, "user.set-roles", "user:" + person.name(), details);
    String outcome = "failed";
    try {
      access.setRoles(use.tenant(), person.id(), roles, actor);
      outcome = Acts.DONE;
    } finally {
      acts.end(act, outcome);
    }
  }

  private static AlarmKey key(TenantSlug register, BreakGlass.Use use) {
    return new AlarmKey(register, AlarmKind.BREAK_GLASS_USED, AlarmObject.breakGlass(use.id()));
  }

  /** Tells the tenant and the platform. */
  private void alarm(BreakGlass.Use use, AlarmReport report) {
    alarms.enter(report);
    if (!use.tenant().equals(TenantSlug.PLATFORM)) {
      alarms.enter(
          new AlarmReport(
              new AlarmKey(TenantSlug.PLATFORM, report.key().kind(), report.key().object()),
              report.times(),
              report.firstAt(),
              report.lastAt(),
              report.detail(),
              report.clearedAt(),
              report.node()));
    }
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    glass.uses(asking.slug()).stream()
                        .map(use -> ApprovalViews.UseView.of(asking, use))
                        .toList())));
  }

  private record Note(@Nullable String note) {}

  Route.Prepared review(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    UUID id = AccessRequest.uuid(http.pathParam("use"));
    String note =
        AccessRequest.required("note", Request.body(http, Note.class, null).note(), 1_000);
    return new Route.Prepared(
        "break-glass:" + id,
        Map.of("note", note),
        _ -> {
          ApprovalRoutes.demandSession(asking);
          List<BreakGlass.Use> uses = glass.uses(asking.slug());
          BreakGlass.Use use =
              uses.stream()
                  .filter(each -> each.id().equals(id))
                  .findFirst()
                  .orElseThrow(() -> ProblemException.notFound("There is no such use of a code."));
          if (use.review() != null) {
            throw ProblemException.conflict("reviewed", "It was reviewed already.");
          }
          if (!ApprovalRules.mayReview(
              asking.directory(), use.userId(), use.usedAt(), asking.user().id(), asking.asked())) {
            throw ProblemException.forbidden(
                "separation-of-duties",
                "A use is reviewed by another person, who was privileged before it if there is one.");
          }
          BreakGlass.Use reviewed =
              glass
                  .review(
                      asking.slug(),
                      id,
                      new BreakGlass.Review(clock.instant(), asking.actor(), note))
                  .orElseThrow(() -> ProblemException.notFound("There is no such use of a code."));
          for (AlarmKind kind :
              List.of(AlarmKind.BREAK_GLASS_USED, AlarmKind.BREAK_GLASS_UNREVIEWED)) {
            alarm(
                use,
                AlarmReport.cleared(
                    new AlarmKey(asking.slug(), kind, AlarmObject.breakGlass(id)),
                    clock.instant(),
                    NODE));
          }
          SessionRoutes.json(http, 200, ApprovalViews.UseView.of(asking, reviewed));
        });
  }
}

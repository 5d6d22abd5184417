package io.earwitness.portal;

import io.earwitness.access.AccountKind;
import io.earwitness.access.Person;
import io.earwitness.access.Role;
import io.earwitness.access.SeparationOfDuties;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** People of a tenant: who there is, with which roles, and whether the account can be used. */
final class UserRoutes {
  private static final int MAX_NAME = 200;
  private static final int SHORTEST_PASSWORD = 12;

  private final Directory directory;
  private final AccessDirectory access;
  private final BreakGlassGuard guard;
  private final PasswordHasher hasher = new PasswordHasher();

  UserRoutes(PortalParts parts) {
    this.directory = parts.directory();
    this.access = parts.access();
    this.guard = new BreakGlassGuard(parts.approvals());
  }

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("at"));
    Principal asking = Objects.requireNonNull(principal);
    Instant at = AccessRequest.at(http, asking);
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                new AccessViews.Items<>(
                    asking.directory().people().values().stream()
                        .sorted(Comparator.comparing(Person::name))
                        .map(person -> AccessViews.UserView.of(person, at))
                        .toList())));
  }

  private record NewUser(
      @Nullable String name,
      @Nullable String displayName,
      @Nullable String kind,
      @Nullable List<String> roles,
      @Nullable String password) {}

  Route.Prepared add(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewUser body = Request.body(http, NewUser.class, null);
    String name = AccessRequest.required("name", body.name(), MAX_NAME);
    String displayName =
        body.displayName() == null
            ? name
            : AccessRequest.required("displayName", body.displayName(), MAX_NAME);
    Set<Role> roles = AccessRequest.set("roles", body.roles(), Role.class);
    refuseOperator(asking, roles);
    AccountKind kind =
        body.kind() == null
            ? AccountKind.PERSON
            : AccessRequest.parse("kind", body.kind(), AccountKind.class);
    String password = body.password();
    if (kind == AccountKind.SERVICE && password != null) {
      throw ProblemException.malformed(
          "password", "A service account has no password; it acts by tokens.");
    }
    if (kind == AccountKind.GUEST) {
      throw ProblemException.malformed("kind", "A guest is invited: POST /api/v1/guests.");
    }
    if (password != null) {
      demandPassword(password);
    }
    String id = UUID.randomUUID().toString();
    return new Route.Prepared(
        "user:" + name,
        Map.of(
            "displayName",
            displayName,
            "roles",
            roleNames(roles),
            "password",
            set(password),
            "kind",
            kind.wireName()),
        _ -> {
          guard.refuseRoles(asking, null, roles);
          guard.bind(asking, id);
          Directory.User user =
              new Directory.User(
                  id,
                  asking.slug(),
                  name,
                  displayName,
                  password == null ? null : hasher.hash(password.toCharArray()),
                  roles,
                  true,
                  kind);
          if (!AccessRequest.change(() -> directory.addUser(user, asking.actor()))) {
            throw ProblemException.conflict(
                "exists", "There is an account '%s' already.".formatted(name));
          }
          SessionRoutes.json(http, 201, view(asking, id));
        });
  }

  static void demandPassword(String password) {
    if (password.length() < SHORTEST_PASSWORD || password.length() > 1_000) {
      throw ProblemException.malformed(
          "password", "A password has %d to 1000 characters.".formatted(SHORTEST_PASSWORD));
    }
  }

  private static String set(@Nullable String password) {
    return password == null ? "none" : "set";
  }

  private record RoleGiven(@Nullable String role, @Nullable String until) {}

  private record Roles(@Nullable List<RoleGiven> roles) {}

  Route.Prepared setRoles(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("user");
    Roles body = Request.body(http, Roles.class, null);
    if (body.roles() == null) {
      throw ProblemException.malformed(
          "roles", "Member 'roles' is missing; an empty list takes all roles away.");
    }
    Map<Role, @Nullable Instant> roles = new EnumMap<>(Role.class);
    for (RoleGiven given : body.roles()) {
      Role role =
          AccessRequest.parse(
              "roles", AccessRequest.required("roles.role", given.role(), 40), Role.class);
      roles.put(role, AccessRequest.instant("roles.until", given.until()));
    }
    refuseOperator(asking, roles.keySet());
    Person before = asking.directory().people().get(id);
    Map<String, String> details = new TreeMap<>();
    details.put("before", before == null ? "" : roleNames(before.roles(asking.asked())));
    details.put("after", texts(roles));
    return new Route.Prepared(
        object(before, id),
        details,
        _ -> {
          Person person = AccessRequest.person(asking.directory(), id);
          AccessRequest.refuse(SeparationOfDuties.person(asking.user().id(), id));
          guard.refuseRoles(asking, person, roles.keySet());
          if (roles.containsKey(Role.TENANT_ADMIN)
              && !person.roles(asking.asked()).contains(Role.TENANT_ADMIN)) {
            guard.bind(asking, id);
          }
          AccessRequest.change(() -> access.setRoles(asking.slug(), id, roles, asking.actor()));
          SessionRoutes.json(http, 200, view(asking, id));
        });
  }

  /** Operators are the platform's: a tenant can neither make one nor take one's access away so. */
  private static void refuseOperator(Principal asking, Set<Role> roles) {
    if (roles.contains(Role.OPERATOR) && !asking.slug().equals(TenantSlug.PLATFORM)) {
      throw ProblemException.malformed(
          "roles", "roles: a tenant has no operators; they belong to the platform's own tenant.");
    }
  }

  private record Active(@Nullable Boolean active, @Nullable String successor) {}

  Route.Prepared setActive(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String id = http.pathParam("user");
    Active body = Request.body(http, Active.class, null);
    Boolean active = body.active();
    String successor = body.successor();
    if (active == null) {
      throw ProblemException.malformed("active", "Member 'active' is missing: true or false.");
    }
    if (successor != null && active) {
      throw ProblemException.malformed(
          "successor", "Member 'successor' is for somebody who leaves: with active false.");
    }
    Person before = asking.directory().people().get(id);
    Map<String, String> details = new TreeMap<>();
    details.put("before", before == null ? "" : activity(before.isActive(asking.asked())));
    details.put("after", activity(active));
    if (successor != null) {
      details.put("successor", object(asking.directory().people().get(successor), successor));
    }
    return new Route.Prepared(
        object(before, id),
        details,
        _ -> {
          Person person = AccessRequest.person(asking.directory(), id);
          AccessRequest.refuse(SeparationOfDuties.person(asking.user().id(), id));
          if (active && !person.isActive(asking.asked())) {
            guard.refuseRoles(asking, null, person.roles(asking.asked()));
            guard.bind(asking, id);
          }
          AccessRequest.change(
              () ->
                  successor == null
                      ? access.setActive(asking.slug(), id, active, asking.actor())
                      : access.leave(asking.slug(), id, successor, asking.actor()));
          SessionRoutes.json(http, 200, view(asking, id));
        });
  }

  private static String activity(boolean active) {
    return active ? "active" : "inactive";
  }

  /** As it is after a change. */
  private AccessViews.UserView view(Principal asking, String id) {
    var now = access.snapshot(asking.slug());
    return AccessViews.UserView.of(AccessRequest.person(now, id), now.present(asking.asked()));
  }

  static String object(@Nullable Person person, String id) {
    return "user:" + (person == null ? id.substring(0, Math.min(id.length(), 64)) : person.name());
  }

  static String roleNames(Set<Role> roles) {
    return roles.stream().sorted().map(Role::wireName).collect(Collectors.joining(","));
  }

  private static String texts(Map<Role, @Nullable Instant> roles) {
    return roles.entrySet().stream()
        .map(e -> e.getKey().wireName() + (e.getValue() == null ? "" : " until " + e.getValue()))
        .collect(Collectors.joining(","));
  }
}

package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccountKind;
import io.earwitness.access.Person;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.portal.OpenIdConnect.Identity;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds or makes the account of whom a provider told, and gives it the roles and teams that its
 * groups give. Each change is an act of the provider. Thread-safe.
 */
final class ProviderAccounts {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderAccounts.class);

  /**
   * Roles by which others' calls are heard at once; that one came from a provider is told apart.
   * Auditors and users, who are among {@link BreakGlassGuard#HEARING}, hear nothing by their role
   * alone, and a provider that gives these to everybody would raise an alarm for each.
   */
  private static final Set<Role> LISTENING = Set.of(Role.COMPLIANCE_OFFICER, Role.SUPERVISOR);

  private static final int MAX_NAME = 200;

  private final Directory directory;
  private final AccessDirectory access;
  private final IdentityProviders providers;
  private final AlarmRegister alarms;
  private final Acts acts;
  private final Clock clock;

  ProviderAccounts(PortalParts parts, Acts acts) {
    this.directory = parts.directory();
    this.access = parts.access();
    this.providers = parts.signIn().providers();
    this.alarms = parts.alarms();
    this.acts = acts;
    this.clock = parts.clock();
  }

  static String actor(Provider provider) {
    return "identity-provider:%s@%s".formatted(provider.id(), provider.tenant());
  }

  /**
   * The account, as it is after all changes.
   *
   * @throws ProblemException 403 if there is none that may be entered
   */
  Directory.User enter(Provider provider, Identity identity) {
    Optional<Directory.User> linked =
        providers
            .linked(provider.tenant(), provider.id(), identity.issuer(), identity.subject())
            .flatMap(id -> directory.userById(provider.tenant(), id));
    Directory.User user = linked.isPresent() ? linked.get() : first(provider, identity);
    if (!user.active()) {
      throw ProblemException.forbidden("inactive", "The account is not active.");
    }
    if (user.kind() == AccountKind.SERVICE) {
      throw ProblemException.forbidden(
          "service-account", "The account is a service account, and no person signs in by it.");
    }
    if (user.kind() == AccountKind.GUEST) {
      // The invitation says what a guest may, whatever groups there are
      return user;
    }
    setRoles(provider, identity, user);
    setTeams(provider, identity, user);
    return directory.userById(user.tenant(), user.id()).orElse(user);
  }

  /** Somebody whom this provider names for the first time. */
  private Directory.User first(Provider provider, Identity identity) {
    String name = identity.userName();
    if (name == null || name.length() > MAX_NAME) {
      throw ProblemException.forbidden(
          "no-account",
          "The provider's ID token has no name for the account, or one of more than %d characters."
              .formatted(MAX_NAME));
    }
    Optional<Directory.User> present = directory.user(provider.tenant(), name);
    Directory.User user = present.isPresent() ? present.get() : provision(provider, identity, name);
    Map<String, String> details = new TreeMap<>();
    details.put("provider", provider.id());
    details.put("issuer", identity.issuer());
    details.put("subject", identity.subject());
    act(
        provider,
        "user.link-provider",
        user,
        details,
        () -> {
          if (!providers.link(
              user.tenant(),
              user.id(),
              provider.id(),
              identity.issuer(),
              identity.subject(),
              actor(provider))) {
            throw ProblemException.forbidden(
                "no-account",
                ("There is an account '%s' already, and it is not marked for this provider, or is"
                        + " linked to somebody else there.")
                    .formatted(name));
          }
        });
    return user;
  }

  private Directory.User provision(Provider provider, Identity identity, String name) {
    Set<Role> roles = given(provider.tenant(), provider.roles(), identity.groups());
    if (!provider.provisions()) {
      throw ProblemException.forbidden("no-account", "There is no account '%s'.".formatted(name));
    }
    if (roles.isEmpty()) {
      throw ProblemException.forbidden(
          "no-account",
          "There is no account '%s', and no group of that person gives a role.".formatted(name));
    }
    String display = identity.displayName() == null ? name : identity.displayName();
    Directory.User user =
        new Directory.User(
            UUID.randomUUID().toString(),
            provider.tenant(),
            name,
            display.substring(0, Math.min(display.length(), MAX_NAME)),
            null,
            Set.of(),
            true);
    act(
        provider,
        "user.add",
        user,
        Map.of("displayName", user.displayName(), "provider", provider.id()),
        () -> {
          directory.addUser(user, actor(provider));
          providers.mark(user.tenant(), user.id(), provider.id(), actor(provider));
        });
    return user;
  }

  private static Set<Role> given(
      TenantSlug tenant, Map<String, Set<Role>> mapping, Set<String> groups) {
    EnumSet<Role> given = EnumSet.noneOf(Role.class);
    groups.forEach(group -> given.addAll(mapping.getOrDefault(group, Set.of())));
    if (!tenant.equals(TenantSlug.PLATFORM)) {
      given.remove(Role.OPERATOR);
    }
    return given;
  }

  private void setRoles(Provider provider, Identity identity, Directory.User user) {
    Set<Role> given = given(provider.tenant(), provider.roles(), identity.groups());
    Map<Role, @Nullable Instant> before = held(user);
    Map<Role, @Nullable Instant> after = new EnumMap<>(Role.class);
    after.putAll(before);
    provider.roles().values().forEach(after.keySet()::removeAll);
    given.forEach(role -> after.put(role, null));
    if (before.equals(after)) {
      return;
    }
    act(
        provider,
        "user.set-roles",
        user,
        Map.of("before", names(before.keySet()), "after", names(after.keySet())),
        () -> access.setRoles(user.tenant(), user.id(), after, actor(provider)));
    for (Role role : given) {
      if (LISTENING.contains(role) && !before.containsKey(role)) {
        act(
            provider,
            "user.listening-role-by-claim",
            user,
            Map.of(
                "role", role.wireName(),
                "groups", groups(provider, identity, role),
                "provider", provider.id(),
                "issuer", identity.issuer()),
            () -> tell(user, role, groups(provider, identity, role)));
      }
    }
  }

  /** Tells those who answer for who hears calls; that it can't be told keeps nobody out. */
  private void tell(Directory.User user, Role role, String groups) {
    try {
      alarms.enter(
          AlarmReport.raised(
              new AlarmKey(
                  user.tenant(),
                  AlarmKind.LISTENING_ROLE_BY_CLAIM,
                  new AlarmObject("user:" + user.id())),
              clock.instant(),
              "%s is %s by %s".formatted(user.name(), role.wireName(), groups),
              "portal"));
    } catch (RuntimeException e) {
      LOG.warn("a listening role by claim could not be told as an alarm", e);
    }
  }

  private static String groups(Provider provider, Identity identity, Role role) {
    return identity.groups().stream()
        .filter(group -> provider.roles().getOrDefault(group, Set.of()).contains(role))
        .sorted()
        .collect(Collectors.joining(","));
  }

  private Map<Role, @Nullable Instant> held(Directory.User user) {
    AccessSnapshot known = access.snapshot(user.tenant());
    Instant now = known.present(clock.instant());
    Map<Role, @Nullable Instant> held = new EnumMap<>(Role.class);
    Person person = known.people().get(user.id());
    if (person != null) {
      person.roles().stream()
          .filter(each -> each.validity().at(now))
          .forEach(each -> held.put(each.role(), each.validity().until()));
    }
    return held;
  }

  private static String names(Set<? extends WireName> names) {
    return names.stream().map(WireName::wireName).sorted().collect(Collectors.joining(","));
  }

  private void setTeams(Provider provider, Identity identity, Directory.User user) {
    Set<String> before = directory.memberships(user.tenant(), user.id());
    Set<String> given = new HashSet<>();
    identity
        .groups()
        .forEach(group -> given.addAll(provider.teams().getOrDefault(group, Set.of())));
    for (String team : given) {
      if (!before.contains(team)) {
        actOnTeam(
            provider,
            "team.add-member",
            team,
            user,
            () -> access.addMember(user.tenant(), team, user.id(), null, actor(provider)));
      }
    }
    Set<String> managed =
        provider.teams().values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    for (String team : before) {
      if (managed.contains(team) && !given.contains(team)) {
        actOnTeam(
            provider,
            "team.remove-member",
            team,
            user,
            () -> access.removeMember(user.tenant(), team, user.id(), actor(provider)));
      }
    }
  }

  private void act(
      Provider provider,
      String action,
      Directory.User user,
      Map<String, String> details,
      Runnable work) {
    run(provider, action, "user:" + user.name(), details, work);
  }

  private void actOnTeam(
      Provider provider, String action, String team, Directory.User user, Runnable work) {
    run(provider, action, "team:" + team, Map.of("user", user.name()), work);
  }

  private void run(
      Provider provider, String action, String object, Map<String, String> details, Runnable work) {
    Acts.Act act = acts.begin(provider.tenant(), actor(provider), action, object, details);
    String outcome = Acts.DONE;
    try {
      work.run();
    } catch (RuntimeException e) {
      outcome = Problems.of(e).outcome();
      throw e;
    } finally {
      acts.end(act, outcome);
    }
  }
}

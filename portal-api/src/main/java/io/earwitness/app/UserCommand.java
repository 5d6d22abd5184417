package io.earwitness.app;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.PasswordHasher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin user}. */
@Command(name = "user", description = "People.", mixinStandardHelpOptions = true)
final class UserCommand extends AdminCommand.Base {
  @Command(description = "Adds a person with a local account; the password is read from stdin.")
  int add(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true, description = "The account's name.") String name,
      @Option(names = "--display-name") @Nullable String displayName,
      @Option(names = "--role", split = ",", description = "operator, tenant-admin, …")
          @Nullable Set<Role> roles,
      @Option(names = "--password-stdin", description = "Read a password; without it, none.")
          boolean readPassword)
      throws Exception {
    String hash = readPassword ? new PasswordHasher().hash(readLine()) : null;
    return with(
        (_, provisioning) ->
            added(
                provisioning.user(
                    new Directory.User(
                        UUID.randomUUID().toString(),
                        tenant,
                        name,
                        displayName == null ? name : displayName,
                        hash,
                        roles == null ? Set.of() : roles,
                        true)),
                "user " + name));
  }

  private static char[] readLine() throws IOException, CommandFailure {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    if (line == null || line.length() < 12) {
      throw new CommandFailure(
          ExitCode.USAGE, "the password on stdin must have at least 12 characters");
    }
    return line.toCharArray();
  }

  @Command(description = "Lists people; passwords are not shown.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) ->
            installation.directory().users(tenant).stream().map(UserCommand::shown).toList());
  }

  private static Map<String, Object> shown(Directory.User user) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", user.id());
    shown.put("name", user.name());
    shown.put("displayName", user.displayName());
    shown.put("kind", user.kind().wireName());
    shown.put(
        "roles", user.roles().stream().map(Role::wireName).sorted().collect(Collectors.toList()));
    shown.put("active", user.active());
    return shown;
  }

  @Command(description = "Gives a person these roles and no others.")
  int roles(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--role", split = ",", description = "Without one, all are taken away.")
          @Nullable Set<Role> roles,
      @Option(names = "--until", description = "When they end, as 2026-12-31T00:00:00Z.")
          @Nullable Instant until)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          Map<Role, @Nullable Instant> given = new EnumMap<>(Role.class);
          (roles == null ? Set.<Role>of() : roles).forEach(role -> given.put(role, until));
          return changed(
              provisioning
                  .access(installation.database().access())
                  .roles(tenant, Names.user(installation, tenant, name), given),
              "roles of " + name);
        });
  }

  @Command(
      description =
          "Ends the use of an account: its sessions, tokens, numbers and the grants to that person"
              + " end at once.")
  int deactivate(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--successor", description = "Who answers for the open matters then.")
          @Nullable String successor)
      throws Exception {
    if (successor == null) {
      return active(tenant, name, false);
    }
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .access(installation.database().access())
                    .leave(
                        tenant,
                        Names.user(installation, tenant, name),
                        Names.user(installation, tenant, successor)),
                "user " + name));
  }

  @Command(description = "Lets an account be used again; grants that ended stay ended.")
  int activate(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return active(tenant, name, true);
  }

  private int active(TenantSlug tenant, String name, boolean active) throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .access(installation.database().access())
                    .active(tenant, Names.user(installation, tenant, name), active),
                "user " + name));
  }

  @Command(description = "Ends the lock of an account after too many failed sign-ins.")
  int unlock(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .signIn(installation.database())
                    .unlock(Names.user(installation, tenant, name)),
                "lock of " + name));
  }

  @Command(
      name = "reset-totp",
      description = "Takes a second factor and its recovery codes away, for one who lost both.")
  int resetTotp(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .signIn(installation.database())
                    .resetTotp(Names.user(installation, tenant, name)),
                "second factor of " + name));
  }

  @Command(
      name = "sign-in-by",
      description =
          "Lets an identity provider enter this account: whom it first calls by this name is linked"
              + " to it.")
  int signInBy(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--provider", required = true, description = "Its id.") String provider,
      @Option(names = "--remove", description = "No longer; a link that came of it ends.")
          boolean remove)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          if (!remove
              && installation.database().identityProviders().find(tenant, provider).isEmpty()) {
            throw new IllegalArgumentException(
                "tenant %s has no identity provider '%s'; see 'identity-provider list'"
                    .formatted(tenant, provider));
          }
          Directory.User user = Names.user(installation, tenant, name);
          SignInProvisioning signIn = provisioning.signIn(installation.database());
          return changed(
              remove ? signIn.unlink(user, provider) : signIn.mark(user, provider),
              "sign-in of %s by %s".formatted(name, provider));
        });
  }
}

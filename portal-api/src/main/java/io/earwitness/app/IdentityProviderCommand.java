package io.earwitness.app;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.portal.IdentityProviderRoutes;
import io.earwitness.portal.SignInKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin identity-provider}. */
@Command(
    name = "identity-provider",
    description = "OpenID providers through which a tenant's people sign in.",
    mixinStandardHelpOptions = true)
final class IdentityProviderCommand extends AdminCommand.Base {
  @Command(description = "Makes the provider of this id be as given.")
  int set(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--id", required = true, description = "Its name in addresses: a-z 0-9 -.")
          String id,
      @Option(names = "--name", description = "For people, at the sign-in page. Default: the id.")
          @Nullable String name,
      @Option(names = "--issuer", required = true, description = "As its ID tokens say it.")
          String issuer,
      @Option(names = "--client-id", required = true) String clientId,
      @Option(
              names = "--client-secret-stdin",
              description =
                  "Read the client's secret; without it the present one stays, or there is none.")
          boolean readSecret,
      @Option(names = "--scope", split = ",", description = "Besides openid. Default: profile.")
          @Nullable List<String> scopes,
      @Option(
              names = "--user-claim",
              defaultValue = "",
              description =
                  "The account's name. Default: preferred_username, or else a verified email.")
          String userClaim,
      @Option(
              names = "--groups-claim",
              defaultValue = "groups",
              description = "The person's groups; dots lead through objects.")
          String groupsClaim,
      @Option(names = "--role", paramLabel = "GROUP=ROLE", description = "May be repeated.")
          @Nullable List<String> roles,
      @Option(names = "--team", paramLabel = "GROUP=TEAM", description = "May be repeated.")
          @Nullable List<String> teams,
      @Option(names = "--provision", description = "Make accounts for people who have none.")
          boolean provisions,
      @Option(names = "--disabled", description = "Nobody signs in through it.") boolean disabled)
      throws Exception {
    if (config.read().signIn().publicUrl() == null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "portal.publicUrl is not set; providers send browsers back to that address");
    }
    demandIssuer(issuer);
    String secret = readSecret ? readLine() : null;
    return with(
        (installation, provisioning) -> {
          Provider provider =
              new Provider(
                  tenant,
                  id,
                  name == null ? id : name,
                  issuer,
                  clientId,
                  sealed(installation, tenant, id, secret),
                  scopes == null ? List.of("profile") : List.copyOf(new TreeSet<>(scopes)),
                  userClaim,
                  groupsClaim,
                  roles(tenant, roles),
                  teams(installation, tenant, teams),
                  provisions,
                  !disabled);
          return changed(
              toldOf(
                  provisioning.signIn(installation.database()).provider(provider),
                  installation,
                  provisioning,
                  tenant,
                  "identity-provider.set"),
              "identity provider " + id);
        });
  }

  private static void demandIssuer(String issuer) throws CommandFailure {
    try {
      IdentityProviderRoutes.demandIssuer(issuer);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--issuer: " + e.getMessage());
    }
  }

  private static String readLine() throws IOException, CommandFailure {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = in.readLine();
    if (line == null || line.isBlank()) {
      throw new CommandFailure(ExitCode.USAGE, "there is no client secret on stdin");
    }
    return line.strip();
  }

  /**
   * The present text stays where the secret is the same, so that a repeated set changes nothing.
   */
  private static @Nullable String sealed(
      Installation installation, TenantSlug tenant, String id, @Nullable String secret) {
    String present =
        installation
            .database()
            .identityProviders()
            .find(tenant, id)
            .map(Provider::clientSecret)
            .orElse(null);
    if (secret == null) {
      return present;
    }
    String purpose = SignInKey.clientSecretPurpose(tenant, id);
    SignInKey key = installation.signInKey();
    if (present != null
        && new String(key.open(purpose, present), StandardCharsets.UTF_8).equals(secret)) {
      return present;
    }
    return key.seal(purpose, secret.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, Set<Role>> roles(TenantSlug tenant, @Nullable List<String> texts) {
    Map<String, Set<Role>> roles = new HashMap<>();
    pairs("--role", texts)
        .forEach(
            (group, names) ->
                names.forEach(
                    name -> {
                      Role role = WireName.parse(Role.class, name);
                      if (role == Role.OPERATOR && !tenant.equals(TenantSlug.PLATFORM)) {
                        throw new IllegalArgumentException(
                            "--role: a tenant has no operators; they belong to the platform's own tenant");
                      }
                      roles.computeIfAbsent(group, _ -> new TreeSet<>()).add(role);
                    }));
    return roles;
  }

  private static Map<String, Set<String>> teams(
      Installation installation, TenantSlug tenant, @Nullable List<String> texts) {
    Map<String, Set<String>> teams = new HashMap<>();
    pairs("--team", texts)
        .forEach(
            (group, names) ->
                names.forEach(
                    name ->
                        teams
                            .computeIfAbsent(group, _ -> new TreeSet<>())
                            .add(Names.team(installation, tenant, name).id())));
    return teams;
  }

  private static Map<String, Set<String>> pairs(String option, @Nullable List<String> texts) {
    Map<String, Set<String>> pairs = new HashMap<>();
    for (String text : texts == null ? List.<String>of() : texts) {
      int equals = text.lastIndexOf('=');
      if (equals <= 0 || equals == text.length() - 1) {
        throw new IllegalArgumentException(
            "%s '%s' is not of the form GROUP=…".formatted(option, text));
      }
      pairs
          .computeIfAbsent(text.substring(0, equals), _ -> new TreeSet<>())
          .add(text.substring(equals + 1));
    }
    return pairs;
  }

  @Command(description = "Lists providers; secrets are not shown.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) ->
            installation.database().identityProviders().list(tenant).stream()
                .map(IdentityProviderCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(Provider provider) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", provider.id());
    shown.put("name", provider.name());
    shown.put("issuer", provider.issuer());
    shown.put("clientId", provider.clientId());
    shown.put("clientSecret", provider.clientSecret() == null ? "none" : "set");
    shown.put("scopes", provider.scopes());
    shown.put("userClaim", provider.userClaim());
    shown.put("groupsClaim", provider.groupsClaim());
    shown.put("roles", provider.roles());
    shown.put("teams", provider.teams());
    shown.put("provisions", provider.provisions());
    shown.put("enabled", provider.enabled());
    return shown;
  }

  @Command(
      description =
          "Removes a provider; sessions that began through it go on until they end by themselves.")
  int remove(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--id", required = true) String id)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          IdentityProviders providers = installation.database().identityProviders();
          if (providers.find(tenant, id).isEmpty()) {
            throw new IllegalArgumentException(
                "tenant %s has no identity provider '%s'".formatted(tenant, id));
          }
          return changed(
              toldOf(
                  provisioning.signIn(installation.database()).removeProvider(tenant, id),
                  installation,
                  provisioning,
                  tenant,
                  "identity-provider.remove"),
              "identity provider " + id);
        });
  }
}

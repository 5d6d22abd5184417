package io.earwitness.app;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin grant}. */
@Command(
    name = "grant",
    description = "Who may do what with which calls, beyond what roles give.",
    mixinStandardHelpOptions = true)
final class GrantCommand extends AdminCommand.Base {
  /** Whose it is. */
  static final class HolderOption {
    @Option(names = "--user", required = true, description = "The account name of its holder.")
    @Nullable String user;

    @Option(names = "--team", required = true, description = "The team whose members hold it.")
    @Nullable String team;
  }

  /** On which calls. */
  static final class TargetOption {
    @Option(names = "--on-user", required = true, description = "Calls of this account name.")
    @Nullable String user;

    @Option(names = "--on-team", required = true, description = "Calls of this team.")
    @Nullable String team;

    @Option(names = "--on-matter", required = true, description = "Calls that this matter lists.")
    @Nullable String matter;

    @Option(names = "--on-tenant", required = true, description = "All calls of the tenant.")
    boolean tenant;
  }

  @Command(description = "Makes a grant; one that says the same is left as it is.")
  int add(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @ArgGroup(multiplicity = "1") HolderOption holder,
      @Option(
              names = "--right",
              required = true,
              split = ",",
              description =
                  "search, listen, download, annotate, hold, produce. None includes another.")
          Set<Right> rights,
      @ArgGroup(multiplicity = "1") TargetOption on,
      @Option(names = "--from", description = "When it begins. Default: now.")
          @Nullable Instant from,
      @Option(names = "--until", description = "When it ends, as 2026-12-31T00:00:00Z.")
          @Nullable Instant until)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          AccessDirectory.NewGrant grant =
              new AccessDirectory.NewGrant(
                  UUID.randomUUID(),
                  holder(installation, tenant, holder),
                  rights,
                  target(installation, tenant, on),
                  from,
                  until);
          AccessDirectory.Granted made =
              provisioning.access(installation.database().access()).grant(tenant, grant);
          return added(made.isNew(), "grant " + made.grant().id());
        });
  }

  private static Holder holder(Installation installation, TenantSlug tenant, HolderOption option) {
    return option.user != null
        ? new Holder.OfUser(Names.user(installation, tenant, option.user).id())
        : new Holder.OfTeam(Names.team(installation, tenant, String.valueOf(option.team)).id());
  }

  private static Target target(Installation installation, TenantSlug tenant, TargetOption option) {
    if (option.user != null) {
      return new Target.OfUser(Names.user(installation, tenant, option.user).id());
    }
    if (option.team != null) {
      return new Target.OfTeam(Names.team(installation, tenant, option.team).id());
    }
    return option.matter == null
        ? new Target.WholeTenant()
        : new Target.InMatter(Names.matter(installation, tenant, option.matter).id());
  }

  @Command(description = "Lists the grants that are in force.")
  int list(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--at", description = "At a past moment. Default: now.") @Nullable Instant at)
      throws Exception {
    return with(
        (installation, _) -> {
          AccessSnapshot directory = installation.database().access().snapshot(tenant);
          Instant when = at == null ? directory.present(Instant.now()) : at;
          return directory
              .allGrants()
              .filter(grant -> grant.validity().at(when))
              .sorted(
                  Comparator.comparing((Grant grant) -> grant.validity().from())
                      .thenComparing(Grant::id))
              .map(grant -> shown(directory, grant))
              .toList();
        });
  }

  private static Map<String, Object> shown(AccessSnapshot directory, Grant grant) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", grant.id().toString());
    shown.put("holder", directory.name(grant.holder()));
    shown.put("rights", grant.rights().stream().sorted().map(Right::wireName).toList());
    shown.put("on", directory.name(grant.on()));
    shown.put("from", grant.validity().from().toString());
    Instant until = grant.validity().until();
    shown.put("until", until == null ? null : until.toString());
    return shown;
  }

  @Command(description = "Ends a grant at once.")
  int revoke(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--id", required = true, description = "See list.") UUID id)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning.access(installation.database().access()).revoke(tenant, id),
                "grant " + id));
  }
}

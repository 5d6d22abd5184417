package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin team}. */
@Command(name = "team", description = "Teams.", mixinStandardHelpOptions = true)
final class TeamCommand extends AdminCommand.Base {
  @Command(description = "Adds a team, and members to it.")
  int add(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--parent", description = "The team that it belongs to.")
          @Nullable String parent,
      @Option(names = "--member", split = ",", description = "Account names.")
          @Nullable List<String> members)
      throws Exception {
    return with(
        (_, provisioning) -> {
          boolean isNew = provisioning.team(new Directory.Team(name, tenant, name, parent));
          for (String member : members == null ? List.<String>of() : members) {
            isNew |= provisioning.member(tenant, name, member);
          }
          return added(isNew, "team " + name);
        });
  }

  @Command(description = "Lists teams.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with((installation, _) -> installation.directory().teams(tenant));
  }

  @Command(description = "Puts a team below another; its calls so far stay where they are.")
  int move(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--parent", required = true, paramLabel = "TEAM|none") String parent)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .access(installation.database().access())
                    .move(
                        tenant,
                        Names.team(installation, tenant, name),
                        parent.equals("none") ? null : Names.team(installation, tenant, parent)),
                "team " + name));
  }

  @Command(name = "remove-member", description = "Takes people out of a team.")
  int removeMember(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--member", required = true, split = ",", description = "Account names.")
          List<String> members)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          AccessProvisioning access = provisioning.access(installation.database().access());
          Directory.Team team = Names.team(installation, tenant, name);
          boolean changed = false;
          for (String member : members) {
            changed |= access.removeMember(tenant, team, Names.user(installation, tenant, member));
          }
          return changed(changed, "team " + name);
        });
  }
}

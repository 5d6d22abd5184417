package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.NumberHolding;
import io.earwitness.call.HolderKind;
import io.earwitness.call.Licence;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin number}. */
@Command(
    name = "number",
    description = "Number ranges and holders.",
    mixinStandardHelpOptions = true)
final class NumberCommand extends AdminCommand.Base {
  @Command(description = "Adds a number, or with * at its end all that begin so.")
  int add(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--number", required = true, description = "+4930123, or +4930*.")
          String number,
      @Option(names = "--user", description = "The account name of its holder.")
          @Nullable String user)
      throws Exception {
    boolean prefix = number.endsWith("*");
    String digits = prefix ? number.substring(0, number.length() - 1) : number;
    return with(
        (installation, provisioning) ->
            added(
                toldOf(
                    provisioning.number(
                        new Directory.NumberRange(tenant, digits, prefix, user, Instant.now())),
                    installation,
                    provisioning,
                    tenant,
                    "number.add"),
                "number " + number));
  }

  @Command(description = "Lists number ranges.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with((installation, _) -> installation.directory().numbers(tenant));
  }

  @Command(
      name = "hold",
      description =
          "Says who or what holds a number, from when until when; calls since are re-attributed.")
  int hold(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--number", required = true, description = "+4930123, or +4930*.")
          String number,
      @Option(
              names = "--kind",
              paramLabel = "person|queue|auto-attendant|place|shared-line",
              description = "What holds it; nobody if missing.")
          @Nullable HolderKind kind,
      @Option(names = "--user", description = "The account name of a person.")
          @Nullable String user,
      @Option(names = "--name", description = "The name of what is no person.")
          @Nullable String name,
      @Option(
              names = "--licence",
              paramLabel = "standard|extended",
              description = "Up to 1 year, or up to 7.")
          @Nullable Licence licence,
      @Option(names = "--from", description = "An instant, also a past one. Default: now.")
          @Nullable Instant from,
      @Option(names = "--until", description = "An instant, exclusive. Default: no end.")
          @Nullable Instant until,
      @Option(names = "--replace", description = "Puts whoever holds it in that time aside.")
          boolean replace,
      @Option(names = "--dry-run", description = "Only tell what would change.") boolean dry)
      throws Exception {
    boolean prefix = number.endsWith("*");
    String digits = prefix ? number.substring(0, number.length() - 1) : number;
    return with(
        (installation, provisioning) -> {
          if (kind == null && (user != null || name != null || licence != null)) {
            throw new IllegalArgumentException("give --kind, too; without it nobody holds it");
          }
          String userId = user == null ? null : userId(installation.directory(), tenant, user);
          NumberHolding.Holder holder =
              kind == null ? null : new NumberHolding.Holder(kind, userId, name, licence);
          NumberHolding.Change change =
              new NumberHolding.Change(
                  digits, prefix, holder, from == null ? Instant.now() : from, until, replace);
          NumberHolding holders = installation.database().holders();
          return dry
              ? holders.preview(tenant, change)
              : provisioning.holder(holders, tenant, change);
        });
  }

  private static String userId(Directory directory, TenantSlug tenant, String name) {
    return directory
        .user(tenant, name)
        .map(Directory.User::id)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no user '%s' in tenant '%s'".formatted(name, tenant)));
  }

  @Command(description = "Lists who held and holds the numbers, and until when.")
  int holders(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with((installation, _) -> installation.database().holders().list(tenant));
  }
}

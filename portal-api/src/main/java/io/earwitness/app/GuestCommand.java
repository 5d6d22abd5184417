package io.earwitness.app;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.InvitationCode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin guest}. */
@Command(
    name = "guest",
    description = "People from outside who hear one matter, until a day and for a number of plays.",
    mixinStandardHelpOptions = true)
final class GuestCommand extends AdminCommand.Base {
  @Command(description = "Invites a guest and prints the link, this once; it is over after a week.")
  int invite(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true, description = "The account's name.") String name,
      @Option(names = "--display-name") @Nullable String displayName,
      @Option(names = "--matter", required = true, description = "The only one.") String matter,
      @Option(names = "--until", required = true, description = "At most 366 days ahead.")
          Instant until,
      @Option(names = "--plays", required = true, description = "1 to 10000.") int plays,
      @Option(names = "--reason", required = true) String reason,
      @Option(names = "--download", description = "Audio may be taken away; counts as a play.")
          boolean download,
      @Option(
              names = "--provider",
              description =
                  "The identity provider by which it is accepted. Default: a password and a second"
                      + " factor.")
          @Nullable String provider)
      throws Exception {
    InvitationCode code = InvitationCode.draw();
    return with(
        (installation, provisioning) -> {
          if (provider != null
              && installation.database().identityProviders().find(tenant, provider).isEmpty()) {
            throw new IllegalArgumentException(
                "tenant %s has no identity provider '%s'; see 'identity-provider list'"
                    .formatted(tenant, provider));
          }
          Guest guest =
              provisioning
                  .guests(installation.database().guests())
                  .invite(
                      new Guests.Invitation(
                          UUID.randomUUID().toString(),
                          tenant,
                          name,
                          displayName == null ? name : displayName,
                          provider,
                          new Guests.Terms(
                              Names.matter(installation, tenant, matter).id(),
                              download,
                              reason,
                              until,
                              plays),
                          code.hash()));
          return invited(guest, code);
        });
  }

  private Map<String, Object> invited(Guest guest, InvitationCode code) throws CommandFailure {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", guest.userId());
    shown.put("name", guest.name());
    shown.put("link", code.link(config.read().signIn().publicUrl(), guest.tenant()));
    shown.put("linkUntil", String.valueOf(guest.codeExpires()));
    return shown;
  }

  @Command(description = "Lists the guests that there are and were, support of the platform too.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) -> {
          AccessSnapshot directory = installation.database().access().snapshot(tenant);
          Instant now = Instant.now();
          return installation.database().guests().list(tenant).stream()
              .map(guest -> shown(directory, guest, now))
              .toList();
        });
  }

  private static Map<String, Object> shown(AccessSnapshot directory, Guest guest, Instant now) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", guest.userId());
    shown.put("name", guest.name());
    shown.put("displayName", guest.displayName());
    shown.put("support", guest.platformUser() != null);
    shown.put("on", directory.name(new Target.InMatter(guest.terms().matter())));
    shown.put("download", guest.terms().download());
    shown.put("reason", guest.terms().reason());
    shown.put("state", guest.state(now).wireName());
    shown.put("until", guest.terms().ends().toString());
    shown.put("plays", guest.terms().plays());
    shown.put("playsUsed", guest.playsUsed());
    return shown;
  }

  @Command(
      description = "Makes a new link for an invitation that was not accepted; prints it once.")
  int renew(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    InvitationCode code = InvitationCode.draw();
    return with(
        (installation, provisioning) ->
            invited(
                provisioning
                    .guests(installation.database().guests())
                    .renew(guest(installation, tenant, name), code.hash()),
                code));
  }

  @Command(description = "Sets the end and the number of plays, those that were used included.")
  int extend(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--until", required = true, description = "At most 366 days ahead.")
          Instant until,
      @Option(names = "--plays", required = true, description = "1 to 10000.") int plays)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          Guest extended =
              provisioning
                  .guests(installation.database().guests())
                  .extend(guest(installation, tenant, name), until, plays);
          return shown(installation.database().access().snapshot(tenant), extended, Instant.now());
        });
  }

  @Command(description = "Ends a guest's access and sessions at once.")
  int end(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .guests(installation.database().guests())
                    .end(guest(installation, tenant, name)),
                "guest " + name));
  }

  private static Guest guest(Installation installation, TenantSlug tenant, String name) {
    return installation.database().guests().list(tenant).stream()
        .filter(guest -> guest.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tenant %s has no guest '%s'; see 'guest list'".formatted(tenant, name)));
  }
}

package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Acceptance;
import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.OpenIdConnect.Identity;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A guest's invitation, looked at and accepted by whoever has its code. The code has 256 random
 * bits, so nobody guesses it; what was tried is entered all the same.
 */
final class InvitationRoutes {
  /** One answer for all that can be wrong with a code. */
  private static final String VOID =
      "The invitation can't be accepted: it was accepted, renewed or ended already, or its time is"
          + " over. Ask whoever invited you for a new one.";

  private final Directory directory;
  private final AccessDirectory access;
  private final Guests guests;
  private final Acts acts;
  private final SessionOpener opener;
  private final Authentication authentication;
  private final PasswordHasher hasher = new PasswordHasher();

  InvitationRoutes(
      PortalConfig config, PortalParts parts, Authentication authentication, Acts acts) {
    this.directory = parts.directory();
    this.access = parts.access();
    this.guests = parts.people().guests();
    this.acts = acts;
    this.opener = new SessionOpener(config, parts);
    this.authentication = authentication;
  }

  private record Shown(@Nullable String tenant, @Nullable String code) {
    @Override
    public String toString() {
      return "Shown";
    }
  }

  /**
   * What is offered.
   *
   * @param provider through which it is accepted; null for a local account
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record View(
      TenantSlug tenant,
      String tenantName,
      String name,
      String displayName,
      @Nullable String provider,
      GuestViews.OwnView terms) {}

  /** {@code POST /invitations/view}; a POST, so that the code is in no address. */
  Route.Prepared view(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    Shown body = Request.body(http, Shown.class, null);
    String tenant = AccessRequest.required("tenant", body.tenant(), 40);
    String code = AccessRequest.required("code", body.code(), 100);
    return Route.Prepared.of(
        _ ->
            run(
                "guest.view-invitation",
                tenant,
                code,
                guest -> {
                  Directory.Tenant of = directory.tenant(guest.tenant()).orElseThrow();
                  SessionRoutes.json(
                      http,
                      200,
                      new View(
                          guest.tenant(),
                          of.name(),
                          guest.name(),
                          guest.displayName(),
                          guest.provider(),
                          GuestViews.OwnView.of(access.snapshot(guest.tenant()), guest)));
                }));
  }

  private record Accepted(
      @Nullable String tenant, @Nullable String code, @Nullable String password) {
    @Override
    public String toString() {
      return "Accepted";
    }
  }

  /** {@code POST /invitations/accept}: a local account, which needs its second factor next. */
  Route.Prepared accept(Context http, @Nullable Principal nobody) {
    Request.allowParameters(http, Set.of());
    Accepted body = Request.body(http, Accepted.class, null);
    String tenant = AccessRequest.required("tenant", body.tenant(), 40);
    String code = AccessRequest.required("code", body.code(), 100);
    String password = body.password() == null ? "" : body.password();
    UserRoutes.demandPassword(password);
    return Route.Prepared.of(
        _ ->
            run(
                "guest.accept",
                tenant,
                code,
                guest -> {
                  String hash = hasher.hash(password.toCharArray());
                  Directory.User user = accept(guest, code, new Acceptance.Password(hash));
                  SessionOpener.Opened opened =
                      opener.open(http, user, Sessions.Method.PASSWORD, null, true);
                  SessionRoutes.json(
                      http,
                      201,
                      authentication.current(
                          authentication.principal(
                              directory.tenant(user.tenant()).orElseThrow(),
                              user,
                              opened.session(),
                              opened.cookie())));
                }));
  }

  /** Accepts by what the invitation's provider said of whoever brought the code. */
  void accept(Provider provider, String code, Identity identity) {
    run(
        "guest.accept",
        provider.tenant().value(),
        code,
        guest -> {
          if (!provider.id().equals(guest.provider())) {
            throw voided();
          }
          accept(guest, code, new Acceptance.Identity(identity.issuer(), identity.subject()));
        });
  }

  private Directory.User accept(Guest guest, String code, Acceptance by) {
    return AccessRequest.change(
            () ->
                guests.accept(
                    guest.tenant(),
                    new InvitationCode(code).hash(),
                    by,
                    Principal.actor(guest.tenant(), guest.name())))
        .flatMap(let -> directory.userById(let.tenant(), let.userId()))
        .orElseThrow(InvitationRoutes::voided);
  }

  private static ProblemException voided() {
    return ProblemException.forbidden("invitation-void", VOID);
  }

  @FunctionalInterface
  private interface OnGuest {
    void run(Guest guest);
  }

  /** Looks the invitation up and enters the act, also one in vain. */
  private void run(String action, String tenantText, String code, OnGuest work) {
    Optional<TenantSlug> tenant = tenant(tenantText);
    Optional<Guest> guest =
        tenant.flatMap(slug -> guests.invited(slug, new InvitationCode(code).hash()));
    Acts.Act act =
        acts.begin(
            tenant.orElse(TenantSlug.PLATFORM),
            guest
                .map(each -> Principal.actor(each.tenant(), each.name()))
                .orElse("user:unknown@" + tenantText),
            action,
            guest.map(each -> "user:" + each.name()).orElse(null),
            Map.of());
    try {
      work.run(guest.orElseThrow(InvitationRoutes::voided));
      acts.end(act, Acts.DONE);
    } catch (RuntimeException e) {
      acts.end(act, Problems.of(e).outcome());
      throw e;
    }
  }

  private Optional<TenantSlug> tenant(String text) {
    try {
      return directory.tenant(new TenantSlug(text)).map(Directory.Tenant::slug);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}

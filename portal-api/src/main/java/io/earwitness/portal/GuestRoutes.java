package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.archive.catalog.IdentityProviders;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.call.TenantSlug;
import io.javalin.http.Context;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Guests of a tenant: invited, extended and ended by its administrators. */
final class GuestRoutes {
  private static final int MAX_NAME = 200;
  private static final int MAX_REASON = 500;

  private final Guests guests;
  private final AccessDirectory access;
  private final IdentityProviders providers;
  private final BreakGlassGuard guard;
  private final Clock clock;
  private final @Nullable URI publicUrl;

  GuestRoutes(PortalConfig config, PortalParts parts) {
    this.guests = parts.people().guests();
    this.access = parts.access();
    this.providers = parts.signIn().providers();
    this.guard = new BreakGlassGuard(parts.approvals());
    this.clock = parts.clock();
    this.publicUrl = config.signIn().publicUrl();
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
                    GuestViews.GuestView.of(
                        asking.directory(), guests.list(asking.slug()), clock.instant()))));
  }

  private record NewGuest(
      @Nullable String name,
      @Nullable String displayName,
      @Nullable String provider,
      @Nullable String matter,
      @Nullable Boolean download,
      @Nullable String reason,
      @Nullable String until,
      @Nullable Integer plays) {}

  /**
   * What was made.
   *
   * @param code shown this once
   * @param link to the page on which it is accepted; without an origin where {@code
   *     portal.publicUrl} is not set
   */
  private record Invited(GuestViews.GuestView guest, String code, String link) {}

  Route.Prepared invite(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewGuest body = Request.body(http, NewGuest.class, null);
    String name = AccessRequest.required("name", body.name(), MAX_NAME);
    String displayName =
        body.displayName() == null
            ? name
            : AccessRequest.required("displayName", body.displayName(), MAX_NAME);
    String provider =
        body.provider() == null ? null : AccessRequest.required("provider", body.provider(), 40);
    Guests.Terms terms =
        terms(
            body.matter(),
            body.download(),
            AccessRequest.required("reason", body.reason(), MAX_REASON),
            body.until(),
            body.plays());
    InvitationCode code = InvitationCode.draw();
    Map<String, String> details = GuestViews.details(asking.directory(), terms);
    details.put("displayName", displayName);
    details.put("provider", String.valueOf(provider));
    return new Route.Prepared(
        "user:" + name,
        details,
        _ -> {
          guard.refuseGiving(asking);
          demandProvider(asking.slug(), provider);
          Guest guest =
              AccessRequest.change(
                  () ->
                      guests.invite(
                          new Guests.Invitation(
                              UUID.randomUUID().toString(),
                              asking.slug(),
                              name,
                              displayName,
                              provider,
                              terms,
                              code.hash()),
                          asking.actor()));
          SessionRoutes.json(http, 201, invited(asking, guest, code));
        });
  }

  /** Reads what a guest may. */
  static Guests.Terms terms(
      @Nullable String matter,
      @Nullable Boolean download,
      String reason,
      @Nullable String until,
      @Nullable Integer plays) {
    return new Guests.Terms(
        AccessRequest.uuid(AccessRequest.required("matter", matter, 40)),
        download != null && download,
        reason,
        end(until),
        plays(plays));
  }

  private static Instant end(@Nullable String until) {
    return Objects.requireNonNull(
        AccessRequest.instant("until", AccessRequest.required("until", until, 40)));
  }

  private static int plays(@Nullable Integer plays) {
    if (plays == null) {
      throw ProblemException.malformed(
          "plays", "Member 'plays' is missing: how many times may be listened?");
    }
    return plays;
  }

  private void demandProvider(TenantSlug tenant, @Nullable String provider) {
    if (provider != null && providers.find(tenant, provider).filter(Provider::enabled).isEmpty()) {
      throw ProblemException.malformed(
          "provider",
          "There is no identity provider '%s' through which one can sign in.".formatted(provider));
    }
  }

  private Invited invited(Principal asking, Guest guest, InvitationCode code) {
    return new Invited(view(asking, guest), code.text(), code.link(publicUrl, asking.slug()));
  }

  private GuestViews.GuestView view(Principal asking, Guest guest) {
    AccessSnapshot now = access.snapshot(asking.slug());
    return GuestViews.GuestView.of(now, guest, clock.instant());
  }

  Route.Prepared renew(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Optionally guest = guest(http, asking);
    InvitationCode code = InvitationCode.draw();
    return new Route.Prepared(
        guest.object(),
        Map.of(),
        _ -> {
          guard.refuseGiving(asking);
          Guest found = guest.demand();
          Guest renewed =
              AccessRequest.change(
                  () -> guests.renew(asking.slug(), found.userId(), code.hash(), asking.actor()));
          SessionRoutes.json(http, 201, invited(asking, renewed, code));
        });
  }

  private record Extension(@Nullable String until, @Nullable Integer plays) {}

  Route.Prepared extend(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Extension body = Request.body(http, Extension.class, null);
    Instant until = end(body.until());
    int plays = plays(body.plays());
    Optionally guest = guest(http, asking);
    Map<String, String> details = new TreeMap<>();
    if (guest.found() != null) {
      details.put("before", text(guest.found().terms().ends(), guest.found().terms().plays()));
    }
    details.put("after", text(until, plays));
    return new Route.Prepared(
        guest.object(),
        details,
        _ -> {
          guard.refuseGiving(asking);
          Guest found = guest.demand();
          Guest extended =
              AccessRequest.change(
                  () -> guests.extend(asking.slug(), found.userId(), until, plays, asking.actor()));
          SessionRoutes.json(http, 200, view(asking, extended));
        });
  }

  private static String text(Instant until, int plays) {
    return "until %s, %d plays".formatted(until, plays);
  }

  Route.Prepared end(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Optionally guest = guest(http, asking);
    return new Route.Prepared(
        guest.object(),
        Map.of(),
        _ -> {
          Guest found = guest.demand();
          AccessRequest.change(() -> guests.end(asking.slug(), found.userId(), asking.actor()));
          http.status(204);
        });
  }

  /** The guest whom an address names, if there is one. */
  private record Optionally(@Nullable Guest found, String object) {
    Guest demand() {
      if (found == null) {
        throw ProblemException.notFound("There is no such guest.");
      }
      return found;
    }
  }

  private Optionally guest(Context http, Principal asking) {
    String id = http.pathParam("user");
    Guest found = guests.find(asking.slug(), id).orElse(null);
    return new Optionally(found, UserRoutes.object(asking.directory().people().get(id), id));
  }
}

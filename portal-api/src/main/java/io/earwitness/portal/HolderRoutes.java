package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.archive.catalog.DirectoryImport;
import io.earwitness.archive.catalog.NumberHolding;
import io.earwitness.archive.catalog.NumberHolding.Change;
import io.earwitness.archive.catalog.NumberHolding.Effect;
import io.earwitness.archive.catalog.NumberHolding.Holder;
import io.earwitness.archive.catalog.NumberHolding.Holding;
import io.earwitness.call.HolderKind;
import io.earwitness.call.Licence;
import io.earwitness.call.RecordingId;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who or what holds a tenant's numbers, from when until when. */
final class HolderRoutes {
  private static final int LIMIT = 1_000;
  private static final int NAME = 100;

  private final NumberHolding holders;
  private final BreakGlassGuard guard;

  private HolderRoutes(PortalParts parts) {
    this.holders = parts.whoseCall().holders();
    this.guard = new BreakGlassGuard(parts.approvals());
  }

  static List<Route> all(PortalParts parts) {
    HolderRoutes routes = new HolderRoutes(parts);
    String path = Routes.API + "/numbers";
    return List.of(
        new Route(GET, path, new Needs(Permission.PEOPLE_READ), "number.list", routes::list),
        new Route(
            POST,
            path + "/holders",
            new Needs(Permission.PEOPLE),
            "number.set-holder",
            routes::set));
  }

  /**
   * A holder.
   *
   * @param name a person's name for people, or that of another holder
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record HolderView(
      HolderKind kind, @Nullable String user, @Nullable String name, @Nullable Licence licence) {
    static HolderView of(Holder holder, AccessSnapshot directory) {
      Person person = holder.userId() == null ? null : directory.people().get(holder.userId());
      return new HolderView(
          holder.kind(),
          holder.userId(),
          person == null ? holder.name() : person.displayName(),
          holder.licence());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record HoldingView(
      String number, @Nullable HolderView holder, Instant from, @Nullable Instant until) {
    static HoldingView of(Holding holding, AccessSnapshot directory) {
      return new HoldingView(
          text(holding.digits(), holding.prefix()),
          holding.holder() == null ? null : HolderView.of(holding.holder(), directory),
          holding.from(),
          holding.until());
    }
  }

  /** At most 1,000 are shown; the count is of all. */
  private record NumbersView(int count, List<HoldingView> items) {}

  private Route.Prepared list(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("number", "past"));
    Principal asking = Objects.requireNonNull(principal);
    String number = Request.parameter(http, "number", 34);
    boolean past = Request.flag(http, "past");
    return Route.Prepared.of(
        _ -> {
          List<Holding> found =
              holders.list(asking.slug()).stream()
                  .filter(each -> number == null || each.digits().contains(number))
                  .filter(
                      each -> past || each.until() == null || each.until().isAfter(asking.asked()))
                  .toList();
          SessionRoutes.json(
              http,
              200,
              new NumbersView(
                  found.size(),
                  found.stream()
                      .limit(LIMIT)
                      .map(each -> HoldingView.of(each, asking.directory()))
                      .toList()));
        });
  }

  private record NewHolder(
      @Nullable String number,
      @Nullable String kind,
      @Nullable String user,
      @Nullable String name,
      @Nullable String licence,
      @Nullable String from,
      @Nullable String until,
      @Nullable Boolean replace) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record HeardView(RecordingId recording, String who, String action, Instant at) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record EffectView(
      boolean applied,
      boolean changed,
      int recordings,
      int cdrRows,
      int grants,
      int locks,
      List<HeardView> heard) {
    static EffectView of(Effect effect, boolean applied) {
      return new EffectView(
          applied,
          effect.changed(),
          effect.recordings(),
          effect.cdrRows(),
          effect.grants(),
          effect.locks(),
          effect.heard().stream()
              .map(
                  heard ->
                      new HeardView(heard.recording(), heard.who(), heard.action(), heard.at()))
              .toList());
    }
  }

  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("dryRun"));
    Principal asking = Objects.requireNonNull(principal);
    boolean dry = Request.flag(http, "dryRun");
    NewHolder body = Request.body(http, NewHolder.class, null);
    Change change = change(asking, body);
    Map<String, String> details = new TreeMap<>();
    details.put("dryRun", Boolean.toString(dry));
    details.put("from", change.from().toString());
    details.put("holder", text(change.holder(), asking.directory()));
    if (change.until() != null) {
      details.put("until", change.until().toString());
    }
    if (change.replace()) {
      details.put("replace", "true");
    }
    return new Route.Prepared(
        "number:" + text(change.digits(), change.prefix()),
        details,
        _ -> {
          guard.refuseGiving(asking);
          Effect effect =
              AccessRequest.change(
                  () ->
                      dry
                          ? holders.preview(asking.slug(), change)
                          : holders.apply(asking.slug(), change, asking.actor()));
          SessionRoutes.json(http, 200, EffectView.of(effect, !dry));
        });
  }

  private static Change change(Principal asking, NewHolder body) {
    String number = AccessRequest.required("number", body.number(), 40);
    boolean prefix = number.endsWith("*");
    String digits =
        DirectoryImport.digits(prefix ? number.substring(0, number.length() - 1) : number)
            .orElseThrow(
                () ->
                    ProblemException.malformed(
                        "number",
                        "number: 1 to 32 digits are needed, with a leading '+' for E.164, and with '*' at the end for all that begin so."));
    Instant from = AccessRequest.instant("from", body.from());
    Instant until = AccessRequest.instant("until", body.until());
    Holder holder = holder(asking, body);
    return AccessRequest.change(
        () ->
            new Change(
                digits,
                prefix,
                holder,
                from == null ? asking.asked() : from,
                until,
                Boolean.TRUE.equals(body.replace())));
  }

  private static @Nullable Holder holder(Principal asking, NewHolder body) {
    String kind = body.kind();
    if (kind == null || kind.isBlank() || kind.equals("nobody")) {
      if (body.user() != null || body.name() != null || body.licence() != null) {
        throw ProblemException.malformed(
            "kind", "kind is missing; without one nobody holds the number.");
      }
      return null;
    }
    String user = body.user();
    if (user != null) {
      AccessRequest.person(asking.directory(), user);
      if (user.equals(asking.user().id())) {
        throw ProblemException.forbidden(
            "separation-of-duties", "Nobody takes a number on himself or herself.");
      }
    }
    Licence licence =
        body.licence() == null
            ? null
            : AccessRequest.parse("licence", body.licence(), Licence.class);
    HolderKind parsed = AccessRequest.parse("kind", kind, HolderKind.class);
    String name = body.name() == null ? null : AccessRequest.required("name", body.name(), NAME);
    return AccessRequest.change(() -> new Holder(parsed, user, name, licence));
  }

  private static String text(String digits, boolean prefix) {
    return digits + (prefix ? "*" : "");
  }

  private static String text(@Nullable Holder holder, AccessSnapshot directory) {
    if (holder == null) {
      return "nobody";
    }
    HolderView view = HolderView.of(holder, directory);
    return "%s %s%s"
        .formatted(
            view.kind().wireName(),
            view.user() == null ? view.name() : view.name() + " (" + view.user() + ")",
            view.licence() == null ? "" : ", licence " + view.licence().wireName());
  }
}

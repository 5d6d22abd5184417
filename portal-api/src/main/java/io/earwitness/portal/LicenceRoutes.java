package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;
import static io.javalin.http.HandlerType.PUT;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Licences;
import io.earwitness.archive.catalog.Licences.Extension;
import io.earwitness.archive.catalog.Licences.Status;
import io.earwitness.call.Licence;
import io.earwitness.call.LicenceState;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What tenants have of licences, and which extensions of theirs were recorded. */
final class LicenceRoutes {
  private static final int PAGE = 1_000;
  private static final int USUAL_GRACE = 30;
  private static final Pattern NUMBER = Pattern.compile("[+]?[0-9]+");

  private final Licences licences;
  private final Directory directory;
  private final AskRoutes ask;
  private final Clock clock;

  private LicenceRoutes(PortalParts parts) {
    this.licences = parts.licences();
    this.directory = parts.directory();
    this.ask = new AskRoutes(parts);
    this.clock = parts.clock();
  }

  static List<Route> all(PortalParts parts) {
    LicenceRoutes routes = new LicenceRoutes(parts);
    Rule see = new Needs(Permission.LICENCES_READ);
    Rule operate = new Needs(Permission.LICENCES);
    String own = Routes.API + "/licences";
    String all = Routes.API + "/platform/licences";
    String one = all + "/{tenant}/{licence}";
    return List.of(
        new Route(GET, own, see, "licence.list", routes::own),
        new Route(GET, own + "/extensions", see, "licence.list-extensions", routes::extensions),
        new Route(GET, all, operate, "licence.list", routes::every),
        new Route(PUT, one, operate, "licence.set", routes::set),
        new Route(POST, one + "/stop", operate, "approval.ask", routes::stop));
  }

  /** What follows from a state. */
  private record EffectsView(String recording, String search, String keeping, String billing) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record StatusView(
      TenantSlug tenant,
      Licence licence,
      LicenceState state,
      long recorded,
      long above,
      @Nullable Integer extensions,
      @Nullable Instant until,
      @Nullable Integer graceDays,
      boolean suspended,
      boolean stopsRecording,
      EffectsView effects) {
    static StatusView of(Status status) {
      LicenceTerms terms = status.terms();
      LicenceState state = status.state();
      return new StatusView(
          status.tenant(),
          status.licence(),
          state,
          status.recorded(),
          status.above(),
          terms == null ? null : terms.extensions(),
          terms == null ? null : terms.until(),
          terms == null ? null : terms.graceDays(),
          terms != null && terms.suspended(),
          terms != null && terms.stopsRecording(),
          new EffectsView(state.recording(), state.search(), state.keeping(), state.billing()));
    }
  }

  private Route.Prepared own(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> show(http, licences.of(asking.slug())));
  }

  private Route.Prepared every(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    return Route.Prepared.of(_ -> show(http, licences.all()));
  }

  private static void show(Context http, List<Status> statuses) {
    SessionRoutes.json(
        http, 200, new AccessViews.Items<>(statuses.stream().map(StatusView::of).toList()));
  }

  private record ExtensionView(
      Licence licence, String number, RecordingId firstRecording, Instant firstAt) {
    static ExtensionView of(Extension extension) {
      return new ExtensionView(
          extension.licence(), extension.number(), extension.first(), extension.firstAt());
    }

    String csv() {
      return "%s,%s,%s,%s\r\n"
          .formatted(licence.wireName(), field(number), firstRecording, firstAt);
    }
  }

  /** What is no plain number must not become a formula in somebody's spreadsheet. */
  private static String field(String number) {
    return NUMBER.matcher(number).matches() ? number : "\"'" + number.replace("\"", "\"\"") + "\"";
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ExtensionsView(String month, List<ExtensionView> items, @Nullable String next) {}

  private Route.Prepared extensions(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("month", "format", "cursor"));
    Principal asking = Objects.requireNonNull(principal);
    String given = Request.parameter(http, "month", 7);
    YearMonth month = given == null ? thisMonth(asking) : month(given);
    boolean csv =
        http.queryParam("format") != null
            && Request.choice(http, "format", List.of("json", "csv")).equals("csv");
    Extension after = after(Request.parameter(http, "cursor", 100));
    return new Route.Prepared(
        null,
        Map.of("month", month.toString(), "format", csv ? "csv" : "json"),
        _ -> {
          if (csv) {
            csv(http, asking.slug(), month);
            return;
          }
          List<Extension> page = licences.extensions(asking.slug(), month, after, PAGE);
          SessionRoutes.json(
              http,
              200,
              new ExtensionsView(
                  month.toString(),
                  page.stream().map(ExtensionView::of).toList(),
                  page.size() < PAGE ? null : cursor(page.getLast())));
        });
  }

  private void csv(Context http, TenantSlug tenant, YearMonth month) throws java.io.IOException {
    RecordingRoutes.attachment(http, "extensions-%s-%s.csv".formatted(tenant, month));
    http.contentType("text/csv; charset=utf-8; header=present");
    var out = http.res().getOutputStream();
    out.write("licence,number,firstRecording,firstAt\r\n".getBytes(StandardCharsets.UTF_8));
    Extension last = null;
    List<Extension> page;
    do {
      page = licences.extensions(tenant, month, last, PAGE);
      for (Extension extension : page) {
        out.write(ExtensionView.of(extension).csv().getBytes(StandardCharsets.UTF_8));
      }
      last = page.isEmpty() ? last : page.getLast();
    } while (page.size() == PAGE);
  }

  private YearMonth thisMonth(Principal asking) {
    return YearMonth.from(clock.instant().atZone(asking.tenant().zone()));
  }

  private static YearMonth month(String text) {
    try {
      return YearMonth.parse(text);
    } catch (DateTimeException e) {
      throw ProblemException.malformed(
          "month", "month is '%s'; a month such as 2026-11 is needed.".formatted(text));
    }
  }

  private static String cursor(Extension last) {
    return last.licence().wireName() + ":" + last.number();
  }

  private static @Nullable Extension after(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    int colon = cursor.indexOf(':');
    if (colon < 0) {
      throw ProblemException.malformed("cursor", "cursor is none that was given out.");
    }
    return new Extension(
        AccessRequest.parse("cursor", cursor.substring(0, colon), Licence.class),
        cursor.substring(colon + 1),
        new RecordingId(new java.util.UUID(0, 0)),
        Instant.EPOCH);
  }

  private record TermsBody(
      @Nullable Integer extensions,
      @Nullable String until,
      @Nullable Integer graceDays,
      @Nullable Boolean suspended,
      @Nullable Boolean stopsRecording,
      @Nullable String reason) {
    LicenceTerms terms(Licence licence) {
      if (extensions == null) {
        throw ProblemException.malformed("extensions", "The member 'extensions' is needed.");
      }
      int many = extensions;
      return AccessRequest.change(
          () ->
              new LicenceTerms(
                  licence,
                  many,
                  AccessRequest.instant("until", until),
                  Objects.requireNonNullElse(graceDays, USUAL_GRACE),
                  Boolean.TRUE.equals(suspended),
                  Boolean.TRUE.equals(stopsRecording)));
    }
  }

  private TenantSlug tenant(Context http) {
    try {
      TenantSlug slug = new TenantSlug(http.pathParam("tenant"));
      if (!slug.equals(TenantSlug.PLATFORM) && directory.tenant(slug).isPresent()) {
        return slug;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw ProblemException.notFound("There is no such tenant.");
  }

  private static Licence licence(Context http) {
    for (Licence licence : Licence.values()) {
      if (licence.wireName().equals(http.pathParam("licence"))) {
        return licence;
      }
    }
    throw ProblemException.notFound("There is no such class; standard and extended are.");
  }

  private Route.Prepared set(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    Licence licence = licence(http);
    TenantSlug tenant = tenant(http);
    LicenceTerms terms = Request.body(http, TermsBody.class, null).terms(licence);
    return new Route.Prepared(
        LicenceAct.object(tenant, licence),
        LicenceAct.facts(terms),
        _ -> {
          if (terms.stopsRecording()) {
            throw ProblemException.conflict(
                "needs-second-person",
                "With stopsRecording, recording may stop. That needs a second person: ask for it"
                    + " with a reason, by POST …/stop.");
          }
          AccessRequest.change(() -> licences.set(tenant, terms, asking.actor()));
          show(http, licences.of(tenant));
        });
  }

  /** Asks for terms by which recording may stop. */
  private Route.Prepared stop(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Licence licence = licence(http);
    TenantSlug tenant = tenant(http);
    TermsBody body = Request.body(http, TermsBody.class, null);
    LicenceTerms given = body.terms(licence);
    LicenceTerms terms =
        new LicenceTerms(
            licence, given.extensions(), given.until(), given.graceDays(), given.suspended(), true);
    String object = LicenceAct.object(tenant, licence);
    return ask.ask(
        http,
        principal,
        ApprovalKind.LICENCE_STOP_RECORDING,
        object,
        body.reason(),
        Set.of(),
        () ->
            new AskedAct(
                tenant,
                object,
                LicenceAct.present(licences, tenant, licence),
                LicenceAct.facts(terms)));
  }
}

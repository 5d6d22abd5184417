package io.earwitness.portal;

import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code GET /announcements/report}. */
final class AnnouncementReportRoute {
  private static final int DAY_LENGTH = 10;

  private final AnnouncementPlays catalog;
  private final Directory directory;
  private final Clock clock;

  AnnouncementReportRoute(PortalParts parts) {
    this.catalog = parts.announcements().plays();
    this.directory = parts.directory();
    this.clock = parts.clock();
  }

  Route.Prepared prepare(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("day", "format"));
    TenantSlug tenant = Objects.requireNonNull(principal).slug();
    String wanted = Request.parameter(http, "day", DAY_LENGTH);
    LocalDate asked = wanted == null ? null : day(wanted);
    boolean csv =
        http.queryParam("format") != null
            && Request.choice(http, "format", List.of("json", "csv")).equals("csv");
    return new Route.Prepared(
        null,
        asked == null ? Map.of() : Map.of("day", asked.toString()),
        _ -> {
          ZoneId zone =
              directory
                  .tenant(tenant)
                  .map(Directory.Tenant::zone)
                  .orElseThrow(() -> ProblemException.notFound("There is no such tenant."));
          LocalDate day = asked == null ? LocalDate.ofInstant(clock.instant(), zone) : asked;
          AnnouncementReport report = AnnouncementReport.of(catalog, tenant, zone, day);
          if (csv) {
            http.header(
                "Content-Disposition",
                "attachment; filename=\"announcements-%s-%s.csv\"".formatted(tenant, day));
            http.contentType("text/csv; charset=utf-8; header=present").result(report.csv());
          } else {
            SessionRoutes.json(http, 200, report);
          }
        });
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw ProblemException.malformed(
          "day", "day is '%s'; a day such as 2026-11-27 is needed.".formatted(text));
    }
  }
}

package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditTrail;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reading the audit trail: all of it, or one's own acts. */
final class AuditRoutes {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;

  private final AuditTrail trail;

  AuditRoutes(AuditTrail trail) {
    this.trail = trail;
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record EntryView(
      UUID id,
      Instant at,
      String actor,
      String action,
      @Nullable String object,
      @Nullable UUID actId,
      @Nullable String outcome,
      Map<String, String> details) {
    static EntryView of(AuditEntry entry) {
      return new EntryView(
          entry.id(),
          entry.at(),
          entry.actor(),
          entry.action(),
          entry.object(),
          entry.actId(),
          entry.outcome(),
          entry.details());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record PageView(List<EntryView> items, @Nullable String next) {}

  Route.Prepared list(Context http, @Nullable Principal principal) {
    Set<String> known = new HashSet<>(AuditFilter.PARAMETERS);
    known.addAll(Set.of("limit", "cursor"));
    Request.allowParameters(http, known);
    Principal asking = Objects.requireNonNull(principal);
    int limit = (int) Request.number(http, "limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    String cursor = Request.parameter(http, "cursor", 500);
    boolean whole = asking.may(Permission.AUDIT);
    AuditFilter asked = AuditFilter.read(http);
    Map<String, String> details = new TreeMap<>(asked.details());
    details.put("scope", whole ? "tenant" : "own");
    AuditFilter filter =
        whole ? asked : asked.by(Principal.actor(asking.slug(), asking.user().name()));
    AuditTrail.Query query = filter.query(asking.slug(), limit, cursor);
    return new Route.Prepared(
        null,
        details,
        _ -> {
          AuditTrail.Page page;
          try {
            page = trail.entries(query);
          } catch (IllegalArgumentException e) {
            throw ProblemException.malformed(
                "cursor",
                Objects.requireNonNullElse(e.getMessage(), "The cursor is none of ours."));
          }
          SessionRoutes.json(
              http,
              200,
              new PageView(
                  page.entries().stream().map(kept -> EntryView.of(kept.entry())).toList(),
                  page.next()));
        });
  }
}

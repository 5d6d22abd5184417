package io.earwitness.portal;

import io.earwitness.audit.AuditTrail;
import io.earwitness.call.TenantSlug;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the audit trail a request asks for.
 *
 * @param from inclusive
 * @param to exclusive
 */
record AuditFilter(
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable String actor,
    @Nullable String action,
    @Nullable String object) {
  static final Set<String> PARAMETERS = Set.of("from", "to", "actor", "action", "object");

  static AuditFilter read(Context http) {
    Instant from = Request.instant(http, "from");
    Instant to = Request.instant(http, "to");
    if (from != null && to != null && !from.isBefore(to)) {
      throw ProblemException.malformed("to", "to (%s) is not after from (%s).".formatted(to, from));
    }
    return new AuditFilter(
        from,
        to,
        Request.parameter(http, "actor", 300),
        Request.parameter(http, "action", 100),
        Request.parameter(http, "object", 300));
  }

  boolean isEmpty() {
    return from == null && to == null && actor == null && action == null && object == null;
  }

  AuditTrail.Query query(TenantSlug tenant, int limit, @Nullable String cursor) {
    return new AuditTrail.Query(tenant, from, to, actor, action, object, limit, cursor);
  }

  AuditFilter by(String onlyActor) {
    return new AuditFilter(from, to, onlyActor, action, object);
  }

  /** For the audit trail, which tells who looked for what in it. */
  Map<String, String> details() {
    Map<String, String> details = new TreeMap<>();
    put(details, "from", from);
    put(details, "to", to);
    put(details, "actor", actor);
    put(details, "action", action);
    put(details, "object", object);
    return details;
  }

  private static void put(Map<String, String> details, String name, @Nullable Object value) {
    if (value != null) {
      details.put(name, value.toString());
    }
  }
}

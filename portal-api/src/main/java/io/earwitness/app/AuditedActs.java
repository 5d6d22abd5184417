package io.earwitness.app;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs acts of the command line: the audit entry first, then the act, then its outcome (law 3). */
final class AuditedActs {
  private final AuditLog log;
  private final Clock clock;
  private final String actor;

  /**
   * @param actor such as {@code cli:root}
   */
  AuditedActs(AuditLog log, Clock clock, String actor) {
    this.log = log;
    this.clock = clock;
    this.actor = actor;
  }

  String actor() {
    return actor;
  }

  /** An act that may fail with a checked exception. */
  interface Act<T, E extends Exception> {
    T run() throws E;
  }

  <T, E extends Exception> T run(
      TenantSlug tenant,
      String action,
      @Nullable String object,
      Map<String, String> details,
      Act<T, E> act)
      throws E {
    UUID id = UUID.randomUUID();
    append(id, tenant, action, object, null, null, details);
    String outcome = "failed";
    try {
      T result = act.run();
      outcome = "done";
      return result;
    } finally {
      append(UUID.randomUUID(), tenant, action, object, id, outcome, Map.of());
    }
  }

  /** An act among several that are done at once. */
  record Entry(String action, String object, Map<String, String> details) {}

  /** Runs several acts that are done at once, or not at all. */
  void runAll(TenantSlug tenant, List<Entry> entries, Runnable act) {
    Map<UUID, Entry> begun = new LinkedHashMap<>();
    String outcome = "failed";
    try {
      for (Entry entry : entries) {
        UUID id = UUID.randomUUID();
        append(id, tenant, entry.action(), entry.object(), null, null, entry.details());
        begun.put(id, entry);
      }
      act.run();
      outcome = "done";
    } finally {
      for (Map.Entry<UUID, Entry> each : begun.entrySet()) {
        Entry entry = each.getValue();
        append(
            UUID.randomUUID(),
            tenant,
            entry.action(),
            entry.object(),
            each.getKey(),
            outcome,
            Map.of());
      }
    }
  }

  private void append(
      UUID id,
      TenantSlug tenant,
      String action,
      @Nullable String object,
      @Nullable UUID actId,
      @Nullable String outcome,
      Map<String, String> details) {
    log.append(
        new AuditEntry(
            id, clock.instant(), tenant, actor, action, object, actId, outcome, details));
  }
}

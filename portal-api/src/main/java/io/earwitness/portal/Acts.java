package io.earwitness.portal;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.TenantSlug;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Enters acts in the audit trail: each before it happens, its outcome after (law 3). */
final class Acts {
  private static final Logger LOG = LoggerFactory.getLogger(Acts.class);
  static final String DONE = "done";

  private final AuditLog log;
  private final Clock clock;
  private final Counter lostOutcomes;

  Acts(AuditLog log, Clock clock, MeterRegistry metrics) {
    this.log = log;
    this.clock = clock;
    this.lostOutcomes =
        Counter.builder("earwitness.portal.audit.outcomes.lost")
            .description("Outcomes of acts that could not be entered; the acts were")
            .register(metrics);
  }

  /** An act that was entered. */
  record Act(UUID id, TenantSlug tenant, String actor, String action, @Nullable String object) {}

  /**
   * Enters an act; when this returns, it may happen.
   *
   * @throws AuditLog.AuditUnavailableException if it must not
   */
  Act begin(
      TenantSlug tenant,
      String actor,
      String action,
      @Nullable String object,
      Map<String, String> details) {
    Act act = new Act(UUID.randomUUID(), tenant, actor, action, object);
    log.append(
        new AuditEntry(
            act.id(), clock.instant(), tenant, actor, action, object, null, null, details));
    return act;
  }

  /**
   * Enters how an act ended that may be told more than once, by whoever comes first.
   *
   * @throws AuditLog.AuditUnavailableException if it could not be entered; to be tried again
   */
  void endOnce(Act act, String outcome, Map<String, String> details) {
    UUID id = UUID.nameUUIDFromBytes((act.id() + " " + outcome).getBytes(StandardCharsets.UTF_8));
    try {
      log.append(outcome(id, act, outcome, details));
    } catch (IllegalArgumentException _) {
      // The id is taken: it was told before
    }
  }

  private AuditEntry outcome(UUID id, Act act, String outcome, Map<String, String> details) {
    return new AuditEntry(
        id,
        clock.instant(),
        act.tenant(),
        act.actor(),
        act.action(),
        act.object(),
        act.id(),
        outcome,
        details);
  }

  /** Enters an outcome. The act is past, so a trail that fails now changes no answer. */
  void end(Act act, String outcome) {
    try {
      log.append(outcome(UUID.randomUUID(), act, outcome, Map.of()));
    } catch (AuditLog.AuditUnavailableException e) {
      lostOutcomes.increment();
      LOG.error("outcome '{}' of {} {} could not be entered", outcome, act.action(), act.id(), e);
    }
  }
}

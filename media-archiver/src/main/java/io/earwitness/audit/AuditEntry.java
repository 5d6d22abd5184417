package io.earwitness.audit;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One act, or the outcome of one.
 *
 * @param id drawn by the writer
 * @param at when, by the writer's clock
 * @param tenant whose trail
 * @param actor {@code user:name@tenant}, {@code token:…}, {@code node-client:name@tenant}, {@code
 *     cli:…} or {@code job:…}
 * @param action such as {@code session.create}, {@code recording.play}, {@code search.execute}
 * @param object what it was done to, such as {@code recording:…}; null if nothing
 * @param actId the entry whose outcome this is; null for the act itself
 * @param outcome null for an act that begins; {@code done}, {@code refused: …} or {@code failed: …}
 *     for its outcome
 * @param details further facts, in canonical (sorted) order
 */
public record AuditEntry(
    UUID id,
    Instant at,
    TenantSlug tenant,
    String actor,
    String action,
    @Nullable String object,
    @Nullable UUID actId,
    @Nullable String outcome,
    Map<String, String> details) {
  public AuditEntry {
    details = java.util.Collections.unmodifiableMap(new TreeMap<>(details));
  }
}

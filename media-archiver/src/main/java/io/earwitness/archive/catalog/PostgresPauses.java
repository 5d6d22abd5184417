package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.LIVE_PAUSE;
import static io.earwitness.archive.catalog.generated.Tables.LIVE_REQUEST;
import static io.earwitness.archive.catalog.generated.Tables.TENANT;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.JSONB;

/** {@link Pauses} in PostgreSQL. */
final class PostgresPauses implements Pauses {
  /** Requests that are over are of no use any more; the audit trail has the acts. */
  private static final Duration KEPT = Duration.ofHours(1);

  private final Transactions transactions;
  private final Clock clock;

  PostgresPauses(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Of every tenant that made some, by slug. */
  static Map<String, PauseSettings> settings(DSLContext sql) {
    return sql
        .select(TENANT.TENANT_, TENANT.PAUSE)
        .from(TENANT)
        .where(TENANT.PAUSE.isNotNull())
        .stream()
        .collect(
            Collectors.toMap(row -> row.get(TENANT.TENANT_), row -> read(row.get(TENANT.PAUSE))));
  }

  private static PauseSettings read(JSONB stored) {
    try {
      return Json.mapper().readValue(stored.data(), PauseSettings.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tenant's settings of pauses can't be read", e);
    }
  }

  @Override
  public PauseSettings settings(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(TENANT.PAUSE)
                .from(TENANT)
                .where(TENANT.TENANT_.eq(tenant.value()))
                .and(TENANT.PAUSE.isNotNull())
                .fetchOptional(TENANT.PAUSE)
                .map(PostgresPauses::read)
                .orElse(PauseSettings.DEFAULT));
  }

  @Override
  public void setSettings(TenantSlug tenant, PauseSettings settings, String actor) {
    transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          sql.update(TENANT)
              .set(TENANT.PAUSE, JSONB.valueOf(Json.text(settings)))
              .where(TENANT.TENANT_.eq(tenant.value()))
              .execute();
          Instant now = CallRows.micros(clock.instant());
          Journal.write(sql, tenant, now, actor, "pause-settings.set", settings);
          return settings;
        });
  }

  @Override
  public void ask(Request request, String node) {
    transactions.inTenant(
        request.tenant(),
        sql ->
            sql.insertInto(LIVE_REQUEST)
                .set(LIVE_REQUEST.ID, request.id())
                .set(LIVE_REQUEST.TENANT, request.tenant().value())
                .set(LIVE_REQUEST.RECORDING, request.recording().value())
                .set(LIVE_REQUEST.NODE, Text.clean(node))
                .set(LIVE_REQUEST.ACTION, request.pause() ? "pause" : "resume")
                .set(LIVE_REQUEST.ASKED_BY, Text.clean(request.by()))
                .set(LIVE_REQUEST.REASON, Text.cleanOrNull(request.reason()))
                .set(LIVE_REQUEST.ASKED_AT, CallRows.micros(clock.instant()))
                .execute());
  }

  @Override
  public Optional<Outcome> outcome(TenantSlug tenant, UUID request) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(LIVE_REQUEST.OUTCOME)
                .from(LIVE_REQUEST)
                .where(LIVE_REQUEST.TENANT.eq(tenant.value()))
                .and(LIVE_REQUEST.ID.eq(request))
                .and(LIVE_REQUEST.OUTCOME.isNotNull())
                .fetchOptional(LIVE_REQUEST.OUTCOME)
                .map(PostgresPauses::outcome));
  }

  private static Outcome outcome(String word) {
    return Outcome.valueOf(word.replace('-', '_').toUpperCase(Locale.ROOT));
  }

  private static String word(Outcome outcome) {
    return outcome.name().replace('_', '-').toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Request> open(String node) {
    return transactions.asWorker(
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          sql.update(LIVE_REQUEST)
              .set(LIVE_REQUEST.OUTCOME, word(Outcome.EXPIRED))
              .set(LIVE_REQUEST.DONE_AT, now)
              .where(LIVE_REQUEST.NODE.eq(Text.clean(node)))
              .and(LIVE_REQUEST.OUTCOME.isNull())
              .and(LIVE_REQUEST.ASKED_AT.lt(now.minus(PATIENCE)))
              .execute();
          return sql.selectFrom(LIVE_REQUEST)
              .where(LIVE_REQUEST.NODE.eq(Text.clean(node)))
              .and(LIVE_REQUEST.OUTCOME.isNull())
              .orderBy(LIVE_REQUEST.ASKED_AT)
              .fetch(
                  row ->
                      new Request(
                          row.getId(),
                          new TenantSlug(row.getTenant()),
                          new RecordingId(row.getRecording()),
                          row.getAction().equals("pause"),
                          row.getAskedBy(),
                          row.getReason()));
        });
  }

  @Override
  public void done(UUID request, Outcome outcome) {
    transactions.asWorker(
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          sql.deleteFrom(LIVE_REQUEST).where(LIVE_REQUEST.DONE_AT.lt(now.minus(KEPT))).execute();
          return sql.update(LIVE_REQUEST)
              .set(LIVE_REQUEST.OUTCOME, word(outcome))
              .set(LIVE_REQUEST.DONE_AT, now)
              .where(LIVE_REQUEST.ID.eq(request))
              .execute();
        });
  }

  @Override
  public void report(String node, List<Paused> paused) {
    transactions.asWorker(
        sql -> {
          sql.deleteFrom(LIVE_PAUSE).where(LIVE_PAUSE.NODE.eq(Text.clean(node))).execute();
          for (Paused one : paused) {
            sql.insertInto(LIVE_PAUSE)
                .set(LIVE_PAUSE.TENANT, one.tenant().value())
                .set(LIVE_PAUSE.RECORDING, one.recording().value())
                .set(LIVE_PAUSE.NODE, Text.clean(node))
                .set(LIVE_PAUSE.PAUSED_BY, Text.clean(one.by()))
                .set(LIVE_PAUSE.REASON, Text.cleanOrNull(one.reason()))
                .set(LIVE_PAUSE.SINCE, CallRows.micros(one.since()))
                .onConflictDoNothing()
                .execute();
          }
          return paused.size();
        });
  }

  @Override
  public Optional<Paused> paused(TenantSlug tenant, RecordingId recording) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(LIVE_PAUSE)
                .where(LIVE_PAUSE.TENANT.eq(tenant.value()))
                .and(LIVE_PAUSE.RECORDING.eq(recording.value()))
                .fetchOptional(
                    row ->
                        new Paused(
                            tenant,
                            recording,
                            row.getPausedBy(),
                            row.getReason(),
                            row.getSince())));
  }
}

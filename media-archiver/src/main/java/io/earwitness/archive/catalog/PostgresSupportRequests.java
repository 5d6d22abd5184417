package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.SUPPORT_REQUEST;

import io.earwitness.archive.catalog.Guests.Guest;
import io.earwitness.archive.catalog.Guests.Terms;
import io.earwitness.archive.catalog.generated.tables.records.SupportRequestRecord;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link SupportRequests} in PostgreSQL. */
final class PostgresSupportRequests implements SupportRequests {
  private final Transactions transactions;
  private final Clock clock;

  PostgresSupportRequests(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Request ask(
      TenantSlug tenant, UUID id, String personId, String personName, String reason, String actor) {
    if (tenant.equals(TenantSlug.PLATFORM)) {
      throw new IllegalArgumentException("the platform's own tenant can't be asked for consent");
    }
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          PostgresDirectory.demandTenant(sql, tenant);
          sql.insertInto(SUPPORT_REQUEST)
              .set(SUPPORT_REQUEST.TENANT, tenant.value())
              .set(SUPPORT_REQUEST.ID, id)
              .set(SUPPORT_REQUEST.PERSON_ID, personId)
              .set(SUPPORT_REQUEST.PERSON_NAME, Text.clean(personName))
              .set(SUPPORT_REQUEST.REASON, Text.clean(reason))
              .set(SUPPORT_REQUEST.ASKED_AT, now)
              .set(SUPPORT_REQUEST.ASKED_BY, Text.clean(actor))
              .execute();
          Map<String, Object> data =
              Map.of("id", id, "personId", personId, "person", personName, "reason", reason);
          Journal.write(sql, tenant, now, actor, "support.ask", data);
          return demand(sql, tenant, id, false);
        });
  }

  private static Condition is(TenantSlug tenant, UUID id) {
    return SUPPORT_REQUEST.TENANT.eq(tenant.value()).and(SUPPORT_REQUEST.ID.eq(id));
  }

  private static Request demand(DSLContext sql, TenantSlug tenant, UUID id, boolean locked) {
    var query = sql.selectFrom(SUPPORT_REQUEST).where(is(tenant, id));
    return (locked ? query.forUpdate() : query)
        .fetchOptional(PostgresSupportRequests::request)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tenant %s has no request %s of support".formatted(tenant, id)));
  }

  @Override
  public Optional<Request> find(TenantSlug tenant, UUID id) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(SUPPORT_REQUEST)
                .where(is(tenant, id))
                .fetchOptional(PostgresSupportRequests::request));
  }

  @Override
  public List<Request> list(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(SUPPORT_REQUEST)
                .where(SUPPORT_REQUEST.TENANT.eq(tenant.value()))
                .orderBy(SUPPORT_REQUEST.ASKED_AT.desc(), SUPPORT_REQUEST.ID)
                .fetch(PostgresSupportRequests::request));
  }

  @Override
  public List<Request> ofPlatform(@Nullable String personId, int limit) {
    return transactions.asWorker(
        sql ->
            sql.selectFrom(SUPPORT_REQUEST)
                .where(
                    personId == null
                        ? DSL.noCondition()
                        : SUPPORT_REQUEST.PERSON_ID.eq(Text.clean(personId)))
                .orderBy(SUPPORT_REQUEST.ASKED_AT.desc(), SUPPORT_REQUEST.ID)
                .limit(limit)
                .fetch(PostgresSupportRequests::request));
  }

  @Override
  public boolean close(
      TenantSlug tenant, UUID id, Decision decision, @Nullable String note, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          if (demand(sql, tenant, id, true).decision() != null) {
            return false;
          }
          decide(sql, tenant, id, decision, note, null, CallRows.micros(clock.instant()), actor);
          return true;
        });
  }

  @Override
  public Optional<Guest> consent(TenantSlug tenant, UUID id, Terms terms, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          Request request = demand(sql, tenant, id, true);
          if (request.decision() != null) {
            return Optional.empty();
          }
          Guest guest = PostgresGuests.letIn(sql, tenant, request, terms, now, actor);
          decide(sql, tenant, id, Decision.CONSENTED, null, guest.userId(), now, actor);
          return Optional.of(guest);
        });
  }

  private static void decide(
      DSLContext sql,
      TenantSlug tenant,
      UUID id,
      Decision decision,
      @Nullable String note,
      @Nullable String guest,
      Instant now,
      String actor) {
    sql.update(SUPPORT_REQUEST)
        .set(SUPPORT_REQUEST.DECISION, decision.wireName())
        .set(SUPPORT_REQUEST.DECIDED_AT, now)
        .set(SUPPORT_REQUEST.DECIDED_BY, Text.clean(actor))
        .set(SUPPORT_REQUEST.NOTE, Text.cleanOrNull(note))
        .set(SUPPORT_REQUEST.GUEST, guest)
        .where(is(tenant, id))
        .execute();
    Map<String, Object> data = new TreeMap<>();
    data.put("id", id);
    data.put("decision", decision.wireName());
    if (note != null) {
      data.put("note", note);
    }
    if (guest != null) {
      data.put("guest", guest);
    }
    Journal.write(sql, tenant, now, actor, "support.decide", data);
  }

  private static Request request(SupportRequestRecord row) {
    return new Request(
        new TenantSlug(row.getTenant()),
        row.getId(),
        row.getPersonId(),
        row.getPersonName(),
        row.getReason(),
        row.getAskedAt(),
        row.getAskedBy(),
        row.getDecision() == null ? null : WireName.parse(Decision.class, row.getDecision()),
        row.getDecidedAt(),
        row.getDecidedBy(),
        row.getNote(),
        row.getGuest());
  }
}

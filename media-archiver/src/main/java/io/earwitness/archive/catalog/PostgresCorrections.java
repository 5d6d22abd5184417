package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_CORRECTION;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.archive.catalog.generated.tables.records.CallCorrectionRecord;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Corrections} in PostgreSQL. */
final class PostgresCorrections implements Corrections {
  private static final TypeReference<List<Party>> PARTIES = new TypeReference<>() {};

  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresCorrections(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
  }

  @Override
  public List<Correction> of(TenantSlug tenant, RecordingId call) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(CALL_CORRECTION)
                .where(CALL_CORRECTION.TENANT.eq(tenant.value()))
                .and(CALL_CORRECTION.CALL.eq(call.value()))
                .orderBy(CALL_CORRECTION.NUMBER)
                .fetch(PostgresCorrections::correction));
  }

  private static Correction correction(CallCorrectionRecord row) {
    return new Correction(
        row.getNumber(),
        row.getAt(),
        row.getActor(),
        row.getReason(),
        CallRows.read(row.getBefore(), PARTIES),
        CallRows.read(row.getAfter(), PARTIES));
  }

  @Override
  public Correction correct(TenantSlug tenant, RecordingId call, Correcting wanted, String actor) {
    Correction made =
        transactions.inTenant(tenant, sql -> correct(sql, tenant, call, wanted, actor));
    changed.run();
    return made;
  }

  private record Journalled(RecordingId recording, Correction correction) {}

  private Correction correct(
      DSLContext sql, TenantSlug tenant, RecordingId call, Correcting wanted, String actor) {
    CallRecord row =
        sql.selectFrom(CALL)
            .where(CALL.TENANT.eq(tenant.value()))
            .and(CALL.ID.eq(call.value()))
            .forUpdate()
            .fetchOne();
    if (row == null) {
      throw new IllegalArgumentException("there is no such recording");
    }
    if (row.getState().equals(CallState.LIVE.wireName())) {
      throw new IllegalArgumentException("the call still runs; correct it when it has ended");
    }
    List<Party> before = CallRows.read(row.getParties(), PARTIES);
    List<Party> after =
        swapped(named(sql, tenant, before, wanted.parties(), row.getStartedAt()), wanted);
    after = after.stream().map(CallRows::clean).toList();
    if (after.equals(before)) {
      throw new IllegalArgumentException("nothing would change");
    }
    Integer last =
        sql.select(DSL.max(CALL_CORRECTION.NUMBER))
            .from(CALL_CORRECTION)
            .where(CALL_CORRECTION.CALL.eq(call.value()))
            .fetchSingle()
            .value1();
    Correction made =
        new Correction(
            last == null ? 1 : last + 1,
            CallRows.micros(clock.instant()),
            actor,
            Text.clean(wanted.reason()),
            before,
            after);
    sql.insertInto(CALL_CORRECTION)
        .set(CALL_CORRECTION.TENANT, tenant.value())
        .set(CALL_CORRECTION.CALL, call.value())
        .set(CALL_CORRECTION.NUMBER, made.number())
        .set(CALL_CORRECTION.AT, made.at())
        .set(CALL_CORRECTION.ACTOR, Text.clean(actor))
        .set(CALL_CORRECTION.REASON, made.reason())
        .set(CALL_CORRECTION.BEFORE, CallRows.json(before))
        .set(CALL_CORRECTION.AFTER, CallRows.json(after))
        .execute();
    Reattribution.write(sql, tenant, call.value(), after);
    Journal.write(sql, tenant, made.at(), actor, "recording.correct", new Journalled(call, made));
    return made;
  }

  private static List<Party> named(
      DSLContext sql,
      TenantSlug tenant,
      List<Party> before,
      @Nullable List<Named> wanted,
      Instant start) {
    if (wanted == null) {
      return before;
    }
    if (wanted.size() != before.size()) {
      throw new IllegalArgumentException(
          "the call has %d parties, not %d; a correction says who each of them is"
              .formatted(before.size(), wanted.size()));
    }
    AccessSnapshot people = AccessReader.read(sql, tenant);
    List<Party> after = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      after.add(named(before.get(i), wanted.get(i), people, start));
    }
    return after;
  }

  private static Party named(Party was, Named wanted, AccessSnapshot people, Instant start) {
    String userId = wanted.userId();
    String name = wanted.name();
    List<String> teams = List.of();
    if (userId != null) {
      Person person = people.people().get(userId);
      if (person == null) {
        throw new IllegalArgumentException("there is no user '%s'".formatted(userId));
      }
      name = name == null ? person.displayName() : name;
      // As they were when the call began, as with any other call
      teams =
          userId.equals(was.userId())
              ? was.teamIds()
              : List.copyOf(new TreeSet<>(people.teamsOf(userId, start)));
    }
    String number = wanted.number();
    if (number != null && !number.equals(was.number())) {
      number =
          NumberHolders.digits(number)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'%s' is no number: 1 to 32 digits, with a leading '+' for E.164"
                              .formatted(wanted.number())));
    }
    return new Party(was.side(), number, name, was.aor(), userId, teams);
  }

  private static List<Party> swapped(List<Party> parties, Correcting wanted) {
    return wanted.swapSides() ? parties.stream().map(PostgresCorrections::other).toList() : parties;
  }

  private static Party other(Party party) {
    Side side = party.side();
    Side other = Side.LEFT.equals(side) ? Side.RIGHT : Side.RIGHT.equals(side) ? Side.LEFT : side;
    return new Party(
        other, party.number(), party.name(), party.aor(), party.userId(), party.teamIds());
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.RESTRICTION;
import static io.earwitness.archive.catalog.generated.Tables.RESTRICTION_OPENING;

import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.generated.tables.CallArchive;
import io.earwitness.archive.catalog.generated.tables.records.CallArchiveRecord;
import io.earwitness.archive.catalog.generated.tables.records.RestrictionOpeningRecord;
import io.earwitness.archive.catalog.generated.tables.records.RestrictionRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.Generation;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Restrictions} in PostgreSQL. */
final class PostgresRestrictions implements Restrictions {
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_SPANS = 500;
  private static final int MAX_PROBLEM = 500;
  private static final String MADE = Derivative.MADE.wireName();
  private static final String WANTED = Derivative.WANTED.wireName();

  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresRestrictions(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
  }

  /** Which rows of archives count: a masked derivative only as long as it takes a place. */
  static Condition counts() {
    return counts(CALL_ARCHIVE);
  }

  static Condition counts(CallArchive archive) {
    return archive
        .GENERATION
        .lt(Generation.MASKED)
        .or(
            DSL.exists(
                DSL.selectOne()
                    .from(RESTRICTION)
                    .where(RESTRICTION.RECORDING.eq(archive.ID))
                    .and(RESTRICTION.GENERATION.eq(archive.GENERATION))
                    .and(RESTRICTION.DERIVATIVE.eq(MADE))
                    .and(RESTRICTION.LIFTED_AT.isNull())));
  }

  /** Whether a generation of a call is not the original of what is restricted. */
  static Condition open(Field<Integer> generation) {
    return DSL.notExists(
        DSL.selectOne()
            .from(RESTRICTION)
            .where(RESTRICTION.RECORDING.eq(CALL.ID))
            .and(RESTRICTION.LIFTED_AT.isNull())
            .and(RESTRICTION.DERIVATIVE.ne(MADE).or(RESTRICTION.GENERATION.ne(generation))));
  }

  /** Which of some calls are restricted. */
  static Set<UUID> restricted(DSLContext sql, Collection<UUID> calls) {
    return calls.isEmpty()
        ? Set.of()
        : sql.select(RESTRICTION.RECORDING)
            .from(RESTRICTION)
            .where(RESTRICTION.RECORDING.in(calls))
            .and(RESTRICTION.LIFTED_AT.isNull())
            .fetchSet(RESTRICTION.RECORDING);
  }

  private static Condition inForce(TenantSlug tenant, RecordingId recording) {
    return RESTRICTION
        .TENANT
        .eq(tenant.value())
        .and(RESTRICTION.RECORDING.eq(recording.value()))
        .and(RESTRICTION.LIFTED_AT.isNull());
  }

  /** A restriction as the journal has it. */
  private record Entered(
      UUID id,
      RecordingId recording,
      String reason,
      String legalBasis,
      List<MaskedSpan> spans,
      @Nullable UUID approval,
      @Nullable Integer generation,
      @Nullable Correction correction,
      @Nullable String askedBy,
      @Nullable Instant settlesAt) {}

  @Override
  public Restricted restrict(
      TenantSlug tenant,
      RecordingId recording,
      Restriction restriction,
      @Nullable UUID approval,
      String actor) {
    Restricted restricted =
        transactions.inTenant(
            tenant, sql -> enter(sql, tenant, recording, restriction, approval, actor, null, null));
    changed.run();
    return restricted;
  }

  private Restricted enter(
      DSLContext sql,
      TenantSlug tenant,
      RecordingId recording,
      Restriction restriction,
      @Nullable UUID approval,
      String actor,
      @Nullable String askedBy,
      @Nullable Instant settlesAt) {
    String reason = text("reason", restriction.reason());
    String basis = text("legal basis", restriction.legalBasis());
    List<MaskedSpan> spans = restriction.spans();
    if (spans.size() > MAX_SPANS) {
      throw new IllegalArgumentException(
          "a restriction masks at most %d spans, not %d".formatted(MAX_SPANS, spans.size()));
    }
    ArchivedCall archive = lockedOriginal(sql, tenant, recording);
    spans.forEach(span -> check(span, archive));
    Instant now = CallRows.micros(clock.instant());
    end(sql, tenant, recording, now, actor);
    Derivative derivative = spans.isEmpty() ? Derivative.NONE : Derivative.WANTED;
    Correction correction =
        settlesAt == null ? null : spans.isEmpty() ? Correction.REMOVE : Correction.REPLACE;
    Entered entered =
        new Entered(
            UUID.randomUUID(),
            recording,
            reason,
            basis,
            spans,
            approval,
            spans.isEmpty() ? null : nextGeneration(sql, recording),
            correction,
            Text.cleanOrNull(askedBy),
            settlesAt);
    RestrictionRecord row = sql.newRecord(RESTRICTION);
    row.setTenant(tenant.value());
    row.setId(entered.id());
    row.setRecording(recording.value());
    row.setAt(now);
    row.setBy(Text.clean(actor));
    row.setReason(reason);
    row.setLegalBasis(basis);
    row.setSpans(CallRows.json(spans));
    row.setApproval(approval);
    row.setDerivative(derivative.wireName());
    row.setGeneration(entered.generation());
    row.setCorrection(correction == null ? null : correction.wireName());
    row.setAskedBy(entered.askedBy());
    row.setSettlesAt(settlesAt);
    row.store();
    Journal.write(sql, tenant, now, actor, "recording.restrict", entered);
    touch(sql, tenant, recording);
    return restricted(row);
  }

  @Override
  public Restricted correct(
      TenantSlug tenant,
      RecordingId recording,
      String reason,
      List<MaskedSpan> spans,
      UUID approval,
      String askedBy,
      String actor) {
    Restricted corrected =
        transactions.inTenant(
            tenant,
            sql -> {
              if (settling(sql, tenant, recording).isEmpty()) {
                throw new IllegalArgumentException(
                    "the settling time of the recording is over, or there was none; restrict it instead");
              }
              // The last of all its generations: none is removed before
              Instant ends =
                  sql.select(DSL.max(CALL_ARCHIVE.LOCK_UNTIL))
                      .from(CALL_ARCHIVE)
                      .where(CALL_ARCHIVE.ID.eq(recording.value()))
                      .fetchSingle()
                      .value1();
              Restricted done =
                  enter(
                      sql,
                      tenant,
                      recording,
                      new Restriction(reason, "correction within the settling time", spans),
                      approval,
                      actor,
                      askedBy,
                      ends);
              sql.update(CALL_ARCHIVE)
                  .setNull(CALL_ARCHIVE.LOCK_DUE)
                  .where(CALL_ARCHIVE.ID.eq(recording.value()))
                  .and(
                      spans.isEmpty()
                          ? DSL.noCondition()
                          : CALL_ARCHIVE.GENERATION.lt(Generation.MASKED))
                  .execute();
              return done;
            });
    changed.run();
    return corrected;
  }

  @Override
  public Optional<Instant> settling(TenantSlug tenant, RecordingId recording) {
    return transactions.inTenant(tenant, sql -> settling(sql, tenant, recording));
  }

  /** When the first of its short locks is to be renewed, if none was and each has to be. */
  private Optional<Instant> settling(DSLContext sql, TenantSlug tenant, RecordingId recording) {
    Instant now = clock.instant();
    List<CallArchiveRecord> rows =
        sql.selectFrom(CALL_ARCHIVE)
            .where(CALL_ARCHIVE.TENANT.eq(tenant.value()))
            .and(CALL_ARCHIVE.ID.eq(recording.value()))
            .fetch();
    for (CallArchiveRecord row : rows) {
      RetentionBasis basis = PostgresRetentionPolicies.basis(row.getRetention());
      if (basis == null
          || basis.firstLock() == null
          || basis.trial()
          || basis.moving()
          || row.getLockDue() == null
          || !row.getLockDue().isAfter(now)) {
        return Optional.empty();
      }
    }
    return rows.stream().map(CallArchiveRecord::getLockDue).min(Comparator.naturalOrder());
  }

  @Override
  public List<Restricted> replaced(TenantSlug tenant, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(RESTRICTION)
                .where(RESTRICTION.TENANT.eq(tenant.value()))
                .and(RESTRICTION.CORRECTION.eq(Correction.REPLACE.wireName()))
                .and(RESTRICTION.DERIVATIVE.eq(MADE))
                .and(RESTRICTION.REMOVED_AT.isNull())
                .and(RESTRICTION.SETTLES_AT.le(CallRows.micros(clock.instant())))
                .and(isFree())
                .orderBy(RESTRICTION.SETTLES_AT, RESTRICTION.ID)
                .limit(limit)
                .fetch(PostgresRestrictions::restricted));
  }

  /** Whether it is not to be left alone for now. */
  private Condition isFree() {
    return RESTRICTION
        .NOT_BEFORE
        .isNull()
        .or(RESTRICTION.NOT_BEFORE.le(CallRows.micros(clock.instant())));
  }

  @Override
  public @Nullable String removing(TenantSlug tenant, UUID restriction) {
    return transactions
        .inTenant(
            tenant,
            sql -> {
              PostgresDisposals.lockHolds(sql, tenant);
              RestrictionRecord row =
                  sql.selectFrom(RESTRICTION)
                      .where(RESTRICTION.TENANT.eq(tenant.value()))
                      .and(RESTRICTION.ID.eq(restriction))
                      .forUpdate()
                      .fetchSingle();
              if (row.getRemovingAt() != null) {
                return Optional.<String>empty();
              }
              String hindrance =
                  sql.select(
                          DSL.field(
                              "earwitness.correction_hindrance({0})",
                              String.class, DSL.val(row.getRecording())))
                      .fetchSingle()
                      .value1();
              if (hindrance == null) {
                row.setRemovingAt(CallRows.micros(clock.instant()));
                row.store();
              }
              return Optional.ofNullable(hindrance);
            })
        .orElse(null);
  }

  @Override
  public void removed(TenantSlug tenant, UUID restriction, String actor) {
    transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          Instant since =
              sql.update(RESTRICTION)
                  .set(RESTRICTION.REMOVED_AT, now)
                  .setNull(RESTRICTION.PROBLEM)
                  .setNull(RESTRICTION.NOT_BEFORE)
                  .where(RESTRICTION.TENANT.eq(tenant.value()))
                  .and(RESTRICTION.ID.eq(restriction))
                  .and(RESTRICTION.REMOVING_AT.isNotNull())
                  .and(RESTRICTION.REMOVED_AT.isNull())
                  .returning(RESTRICTION.REMOVING_AT)
                  .fetchOne(RESTRICTION.REMOVING_AT);
          if (since != null) {
            Journal.write(
                sql,
                tenant,
                now,
                actor,
                "recording.remove-original",
                Map.of("restriction", restriction, "since", since));
          }
          return true;
        });
  }

  private static String text(String what, String given) {
    String clean = Text.clean(given.strip());
    if (clean.isEmpty() || clean.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "a restriction needs a %s of at most %,d characters".formatted(what, MAX_TEXT));
    }
    return clean;
  }

  private static void check(MaskedSpan span, ArchivedCall archive) {
    if (span.fromMs() >= archive.durationMs()) {
      throw new IllegalArgumentException(
          "the span %s begins behind the end of the audio, which lasts %,d ms"
              .formatted(span, archive.durationMs()));
    }
    for (Side side : span.sides()) {
      if (side.channel() >= archive.channels()) {
        throw new IllegalArgumentException(
            "the span %s is on %s, but the audio has %d channels"
                .formatted(span, side.wireName(), archive.channels()));
      }
    }
  }

  /** Of a call that nobody else changes until the transaction ends. */
  private static ArchivedCall lockedOriginal(
      DSLContext sql, TenantSlug tenant, RecordingId recording) {
    String state =
        sql.select(CALL.STATE)
            .from(CALL)
            .where(CALL.TENANT.eq(tenant.value()))
            .and(CALL.ID.eq(recording.value()))
            .forUpdate()
            .fetchOne(CALL.STATE);
    if (state == null) {
      throw new IllegalArgumentException("there is no such recording");
    }
    if (state.equals(CallState.DISPOSED.wireName())) {
      throw new IllegalArgumentException("the recording was disposed of");
    }
    return original(sql, recording)
        .orElseThrow(() -> new IllegalArgumentException("nothing of the call is archived"));
  }

  private static Optional<ArchivedCall> original(DSLContext sql, RecordingId recording) {
    return sql.selectFrom(CALL_ARCHIVE)
        .where(CALL_ARCHIVE.ID.eq(recording.value()))
        .and(CALL_ARCHIVE.GENERATION.lt(Generation.MASKED))
        .andNotExists(
            DSL.selectOne()
                .from(RESTRICTION)
                .where(RESTRICTION.RECORDING.eq(CALL_ARCHIVE.ID))
                .and(RESTRICTION.REMOVING_AT.isNotNull()))
        .orderBy(CALL_ARCHIVE.GENERATION.desc())
        .limit(1)
        .fetchOptional((CallArchiveRecord row) -> CallRows.archive(row));
  }

  /** One that no derivative of the recording has or had. */
  private static int nextGeneration(DSLContext sql, RecordingId recording) {
    Integer archived =
        sql.select(DSL.max(CALL_ARCHIVE.GENERATION))
            .from(CALL_ARCHIVE)
            .where(CALL_ARCHIVE.ID.eq(recording.value()))
            .fetchSingle()
            .value1();
    Integer given =
        sql.select(DSL.max(RESTRICTION.GENERATION))
            .from(RESTRICTION)
            .where(RESTRICTION.RECORDING.eq(recording.value()))
            .fetchSingle()
            .value1();
    int last =
        Math.max(Objects.requireNonNullElse(archived, 0), Objects.requireNonNullElse(given, 0));
    return Math.max(Generation.MASKED, last + 1);
  }

  /** Ends what is in force; its journal entry is the caller's. */
  private static boolean end(
      DSLContext sql, TenantSlug tenant, RecordingId recording, Instant now, String actor) {
    if (sql.fetchExists(
        RESTRICTION, inForce(tenant, recording).and(RESTRICTION.CORRECTION.isNotNull()))) {
      throw new IllegalArgumentException(
          "the recording was corrected within its settling time, which is for good");
    }
    return sql.update(RESTRICTION)
            .set(RESTRICTION.LIFTED_AT, now)
            .set(RESTRICTION.LIFTED_BY, Text.clean(actor))
            .where(inForce(tenant, recording))
            .execute()
        > 0;
  }

  private static void touch(DSLContext sql, TenantSlug tenant, RecordingId recording) {
    sql.update(CALL)
        .set(CALL.VERSION, CALL.VERSION.plus(1L))
        .where(CALL.ID.eq(recording.value()))
        .execute();
    CallReports.addToOutbox(sql, tenant.value(), recording.value());
  }

  @Override
  public boolean lift(TenantSlug tenant, RecordingId recording, String actor) {
    boolean lifted =
        transactions.inTenant(
            tenant,
            sql -> {
              Instant now = CallRows.micros(clock.instant());
              if (!end(sql, tenant, recording, now, actor)) {
                return false;
              }
              Journal.write(
                  sql,
                  tenant,
                  now,
                  actor,
                  "recording.lift-restriction",
                  Map.of("recording", recording));
              touch(sql, tenant, recording);
              return true;
            });
    if (lifted) {
      changed.run();
    }
    return lifted;
  }

  private static Restricted restricted(RestrictionRecord row) {
    return new Restricted(
        row.getId(),
        new RecordingId(row.getRecording()),
        new Restriction(
            row.getReason(),
            row.getLegalBasis(),
            CallRows.read(row.getSpans(), new TypeReference<List<MaskedSpan>>() {})),
        row.getAt(),
        row.getBy(),
        row.getApproval(),
        WireName.parse(Derivative.class, row.getDerivative()),
        row.getGeneration(),
        row.getSource(),
        row.getProblem(),
        row.getLiftedAt(),
        row.getLiftedBy(),
        row.getCorrection() == null
            ? null
            : new Correcting(
                WireName.parse(Correction.class, row.getCorrection()),
                row.getAskedBy(),
                row.getSettlesAt(),
                row.getRemovedAt()));
  }

  @Override
  public Optional<Restricted> of(TenantSlug tenant, RecordingId recording) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(RESTRICTION)
                .where(inForce(tenant, recording))
                .fetchOptional(PostgresRestrictions::restricted));
  }

  @Override
  public List<Restricted> restricted(TenantSlug tenant, @Nullable RecordingId after, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(RESTRICTION)
                .where(RESTRICTION.TENANT.eq(tenant.value()))
                .and(RESTRICTION.LIFTED_AT.isNull())
                .and(RESTRICTION.RECORDING.gt(after == null ? new UUID(0, 0) : after.value()))
                .orderBy(RESTRICTION.RECORDING)
                .limit(limit)
                .fetch(PostgresRestrictions::restricted));
  }

  @Override
  public Optional<ArchivedCall> original(TenantSlug tenant, RecordingId recording) {
    return transactions.inTenant(tenant, sql -> original(sql, recording));
  }

  @Override
  public void open(
      TenantSlug tenant,
      RecordingId recording,
      UUID approval,
      Set<String> users,
      Duration lasts,
      String reason,
      String legalBasis,
      String actor) {
    if (users.isEmpty() || lasts.compareTo(LONGEST_OPENING) > 0 || !lasts.isPositive()) {
      throw new IllegalArgumentException(
          "an original is opened for at least one person and for at most %d hours"
              .formatted(LONGEST_OPENING.toHours()));
    }
    String why = text("reason", reason);
    String basis = text("legal basis", legalBasis);
    transactions.inTenant(
        tenant,
        sql -> {
          if (!sql.fetchExists(RESTRICTION, inForce(tenant, recording))) {
            throw new IllegalArgumentException("the recording is not restricted");
          }
          Instant now = CallRows.micros(clock.instant());
          Opening opening =
              new Opening(
                  approval, recording, users, now, now.plus(lasts), why, basis, Text.clean(actor));
          RestrictionOpeningRecord row = row(sql, tenant, opening);
          int rows = sql.insertInto(RESTRICTION_OPENING).set(row).onConflictDoNothing().execute();
          if (rows > 0) {
            Journal.write(sql, tenant, now, actor, "recording.open-restricted", opening);
          }
          return rows;
        });
  }

  static RestrictionOpeningRecord row(DSLContext sql, TenantSlug tenant, Opening opening) {
    RestrictionOpeningRecord row = sql.newRecord(RESTRICTION_OPENING);
    row.setTenant(tenant.value());
    row.setId(opening.id());
    row.setRecording(opening.recording().value());
    row.setUsers(opening.users().stream().sorted().toArray(String[]::new));
    row.setOpenedAt(opening.openedAt());
    row.setUntil(opening.until());
    row.setReason(opening.reason());
    row.setLegalBasis(opening.legalBasis());
    row.setOpenedBy(opening.openedBy());
    return row;
  }

  private static Opening opening(RestrictionOpeningRecord row) {
    return new Opening(
        row.getId(),
        new RecordingId(row.getRecording()),
        Set.of(row.getUsers()),
        row.getOpenedAt(),
        row.getUntil(),
        row.getReason(),
        row.getLegalBasis(),
        row.getOpenedBy());
  }

  private List<Opening> openings(TenantSlug tenant, RecordingId recording, Condition which) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(RESTRICTION_OPENING)
                .where(RESTRICTION_OPENING.TENANT.eq(tenant.value()))
                .and(RESTRICTION_OPENING.RECORDING.eq(recording.value()))
                .and(which)
                .orderBy(RESTRICTION_OPENING.OPENED_AT.desc(), RESTRICTION_OPENING.ID)
                .fetch(PostgresRestrictions::opening));
  }

  @Override
  public Optional<Opening> opening(TenantSlug tenant, RecordingId recording, String userId) {
    Condition now =
        RESTRICTION_OPENING
            .UNTIL
            .gt(CallRows.micros(clock.instant()))
            .and(DSL.val(userId).eq(DSL.any(RESTRICTION_OPENING.USERS)));
    return openings(tenant, recording, now).stream().findFirst();
  }

  @Override
  public List<Opening> openings(TenantSlug tenant, RecordingId recording) {
    return openings(tenant, recording, DSL.noCondition());
  }

  @Override
  public List<TenantSlug> masking() {
    return transactions.asWorker(
        sql ->
            sql.selectDistinct(RESTRICTION.TENANT)
                .from(RESTRICTION)
                .where(RESTRICTION.DERIVATIVE.in(WANTED, MADE))
                .orderBy(RESTRICTION.TENANT)
                .fetch(row -> new TenantSlug(row.value1())));
  }

  @Override
  public List<Restricted> wanted(TenantSlug tenant, int limit) {
    Condition better =
        RESTRICTION
            .DERIVATIVE
            .eq(MADE)
            .and(RESTRICTION.REMOVING_AT.isNull())
            .and(
                DSL.exists(
                    DSL.selectOne()
                        .from(CALL_ARCHIVE)
                        .where(CALL_ARCHIVE.ID.eq(RESTRICTION.RECORDING))
                        .and(CALL_ARCHIVE.GENERATION.gt(RESTRICTION.SOURCE))
                        .and(CALL_ARCHIVE.GENERATION.lt(Generation.MASKED))
                        .and(CALL_ARCHIVE.VERIFIED_AT.isNotNull())));
    return transactions.inTenant(
        tenant,
        sql -> {
          List<Restricted> found =
              sql.selectFrom(RESTRICTION)
                  .where(RESTRICTION.TENANT.eq(tenant.value()))
                  .and(RESTRICTION.LIFTED_AT.isNull())
                  .and(RESTRICTION.DERIVATIVE.eq(WANTED).or(better))
                  .and(isFree())
                  .andNotExists(
                      DSL.selectOne()
                          .from(CALL)
                          .where(CALL.ID.eq(RESTRICTION.RECORDING))
                          .and(CALL.STATE.eq(CallState.DISPOSED.wireName())))
                  .orderBy(RESTRICTION.AT, RESTRICTION.ID)
                  .limit(limit)
                  .fetch(PostgresRestrictions::restricted);
          return found.stream()
              .map(
                  each ->
                      each.derivative() == Derivative.MADE
                          ? again(each, nextGeneration(sql, each.recording()))
                          : each)
              .toList();
        });
  }

  private static Restricted again(Restricted made, int generation) {
    return new Restricted(
        made.id(),
        made.recording(),
        made.restriction(),
        made.at(),
        made.by(),
        made.approval(),
        Derivative.WANTED,
        generation,
        null,
        made.problem(),
        null,
        null,
        made.correcting());
  }

  @Override
  public void made(TenantSlug tenant, UUID restriction, int generation, int source, String actor) {
    boolean done =
        transactions.inTenant(
            tenant,
            sql -> {
              RestrictionRecord row =
                  sql.selectFrom(RESTRICTION)
                      .where(RESTRICTION.TENANT.eq(tenant.value()))
                      .and(RESTRICTION.ID.eq(restriction))
                      .and(RESTRICTION.LIFTED_AT.isNull())
                      .forUpdate()
                      .fetchOne();
              if (row == null) {
                return false;
              }
              row.setDerivative(MADE);
              row.setGeneration(generation);
              row.setSource(source);
              row.setProblem(null);
              row.setNotBefore(null);
              row.store();
              Journal.write(
                  sql,
                  tenant,
                  clock.instant(),
                  actor,
                  "recording.mask",
                  Map.of("restriction", restriction, "generation", generation, "source", source));
              touch(sql, tenant, new RecordingId(row.getRecording()));
              return true;
            });
    if (done) {
      changed.run();
    }
  }

  @Override
  public void notMade(
      TenantSlug tenant, UUID restriction, String problem, @Nullable Instant again) {
    String shown = problem.length() > MAX_PROBLEM ? problem.substring(0, MAX_PROBLEM) : problem;
    transactions.inTenant(
        tenant,
        sql -> {
          RestrictionRecord row =
              sql.selectFrom(RESTRICTION)
                  .where(RESTRICTION.TENANT.eq(tenant.value()))
                  .and(RESTRICTION.ID.eq(restriction))
                  .forUpdate()
                  .fetchSingle();
          row.setProblem(Text.clean(shown));
          row.setNotBefore(CallRows.microsOrNull(again));
          boolean ends = again == null && row.getDerivative().equals(WANTED);
          if (ends) {
            row.setDerivative(Derivative.IMPOSSIBLE.wireName());
          }
          row.store();
          if (ends && row.getCorrection() != null) {
            // Nothing takes its place, so the original stays, and its lock is renewed after all
            sql.update(CALL_ARCHIVE)
                .set(CALL_ARCHIVE.LOCK_DUE, CallRows.micros(clock.instant()))
                .where(CALL_ARCHIVE.ID.eq(row.getRecording()))
                .execute();
          }
          return ends;
        });
  }

  @Override
  public int alone(IntSupplier work) {
    return transactions.alone(Locks.RESTRICTIONS, work);
  }
}

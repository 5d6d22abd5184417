package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_BUNDLE;
import static io.earwitness.archive.catalog.generated.Tables.SUBJECT_COPY_HEARD;
import static io.earwitness.archive.catalog.generated.Tables.SUBJECT_REQUEST;
import static io.earwitness.archive.catalog.generated.Tables.SUBJECT_REQUEST_ITEM;

import io.earwitness.call.RecordingId;
import io.earwitness.call.SubjectDeadline;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link SubjectRequests} in PostgreSQL. */
final class PostgresSubjectRequests implements SubjectRequests {
  private static final Set<State> LOOKED_FOR = EnumSet.of(State.FOUND, State.DECIDED);
  private static final int ALL = Integer.MAX_VALUE;

  private final Transactions transactions;
  private final Clock clock;

  PostgresSubjectRequests(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Request open(TenantSlug tenant, NewRequest wanted, String actor) {
    Instant now = now();
    Subject subject = SubjectRequestRows.clean(wanted.subject());
    if (subject.numbers().isEmpty() && subject.person() == null) {
      throw new IllegalArgumentException(
          "a request needs a telephone number or a person by whom recordings are found");
    }
    if (wanted.received().isAfter(now.atZone(wanted.zone()).toLocalDate())) {
      throw new IllegalArgumentException(
          "it can't have been received on %s, which is to come".formatted(wanted.received()));
    }
    Request request =
        new Request(
            tenant,
            wanted.id(),
            1,
            wanted.kind(),
            State.RECEIVED,
            subject,
            wanted.received(),
            wanted.due(),
            now,
            Text.clean(actor),
            null,
            null,
            null,
            null,
            null,
            null);
    return transactions.inTenant(
        tenant,
        sql -> {
          PostgresDirectory.demandTenant(sql, tenant);
          SubjectRequestRows.put(sql, request);
          return SubjectRequestRows.entered(sql, "open", request, List.of(), now, actor);
        });
  }

  private Instant now() {
    return CallRows.micros(clock.instant());
  }

  /** Changes a request, and items with it, under its lock. */
  private Request change(
      TenantSlug tenant,
      UUID id,
      String act,
      String actor,
      BiFunction<DSLContext, Request, Request> change,
      Function<DSLContext, List<Item>> items) {
    Instant now = now();
    return transactions.inTenant(
        tenant,
        sql -> {
          Request present = SubjectRequestRows.locked(sql, tenant, id);
          Request changed = SubjectRequestRows.next(change.apply(sql, present));
          List<Item> written = items.apply(sql);
          written.forEach(item -> SubjectRequestRows.put(sql, tenant, id, item));
          SubjectRequestRows.put(sql, changed);
          return SubjectRequestRows.entered(sql, act, changed, written, now, actor);
        });
  }

  private Request change(
      TenantSlug tenant, UUID id, String act, String actor, UnaryOperator<Request> change) {
    return change(tenant, id, act, actor, (_, present) -> change.apply(present), _ -> List.of());
  }

  private static void demand(Request request, Set<State> states, String what) {
    if (!states.contains(request.state())) {
      throw new IllegalArgumentException(
          "the request is %s: %s".formatted(request.state().wireName(), what));
    }
  }

  private static void demandOpen(Request request) {
    demand(
        request,
        EnumSet.complementOf(EnumSet.of(State.DONE, State.REFUSED, State.WITHDRAWN)),
        "nothing of it is changed any more");
  }

  private Said said(String text, String actor) {
    return new Said(now(), Text.clean(actor), Text.clean(text));
  }

  @Override
  public Request extend(TenantSlug tenant, UUID id, String reason, ZoneId zone, String actor) {
    return change(
        tenant,
        id,
        "extend",
        actor,
        request -> {
          demandOpen(request);
          if (request.extended() != null || !request.due().isAfter(now())) {
            throw new IllegalArgumentException(
                "the deadline is extended once, and before it is over");
          }
          return SubjectRequestRows.extended(
              request, SubjectDeadline.of(request.received(), true, zone), said(reason, actor));
        });
  }

  @Override
  public Request identify(TenantSlug tenant, UUID id, String method, String actor) {
    return change(
        tenant,
        id,
        "identify",
        actor,
        request -> {
          demand(request, EnumSet.of(State.RECEIVED), "who asks was made sure of");
          return SubjectRequestRows.identified(request, said(method, actor));
        });
  }

  @Override
  public Request find(
      TenantSlug tenant, UUID id, Collection<Tombstones.Tombstone> disposed, String actor) {
    List<Item> added = new ArrayList<>();
    return change(
        tenant,
        id,
        "find",
        actor,
        (sql, request) -> {
          demand(
              request,
              EnumSet.of(State.IDENTIFIED, State.FOUND, State.DECIDED),
              "first say how it was made sure who asks; and nothing is looked for once it is being"
                  + " done");
          Set<RecordingId> known = new HashSet<>();
          SubjectRequestRows.items(sql, tenant, id, DSL.noCondition(), ALL)
              .forEach(item -> known.add(item.recording()));
          int others = SubjectRequestRows.look(sql, tenant, request.subject(), known, added);
          disposed.stream()
              .filter(stone -> known.add(stone.recording()))
              .map(SubjectRequestRows::gone)
              .forEach(added::add);
          List<Item> all =
              new ArrayList<>(SubjectRequestRows.items(sql, tenant, id, DSL.noCondition(), ALL));
          all.addAll(added);
          int gone = (int) all.stream().filter(item -> item.outcome() == Outcome.GONE).count();
          Found found = new Found(now(), Text.clean(actor), all.size() - gone, gone, others);
          return SubjectRequestRows.found(request, found, undecided(all));
        },
        _ -> added);
  }

  private static boolean undecided(List<Item> items) {
    return items.stream()
        .anyMatch(item -> item.decision() == null && item.outcome() != Outcome.GONE);
  }

  @Override
  public Request decide(
      TenantSlug tenant, UUID id, Map<RecordingId, Verdict> verdicts, String actor) {
    return decide(
        tenant,
        id,
        actor,
        item -> verdicts.get(item.recording()),
        decided -> {
          Set<RecordingId> missing = new HashSet<>(verdicts.keySet());
          decided.forEach(item -> missing.remove(item.recording()));
          if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                "the request has no such recording to decide of: %s"
                    .formatted(missing.iterator().next()));
          }
        });
  }

  @Override
  public Request decideRest(TenantSlug tenant, UUID id, Verdict verdict, String actor) {
    return decide(tenant, id, actor, item -> item.decision() == null ? verdict : null, _ -> {});
  }

  private Request decide(
      TenantSlug tenant,
      UUID id,
      String actor,
      Function<Item, @Nullable Verdict> of,
      Consumer<List<Item>> check) {
    List<Item> changed = new ArrayList<>();
    return change(
        tenant,
        id,
        "decide",
        actor,
        (sql, request) -> {
          demand(request, LOOKED_FOR, "recordings are decided of between finding and doing");
          List<Item> after = new ArrayList<>();
          for (Item item : SubjectRequestRows.items(sql, tenant, id, DSL.noCondition(), ALL)) {
            Verdict verdict = item.outcome() == Outcome.GONE ? null : of.apply(item);
            if (verdict != null) {
              demand(request.kind(), verdict);
              Item decided =
                  item.with(new Verdict(verdict.decision(), Text.cleanOrNull(verdict.reason())));
              changed.add(decided);
              after.add(decided);
            } else {
              after.add(item);
            }
          }
          check.accept(changed);
          return SubjectRequestRows.in(request, undecided(after) ? State.FOUND : State.DECIDED);
        },
        _ -> changed);
  }

  private static void demand(Kind kind, Verdict verdict) {
    if (!kind.decisions().contains(verdict.decision())) {
      throw new IllegalArgumentException(
          "a recording of a request for %s is not decided by '%s'"
              .formatted(kind.wireName(), verdict.decision().wireName()));
    }
    if (verdict.decision() == Decision.DECLINE
        && (verdict.reason() == null || verdict.reason().isBlank())) {
      throw new IllegalArgumentException("what is declined needs a reason, for the subject");
    }
  }

  @Override
  public Request plan(TenantSlug tenant, UUID id, Map<RecordingId, CopyPlan> plans, String actor) {
    List<Item> changed = new ArrayList<>();
    return change(
        tenant,
        id,
        "plan",
        actor,
        (sql, request) -> {
          demand(request, LOOKED_FOR, "the copy is changed until it is released");
          plans.forEach(
              (recording, plan) ->
                  changed.add(
                      SubjectRequestRows.item(sql, tenant, id, recording)
                          .filter(item -> item.decision() == Decision.RELEASE)
                          .orElseThrow(
                              () ->
                                  new IllegalArgumentException(
                                      "recording %s is not in the copy".formatted(recording)))
                          .with(SubjectRequestRows.clean(plan))));
          return request;
        },
        _ -> changed);
  }

  @Override
  public Request execute(TenantSlug tenant, UUID id, @Nullable Approved by, String actor) {
    return change(
        tenant,
        id,
        "execute",
        actor,
        (sql, request) -> {
          demand(request, EnumSet.of(State.DECIDED), "decide of all recordings first");
          if (request.kind() == Kind.ACCESS) {
            throw new IllegalArgumentException("a copy is released, after its review");
          }
          if (by == null && erases(sql, tenant, id)) {
            throw new IllegalArgumentException("erasure needs a second person");
          }
          return SubjectRequestRows.executed(request, by);
        },
        _ -> List.of());
  }

  private static boolean erases(DSLContext sql, TenantSlug tenant, UUID id) {
    return sql.fetchExists(
        SUBJECT_REQUEST_ITEM,
        SubjectRequestRows.of(tenant, id)
            .and(SUBJECT_REQUEST_ITEM.DECISION.eq(Decision.ERASE.wireName())));
  }

  @Override
  public void heard(TenantSlug tenant, UUID id, String sha256, String actor) {
    transactions.inTenant(
        tenant,
        sql ->
            sql.insertInto(SUBJECT_COPY_HEARD)
                .set(SUBJECT_COPY_HEARD.TENANT, tenant.value())
                .set(SUBJECT_COPY_HEARD.REQUEST, id)
                .set(SUBJECT_COPY_HEARD.ACTOR, Text.clean(actor))
                .set(SUBJECT_COPY_HEARD.SHA256, sha256)
                .onConflictDoNothing()
                .execute());
  }

  private static void demandHeard(
      DSLContext sql, TenantSlug tenant, UUID id, List<Item> items, String actor) {
    Set<String> heard =
        sql.select(SUBJECT_COPY_HEARD.SHA256)
            .from(SUBJECT_COPY_HEARD)
            .where(SUBJECT_COPY_HEARD.TENANT.eq(tenant.value()))
            .and(SUBJECT_COPY_HEARD.REQUEST.eq(id))
            .and(SUBJECT_COPY_HEARD.ACTOR.eq(Text.clean(actor)))
            .fetchSet(SUBJECT_COPY_HEARD.SHA256);
    for (Item item : items) {
      CopyPlan plan = item.plan() == null ? CopyPlan.OWN : item.plan();
      if (!heard.containsAll(plan.sha256())) {
        throw new IllegalArgumentException(
            "whoever releases a copy listens to all of it first, at the request's page: recording"
                + " %s was not listened to as it is now".formatted(item.recording()));
      }
    }
  }

  @Override
  public Request release(TenantSlug tenant, UUID id, Release release, String actor) {
    List<Item> released = new ArrayList<>();
    return change(
        tenant,
        id,
        "release",
        actor,
        (sql, request) -> {
          demand(request, EnumSet.of(State.DECIDED), "decide of all recordings first");
          SubjectRequestRows.items(
                  sql,
                  tenant,
                  id,
                  SUBJECT_REQUEST_ITEM.DECISION.eq(Decision.RELEASE.wireName()),
                  ALL)
              .forEach(item -> released.add(item.with(Outcome.RELEASED, null, null)));
          if (request.kind() != Kind.ACCESS || released.isEmpty()) {
            throw new IllegalArgumentException("no recording is in the copy");
          }
          demandHeard(sql, tenant, id, released, release.by().approvedBy());
          return SubjectRequestRows.released(request, release);
        },
        _ -> released);
  }

  @Override
  public Request code(TenantSlug tenant, UUID id, String codeHash, String actor) {
    return change(
        tenant,
        id,
        "code",
        actor,
        request -> {
          Release present = request.release();
          if (present == null) {
            throw new IllegalArgumentException("the copy was not released");
          }
          return SubjectRequestRows.released(
              request, new Release(present.by(), present.expires(), 0, present.most(), codeHash));
        });
  }

  @Override
  public Optional<Request> download(TenantSlug tenant, UUID id, String actor) {
    try {
      return Optional.of(
          change(
              tenant,
              id,
              "download",
              actor,
              request -> {
                Release present = request.release();
                if (present == null || present.downloads() >= present.most()) {
                  throw new IllegalArgumentException("no download is left");
                }
                return SubjectRequestRows.released(
                    request,
                    new Release(
                        present.by(),
                        present.expires(),
                        present.downloads() + 1,
                        present.most(),
                        present.codeHash()));
              }));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  @Override
  public Request settle(TenantSlug tenant, UUID id, List<Item> items, String actor) {
    return change(tenant, id, "settle", actor, (_, request) -> request, _ -> items);
  }

  @Override
  public Request close(TenantSlug tenant, UUID id, State how, String note, String actor) {
    if (!how.closed()) {
      throw new IllegalArgumentException("a request is closed as done, refused or withdrawn");
    }
    return change(
        tenant,
        id,
        "close",
        actor,
        (sql, request) -> {
          demandOpen(request);
          if (how == State.DONE) {
            demandAnswered(sql, request);
          }
          return SubjectRequestRows.closed(request, how, said(note, actor));
        },
        _ -> List.of());
  }

  private static void demandAnswered(DSLContext sql, Request request) {
    demand(
        request,
        EnumSet.of(State.FOUND, State.DECIDED, State.EXECUTING),
        "recordings were not looked for");
    if (!SubjectRequestRows.items(
            sql,
            request.tenant(),
            request.id(),
            SUBJECT_REQUEST_ITEM.OUTCOME.eq(Outcome.PENDING.wireName()),
            1)
        .isEmpty()) {
      throw new IllegalArgumentException(
          "of some recordings it is not decided, or not done, what becomes of them");
    }
  }

  @Override
  public Optional<Request> find(TenantSlug tenant, UUID id) {
    return transactions.inTenant(tenant, sql -> SubjectRequestRows.one(sql, tenant, id));
  }

  @Override
  public Optional<Request> byCode(TenantSlug tenant, String codeHash) {
    return transactions
        .inTenant(
            tenant,
            sql ->
                SubjectRequestRows.requests(sql, tenant, SUBJECT_REQUEST.CODE_HASH.eq(codeHash), 1))
        .stream()
        .findFirst();
  }

  @Override
  public List<Request> list(TenantSlug tenant, boolean closed, @Nullable UUID after, int limit) {
    Condition which =
        closed
            ? SUBJECT_REQUEST.STATE.in(SubjectRequestRows.CLOSED)
            : SUBJECT_REQUEST.STATE.notIn(SubjectRequestRows.CLOSED);
    Condition further =
        after == null
            ? DSL.noCondition()
            : DSL.row(SUBJECT_REQUEST.OPENED_AT, SUBJECT_REQUEST.ID)
                .lt(
                    DSL.select(SUBJECT_REQUEST.as("l").OPENED_AT, SUBJECT_REQUEST.as("l").ID)
                        .from(SUBJECT_REQUEST.as("l"))
                        .where(SUBJECT_REQUEST.as("l").TENANT.eq(tenant.value()))
                        .and(SUBJECT_REQUEST.as("l").ID.eq(after)));
    return transactions.inTenant(
        tenant, sql -> SubjectRequestRows.requests(sql, tenant, which.and(further), limit));
  }

  @Override
  public List<Item> items(TenantSlug tenant, UUID id, @Nullable RecordingId after, int limit) {
    return transactions.inTenant(
        tenant, sql -> SubjectRequestRows.items(sql, tenant, id, further(after), limit));
  }

  private static Condition further(@Nullable RecordingId after) {
    return after == null ? DSL.noCondition() : SUBJECT_REQUEST_ITEM.CALL.gt(after.value());
  }

  @Override
  public Optional<Item> item(TenantSlug tenant, UUID id, RecordingId recording) {
    return transactions.inTenant(
        tenant, sql -> SubjectRequestRows.item(sql, tenant, id, recording));
  }

  @Override
  public List<Count> counts(TenantSlug tenant, UUID id) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(SUBJECT_REQUEST_ITEM.DECISION, SUBJECT_REQUEST_ITEM.OUTCOME, DSL.count())
                .from(SUBJECT_REQUEST_ITEM)
                .where(SubjectRequestRows.of(tenant, id))
                .groupBy(SUBJECT_REQUEST_ITEM.DECISION, SUBJECT_REQUEST_ITEM.OUTCOME)
                .orderBy(SUBJECT_REQUEST_ITEM.DECISION, SUBJECT_REQUEST_ITEM.OUTCOME)
                .fetch(
                    row ->
                        new Count(
                            row.value1() == null
                                ? null
                                : WireName.parse(Decision.class, row.value1()),
                            WireName.parse(Outcome.class, row.value2()),
                            row.value3())));
  }

  /** What is pending, and what is to be erased once nothing keeps it. */
  private static Condition unsettled() {
    Condition erase = SUBJECT_REQUEST_ITEM.DECISION.eq(Decision.ERASE.wireName());
    return erase
        .and(SUBJECT_REQUEST_ITEM.OUTCOME.in("pending", "restricted"))
        .or(
            SUBJECT_REQUEST_ITEM
                .DECISION
                .eq(Decision.RESTRICT.wireName())
                .and(SUBJECT_REQUEST_ITEM.OUTCOME.eq(Outcome.PENDING.wireName())));
  }

  @Override
  public List<Request> unsettled(TenantSlug tenant) {
    Condition any =
        SUBJECT_REQUEST
            .STATE
            .in("executing", "done")
            .andExists(
                DSL.selectOne()
                    .from(SUBJECT_REQUEST_ITEM)
                    .where(SUBJECT_REQUEST_ITEM.TENANT.eq(SUBJECT_REQUEST.TENANT))
                    .and(SUBJECT_REQUEST_ITEM.REQUEST.eq(SUBJECT_REQUEST.ID))
                    .and(unsettled()));
    return transactions.inTenant(tenant, sql -> SubjectRequestRows.requests(sql, tenant, any, ALL));
  }

  @Override
  public List<Item> unsettled(TenantSlug tenant, UUID id, @Nullable RecordingId after, int limit) {
    return transactions.inTenant(
        tenant,
        sql -> SubjectRequestRows.items(sql, tenant, id, unsettled().and(further(after)), limit));
  }

  @Override
  public boolean reapply(
      TenantSlug tenant, JournalBundle.Entry entry, String actor, Consumer<Request> first) {
    SubjectRequestRows.Entry told =
        SubjectRequestRows.read(entry.data(), SubjectRequestRows.Entry.class);
    Request request = told.request();
    Instant now = now();
    return transactions.inTenant(
        tenant,
        sql -> {
          if (SubjectRequestRows.one(sql, tenant, request.id())
              .filter(known -> known.version() > request.version())
              .isPresent()) {
            return false;
          }
          first.accept(request);
          List<Item> items = told.items().stream().map(PostgresSubjectRequests::anew).toList();
          SubjectRequestRows.put(sql, request);
          items.forEach(item -> SubjectRequestRows.put(sql, tenant, request.id(), item));
          SubjectRequestRows.entered(sql, "reapply", request, items, now, actor);
          return true;
        });
  }

  /** What was done to it is not so here any more, so it is done again. */
  private static Item anew(Item item) {
    boolean again =
        (item.decision() == Decision.ERASE || item.decision() == Decision.RESTRICT)
            && (item.outcome() == Outcome.ERASED || item.outcome() == Outcome.RESTRICTED);
    return again ? item.with(Outcome.PENDING, null, null) : item;
  }

  @Override
  public Set<List<Long>> bundles(TenantSlug tenant) {
    return transactions.asWorker(
        sql ->
            Set.copyOf(
                sql.select(JOURNAL_BUNDLE.FIRST, JOURNAL_BUNDLE.LAST)
                    .from(JOURNAL_BUNDLE)
                    .where(JOURNAL_BUNDLE.TENANT.eq(tenant.value()))
                    .fetch(row -> List.of(row.value1(), row.value2()))));
  }
}

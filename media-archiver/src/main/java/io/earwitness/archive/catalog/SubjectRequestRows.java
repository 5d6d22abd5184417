package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.SUBJECT_REQUEST;
import static io.earwitness.archive.catalog.generated.Tables.SUBJECT_REQUEST_ITEM;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.catalog.SubjectRequests.Approved;
import io.earwitness.archive.catalog.SubjectRequests.CopyPlan;
import io.earwitness.archive.catalog.SubjectRequests.Found;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Outcome;
import io.earwitness.archive.catalog.SubjectRequests.Release;
import io.earwitness.archive.catalog.SubjectRequests.Request;
import io.earwitness.archive.catalog.SubjectRequests.Said;
import io.earwitness.archive.catalog.SubjectRequests.Span;
import io.earwitness.archive.catalog.SubjectRequests.State;
import io.earwitness.archive.catalog.SubjectRequests.Subject;
import io.earwitness.call.CallState;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Subjects' requests as rows, and as they come about. */
final class SubjectRequestRows {
  static final List<String> CLOSED =
      Arrays.stream(State.values()).filter(State::closed).map(State::wireName).toList();

  /** Items of one journal entry. */
  private static final int PER_ENTRY = 500;

  private SubjectRequestRows() {}

  /** What the journal has of an act: the request after it, and the items that it changed. */
  record Entry(String act, Request request, List<Item> items) {}

  static <T> T read(JsonNode data, Class<T> type) {
    try {
      return Json.mapper().treeToValue(data, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its data can't be read: " + e.getOriginalMessage(), e);
    }
  }

  static Condition of(TenantSlug tenant, UUID request) {
    return SUBJECT_REQUEST_ITEM
        .TENANT
        .eq(tenant.value())
        .and(SUBJECT_REQUEST_ITEM.REQUEST.eq(request));
  }

  /** Writes a request, new or changed. */
  static void put(DSLContext sql, Request request) {
    var row = sql.newRecord(SUBJECT_REQUEST);
    row.setVersion(request.version());
    row.setState(request.state().wireName());
    row.setDueAt(request.due());
    row.setIdentifiedBy(request.identified() == null ? null : request.identified().by());
    Approved approved = request.approved();
    row.setAskedBy(approved == null ? null : approved.askedBy());
    row.setApprovedBy(approved == null ? null : approved.approvedBy());
    row.setCodeHash(request.release() == null ? null : request.release().codeHash());
    row.setRequest(CallRows.json(request));
    int rows =
        sql.update(SUBJECT_REQUEST)
            .set(row)
            .where(SUBJECT_REQUEST.TENANT.eq(request.tenant().value()))
            .and(SUBJECT_REQUEST.ID.eq(request.id()))
            .execute();
    if (rows == 0) {
      row.setTenant(request.tenant().value());
      row.setId(request.id());
      row.setKind(request.kind().wireName());
      row.setOpenedAt(request.openedAt());
      sql.insertInto(SUBJECT_REQUEST).set(row).execute();
    }
  }

  /** Writes an item, new or changed. */
  static void put(DSLContext sql, TenantSlug tenant, UUID request, Item item) {
    var row = sql.newRecord(SUBJECT_REQUEST_ITEM);
    row.setDecision(item.decision() == null ? null : item.decision().wireName());
    row.setOutcome(item.outcome().wireName());
    row.setItem(CallRows.json(item));
    sql.insertInto(SUBJECT_REQUEST_ITEM)
        .set(SUBJECT_REQUEST_ITEM.TENANT, tenant.value())
        .set(SUBJECT_REQUEST_ITEM.REQUEST, request)
        .set(SUBJECT_REQUEST_ITEM.CALL, item.recording().value())
        .set(row)
        .onConflict(
            SUBJECT_REQUEST_ITEM.TENANT, SUBJECT_REQUEST_ITEM.REQUEST, SUBJECT_REQUEST_ITEM.CALL)
        .doUpdate()
        .set(row)
        .execute();
  }

  /** Writes the journal's entry, or several if there are many items. */
  static Request entered(
      DSLContext sql, String act, Request request, List<Item> items, Instant at, String actor) {
    int from = 0;
    do {
      int to = Math.min(items.size(), from + PER_ENTRY);
      Entry entry = new Entry(act, request, items.subList(from, to));
      Journal.write(sql, request.tenant(), at, actor, "subject-request.set", entry);
      from = to;
    } while (from < items.size());
    return request;
  }

  static Optional<Request> one(DSLContext sql, TenantSlug tenant, UUID id) {
    return requests(sql, tenant, SUBJECT_REQUEST.ID.eq(id), 1).stream().findFirst();
  }

  static Request locked(DSLContext sql, TenantSlug tenant, UUID id) {
    sql.select(SUBJECT_REQUEST.ID)
        .from(SUBJECT_REQUEST)
        .where(SUBJECT_REQUEST.TENANT.eq(tenant.value()))
        .and(SUBJECT_REQUEST.ID.eq(id))
        .forUpdate()
        .fetch();
    return one(sql, tenant, id)
        .orElseThrow(() -> new IllegalArgumentException("there is no such request"));
  }

  static List<Request> requests(DSLContext sql, TenantSlug tenant, Condition which, int limit) {
    return sql.select(SUBJECT_REQUEST.REQUEST)
        .from(SUBJECT_REQUEST)
        .where(SUBJECT_REQUEST.TENANT.eq(tenant.value()))
        .and(which)
        .orderBy(SUBJECT_REQUEST.OPENED_AT.desc(), SUBJECT_REQUEST.ID.desc())
        .limit(limit)
        .fetch(row -> CallRows.read(row.value1(), new TypeReference<Request>() {}));
  }

  static List<Item> items(
      DSLContext sql, TenantSlug tenant, UUID request, Condition which, int limit) {
    return sql.select(SUBJECT_REQUEST_ITEM.ITEM)
        .from(SUBJECT_REQUEST_ITEM)
        .where(of(tenant, request))
        .and(which)
        .orderBy(SUBJECT_REQUEST_ITEM.CALL)
        .limit(limit)
        .fetch(row -> CallRows.read(row.value1(), new TypeReference<Item>() {}));
  }

  static Optional<Item> item(
      DSLContext sql, TenantSlug tenant, UUID request, RecordingId recording) {
    return items(sql, tenant, request, SUBJECT_REQUEST_ITEM.CALL.eq(recording.value()), 1).stream()
        .findFirst();
  }

  /** Whether two persons decided that a recording is to be erased. */
  static boolean isToBeErased(DSLContext sql, TenantSlug tenant, RecordingId recording) {
    return sql.fetchExists(
        DSL.selectOne()
            .from(SUBJECT_REQUEST_ITEM)
            .join(SUBJECT_REQUEST)
            .on(SUBJECT_REQUEST.TENANT.eq(SUBJECT_REQUEST_ITEM.TENANT))
            .and(SUBJECT_REQUEST.ID.eq(SUBJECT_REQUEST_ITEM.REQUEST))
            .where(SUBJECT_REQUEST_ITEM.TENANT.eq(tenant.value()))
            .and(SUBJECT_REQUEST_ITEM.CALL.eq(recording.value()))
            .and(SUBJECT_REQUEST_ITEM.DECISION.eq("erase"))
            .and(SUBJECT_REQUEST.APPROVED_BY.isNotNull())
            .and(SUBJECT_REQUEST.STATE.in("executing", "done")));
  }

  // PostgreSQL keeps no U+0000, whoever writes it ------------------------------------------------

  static Subject clean(Subject subject) {
    return new Subject(
        Text.clean(subject.name()),
        Text.cleanOrNull(subject.contact()),
        subject.numbers(),
        subject.person());
  }

  static CopyPlan clean(CopyPlan plan) {
    return new CopyPlan(clean(plan.opened()), clean(plan.masked()), plan.sha256());
  }

  private static List<Span> clean(List<Span> spans) {
    return spans.stream()
        .map(
            span -> new Span(span.channel(), span.fromMs(), span.toMs(), Text.clean(span.reason())))
        .toList();
  }

  // What a search finds -----------------------------------------------------------------------

  private static String digits(String number) {
    return number.replaceAll("[^0-9]", "");
  }

  /**
   * Looks for a subject's calls.
   *
   * @param known those that are known already; found ones are added
   * @param found given those that have a recording
   * @return how many have none
   */
  static int look(
      DSLContext sql,
      TenantSlug tenant,
      Subject subject,
      Set<RecordingId> known,
      Collection<Item> found) {
    String[] numbers =
        subject.numbers().stream().map(SubjectRequestRows::digits).toArray(String[]::new);
    Condition his =
        DSL.condition(
            "exists (select 1 from jsonb_array_elements({0}) p where"
                + " regexp_replace(p ->> 'number', '[^0-9]', '', 'g') = any ({1}::text[])"
                + " or p ->> 'userId' = {2})",
            CALL.PARTIES, DSL.val(numbers), DSL.val(subject.person(), String.class));
    List<Item> all = new ArrayList<>();
    int[] others = new int[1];
    sql.select(
            CALL.ID,
            CALL.STARTED_AT,
            CALL.ENDED_AT,
            CALL.PARTIES,
            DSL.field(
                DSL.exists(DSL.selectOne().from(CALL_ARCHIVE).where(CALL_ARCHIVE.ID.eq(CALL.ID)))))
        .from(CALL)
        .where(CALL.TENANT.eq(tenant.value()))
        .and(CALL.STATE.ne(CallState.DISPOSED.wireName()))
        .and(CALL.ENDED_AT.isNotNull())
        .and(CALL.BLOCKED.isNull())
        .and(his)
        .orderBy(CALL.ID)
        .forEach(
            row -> {
              if (row.value5()) {
                List<Party> parties =
                    CallRows.read(row.value4(), new TypeReference<List<Party>>() {});
                all.add(
                    item(
                        new RecordingId(row.value1()),
                        row.value2(),
                        row.value3(),
                        channels(subject, parties)));
              } else {
                others[0]++;
              }
            });
    all.stream().filter(item -> known.add(item.recording())).forEach(found::add);
    return others[0];
  }

  /** Those on which the subject is heard and nobody else; none if that is not known. */
  private static List<Integer> channels(Subject subject, List<Party> parties) {
    Set<String> numbers =
        new TreeSet<>(subject.numbers().stream().map(SubjectRequestRows::digits).toList());
    Set<Integer> own = new TreeSet<>();
    Set<Integer> others = new TreeSet<>();
    for (Party party : parties) {
      boolean his =
          party.number() != null && numbers.contains(digits(party.number()))
              || party.userId() != null && party.userId().equals(subject.person());
      if (party.side() != null) {
        (his ? own : others).add(party.side().channel());
      }
    }
    own.removeAll(others);
    return List.copyOf(own);
  }

  private static Item item(
      RecordingId recording, Instant start, @Nullable Instant end, List<Integer> channels) {
    return new Item(recording, start, end, channels, null, null, Outcome.PENDING, null, null, null);
  }

  static Item gone(Tombstones.Tombstone stone) {
    return item(stone.recording(), stone.start(), stone.end(), List.of())
        .with(Outcome.GONE, null, "deleted on %s".formatted(stone.at()));
  }

  // Copies with something changed ----------------------------------------------------------------

  private static Request copy(
      Request of,
      int version,
      State state,
      Instant due,
      @Nullable Said extended,
      @Nullable Said identified,
      @Nullable Found found,
      @Nullable Approved approved,
      @Nullable Release release,
      @Nullable Said closed) {
    return new Request(
        of.tenant(),
        of.id(),
        version,
        of.kind(),
        state,
        of.subject(),
        of.received(),
        due,
        of.openedAt(),
        of.openedBy(),
        extended,
        identified,
        found,
        approved,
        release,
        closed);
  }

  static Request next(Request of) {
    return copy(
        of,
        of.version() + 1,
        of.state(),
        of.due(),
        of.extended(),
        of.identified(),
        of.found(),
        of.approved(),
        of.release(),
        of.closed());
  }

  static Request in(Request of, State state) {
    return copy(
        of,
        of.version(),
        state,
        of.due(),
        of.extended(),
        of.identified(),
        of.found(),
        of.approved(),
        of.release(),
        of.closed());
  }

  static Request extended(Request of, Instant due, Said why) {
    return copy(
        of,
        of.version(),
        of.state(),
        due,
        why,
        of.identified(),
        of.found(),
        of.approved(),
        of.release(),
        of.closed());
  }

  static Request identified(Request of, Said how) {
    return copy(
        of,
        of.version(),
        State.IDENTIFIED,
        of.due(),
        of.extended(),
        how,
        of.found(),
        of.approved(),
        of.release(),
        of.closed());
  }

  static Request found(Request of, Found found, boolean undecided) {
    return copy(
        of,
        of.version(),
        undecided ? State.FOUND : of.state() == State.DECIDED ? State.DECIDED : State.FOUND,
        of.due(),
        of.extended(),
        of.identified(),
        found,
        of.approved(),
        of.release(),
        of.closed());
  }

  static Request executed(Request of, @Nullable Approved by) {
    return copy(
        of,
        of.version(),
        State.EXECUTING,
        of.due(),
        of.extended(),
        of.identified(),
        of.found(),
        by,
        of.release(),
        of.closed());
  }

  static Request released(Request of, Release release) {
    return copy(
        of,
        of.version(),
        of.state().closed() ? of.state() : State.EXECUTING,
        of.due(),
        of.extended(),
        of.identified(),
        of.found(),
        of.approved(),
        release,
        of.closed());
  }

  static Request closed(Request of, State how, Said note) {
    return copy(
        of,
        of.version(),
        how,
        of.due(),
        of.extended(),
        of.identified(),
        of.found(),
        of.approved(),
        of.release(),
        note);
  }
}

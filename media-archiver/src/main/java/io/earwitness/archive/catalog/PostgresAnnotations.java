package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_NOTE;
import static io.earwitness.archive.catalog.generated.Tables.CALL_TAG;

import io.earwitness.archive.catalog.generated.tables.records.CallNoteRecord;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Tags;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** {@link Annotations} in PostgreSQL. */
final class PostgresAnnotations implements Annotations {
  private final Transactions transactions;
  private final Clock clock;
  private final Runnable changed;

  /**
   * @param changed told after each commit that left something in the outbox
   */
  PostgresAnnotations(Transactions transactions, Clock clock, Runnable changed) {
    this.transactions = transactions;
    this.clock = clock;
    this.changed = changed;
  }

  @Override
  public List<Tagging> tags(TenantSlug tenant, RecordingId call) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.selectFrom(CALL_TAG)
                .where(CALL_TAG.TENANT.eq(tenant.value()))
                .and(CALL_TAG.CALL.eq(call.value()))
                .orderBy(CALL_TAG.NUMBER)
                .fetch(
                    row ->
                        new Tagging(
                            row.getTag(),
                            row.getAddedAt(),
                            row.getAddedBy(),
                            row.getRemovedAt(),
                            row.getRemovedBy())));
  }

  private record JournalledTag(RecordingId recording, String tag) {}

  @Override
  public boolean tag(TenantSlug tenant, RecordingId call, String tag, String actor) {
    boolean added =
        transactions.inTenant(
            tenant,
            sql -> {
              CallRecord row = locked(sql, tenant, call);
              TreeSet<String> tags = new TreeSet<>(Arrays.asList(row.getTags()));
              if (!tags.add(tag)) {
                return false;
              }
              if (tags.size() > Tags.MOST) {
                throw new IllegalArgumentException(
                    "a call has at most %d tags; remove one first".formatted(Tags.MOST));
              }
              Instant now = CallRows.micros(clock.instant());
              sql.insertInto(CALL_TAG)
                  .set(CALL_TAG.TENANT, tenant.value())
                  .set(CALL_TAG.CALL, call.value())
                  .set(CALL_TAG.TAG, tag)
                  .set(CALL_TAG.ADDED_AT, now)
                  .set(CALL_TAG.ADDED_BY, Text.clean(actor))
                  .set(CALL_TAG.NUMBER, next(sql, call.value()))
                  .execute();
              show(sql, row, tags);
              Journal.write(sql, tenant, now, actor, "tag.add", new JournalledTag(call, tag));
              TagRetention.lengthen(sql, tenant, row, now, actor);
              return true;
            });
    if (added) {
      changed.run();
    }
    return added;
  }

  static int next(DSLContext sql, UUID call) {
    Integer last =
        sql.select(DSL.max(CALL_TAG.NUMBER))
            .from(CALL_TAG)
            .where(CALL_TAG.CALL.eq(call))
            .fetchSingle()
            .value1();
    return last == null ? 1 : last + 1;
  }

  @Override
  public boolean untag(TenantSlug tenant, RecordingId call, String tag, String actor) {
    boolean removed =
        transactions.inTenant(
            tenant,
            sql -> {
              CallRecord row = locked(sql, tenant, call);
              TreeSet<String> tags = new TreeSet<>(Arrays.asList(row.getTags()));
              if (!tags.remove(tag)) {
                return false;
              }
              Instant now = CallRows.micros(clock.instant());
              sql.update(CALL_TAG)
                  .set(CALL_TAG.REMOVED_AT, now)
                  .set(CALL_TAG.REMOVED_BY, Text.clean(actor))
                  .where(CALL_TAG.CALL.eq(call.value()))
                  .and(CALL_TAG.TAG.eq(tag))
                  .and(CALL_TAG.REMOVED_AT.isNull())
                  .execute();
              show(sql, row, tags);
              Journal.write(sql, tenant, now, actor, "tag.remove", new JournalledTag(call, tag));
              return true;
            });
    if (removed) {
      changed.run();
    }
    return removed;
  }

  /** One change of a call's tags or notes at a time. */
  private static CallRecord locked(DSLContext sql, TenantSlug tenant, RecordingId call) {
    CallRecord row =
        sql.selectFrom(CALL)
            .where(CALL.TENANT.eq(tenant.value()))
            .and(CALL.ID.eq(call.value()))
            .forUpdate()
            .fetchOne();
    if (row == null) {
      throw new IllegalArgumentException("there is no such recording");
    }
    return row;
  }

  private static void show(DSLContext sql, CallRecord row, TreeSet<String> tags) {
    String[] present = tags.toArray(String[]::new);
    sql.update(CALL)
        .set(CALL.TAGS, present)
        .set(CALL.VERSION, CALL.VERSION.plus(1L))
        .where(CALL.ID.eq(row.getId()))
        .execute();
    row.setTags(present);
    CallReports.addToOutbox(sql, row.getTenant(), row.getId());
  }

  @Override
  public List<Note> notes(TenantSlug tenant, RecordingId call) {
    return transactions.inTenant(tenant, sql -> notes(sql, tenant, call));
  }

  private static List<Note> notes(DSLContext sql, TenantSlug tenant, RecordingId call) {
    Map<UUID, List<CallNoteRecord>> rows = new LinkedHashMap<>();
    sql.selectFrom(CALL_NOTE)
        .where(CALL_NOTE.TENANT.eq(tenant.value()))
        .and(CALL_NOTE.CALL.eq(call.value()))
        .orderBy(CALL_NOTE.AT, CALL_NOTE.NOTE, CALL_NOTE.VERSION)
        .forEach(row -> rows.computeIfAbsent(row.getNote(), _ -> new ArrayList<>()).add(row));
    return rows.values().stream().map(PostgresAnnotations::note).toList();
  }

  private static Note note(List<CallNoteRecord> versions) {
    CallNoteRecord first = versions.getFirst();
    return new Note(
        first.getNote(),
        new RecordingId(first.getCall()),
        first.getAuthor(),
        first.getActor(),
        first.getOffsetMs(),
        versions.stream()
            .map(row -> new Version(row.getVersion(), row.getAt(), row.getText()))
            .toList());
  }

  private record JournalledNote(
      RecordingId recording,
      UUID note,
      int version,
      String author,
      @Nullable Long offsetMs,
      @Nullable String text) {}

  @Override
  public Note note(
      TenantSlug tenant, RecordingId call, Author author, String text, @Nullable Long offsetMs) {
    UUID id = UUID.randomUUID();
    return transactions.inTenant(
        tenant,
        sql -> {
          locked(sql, tenant, call);
          if (notes(sql, tenant, call).size() >= MOST) {
            throw new IllegalArgumentException("a call has at most %d notes".formatted(MOST));
          }
          return write(sql, tenant, call, author, id, 1, offsetMs, Text.clean(text));
        });
  }

  @Override
  public Note change(
      TenantSlug tenant,
      RecordingId call,
      UUID note,
      int version,
      Author author,
      @Nullable String text) {
    return transactions.inTenant(
        tenant,
        sql -> {
          locked(sql, tenant, call);
          Note present =
              notes(sql, tenant, call).stream()
                  .filter(each -> each.id().equals(note))
                  .findFirst()
                  .orElseThrow(() -> new IllegalArgumentException("there is no such note"));
          if (!present.author().equals(author.id())) {
            throw new IllegalArgumentException(
                "only %s, who wrote the note, may change it".formatted(present.actor()));
          }
          if (present.isWithdrawn()) {
            throw new IllegalArgumentException("the note was withdrawn; write a new one");
          }
          if (present.newest().version() != version) {
            throw new IllegalArgumentException(
                "the note is at version %d by now, not %d; look at it again before you change it"
                    .formatted(present.newest().version(), version));
          }
          if (version >= MOST && text != null) {
            throw new IllegalArgumentException(
                "the note was changed %d times; withdraw it and write a new one".formatted(MOST));
          }
          return write(
              sql,
              tenant,
              call,
              author,
              note,
              version + 1,
              present.offsetMs(),
              Text.cleanOrNull(text));
        });
  }

  private Note write(
      DSLContext sql,
      TenantSlug tenant,
      RecordingId call,
      Author author,
      UUID note,
      int version,
      @Nullable Long offsetMs,
      @Nullable String text) {
    Instant now = CallRows.micros(clock.instant());
    sql.insertInto(CALL_NOTE)
        .set(CALL_NOTE.TENANT, tenant.value())
        .set(CALL_NOTE.CALL, call.value())
        .set(CALL_NOTE.NOTE, note)
        .set(CALL_NOTE.VERSION, version)
        .set(CALL_NOTE.AT, now)
        .set(CALL_NOTE.AUTHOR, Text.clean(author.id()))
        .set(CALL_NOTE.ACTOR, Text.clean(author.actor()))
        .set(CALL_NOTE.OFFSET_MS, offsetMs)
        .set(CALL_NOTE.TEXT, text)
        .execute();
    Journal.write(
        sql,
        tenant,
        now,
        author.actor(),
        text == null ? "note.withdraw" : version == 1 ? "note.add" : "note.change",
        new JournalledNote(call, note, version, author.id(), offsetMs, text));
    return notes(sql, tenant, call).stream()
        .filter(each -> each.id().equals(note))
        .findFirst()
        .orElseThrow();
  }
}

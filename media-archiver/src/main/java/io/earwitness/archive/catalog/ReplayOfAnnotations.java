package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_NOTE;
import static io.earwitness.archive.catalog.generated.Tables.CALL_TAG;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Applies again the tags and notes of calls. */
final class ReplayOfAnnotations {
  private ReplayOfAnnotations() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("tag.add", ReplayOfAnnotations::tag);
    kinds.put("tag.remove", ReplayOfAnnotations::untag);
    kinds.put("note.add", ReplayOfAnnotations::note);
    kinds.put("note.change", ReplayOfAnnotations::note);
    kinds.put("note.withdraw", ReplayOfAnnotations::note);
  }

  private static boolean tag(Replayed entry) {
    UUID call = entry.uuid("recording");
    String tag = entry.text("tag");
    if (!show(entry, call, tag, TreeSet::add)) {
      return false;
    }
    entry
        .sql()
        .insertInto(CALL_TAG)
        .set(CALL_TAG.TENANT, entry.tenantName())
        .set(CALL_TAG.CALL, call)
        .set(CALL_TAG.TAG, tag)
        .set(CALL_TAG.ADDED_AT, entry.at())
        .set(CALL_TAG.ADDED_BY, entry.actor())
        .set(CALL_TAG.NUMBER, PostgresAnnotations.next(entry.sql(), call))
        .execute();
    return true;
  }

  private static boolean untag(Replayed entry) {
    UUID call = entry.uuid("recording");
    String tag = entry.text("tag");
    return show(entry, call, tag, TreeSet::remove)
        && entry
                .sql()
                .update(CALL_TAG)
                .set(CALL_TAG.REMOVED_AT, entry.at())
                .set(CALL_TAG.REMOVED_BY, entry.actor())
                .where(CALL_TAG.TENANT.eq(entry.tenantName()))
                .and(CALL_TAG.CALL.eq(call))
                .and(CALL_TAG.TAG.eq(tag))
                .and(CALL_TAG.REMOVED_AT.isNull())
                .execute()
            > 0;
  }

  /** Changes which tags the call has now; false if there is no such call. */
  private static boolean show(
      Replayed entry, UUID call, String tag, BiConsumer<TreeSet<String>, String> change) {
    String @Nullable [] present =
        entry
            .sql()
            .select(CALL.TAGS)
            .from(CALL)
            .where(CALL.TENANT.eq(entry.tenantName()))
            .and(CALL.ID.eq(call))
            .fetchOne(CALL.TAGS);
    if (present == null) {
      return false;
    }
    TreeSet<String> tags = new TreeSet<>(Arrays.asList(present));
    change.accept(tags, tag);
    entry
        .sql()
        .update(CALL)
        .set(CALL.TAGS, tags.toArray(String[]::new))
        .set(CALL.VERSION, CALL.VERSION.plus(1L))
        .where(CALL.ID.eq(call))
        .execute();
    return true;
  }

  /** A version of a note; the last one has no text if it is withdrawn. */
  private static boolean note(Replayed entry) {
    UUID call = entry.uuid("recording");
    if (!entry.sql().fetchExists(CALL, CALL.TENANT.eq(entry.tenantName()).and(CALL.ID.eq(call)))) {
      return false;
    }
    entry
        .sql()
        .insertInto(CALL_NOTE)
        .set(CALL_NOTE.TENANT, entry.tenantName())
        .set(CALL_NOTE.CALL, call)
        .set(CALL_NOTE.NOTE, entry.uuid("note"))
        .set(CALL_NOTE.VERSION, entry.integer("version"))
        .set(CALL_NOTE.AT, entry.at())
        .set(CALL_NOTE.AUTHOR, entry.text("author"))
        .set(CALL_NOTE.ACTOR, entry.actor())
        .set(CALL_NOTE.OFFSET_MS, entry.longOrNull("offsetMs"))
        .set(CALL_NOTE.TEXT, entry.has("text") ? entry.text("text") : null)
        .execute();
    return true;
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_BUNDLE;
import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_HEAD;

import io.earwitness.archive.catalog.JournalBundle.Entry;
import io.earwitness.json.Json;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.exception.DataAccessException;

/**
 * Applies journals again: every entry once more, each tenant's in their order, those of several
 * tenants by their times. The journal itself is put back too, as shipped, so that what is done
 * later takes the next positions and nothing is shipped twice.
 *
 * <p>A new kind of entry is one line in a {@code register} below.
 */
final class JournalReplay {
  private static final Map<String, Replayed.Handler> KINDS = kinds();

  private final DSLContext sql;
  private final SortedMap<String, Long> applied = new TreeMap<>();
  private final SortedMap<String, Long> left = new TreeMap<>();

  JournalReplay(DSLContext sql) {
    this.sql = sql;
  }

  private static Map<String, Replayed.Handler> kinds() {
    Map<String, Replayed.Handler> kinds = new HashMap<>();
    ReplayOfTenants.register(kinds);
    ReplayOfPeople.register(kinds);
    ReplayOfAccess.register(kinds);
    ReplayOfSignIn.register(kinds);
    ReplayOfApprovals.register(kinds);
    ReplayOfSettings.register(kinds);
    ReplayOfRecordings.register(kinds);
    ReplayOfAnnotations.register(kinds);
    ReplayOfRetention.register(kinds);
    ReplayOfHolds.register(kinds);
    ReplayOfDisposal.register(kinds);
    ReplayOfSubjectRequests.register(kinds);
    ReplayOfRestrictions.register(kinds);
    ReplayOfDeliveries.register(kinds);
    return Collections.unmodifiableMap(kinds);
  }

  /** Every kind of entry that can be applied. */
  static Set<String> known() {
    return KINDS.keySet();
  }

  /** How many entries of each kind were applied. */
  SortedMap<String, Long> applied() {
    return applied;
  }

  /** How many were not, as what they concern is not there. */
  SortedMap<String, Long> left() {
    return left;
  }

  /** Where one tenant's journal stands: the next entry, in its bundle. */
  private static final class Cursor {
    private final Iterator<JournalBundle> bundles;
    private JournalBundle bundle;
    private Iterator<Entry> entries;
    private Entry entry;

    Cursor(Iterator<JournalBundle> bundles) {
      this.bundles = bundles;
      this.bundle = bundles.next();
      this.entries = bundle.entries().iterator();
      this.entry = entries.next();
    }

    boolean advance() {
      if (!entries.hasNext()) {
        if (!bundles.hasNext()) {
          return false;
        }
        bundle = bundles.next();
        entries = bundle.entries().iterator();
      }
      entry = entries.next();
      return true;
    }
  }

  /**
   * Applies them all.
   *
   * @param journals each of one tenant, its bundles one behind the other
   * @throws CatalogRebuild.NotReplayableException naming the entry that can't be applied
   */
  void run(List<Iterator<JournalBundle>> journals) {
    PriorityQueue<Cursor> next =
        new PriorityQueue<>(Comparator.comparing((Cursor cursor) -> cursor.entry.at()));
    for (Iterator<JournalBundle> journal : journals) {
      if (journal.hasNext()) {
        Cursor first = new Cursor(journal);
        putBack(first.bundle);
        next.add(first);
      }
    }
    while (!next.isEmpty()) {
      Cursor cursor = next.remove();
      apply(cursor.bundle, cursor.entry);
      JournalBundle before = cursor.bundle;
      if (cursor.advance()) {
        if (cursor.bundle != before) {
          putBack(cursor.bundle);
        }
        next.add(cursor);
      }
    }
    ReplayOfDisposal.stopAnnounced(sql);
    long gone = ReplayOfHolds.leaveOutMissing(sql);
    if (gone > 0) {
      left.merge(ReplayOfHolds.ADDED, gone, Long::sum);
    }
  }

  private void apply(JournalBundle bundle, Entry entry) {
    Replayed.Handler handler = KINDS.get(entry.kind());
    if (handler == null) {
      throw new CatalogRebuild.NotReplayableException(
          "%s, entry %d: this version of Earwitness knows no kind '%s'; rebuild with the version that wrote it, or a newer one"
              .formatted(bundle.key(), entry.position(), entry.kind()),
          null);
    }
    Replayed replayed =
        new Replayed(
            sql,
            bundle.tenant(),
            CallRows.micros(entry.at()),
            Text.clean(entry.actor()),
            entry.kind(),
            entry.data());
    try {
      boolean done = handler.apply(replayed);
      (done ? applied : left).merge(entry.kind(), 1L, Long::sum);
    } catch (IllegalArgumentException | IllegalStateException | DataAccessException e) {
      throw new CatalogRebuild.NotReplayableException(
          "%s, entry %d (%s): %s"
              .formatted(bundle.key(), entry.position(), entry.kind(), e.getMessage()),
          e);
    }
    AccessVersions.change(sql, bundle.tenant(), replayed.at());
  }

  private void putBack(JournalBundle bundle) {
    String tenant = bundle.tenant().value();
    sql.insertInto(JOURNAL_BUNDLE)
        .set(JOURNAL_BUNDLE.TENANT, tenant)
        .set(JOURNAL_BUNDLE.FIRST, bundle.first())
        .set(JOURNAL_BUNDLE.LAST, bundle.last())
        .set(JOURNAL_BUNDLE.DAY, bundle.day())
        .set(JOURNAL_BUNDLE.VERSION_ID, bundle.versionId())
        .execute();
    sql.batch(
            bundle.entries().stream()
                .map(
                    entry ->
                        sql.insertInto(JOURNAL_ENTRY)
                            .set(JOURNAL_ENTRY.TENANT, tenant)
                            .set(JOURNAL_ENTRY.POSITION, entry.position())
                            .set(JOURNAL_ENTRY.AT, CallRows.micros(entry.at()))
                            .set(JOURNAL_ENTRY.ACTOR, entry.actor())
                            .set(JOURNAL_ENTRY.KIND, entry.kind())
                            .set(JOURNAL_ENTRY.DATA, JSONB.valueOf(Json.text(entry.data()))))
                .toList())
        .execute();
    sql.insertInto(JOURNAL_HEAD)
        .set(JOURNAL_HEAD.TENANT, tenant)
        .set(JOURNAL_HEAD.LAST, bundle.last())
        .set(JOURNAL_HEAD.SHIPPED, bundle.last())
        .onConflict(JOURNAL_HEAD.TENANT)
        .doUpdate()
        .set(JOURNAL_HEAD.LAST, bundle.last())
        .set(JOURNAL_HEAD.SHIPPED, bundle.last())
        .execute();
  }
}

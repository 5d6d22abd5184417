package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.TENANT;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.generated.tables.records.CallArchiveRecord;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.CallSummary;
import io.earwitness.call.LockTerm;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.TenantSlug;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Fills an empty catalog with what lies in the object store: recordings, then the journals. All of
 * it is one transaction of the migrator, so that there is a whole catalog or none.
 */
public final class CatalogRebuild {
  private static final String SCHEMA = "earwitness";

  /** What a catalog has before anything is kept in it, and the trail of this very act. */
  private static final Set<String> LEFT_ALONE =
      Set.of(
          "flyway_schema_history",
          "feed_state",
          "audit_entry",
          "audit_pending",
          "delivery_position");

  private final Roles roles;

  CatalogRebuild(Roles roles) {
    this.roles = roles;
  }

  /** An entry or a row can't be brought back; nothing was changed. */
  public static final class NotReplayableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotReplayableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The catalog holds something already; nothing was changed. */
  public static final class NotEmptyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotEmptyException(Map<String, Integer> found) {
      super("the catalog is not empty: it has rows in " + found);
    }
  }

  /**
   * A generation of a recording as its manifest and its call record tell it.
   *
   * @param summary of the call, with its outcome
   */
  public record Recording(CallSummary summary, ArchivedCall archive) {}

  /** Gives every generation of every recording, lower ones before higher ones of the same. */
  @FunctionalInterface
  public interface Recordings {
    void forEach(Consumer<Recording> each);
  }

  /**
   * What was brought back.
   *
   * @param recordings how many calls
   * @param applied how many entries of the journal, by kind
   * @param left how many were not applied, as what they concern is not there, by kind
   */
  public record Rebuilt(
      long recordings, SortedMap<String, Long> applied, SortedMap<String, Long> left) {}

  /**
   * Fills it.
   *
   * @param journals each of one tenant, its bundles one behind the other
   * @throws NotEmptyException if there is anything in it, saying what
   * @throws NotReplayableException if an entry can't be applied, saying which and why
   * @throws CallCatalog.CatalogUnavailableException if the database failed
   */
  public Rebuilt run(Recordings recordings, List<Iterator<JournalBundle>> journals) {
    try (Connection connection = roles.migrator()) {
      connection.setAutoCommit(false);
      try {
        DSLContext sql =
            DSL.using(connection, SQLDialect.POSTGRES, new Settings().withExecuteLogging(false));
        // Something else may run on it that should not
        sql.execute("set local lock_timeout = '20s'");
        List<String> tables = tables(sql);
        openTo(sql, tables);
        demandEmpty(sql, tables);
        List<Reference> references = references(sql);
        // A tenant's entries may name what stands in another's journal further on
        references.forEach(reference -> reference.alter(sql, "deferrable initially deferred"));
        long calls = recordings(sql, recordings);
        JournalReplay replay = new JournalReplay(sql);
        replay.run(journals);
        checkReferences(sql);
        references.forEach(reference -> reference.alter(sql, "not deferrable"));
        close(sql, tables);
        connection.commit();
        return new Rebuilt(calls, replay.applied(), replay.left());
      } catch (RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException | DataAccessException e) {
      throw Failures.translated(e);
    }
  }

  /** Those that are filled; the audit trail is written by others meanwhile, and stays unlocked. */
  private static List<String> tables(DSLContext sql) {
    return sql
        .fetch("select tablename from pg_tables where schemaname = {0} order by 1", DSL.val(SCHEMA))
        .getValues(0, String.class)
        .stream()
        .filter(table -> !LEFT_ALONE.contains(table))
        .toList();
  }

  /** Even the owner sees no row of a tenant: forced row-level security has no policy for it. */
  private static void openTo(DSLContext sql, List<String> tables) {
    for (String table : tables) {
      sql.execute(
          "create policy rebuild on {0} to current_user using (true) with check (true)",
          DSL.name(SCHEMA, table));
    }
  }

  private static void close(DSLContext sql, List<String> tables) {
    for (String table : tables) {
      sql.execute("drop policy rebuild on {0}", DSL.name(SCHEMA, table));
    }
  }

  private static void demandEmpty(DSLContext sql, List<String> tables) {
    Map<String, Integer> found = new TreeMap<>();
    for (String table : tables) {
      int rows =
          // The platform's own row comes with the tables
          table.equals("tenant")
              ? sql.fetchCount(TENANT, TENANT.TENANT_.ne(TenantSlug.PLATFORM.value()))
              : sql.fetchCount(DSL.table(DSL.name(SCHEMA, table)));
      if (rows > 0) {
        found.put(table, rows);
      }
    }
    if (!found.isEmpty()) {
      throw new NotEmptyException(found);
    }
  }

  private record Reference(String table, String name) {
    void alter(DSLContext sql, String how) {
      sql.execute(
          "alter table {0} alter constraint {1} " + how, DSL.name(SCHEMA, table), DSL.name(name));
    }
  }

  private static List<Reference> references(DSLContext sql) {
    return sql.fetch(
            "select r.relname, c.conname from pg_constraint c join pg_class r on r.oid = c.conrelid"
                + " where c.contype = 'f' and not c.condeferrable"
                + " and c.connamespace = {0}::regnamespace order by 1, 2",
            DSL.val(SCHEMA))
        .map(row -> new Reference(row.get(0, String.class), row.get(1, String.class)));
  }

  private static void checkReferences(DSLContext sql) {
    try {
      sql.execute("set constraints all immediate");
    } catch (DataAccessException e) {
      throw new NotReplayableException(
          "the journals do not fit together: something that one of them names is in none: "
              + e.getMessage(),
          e);
    }
  }

  private static long recordings(DSLContext sql, Recordings recordings) {
    Map<UUID, TenantSlug> calls = new LinkedHashMap<>();
    recordings.forEach(
        recording -> {
          ArchivedCall archive = recording.archive();
          UUID id = archive.id().value();
          boolean isNew = calls.put(id, archive.tenant()) == null;
          try {
            write(sql, recording, isNew);
          } catch (DataAccessException e) {
            throw new NotReplayableException(
                "the recording of %s can't be entered: %s"
                    .formatted(archive.manifestKey(), e.getMessage()),
                e);
          }
        });
    List<Map.Entry<UUID, TenantSlug>> each = new ArrayList<>(calls.entrySet());
    each.forEach(
        call -> InteractionRows.join(sql, call.getValue(), new RecordingId(call.getKey())));
    return calls.size();
  }

  /** A higher generation takes the place of a lower one in what is told of the call. */
  private static void write(DSLContext sql, Recording recording, boolean isNew) {
    UUID id = recording.archive().id().value();
    CallRecord row = row(recording.summary());
    if (isNew) {
      sql.insertInto(CALL).set(row).execute();
    } else {
      sql.update(CALL).set(row).where(CALL.ID.eq(id)).execute();
    }
    sql.insertInto(CALL_ARCHIVE).set(row(recording)).execute();
    CallReports.addToOutbox(sql, recording.archive().tenant().value(), id);
  }

  /**
   * Locked as its manifest says, and due as it was on that day: whatever lengthened or renewed the
   * lock since, the store is asked for again, which changes nothing there.
   */
  private static CallArchiveRecord row(Recording recording) {
    ArchivedCall archive = recording.archive();
    CallArchiveRecord row = CallRows.row(archive);
    Instant locked = PostgresRetentionLengthenings.firstLock(archive);
    row.setLockUntil(locked);
    Instant end = recording.summary().end();
    if (end != null) {
      RetentionBasis basis = archive.retention();
      boolean trial = basis != null && basis.trial();
      row.setLockDue(LockTerm.of(end, row.getKeepUntil(), basis, trial, true).due(locked));
    }
    return row;
  }

  private static CallRecord row(CallSummary summary) {
    CallRecord row = CallRows.row(summary);
    row.setCaptureWhole(true);
    row.setHeldUntil(CallRows.heldUntil(summary.end(), summary.policy()));
    return row;
  }
}

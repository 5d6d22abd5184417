package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_ENTRY;
import static io.earwitness.archive.catalog.generated.Tables.JOURNAL_HEAD;

import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.JSONB;

/**
 * Writes down a change in the transaction that makes it. Positions are dense for each tenant: the
 * tenant's counter stays locked until that transaction ends, and goes back with it.
 */
final class Journal {
  // What JSON may say and jsonb refuses: an escaped U+0000, behind an even number of backslashes
  private static final Pattern NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private Journal() {}

  /**
   * @param kind what was done, such as {@code user.add}
   * @param data what it was done with, as JSON
   */
  static void write(
      DSLContext sql, TenantSlug tenant, Instant at, String actor, String kind, Object data) {
    long position =
        sql.insertInto(JOURNAL_HEAD)
            .set(JOURNAL_HEAD.TENANT, tenant.value())
            .set(JOURNAL_HEAD.LAST, 1L)
            .onConflict(JOURNAL_HEAD.TENANT)
            .doUpdate()
            .set(JOURNAL_HEAD.LAST, JOURNAL_HEAD.LAST.plus(1L))
            .returningResult(JOURNAL_HEAD.LAST)
            .fetchSingle()
            .value1();
    sql.insertInto(JOURNAL_ENTRY)
        .set(JOURNAL_ENTRY.TENANT, tenant.value())
        .set(JOURNAL_ENTRY.POSITION, position)
        .set(JOURNAL_ENTRY.AT, CallRows.micros(at))
        .set(JOURNAL_ENTRY.ACTOR, Text.clean(actor))
        .set(JOURNAL_ENTRY.KIND, kind)
        .set(
            JOURNAL_ENTRY.DATA,
            JSONB.valueOf(NUL.matcher(Json.text(data)).replaceAll("$1\\\\ufffd")))
        .execute();
  }
}

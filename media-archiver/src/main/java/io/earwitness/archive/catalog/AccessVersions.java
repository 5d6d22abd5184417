package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_VERSION;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Counts the changes of what access rests on. */
final class AccessVersions {
  private AccessVersions() {}

  /**
   * Notes a change. To be called before anything is read that the change depends on: the tenant's
   * row stays locked until the transaction ends, so changes come one after the other.
   */
  static void change(DSLContext sql, TenantSlug tenant, Instant at) {
    sql.insertInto(ACCESS_VERSION)
        .set(ACCESS_VERSION.TENANT, tenant.value())
        .set(ACCESS_VERSION.VERSION, 1L)
        .set(ACCESS_VERSION.CHANGED_AT, at)
        .onConflict(ACCESS_VERSION.TENANT)
        .doUpdate()
        .set(ACCESS_VERSION.VERSION, ACCESS_VERSION.VERSION.plus(1L))
        .set(ACCESS_VERSION.CHANGED_AT, DSL.greatest(ACCESS_VERSION.CHANGED_AT, DSL.val(at)))
        .execute();
  }

  /** The number of the last change; 0 if there was none. */
  static long of(DSLContext sql, TenantSlug tenant) {
    Long version =
        sql.select(ACCESS_VERSION.VERSION)
            .from(ACCESS_VERSION)
            .where(ACCESS_VERSION.TENANT.eq(tenant.value()))
            .fetchOne(ACCESS_VERSION.VERSION);
    return version == null ? 0 : version;
  }
}

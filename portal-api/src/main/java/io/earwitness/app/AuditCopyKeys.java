package io.earwitness.app;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.AuditCopier;
import io.earwitness.call.TenantSlug;
import java.time.LocalDate;

/** Names the audit logs' copies. */
final class AuditCopyKeys implements AuditCopier.Keys {
  @Override
  public String bundle(TenantSlug tenant, LocalDate day, long first, long last) {
    return ObjectKeys.auditBundle(tenant, day, first, last);
  }

  @Override
  public String sealedBundle(TenantSlug tenant, LocalDate day, long first, long last) {
    return ObjectKeys.auditValues(tenant, day, first, last);
  }

  @Override
  public String checkpoint(LocalDate day, long treeSize) {
    return ObjectKeys.auditCheckpoint(day, treeSize);
  }

  @Override
  public String verifierKey(TenantSlug tenant) {
    return ObjectKeys.auditVerifierKey(tenant);
  }
}

package io.earwitness.archive.catalog;

import io.earwitness.audit.tree.Checkpoint;
import io.earwitness.call.TenantSlug;

/**
 * How the logs of an installation are named: {@code {prefix}/{tenant}}.
 *
 * @param prefix such as {@code earwitness.local/audit}; kept for as long as the logs are
 */
public record AuditOrigin(String prefix) {
  public AuditOrigin {
    if (!Checkpoint.isOrigin(prefix) || prefix.endsWith("/")) {
      throw new IllegalArgumentException(
          "'%s' can't name audit logs: no white space, no '+', no '/' at the end"
              .formatted(prefix));
    }
  }

  /** The origin of a tenant's log. */
  public String of(TenantSlug tenant) {
    return prefix + "/" + tenant;
  }
}

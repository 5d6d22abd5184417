package io.earwitness.app;

import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.AuditForwarding.Destination;
import io.earwitness.call.TenantSlug;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Changes of where audit logs are forwarded to, each as an audited act. */
final class AuditDestinationProvisioning {
  private final AuditForwarding forwarding;
  private final AuditedActs acts;

  AuditDestinationProvisioning(AuditForwarding forwarding, AuditedActs acts) {
    this.forwarding = forwarding;
    this.acts = acts;
  }

  /** Returns whether it was otherwise before. */
  boolean set(Destination destination, OptionalLong from) {
    Map<String, String> details = new TreeMap<>();
    details.put("address", destination.address());
    details.put("masked", Boolean.toString(destination.masked()));
    from.ifPresent(leaf -> details.put("fromLeaf", Long.toString(leaf)));
    return acts.run(
        destination.tenant(),
        "audit-destination.set",
        "audit-destination:" + destination.name(),
        details,
        () -> forwarding.set(destination, from, acts.actor()));
  }

  /** Returns whether there was one of this name. */
  boolean remove(TenantSlug tenant, String name) {
    return acts.run(
        tenant,
        "audit-destination.remove",
        "audit-destination:" + name,
        Map.of(),
        () -> forwarding.remove(tenant, name, acts.actor()));
  }
}

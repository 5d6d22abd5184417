package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.AuditForwarding.Destination;
import io.earwitness.call.TenantSlug;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sets or removes a receiver that a tenant's audit entries are forwarded to. */
final class AuditDestinationAct implements ApprovedAct {
  static final String OBJECT = "audit-destination:";

  private final AuditForwarding forwarding;

  AuditDestinationAct(AuditForwarding forwarding) {
    this.forwarding = forwarding;
  }

  static SortedMap<String, String> facts(Destination destination) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("address", destination.address());
    facts.put("masked", Boolean.toString(destination.masked()));
    return facts;
  }

  private static String name(AskedAct act) {
    return act.object().substring(OBJECT.length());
  }

  SortedMap<String, String> present(TenantSlug tenant, String name) {
    return forwarding.list(tenant).stream()
        .map(AuditForwarding.Status::destination)
        .filter(destination -> destination.name().equals(name))
        .findFirst()
        .map(AuditDestinationAct::facts)
        .orElseGet(TreeMap::new);
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return present(act.tenant(), name(act));
  }

  @Override
  public void run(AskedAct act, String actor) {
    if (act.after().isEmpty()) {
      forwarding.remove(act.tenant(), name(act), actor);
      return;
    }
    forwarding.set(
        new Destination(
            act.tenant(),
            name(act),
            Facts.required(act.after(), "address"),
            Boolean.parseBoolean(Facts.required(act.after(), "masked"))),
        OptionalLong.empty(),
        actor);
  }

  @Override
  public String action(AskedAct act) {
    return act.after().isEmpty() ? "audit-destination.remove" : "audit-destination.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}

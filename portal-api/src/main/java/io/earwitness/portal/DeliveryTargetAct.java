package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sets a target that a tenant's recordings are delivered to. */
final class DeliveryTargetAct implements ApprovedAct {
  static final String OBJECT = "delivery-target:";

  /** Whose value is sealed, and "none" for a folder. */
  static final String SECRET = "secret";

  private static final String NONE = "none";
  private static final String DECRYPTED = "decrypted";

  /** What whoever approves it is told. */
  private static final String DELIBERATELY =
      "yes, deliberately: whoever can read there hears every call without a key";

  private final Deliveries deliveries;

  DeliveryTargetAct(Deliveries deliveries) {
    this.deliveries = deliveries;
  }

  /** Whether an act on delivery targets is of recordings, and not of alarms. */
  static boolean is(AskedAct act) {
    return act.object().startsWith(OBJECT);
  }

  static SortedMap<String, String> facts(DeliveryTarget target) {
    TreeMap<String, String> facts = new TreeMap<>();
    String secret = target.secret();
    Long limit = target.bytesPerSecond();
    facts.put("kind", target.kind().wireName());
    facts.put("mode", target.terms().mode().wireName());
    facts.put("address", target.address());
    facts.put("account", target.account());
    facts.put(SECRET, secret == null ? NONE : secret);
    facts.put("region", target.region());
    facts.put("hostKey", target.hostKey());
    facts.put("bytesPerSecond", limit == null ? "" : limit.toString());
    facts.put("lake", Boolean.toString(target.lake()));
    if (target.terms().decrypted()) {
      facts.put(DECRYPTED, DELIBERATELY);
    }
    facts.put("onDisposal", target.terms().onDisposal().wireName());
    facts.put("recheckDays", Integer.toString(target.terms().recheckDays()));
    facts.values().removeIf(String::isEmpty);
    return facts;
  }

  private static String name(AskedAct act) {
    return act.object().substring(OBJECT.length());
  }

  SortedMap<String, String> present(TenantSlug tenant, String name) {
    return deliveries.find(tenant, name).map(DeliveryTargetAct::facts).orElseGet(TreeMap::new);
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return present(act.tenant(), name(act));
  }

  @Override
  public void run(AskedAct act, String actor) {
    SortedMap<String, String> facts = act.after();
    String secret = Facts.required(facts, SECRET);
    String limit = facts.get("bytesPerSecond");
    deliveries.set(
        new DeliveryTarget(
            act.tenant(),
            name(act),
            WireName.parse(DeliveryTarget.Kind.class, Facts.required(facts, "kind")),
            Facts.required(facts, "address"),
            facts.getOrDefault("account", ""),
            secret.equals(NONE) ? null : secret,
            facts.getOrDefault("region", ""),
            facts.getOrDefault("hostKey", ""),
            limit == null ? null : Long.valueOf(limit),
            Boolean.parseBoolean(Facts.required(facts, "lake")),
            new DeliveryTarget.Terms(
                DeliveryTarget.Terms.Mode.of(Facts.required(facts, "mode")),
                facts.containsKey(DECRYPTED),
                WireName.parse(
                    DeliveryTarget.Terms.OnDisposal.class, Facts.required(facts, "onDisposal")),
                Integer.parseInt(Facts.required(facts, "recheckDays")))),
        actor);
  }

  @Override
  public String action(AskedAct act) {
    return "delivery-target.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    TreeMap<String, String> details = new TreeMap<>(act.after());
    details.computeIfPresent(SECRET, (_, value) -> value.equals(NONE) ? NONE : "set");
    return details;
  }
}

package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Closings.Closing;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Closes a tenant. */
final class TenantCloseAct implements ApprovedAct {
  private static final String STOP = "stopAt";
  private static final String KEYS = "keys";

  private final Closings closings;

  TenantCloseAct(Closings closings) {
    this.closings = closings;
  }

  static String object(TenantSlug tenant) {
    return "tenant:" + tenant;
  }

  static SortedMap<String, String> facts(Instant stopAt, Closings.Keys keys) {
    return new TreeMap<>(Map.of(STOP, stopAt.toString(), KEYS, keys.wireName()));
  }

  /** Nothing while it is not closed. */
  static SortedMap<String, String> present(Closings closings, TenantSlug tenant) {
    Closing closing = closings.of(tenant).orElse(null);
    return closing == null ? new TreeMap<>() : facts(closing.stopAt(), closing.keys());
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return present(closings, act.tenant());
  }

  @Override
  public void run(AskedAct act, String actor) {
    closings.begin(
        act.tenant(),
        Instant.parse(Facts.required(act.after(), STOP)),
        WireName.parse(Closings.Keys.class, Facts.required(act.after(), KEYS)),
        actor);
  }

  @Override
  public String action(AskedAct act) {
    return "tenant.close";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}

package io.earwitness.approval;

import io.earwitness.call.TenantSlug;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is asked for: the same facts are shown to whoever decides and are what is then done.
 *
 * @param tenant whom it concerns
 * @param object what it is done to, as the audit trail names it
 * @param before what is so when it is asked for; empty if there is nothing
 * @param after what is to be so; empty if it is to be removed
 */
public record AskedAct(
    TenantSlug tenant,
    String object,
    SortedMap<String, String> before,
    SortedMap<String, String> after) {
  public AskedAct {
    before = Collections.unmodifiableSortedMap(new TreeMap<>(before));
    after = Collections.unmodifiableSortedMap(new TreeMap<>(after));
  }

  public AskedAct(
      TenantSlug tenant, String object, Map<String, String> before, Map<String, String> after) {
    this(tenant, object, new TreeMap<>(before), new TreeMap<>(after));
  }
}

package io.earwitness.portal.imports;

import io.earwitness.call.WireName;
import java.util.List;

/**
 * What the platform operator gives out by a file, and which columns it has; the first is needed.
 */
public enum AllocationKind implements WireName {
  /** Tenants, their quotas, and whether their numbers are screened. */
  TENANTS(
      "tenants",
      "tenant",
      "name",
      "zone",
      "domains",
      "retention-years",
      "guaranteed-calls",
      "max-calls",
      "number-screening",
      "trial"),
  /** Numbers and ranges of tenants. */
  NUMBERS("numbers", "number", "tenant"),
  /** All rules that say whose a call is, in their order. */
  RULES("rules", "rule", "looks-at", "header", "value", "tenant"),
  /** Session recording clients and how they are treated. */
  SRCS("srcs", "src", "networks", "tenant", "proof", "tls-identity", "answer", "options");

  private final String wireName;
  private final List<String> columns;

  AllocationKind(String wireName, String... columns) {
    this.wireName = wireName;
    this.columns = List.of(columns);
  }

  @Override
  public String wireName() {
    return wireName;
  }

  List<String> columns() {
    return columns;
  }

  /** Whether it changes which calls are whose, which needs a second person. */
  public boolean changesMatching() {
    return this != TENANTS;
  }
}

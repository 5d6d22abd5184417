package io.earwitness.access;

import io.earwitness.call.WireName;

/** What a person may do; the table is in {@code docs/operations/access.md}. */
public enum Role implements WireName {
  OPERATOR("operator"),
  TENANT_ADMIN("tenant-admin"),
  RECORDING_ADMIN("recording-admin"),
  COMPLIANCE_OFFICER("compliance-officer"),
  SUPERVISOR("supervisor"),
  ANALYST("analyst"),
  AUDITOR("auditor"),
  USER("user");

  private final String wireName;

  Role(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

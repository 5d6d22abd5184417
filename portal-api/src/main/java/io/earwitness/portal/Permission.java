package io.earwitness.portal;

import io.earwitness.call.WireName;

/** What a route asks for. */
enum Permission implements WireName {
  /** Find calls and see what is known of them. */
  SEARCH("search"),
  /** Hear calls. */
  LISTEN("listen"),
  /** Take audio away, encrypted or not. */
  DOWNLOAD("download"),
  /** Read the tenant's whole audit trail. */
  AUDIT("audit"),
  /** Read one's own acts. */
  AUDIT_OWN("audit-own"),
  /** See every SRC, how it is treated, and in what it deviates from the RFCs. */
  SRCS("srcs"),
  /** See the SRCs that are bound to one's own tenant. */
  SRCS_OWN("srcs-own"),
  /** See the recorders' nodes and how they fare. */
  NODES("nodes"),
  /** Make bearer tokens with one's own rights. */
  TOKENS("tokens"),
  /** Take the platform's recorders out for maintenance. */
  DRAIN("drain"),
  /** See the tenant's people, teams and grants. */
  PEOPLE_READ("people-read"),
  /** Change the tenant's people, teams and grants. */
  PEOPLE("people"),
  /** See the tenant's matters; of their recordings those that one may find. */
  MATTERS_READ("matters-read"),
  /** Make and close matters, and list recordings in them. */
  MATTERS("matters"),
  /** Ask who can hear what, and why. */
  ACCESS_REVIEW("access-review");

  private final String wireName;

  Permission(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

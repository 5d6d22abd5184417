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
  /** See the SRCs that are bound to one's own tenant, and what was allocated to it. */
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
  ACCESS_REVIEW("access-review"),
  /** Sign off that the tenant's access is as it should be; nobody who gives it. */
  ACCESS_SIGN_OFF("access-sign-off"),
  /** See the tenant's alarms; operators see the platform's. */
  ALARMS_READ("alarms-read"),
  /** Acknowledge and silence alarms. */
  ALARMS("alarms"),
  /** Keep people and teams in step with an identity provider, by SCIM. */
  PROVISIONING("provisioning"),
  /** See the tenant's acts that need a second person, and uses of sealed codes. */
  APPROVALS_READ("approvals-read"),
  /** Decide such acts where the rules let one, and review uses of sealed codes. */
  APPROVALS("approvals"),
  /** Ask for another encryption recipient. */
  KEYS("keys"),
  /** Ask for changes of where alarms are told. */
  DELIVERY_TARGETS("delivery-targets"),
  /** See the tenant's announcements, and ask what is to be announced in a call. */
  ANNOUNCEMENTS_READ("announcements-read"),
  /** Change the tenant's prompts and its policy of announcement. */
  ANNOUNCEMENTS("announcements"),
  /** See what is recorded, and try out what would be. */
  RECORDING_POLICY_READ("recording-policy-read"),
  /** Change what is recorded. */
  RECORDING_POLICY("recording-policy"),
  /** Keep a call that is held on demand. */
  KEEP("keep"),
  /** Write notes and put tags on calls. */
  ANNOTATE("annotate"),
  /** See the notes and tags of calls that one may find. */
  NOTES_READ("notes-read"),
  /** Pause and resume the recordings of running calls that one may find. */
  PAUSE("pause"),
  /** See for how long calls are kept, and try out what would be. */
  RETENTION_READ("retention-read"),
  /** Change for how long calls are kept. */
  RETENTION("retention"),
  /** See the tenant's legal holds. */
  HOLDS_READ("holds-read"),
  /** Place legal holds on what one may hold, and ask for their release. */
  HOLDS("holds"),
  /** Answer requests of people who were recorded; needs the right to produce all of the tenant. */
  SUBJECT_REQUESTS("subject-requests"),
  /** See how it stands with the tenant's licences, and which extensions were recorded. */
  LICENCES_READ("licences-read"),
  /** Of the platform: set what tenants have of licences. */
  LICENCES("licences"),
  /** Ask for changes of which calls are whose, make tenants, and see and run the quarantine. */
  TENANT_MATCHING("tenant-matching"),
  /** Of the platform: ask tenants to let support in. */
  SUPPORT("support"),
  /** Ask for changes of the OpenID providers through which people sign in. */
  IDENTITY_PROVIDERS("identity-providers");

  private final String wireName;

  Permission(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

package io.earwitness.alarm;

import io.earwitness.call.WireName;

/**
 * Every alarm that there is, once. The operations page {@code docs/operations/alarms.md} has a
 * heading for each.
 */
public enum AlarmKind implements WireName {
  /** No stream of a running recording that should send does. */
  MEDIA_MISSING(
      "media-missing",
      AlarmSeverity.MAJOR,
      Audience.TENANT,
      "No stream of a running recording that should send does.",
      "See whether the SBC sends its media to the recorder, and whether a firewall is between them."),
  /** One side of a running recording sends nothing, the other does. */
  MEDIA_ONE_WAY(
      "media-one-way",
      AlarmSeverity.MINOR,
      Audience.TENANT,
      "One side of a running recording sends nothing, the other does.",
      "See whether the SBC forks both sides, and whether the address in its offer is right."),
  /** There is nothing but silence on all audio streams of a running recording. */
  MEDIA_DEAD_AIR(
      "media-dead-air",
      AlarmSeverity.WARNING,
      Audience.TENANT,
      "There is nothing but silence on all audio streams of a running recording.",
      "Ask the speakers whether they hear one another; people do fall silent, so raise recorder.health.deadAirSeconds where this comes too often."),
  /** Too many packets of a running recording are lost on their way to the recorder. */
  MEDIA_HIGH_LOSS(
      "media-high-loss",
      AlarmSeverity.MINOR,
      Audience.TENANT,
      "Too many packets of a running recording are lost on their way to the recorder.",
      "Look for congestion between SBC and recorder."),
  /** A node's spool has less room than its reserve: new calls are refused, running ones go on. */
  SPOOL_FULL(
      "spool-full",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "A node's spool has less room than its reserve: new calls are refused, running ones go on.",
      "Free space on the spool's file system, or let the object store come back so that captures can be archived and removed."),
  /** A node's spool is full within an hour if things go on like this. */
  SPOOL_FULL_SOON(
      "spool-full-soon",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "A node's spool is full within an hour if things go on like this.",
      "Free space on the spool's file system, and see what fills it."),
  /** A node's spool is full within a day if things go on like this. */
  SPOOL_FILLING(
      "spool-filling",
      AlarmSeverity.MINOR,
      Audience.PLATFORM,
      "A node's spool is full within a day if things go on like this.",
      "See what fills the spool's file system: archiving that stands still, or another program."),
  /** A node can't write, sync or read its spool, so that audio may be lost. */
  SPOOL_FAILING(
      "spool-failing",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "A node can't write, sync or read its spool, so that audio may be lost.",
      "Look at the node's log and at its disk; let the SBC send calls to other recorders (drain the node)."),
  /** Audio of more than five seconds ago is not yet safe on a node's disk. */
  SPOOL_SYNC_SLOW(
      "spool-sync-slow",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "Audio of more than five seconds ago is not yet safe on a node's disk.",
      "See what else uses the disk; a power cut would cost what waits."),
  /** A node refuses new calls because of its load. */
  RECORDER_OVERLOADED(
      "recorder-overloaded",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "A node refuses new calls because of its load.",
      "See which figure is over its limit, and send fewer calls to the node or add one."),
  /** Refused INVITEs could not be entered anywhere: the catalog will not know them. */
  REFUSALS_LOST(
      "refusals-lost",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "Refused INVITEs could not be entered anywhere: the catalog will not know them.",
      "Free the node's spool; the node's log names the calls."),
  /** More calls are guaranteed to tenants than a node records at a time. */
  PLACES_OVERCOMMITTED(
      "places-overcommitted",
      AlarmSeverity.WARNING,
      Audience.PLATFORM,
      "More calls are guaranteed to tenants than a node records at a time.",
      "Raise sip.maxCalls, or lower what tenants are guaranteed."),
  /** A node can't decrypt an SRTP suite and declines it. */
  SRTP_UNAVAILABLE(
      "srtp-unavailable",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "A node can't decrypt an SRTP suite and declines it.",
      "Look at the node's log from its start; the native library for SRTP may not fit the machine."),
  /** A certificate that the node serves with expires within 30 days. */
  CERTIFICATE_EXPIRING(
      "certificate-expiring",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "A certificate that the node serves with expires within 30 days.",
      "Put a new certificate and key in place; they are taken over within seconds."),
  /** TLS files of a node were replaced but can't be used: the former stay in force. */
  CERTIFICATE_UNUSABLE(
      "certificate-unusable",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "TLS files of a node were replaced but can't be used: the former stay in force.",
      "Correct the files that the node's log names."),
  /** Something is wrong with the platform's keys, or their authority expires soon. */
  PLATFORM_KEYS(
      "platform-keys",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "Something is wrong with the platform's keys, or their authority expires soon.",
      "Do what the alarm says, then restart the node."),
  /** A node no longer says that it is there: others archive its calls from rescue copies. */
  NODE_ABSENT(
      "node-absent",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "A node no longer says that it is there: others archive its calls from rescue copies.",
      "Start the node again. One that is taken away for good is drained first, and then raises no alarm."),
  /** Two nodes with different spools go by the same name, so one of them is not heard. */
  NODE_NAME_TAKEN(
      "node-name-taken",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "Two nodes with different spools go by the same name, so one of them is not heard.",
      "Give each node a name of its own (setting node)."),
  /** The clock of a node is more than a second from the database's. */
  NODE_CLOCK_OFF(
      "node-clock-off",
      AlarmSeverity.MINOR,
      Audience.PLATFORM,
      "The clock of a node is more than a second from the database's.",
      "Set the clock right; see whether NTP runs."),
  /** A node has no capture of calls that it took. */
  CAPTURES_MISSING(
      "captures-missing",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "A node has no capture of calls that it took.",
      "See whether the node's spool was exchanged or deleted; mount the former disk if there is one."),
  /** A node can't tell the catalog of calls or refusals in its spool. */
  CALLS_UNREPORTED(
      "calls-unreported",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "A node can't tell the catalog of calls or refusals in its spool.",
      "Look at the node's log, which names the recordings and the reason. Nothing is lost meanwhile."),
  /** A node can't make rescue copies: if it were lost now, so would be what is not archived. */
  RESCUE_COPIES_FAILING(
      "rescue-copies-failing",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "A node can't make rescue copies: if it were lost now, so would be what is not archived.",
      "See whether the node reaches the object store."),
  /**
   * Rescue copies are older than a day: calls in them are not archived, or copies can't be read.
   */
  RESCUE_LEFTOVERS(
      "rescue-leftovers",
      AlarmSeverity.MINOR,
      Audience.PLATFORM,
      "Rescue copies are older than a day: calls in them are not archived, or copies can't be read.",
      "The node's log names the copies once a day; see why their calls are not archived."),
  /** A node can't reach the catalog's database; calls are recorded and wait in the spool. */
  DATABASE_AWAY(
      "database-away",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "A node can't reach the catalog's database; calls are recorded and wait in the spool.",
      "Bring PostgreSQL back; what waits is then told by itself."),
  /** A node can't reach the object store; calls are recorded and wait in the spool. */
  OBJECT_STORE_AWAY(
      "object-store-away",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "A node can't reach the object store; calls are recorded and wait in the spool.",
      "Bring the store back, before the spool is full."),
  /** A node can't take over the present configuration, and records by the last one. */
  CONFIGURATION_UNUSABLE(
      "configuration-unusable",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "A node can't take over the present configuration, and records by the last one.",
      "Look at the node's log for the reason."),
  /** The configuration on a node's disk does not carry the platform's signature. */
  CONFIGURATION_FORGED(
      "configuration-forged",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "The configuration on a node's disk does not carry the platform's signature; the node records by the last good one.",
      "Find out who wrote the file that the node's log names, and what else was changed on that machine; then start the node anew."),
  /**
   * Changes of calls have waited for a minute to enter the change feed: search and CDRs stand
   * still.
   */
  CHANGE_FEED_BEHIND(
      "change-feed-behind",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "Changes of calls have waited for a minute to enter the change feed: search and CDRs stand still.",
      "Look for the line 'The change feed stands still' in the nodes' logs."),
  /** The search index of a node does not follow the catalog. */
  INDEX_BEHIND(
      "index-behind",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "The search index of a node does not follow the catalog.",
      "Look at the node's log; when in doubt delete the folder index and restart, it is built anew."),
  /** The CDR lake does not follow the catalog. */
  LAKE_BEHIND(
      "lake-behind",
      AlarmSeverity.MINOR,
      Audience.PLATFORM,
      "The CDR lake does not follow the catalog.",
      "See whether the object store can be written; the lake catches up by itself."),
  /** Changes of a tenant have not been brought to the object store for five minutes. */
  JOURNAL_BEHIND(
      "journal-behind",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "Changes of a tenant have not been brought to the object store for five minutes.",
      "See whether the object store can be written, and look at the nodes' logs."),
  /** Audit entries have waited for their leaves for more than a minute. */
  AUDIT_LEAVES_BEHIND(
      "audit-leaves-behind",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "Audit entries have waited for their leaves for more than a minute.",
      "Look for the line 'Audit entries wait for their leaves' in the nodes' logs."),
  /** An audit log grew and is not copied under lock as often as it should be. */
  AUDIT_COPIES_BEHIND(
      "audit-copies-behind",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "An audit log grew and is not copied under lock as often as it should be.",
      "See whether the object store can be written, and look at the nodes' logs."),
  /** Entries of an audit log have waited for more than five minutes for a receiver. */
  AUDIT_FORWARDING_BEHIND(
      "audit-forwarding-behind",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "Entries of an audit log have waited for more than five minutes for a receiver.",
      "See why the receiver does not take them; nothing is lost, what waits is sent when it does."),
  /** An audit log no longer has the root that was signed: its past was changed. */
  AUDIT_LOG_BROKEN(
      "audit-log-broken",
      AlarmSeverity.CRITICAL,
      Audience.BOTH,
      "An audit log no longer has the root that was signed: its past was changed.",
      "Keep the database as it is and run 'earwitness verify audit'."),
  /** An act, or the outcome of one, could not be entered in the audit trail. */
  AUDIT_ENTRY_LOST(
      "audit-entry-lost",
      AlarmSeverity.CRITICAL,
      Audience.PLATFORM,
      "An act, or the outcome of one, could not be entered in the audit trail.",
      "The node's log has the entry; keep it."),
  /** Answered calls of the last seven days are lost: nothing of them is left. */
  CALLS_LOST(
      "calls-lost",
      AlarmSeverity.CRITICAL,
      Audience.BOTH,
      "Answered calls of the last seven days are lost: nothing of them is left.",
      "Find them by state=lost; mount the disk of the node that took them if it still exists."),
  /** Captures of the last seven days could not be read back whole; what could be was archived. */
  CAPTURES_DAMAGED(
      "captures-damaged",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "Captures of the last seven days could not be read back whole; what could be was archived.",
      "Find them by flag=capture-damaged; look at the disk of the node that took them."),
  /**
   * Recordings could not be archived in several attempts; they wait in the spool and are tried
   * again.
   */
  ARCHIVING_FAILING(
      "archiving-failing",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "Recordings could not be archived in several attempts; they wait in the spool and are tried again.",
      "See the recordings' last problem in the nodes' logs; most often the object store or a tenant's certificates."),
  /** The archive of a recording is not complete any more; its capture is kept. */
  ARCHIVE_INCOMPLETE(
      "archive-incomplete",
      AlarmSeverity.CRITICAL,
      Audience.BOTH,
      "The archive of a recording is not complete any more; its capture is kept.",
      "Run 'earwitness verify recording' for it and restore the missing objects in the store."),
  /** The sweep over a tenant's archives found something that it could not put right. */
  STORE_SWEEP_FAILING(
      "store-sweep-failing",
      AlarmSeverity.MINOR,
      Audience.PLATFORM,
      "The sweep over a tenant's archives found something that it could not put right.",
      "Look at the node's log, which names it."),
  /** Recordings wait for a tenant's own storage, or it takes none. */
  DELIVERY_BEHIND(
      "delivery-behind",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "Recordings wait for a tenant's own storage, or it takes none.",
      "See under Delivery what the target answers; correct the target or the storage, or pause it."),
  /** What was delivered to a tenant's own storage was not there any more as it was delivered. */
  DELIVERY_DAMAGED(
      "delivery-damaged",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "What was delivered to a tenant's own storage was missing or changed there when it was checked again.",
      "See under Delivery how many; it is delivered anew by itself. Find out who or what changed it there."),
  /** The store did not hold objects that a legal hold is on; it was told again. */
  HOLD_MISSING(
      "hold-missing",
      AlarmSeverity.CRITICAL,
      Audience.BOTH,
      "The store did not hold objects that a legal hold is on; it was told again.",
      "Look at the node's log, which names them, and find out who lifted the hold in the store."),
  /** The store's locks on recordings could not be renewed when they should have been. */
  LOCK_RENEWAL_FAILING(
      "lock-renewal-failing",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "The store's locks on recordings could not be renewed when they should have been; they still hold.",
      "See in the nodes' logs why the store refuses, or is away; it is tried again by itself, at least once an hour."),
  /** Locks ended before they were renewed: the store would let recordings be deleted too early. */
  LOCK_RENEWAL_MISSED(
      "lock-renewal-missed",
      AlarmSeverity.CRITICAL,
      Audience.BOTH,
      "The store's locks on recordings ended before they were renewed: until they are, the store would let them be deleted too early.",
      "Bring the store back, or give Earwitness the right to set locks again; then run 'earwitness verify recording' for what was unlocked."),
  /** Calls of the last day matched no tenant and are in quarantine. */
  CALLS_QUARANTINED(
      "calls-quarantined",
      AlarmSeverity.WARNING,
      Audience.PLATFORM,
      "Calls of the last day matched no tenant and are in quarantine.",
      "List them with 'earwitness admin quarantine list' and add the number or SRC that is missing."),
  /** Calls have been in quarantine for more than a week. */
  QUARANTINE_OLD(
      "quarantine-old",
      AlarmSeverity.MAJOR,
      Audience.PLATFORM,
      "Calls have been in quarantine for more than a week.",
      "Correct the rules or numbers that are missing, and run the quarantine through them again: what is held there is nobody's until its lock ends."),
  /** What should be told through a channel can't be delivered. */
  ALARM_CHANNEL_FAILING(
      "alarm-channel-failing",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "What should be told through a channel can't be delivered.",
      "See the outcome of the attempts at the alarms; correct the channel's address or the far end."),
  /** A node can't send the heartbeat that keeps the outer watch quiet. */
  HEARTBEAT_FAILING(
      "heartbeat-failing",
      AlarmSeverity.MINOR,
      Audience.PLATFORM,
      "A node can't send the heartbeat that keeps the outer watch quiet.",
      "See whether the node reaches the address in alarms.heartbeat.url."),
  /** Somebody tests whether alarms arrive. */
  ALARM_TEST(
      "alarm-test",
      AlarmSeverity.WARNING,
      Audience.BOTH,
      "Somebody tests whether alarms arrive.",
      "Nothing is to be done; it clears itself after ten minutes."),
  /** More extensions of a tenant were recorded this month than are licensed. */
  LICENCE_OVER_USE(
      "licence-over-use",
      AlarmSeverity.MINOR,
      Audience.BOTH,
      "More extensions of a tenant were recorded this month than are licensed.",
      "See under Licences which they are; license more, or correct whose numbers are recorded. Nothing stops because of it."),
  /** A licence of a tenant ends within 30 days, has ended, or is suspended. */
  LICENCE_ENDING(
      "licence-ending",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "A licence of a tenant ends within 30 days, has ended, or is suspended.",
      "Set it anew under Licences, or with 'earwitness admin licences set'; see there whether recording may stop."),
  /** Nobody else can decide an act, so it is done after a waiting time unless it is rejected. */
  APPROVAL_WAITING(
      "approval-waiting",
      AlarmSeverity.MAJOR,
      Audience.TENANT,
      "Nobody else can decide an act, so it is done after a waiting time unless it is rejected.",
      "See it under Approvals, and reject it there if it should not be done."),
  /** The platform's support asks to be let into the tenant. */
  SUPPORT_REQUESTED(
      "support-requested",
      AlarmSeverity.MINOR,
      Audience.TENANT,
      "The platform's support asks to be let into the tenant.",
      "See who asks and why under People, and consent or refuse there; nobody gets in without."),
  /** An act that needs a second person was done on the host, without one. */
  SECOND_PERSON_BYPASSED(
      "second-person-bypassed",
      AlarmSeverity.WARNING,
      Audience.BOTH,
      "An act that needs a second person was done on the host, without one.",
      "See in the audit trail what was done and by whom; the alarm ends when it is acknowledged."),
  /** A group at an identity provider gave somebody a role by which calls are heard. */
  LISTENING_ROLE_BY_CLAIM(
      "listening-role-by-claim",
      AlarmSeverity.WARNING,
      Audience.TENANT,
      "A group at an identity provider gave somebody a role by which calls are heard.",
      "See under People whether that is right; the alarm ends when it is acknowledged."),
  /** A recording shows that somebody did not hear the announcement that policy asks for. */
  ANNOUNCEMENT_MISSING(
      "announcement-missing",
      AlarmSeverity.MAJOR,
      Audience.TENANT,
      "A recording shows that somebody did not hear the announcement that policy asks for.",
      "Search for the flag announcement-missing, and see whether the SBC plays the prompt; the alarm ends when it is acknowledged."),
  /** Recordings fall due and are deleted in 30 days unless an officer objects. */
  DISPOSAL_ANNOUNCED(
      "disposal-announced",
      AlarmSeverity.WARNING,
      Audience.TENANT,
      "Recordings fall due and are deleted in 30 days unless an officer objects.",
      "Look at them under Disposal, and object to what has to stay; the alarm ends when the run begins."),
  /** The store did not delete recordings that fell due. */
  DISPOSAL_REFUSED(
      "disposal-refused",
      AlarmSeverity.MAJOR,
      Audience.BOTH,
      "The store did not delete recordings that fell due.",
      "See the store's words under Disposal, and what locks the objects there; it is tried again each day."),
  /** A request of a person who was recorded is to be answered within seven days. */
  SUBJECT_REQUEST_DUE(
      "subject-request-due",
      AlarmSeverity.WARNING,
      Audience.TENANT,
      "A request of a person who was recorded is to be answered within seven days.",
      "Answer it under Subject requests, or extend its deadline there with the reason; the alarm ends when it is closed."),
  /** A request of a person who was recorded was not answered in time. */
  SUBJECT_REQUEST_OVERDUE(
      "subject-request-overdue",
      AlarmSeverity.MAJOR,
      Audience.TENANT,
      "A request of a person who was recorded was not answered in time.",
      "Answer it under Subject requests at once, and tell your data protection officer; the alarm ends when it is closed."),
  /** A sealed code made somebody a tenant admin for a day. */
  BREAK_GLASS_USED(
      "break-glass-used",
      AlarmSeverity.CRITICAL,
      Audience.BOTH,
      "A sealed code made somebody a tenant admin for a day.",
      "Look at what that person did since, and enter your review under Approvals."),
  /** Nobody reviewed the use of a sealed code within five days. */
  BREAK_GLASS_UNREVIEWED(
      "break-glass-unreviewed",
      AlarmSeverity.CRITICAL,
      Audience.BOTH,
      "Nobody reviewed the use of a sealed code within five days.",
      "Another privileged person than the one who used it enters a review under Approvals.");

  /** The page that says of each kind what to do. */
  public static final String PAGE = "docs/operations/alarms.md";

  /** In whose register an alarm is entered. */
  public enum Audience {
    /** The tenant that it concerns. */
    TENANT,
    /** Those who operate the platform. */
    PLATFORM,
    /** The tenant that it concerns, and those who operate the platform. */
    BOTH
  }

  private final String wireName;
  private final AlarmSeverity severity;
  private final Audience audience;
  private final String meaning;
  private final String remedy;

  AlarmKind(
      String wireName, AlarmSeverity severity, Audience audience, String meaning, String remedy) {
    this.wireName = wireName;
    this.severity = severity;
    this.audience = audience;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  public AlarmSeverity severity() {
    return severity;
  }

  public Audience audience() {
    return audience;
  }

  /** What it means, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** What to do first, in a sentence or two. */
  public String remedy() {
    return remedy;
  }

  /** Where it is explained: page and heading below the installation's folder. */
  public String page() {
    return PAGE + "#" + wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

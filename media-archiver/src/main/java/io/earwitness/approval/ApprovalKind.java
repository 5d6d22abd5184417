package io.earwitness.approval;

import io.earwitness.access.Role;
import io.earwitness.call.WireName;
import java.util.Set;

/**
 * Every act that is asked for and decided by another person. {@code docs/operations/approvals.md}
 * has a row for each. The facts of a kind are the names in {@link AskedAct#before} and {@link
 * AskedAct#after}.
 */
public enum ApprovalKind implements WireName {
  /**
   * Facts: {@code certificate} (PEM), {@code fingerprint} (SHA-256 of its DER, hex), {@code
   * subject}, {@code key}, {@code validFrom}, {@code validUntil}, {@code custody}.
   */
  ENCRYPTION_RECIPIENT_ADD(
      "encryption-recipient.add",
      "What is archived from then on is encrypted for the holder of one more certificate too.",
      Set.of(Role.TENANT_ADMIN),
      Set.of(Role.TENANT_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /**
   * Facts of a channel: {@code type}, {@code address}, {@code minimumSeverity}, {@code
   * afterMinutes}; of storage that recordings are delivered to: {@code kind}, {@code mode}, {@code
   * address}, {@code account}, {@code secret} (sealed, or none), {@code region}, {@code hostKey},
   * {@code bytesPerSecond}, {@code lake}.
   */
  DELIVERY_TARGET_SET(
      "delivery-target.set",
      "The tenant's alarms are told, or its recordings delivered, to one more address, or to another one than before.",
      Set.of(Role.TENANT_ADMIN),
      Set.of(Role.TENANT_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of("address")),
  /** Facts as of {@link #DELIVERY_TARGET_SET}; there are none after it. */
  DELIVERY_TARGET_REMOVE(
      "delivery-target.remove",
      "The tenant's alarms are no longer told to an address.",
      Set.of(Role.TENANT_ADMIN),
      Set.of(Role.TENANT_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of("address")),
  /**
   * Facts of what a file allocates: {@code allocation} (its kind), {@code rows}, and one for each
   * change; of a number: {@code number} (an asterisk at the end means all that begin so), {@code
   * tenant}, {@code holder}; of a recording client: {@code src}, {@code networks}, {@code tenant}.
   */
  TENANT_MATCHING_SET(
      "tenant-matching.set",
      "Calls of a number, a range or a recording client are recorded for a tenant from then on.",
      Set.of(Role.OPERATOR),
      Set.of(Role.OPERATOR),
      Set.of()),
  /** Facts: {@code address}, {@code masked}. */
  AUDIT_DESTINATION_SET(
      "audit-destination.set",
      "The tenant's audit entries are forwarded to one more receiver, or to another one than before.",
      Set.of(Role.TENANT_ADMIN),
      Set.of(Role.TENANT_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /** Facts as of {@link #AUDIT_DESTINATION_SET}; there are none after it. */
  AUDIT_DESTINATION_REMOVE(
      "audit-destination.remove",
      "The tenant's audit entries are no longer forwarded to a receiver.",
      Set.of(Role.TENANT_ADMIN),
      Set.of(Role.TENANT_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /**
   * Facts: {@code name}, {@code issuer}, {@code clientId}, {@code clientSecret} (sealed, or none),
   * {@code scopes}, {@code userClaim}, {@code groupsClaim}, {@code roles} and {@code teams} (JSON
   * by group), {@code teamNames}, {@code provisions}, {@code enabled}.
   */
  IDENTITY_PROVIDER_SET(
      "identity-provider.set",
      "People sign in through an OpenID provider as it is given here from then on.",
      Set.of(Role.TENANT_ADMIN),
      Set.of(Role.TENANT_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /**
   * Facts: {@code version}, {@code standard} (a class), {@code rules} (JSON); where they are not 0
   * or false, {@code settlingDays}, {@code extending}.
   */
  RETENTION_SHORTEN(
      "retention.shorten",
      "Calls that end from then on may be kept for a shorter time, or locked for a shorter time at first.",
      Set.of(Role.RECORDING_ADMIN),
      Set.of(Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /** Facts: {@code version}, {@code mode}, {@code existing}. Never done because nobody looked. */
  LOCK_MODE_COMPLIANCE(
      "lock-mode.compliance",
      "Recordings are locked so that nobody can delete them before their time, ever; it can't be undone.",
      Set.of(Role.RECORDING_ADMIN),
      Set.of(Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /** Facts: {@code version}, {@code mode}, {@code officers}, {@code cdr}, {@code everyDays}. */
  DISPOSAL_SETTINGS(
      "disposal.settings",
      "Recordings that fall due are deleted from then on, or more is deleted, or fewer are told.",
      Set.of(Role.RECORDING_ADMIN),
      Set.of(Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /** Facts: {@code state}; after it also {@code recordings}, {@code bytes}, {@code notBefore}. */
  DISPOSAL_RUN(
      "disposal.run",
      "The recordings of a run that was announced are deleted once its notice is over.",
      Set.of(Role.RECORDING_ADMIN),
      Set.of(Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /** Facts: {@code version}, {@code personas} and {@code rules} (JSON). */
  RECORDING_POLICY_REDUCE(
      "recording-policy.reduce",
      "Some calls that begin from then on may be recorded less, or not at all.",
      Set.of(Role.RECORDING_ADMIN),
      Set.of(Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /**
   * Facts: {@code licence}, {@code extensions}, {@code until}, {@code graceDays}, {@code
   * suspended}, {@code stopsRecording}.
   */
  LICENCE_STOP_RECORDING(
      "licence.stop-recording",
      "A tenant's calls may be recorded no more once its licences are suspended or ended.",
      Set.of(Role.OPERATOR),
      Set.of(Role.OPERATOR),
      Set.of()),
  /** Facts: {@code stopAt}, {@code keys}; none before it. Never done because nobody looked. */
  TENANT_CLOSE(
      "tenant.close",
      "A tenant's calls are recorded no more from a day on, and what was recorded goes as it falls due.",
      Set.of(Role.OPERATOR),
      Set.of(Role.OPERATOR),
      Set.of()),
  /** Facts as of {@link #IDENTITY_PROVIDER_SET}; there are none after it. */
  IDENTITY_PROVIDER_REMOVE(
      "identity-provider.remove",
      "Nobody signs in through an OpenID provider any more.",
      Set.of(Role.TENANT_ADMIN),
      Set.of(Role.TENANT_ADMIN, Role.COMPLIANCE_OFFICER),
      Set.of()),
  /**
   * Facts: {@code name}, {@code placedFor} (the reason), {@code placedBy}, {@code placedAt}, {@code
   * graceDays}, {@code state}. Never done because nobody looked.
   */
  HOLD_RELEASE(
      "hold.release",
      "A legal hold ends when its grace has passed; what it alone kept may fall due then.",
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of(Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN),
      Set.of()),
  /**
   * Facts: {@code state}, {@code legalBasis}, {@code spans} (what is masked, or all). Never done
   * because nobody looked.
   */
  RECORDING_RESTRICT(
      "recording.restrict",
      "The original of a recording can't be heard, taken away or delivered any more; where only spans are masked, a masked derivative takes its place.",
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of(Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN),
      Set.of()),
  /**
   * Facts as of {@link #RECORDING_RESTRICT}; after it also {@code openedFor} (names), {@code
   * userIds}, {@code hours}, {@code openedOn} (the legal basis). Never done because nobody looked.
   */
  RECORDING_OPEN_RESTRICTED(
      "recording.open-restricted",
      "Named persons may hear the original of a restricted recording for some hours.",
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of(Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN),
      Set.of()),
  /** Facts as of {@link #RECORDING_RESTRICT}. Never done because nobody looked. */
  RECORDING_LIFT_RESTRICTION(
      "recording.lift-restriction",
      "The original of a restricted recording is heard again by whoever may hear the call.",
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of(Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN),
      Set.of()),
  /**
   * Facts: {@code kind}, {@code state}, {@code version}; after it also how many recordings are to
   * {@code erase}, {@code restrict} and {@code decline}, and {@code askedBy}. Never done because
   * nobody looked.
   */
  SUBJECT_REQUEST_ERASE(
      "subject-request.erase",
      "Recordings are deleted as a person who was recorded asks; what must be kept is restricted, and deleted when that ends.",
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of(Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN),
      Set.of()),
  /**
   * Facts: {@code state}, {@code copy} (SHA-256 of what is in it); after it also {@code
   * recordings}, {@code days}, {@code downloads}, {@code askedBy}. Never done because nobody
   * looked.
   */
  SUBJECT_COPY_RELEASE(
      "subject-copy.release",
      "A copy of recordings can be fetched for the person who was recorded; listen to it first.",
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of()),
  /**
   * Facts: {@code state}, {@code settlesAt} (when the recording's first lock ends). Never done
   * because nobody looked.
   */
  RECORDING_REMOVE(
      "recording.remove",
      "A recording that should never have been made is deleted for good when its first lock ends, unless a legal hold is on it.",
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of(Role.COMPLIANCE_OFFICER, Role.RECORDING_ADMIN),
      Set.of()),
  /** Facts as of {@link #RECORDING_REMOVE}; after it also {@code spans} (what is masked). */
  RECORDING_REPLACE(
      "recording.replace",
      "A masked derivative takes a recording's place for good, and its original is deleted when its first lock ends, unless a legal hold is on it.",
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of(Role.COMPLIANCE_OFFICER, Role.RECORDING_ADMIN),
      Set.of()),
  /** Facts: {@code blocked} (why), {@code since}; there are none after it. */
  RECORDING_UNBLOCK(
      "recording.unblock",
      "A recording that was blocked, as it might be another tenant's, is shown and heard again.",
      Set.of(Role.COMPLIANCE_OFFICER, Role.OPERATOR),
      Set.of(Role.COMPLIANCE_OFFICER, Role.OPERATOR),
      Set.of()),
  /** Facts: {@code state}, {@code start}, {@code end}; after it also {@code handOver} (an id). */
  RECORDING_HAND_OVER(
      "recording.hand-over",
      "A recording becomes that of the tenant whose call it is, and stays blocked here.",
      Set.of(Role.OPERATOR),
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of()),
  /**
   * Facts after it: {@code start}, {@code end}, {@code numbers} (those of this tenant), {@code
   * handOver} (an id).
   */
  RECORDING_TAKE_OVER(
      "recording.take-over",
      "A call that was recorded for another tenant becomes a recording of this one.",
      Set.of(Role.OPERATOR),
      Set.of(Role.COMPLIANCE_OFFICER),
      Set.of());

  private final String wireName;
  private final String meaning;
  private final Set<Role> askers;
  private final Set<Role> approvers;
  private final Set<String> secrets;

  ApprovalKind(
      String wireName, String meaning, Set<Role> askers, Set<Role> approvers, Set<String> secrets) {
    this.wireName = wireName;
    this.meaning = meaning;
    this.askers = askers;
    this.approvers = approvers;
    this.secrets = secrets;
  }

  /** What it does, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** Whoever holds one of these roles may ask for it. */
  public Set<Role> askers() {
    return askers;
  }

  /** Whoever holds one of these roles may approve it, if another asked for it. */
  public Set<Role> approvers() {
    return approvers;
  }

  /** Whether it can't be asked for where nobody else could approve it, instead of waiting. */
  public boolean neverAlone() {
    return switch (this) {
      case HOLD_RELEASE,
          LOCK_MODE_COMPLIANCE,
          TENANT_CLOSE,
          SUBJECT_REQUEST_ERASE,
          SUBJECT_COPY_RELEASE,
          RECORDING_RESTRICT,
          RECORDING_OPEN_RESTRICTED,
          RECORDING_LIFT_RESTRICTION,
          RECORDING_REMOVE,
          RECORDING_REPLACE ->
          true;
      default -> false;
    };
  }

  /** Names of facts that only those who may decide are shown. */
  public Set<String> secrets() {
    return secrets;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}

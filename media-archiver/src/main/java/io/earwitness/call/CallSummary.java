package io.earwitness.call;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog knows of one call: enough to find it, to list it and to decide on it.
 *
 * @param start when the INVITE arrived, by this host's clock
 * @param end when the recording session ended; null while it runs
 * @param zone the call's time zone, in which local times are shown
 * @param callIds every identifier by which somebody may look for the call: the recording session's
 *     Call-ID first, then sipSessionIDs, session and group ids, vendor ids (UCID, GUID)
 * @param node the recorder that took the call
 * @param matchedRule the tenant-matching rule that decided, for people
 * @param configurationVersion the version of the recorder's configuration snapshot that applied
 * @param refusal the answer, if the INVITE was refused
 * @param rawMetadata the metadata document as received, kept here only where it could not be
 *     understood in full
 * @param vendorData what the SRC told beside the standard's own elements; empty in what was written
 *     before there was such a thing
 * @param capture the recording whose capture holds this one too, because its call is also of
 *     another tenant; null if it has its own
 * @param shares the same call for other tenants whose parties take part; empty in what is kept of a
 *     call, as a tenant sees only itself
 * @param policy what the tenant's policy of recording says; null where no tenant is known, and in
 *     what was written before there was such a thing
 */
public record CallSummary(
    RecordingId id,
    TenantSlug tenant,
    CallState state,
    Instant start,
    @Nullable Instant end,
    ZoneId zone,
    Direction direction,
    List<Party> parties,
    Set<CallFlag> flags,
    List<String> callIds,
    String node,
    String matchedRule,
    String configurationVersion,
    @Nullable Refusal refusal,
    @Nullable String rawMetadata,
    List<VendorDatum> vendorData,
    @Nullable RecordingId capture,
    List<Share> shares,
    @Nullable RecordingDecision policy) {
  /**
   * The same call for another tenant.
   *
   * @param id of that tenant's recording
   * @param rule why it is that tenant's, too, for people
   * @param flags of this tenant's view alone
   * @param policy what that tenant's policy says; null in what was written before there was one
   */
  public record Share(
      RecordingId id,
      TenantSlug tenant,
      ZoneId zone,
      Direction direction,
      List<Party> parties,
      String rule,
      Set<CallFlag> flags,
      @Nullable RecordingDecision policy) {
    public Share {
      parties = List.copyOf(parties);
      flags = Set.copyOf(flags);
    }
  }

  public CallSummary {
    parties = List.copyOf(parties);
    flags = Set.copyOf(flags);
    callIds = List.copyOf(callIds);
    vendorData = List.copyOf(Objects.requireNonNullElse(vendorData, List.of()));
    shares = List.copyOf(Objects.requireNonNullElse(shares, List.of()));
  }

  /** A call of one tenant, with a capture of its own. */
  public CallSummary(
      RecordingId id,
      TenantSlug tenant,
      CallState state,
      Instant start,
      @Nullable Instant end,
      ZoneId zone,
      Direction direction,
      List<Party> parties,
      Set<CallFlag> flags,
      List<String> callIds,
      String node,
      String matchedRule,
      String configurationVersion,
      @Nullable Refusal refusal,
      @Nullable String rawMetadata,
      List<VendorDatum> vendorData) {
    this(
        id,
        tenant,
        state,
        start,
        end,
        zone,
        direction,
        parties,
        flags,
        callIds,
        node,
        matchedRule,
        configurationVersion,
        refusal,
        rawMetadata,
        vendorData,
        null,
        List.of(),
        null);
  }

  /** A call of which the SRC told nothing beside the standard's own elements. */
  public CallSummary(
      RecordingId id,
      TenantSlug tenant,
      CallState state,
      Instant start,
      @Nullable Instant end,
      ZoneId zone,
      Direction direction,
      List<Party> parties,
      Set<CallFlag> flags,
      List<String> callIds,
      String node,
      String matchedRule,
      String configurationVersion,
      @Nullable Refusal refusal,
      @Nullable String rawMetadata) {
    this(
        id,
        tenant,
        state,
        start,
        end,
        zone,
        direction,
        parties,
        flags,
        callIds,
        node,
        matchedRule,
        configurationVersion,
        refusal,
        rawMetadata,
        List.of());
  }

  /** The same call of another tenant. */
  public CallSummary withTenant(TenantSlug other) {
    return copy(other, state, end, flags, node);
  }

  /** Whether this tenant's policy says that the call is not recorded. */
  public boolean notRecorded() {
    return policy != null && !policy.recorded();
  }

  /** Whether no tenant whose call this is has it recorded. */
  public boolean recordedForNobody() {
    return notRecorded()
        && shares.stream().allMatch(share -> share.policy() != null && !share.policy().recorded());
  }

  /** The recording whose capture holds this one. */
  public RecordingId captured() {
    return capture == null ? id : capture;
  }

  /** The same call as each other tenant has it: in the same state, with the same end. */
  public List<CallSummary> others() {
    return shares.stream().map(this::of).toList();
  }

  private CallSummary of(Share share) {
    Set<CallFlag> theirs = EnumSet.noneOf(CallFlag.class);
    theirs.addAll(flags);
    theirs.removeAll(CallFlag.OF_A_TENANT);
    theirs.addAll(share.flags());
    return new CallSummary(
        share.id(),
        share.tenant(),
        state,
        start,
        end,
        share.zone(),
        share.direction(),
        share.parties(),
        theirs,
        callIds,
        node,
        share.rule(),
        configurationVersion,
        null,
        rawMetadata,
        vendorData,
        id,
        List.of(),
        share.policy());
  }

  /** The same call as one tenant has it, who is told of no other. */
  public CallSummary alone() {
    return shares.isEmpty()
        ? this
        : new CallSummary(
            id,
            tenant,
            state,
            start,
            end,
            zone,
            direction,
            parties,
            flags,
            callIds,
            node,
            matchedRule,
            configurationVersion,
            refusal,
            rawMetadata,
            vendorData,
            capture,
            List.of(),
            policy);
  }

  /** The same call, with its capture on another node. */
  public CallSummary withNode(String other) {
    return copy(tenant, state, end, flags, other);
  }

  /** The same call, further on in its life. */
  public CallSummary withState(
      CallState newState, @Nullable Instant newEnd, Set<CallFlag> newFlags) {
    return copy(tenant, newState, newEnd, newFlags, node);
  }

  /** The same call with more flags, for each of its tenants its own. */
  public CallSummary withFlags(Function<TenantSlug, Set<CallFlag>> more) {
    return new CallSummary(
        id,
        tenant,
        state,
        start,
        end,
        zone,
        direction,
        parties,
        union(flags, more.apply(tenant)),
        callIds,
        node,
        matchedRule,
        configurationVersion,
        refusal,
        rawMetadata,
        vendorData,
        capture,
        shares.stream()
            .map(
                share ->
                    new Share(
                        share.id(),
                        share.tenant(),
                        share.zone(),
                        share.direction(),
                        share.parties(),
                        share.rule(),
                        union(share.flags(), more.apply(share.tenant())),
                        share.policy()))
            .toList(),
        policy);
  }

  private static Set<CallFlag> union(Set<CallFlag> some, Set<CallFlag> more) {
    Set<CallFlag> all = new HashSet<>(some);
    all.addAll(more);
    return all;
  }

  /** The same call without the text of an INVITE that was refused. */
  public CallSummary withoutMessage() {
    Refusal bare = refusal == null ? null : refusal.withoutMessage();
    return copy(tenant, state, end, flags, node, bare);
  }

  private CallSummary copy(
      TenantSlug newTenant,
      CallState newState,
      @Nullable Instant newEnd,
      Set<CallFlag> newFlags,
      String newNode) {
    return copy(newTenant, newState, newEnd, newFlags, newNode, refusal);
  }

  /** The one place that copies, so that no copy forgets a component. */
  private CallSummary copy(
      TenantSlug newTenant,
      CallState newState,
      @Nullable Instant newEnd,
      Set<CallFlag> newFlags,
      String newNode,
      @Nullable Refusal newRefusal) {
    return new CallSummary(
        id,
        newTenant,
        newState,
        start,
        newEnd,
        zone,
        direction,
        parties,
        newFlags,
        callIds,
        newNode,
        matchedRule,
        configurationVersion,
        newRefusal,
        rawMetadata,
        vendorData,
        capture,
        shares,
        policy);
  }

  /** From INVITE to the end; null while the call runs. Never negative. */
  public @Nullable Duration duration() {
    if (end == null) {
      return null;
    }
    Duration between = Duration.between(start, end);
    return between.isNegative() ? Duration.ZERO : between;
  }
}

package io.earwitness.call;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
    List<VendorDatum> vendorData) {
  public CallSummary {
    parties = List.copyOf(parties);
    flags = Set.copyOf(flags);
    callIds = List.copyOf(callIds);
    vendorData = List.copyOf(Objects.requireNonNullElse(vendorData, List.of()));
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

  /** The same call, with its capture on another node. */
  public CallSummary withNode(String other) {
    return copy(tenant, state, end, flags, other);
  }

  /** The same call, further on in its life. */
  public CallSummary withState(
      CallState newState, @Nullable Instant newEnd, Set<CallFlag> newFlags) {
    return copy(tenant, newState, newEnd, newFlags, node);
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
        vendorData);
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

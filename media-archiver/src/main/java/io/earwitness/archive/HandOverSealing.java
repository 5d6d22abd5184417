package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.MisplacedCalls.HandOver;
import io.earwitness.call.Attribution;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.SnapshotTenantMatcher;
import io.earwitness.call.TenantMatcher;
import java.io.IOException;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Makes a recording that was another tenant's a recording of the tenant whose call it is, by {@link
 * Resealing} with the giving tenant's managed keys. Who the parties are follows from the numbers of
 * the tenant whose call it is, as they were at the call's start; nothing remains of what the other
 * knew of them. Thread-safe for different recordings; done again, it finishes what was begun.
 */
public final class HandOverSealing {
  /** Which rule gave the call to its tenant, as it is shown there. */
  public static final String RULE = "handed over with the approval of both tenants";

  private final Resealing resealing;
  private final MisplacedCalls calls;
  private final Directory directory;

  /**
   * @param resealing with the keys that the platform manages for tenants
   */
  public HandOverSealing(Resealing resealing, MisplacedCalls calls, Directory directory) {
    this.resealing = resealing;
    this.calls = calls;
    this.directory = directory;
  }

  /** Whether a call can be handed over: it is archived, and was read back. */
  public static boolean isReady(CallEntry call) {
    ArchivedCall archive = call.archive();
    return archive != null && archive.verifiedAt() != null && call.summary().end() != null;
  }

  /**
   * Seals the recording for its tenant.
   *
   * @param actor for whom the key is used
   * @throws IOException if an object can't be read or a key not used, saying why
   * @throws IllegalArgumentException if it is not archived, or no tenant's any more
   */
  public Committed seal(HandOver handOver, String actor) throws IOException {
    CallEntry held =
        calls
            .whole(handOver.from(), handOver.call())
            .filter(HandOverSealing::isReady)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "recording %s is not archived and read back yet"
                            .formatted(handOver.call())));
    ArchivedCall archive = Objects.requireNonNull(held.archive());
    CallRecord record = resealing.record(archive, actor);
    Attribution theirs = calls.attribution(handOver.from(), held.summary().start());
    return resealing.seal(
        archive,
        new Resealing.Wanted(
            as(handOver, held.summary(), record),
            "hand-over",
            calls::make,
            text -> retold(text, record, theirs)),
        actor);
  }

  /** The call as it is that of its tenant. */
  private CallSummary as(HandOver handOver, CallSummary held, CallRecord record) {
    Directory.Tenant tenant = directory.tenant(handOver.to()).orElseThrow();
    Attribution theirs = calls.attribution(handOver.from(), held.start());
    Attribution own = calls.attribution(handOver.to(), held.start());
    List<Party> parties =
        record.summary().parties().stream().map(party -> own.of(unknown(party, theirs))).toList();
    RecorderSnapshot snapshot = directory.snapshot();
    TenantMatcher.Match match =
        new SnapshotTenantMatcher(snapshot)
            .decided(
                handOver.to(),
                RULE,
                new TenantMatcher.Attributes(InetAddress.getLoopbackAddress(), null, "", parties));
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    flags.addAll(record.summary().flags());
    flags.removeAll(CallFlag.OF_A_TENANT);
    if (match.foreignNumber() != null) {
      flags.add(CallFlag.NUMBER_NOT_OWNED);
    }
    return new CallSummary(
        handOver.newCall(),
        handOver.to(),
        CallState.ARCHIVED,
        held.start(),
        held.end(),
        tenant.zone(),
        match.direction(),
        parties,
        flags,
        record.summary().callIds(),
        held.node(),
        RULE,
        snapshot.version(),
        null,
        record.summary().rawMetadata(),
        record.summary().vendorData());
  }

  /** The time line names parties by their numbers whose names are not told. */
  private static String retold(String text, CallRecord record, Attribution theirs) {
    String told = text;
    for (Party party : record.summary().parties()) {
      String name = party.name();
      if (name != null && unknown(party, theirs).name() == null) {
        String number = party.number() == null ? "a party" : party.number();
        told = told.replace("%s (%s)".formatted(name, number), number).replace(name, number);
      }
    }
    return told;
  }

  /** As nobody knows who it is; a name that the other tenant gave its number is not told. */
  private static Party unknown(Party party, Attribution theirs) {
    String name = party.userId() != null || theirs.owns(party.number()) ? null : party.name();
    return new Party(party.side(), party.number(), name, party.aor(), null, List.of());
  }
}

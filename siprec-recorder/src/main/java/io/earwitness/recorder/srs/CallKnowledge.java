package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.TenantMatcher;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.metadata.MetadataChange;
import io.earwitness.recorder.metadata.MetadataParser;
import io.earwitness.recorder.metadata.MetadataParty;
import io.earwitness.recorder.metadata.MetadataState;
import io.earwitness.recorder.metadata.RecordingMetadata;
import io.earwitness.recorder.sip.SipRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call: its tenant, its parties, its flags, from one INVITE and all metadata
 * since. Not thread-safe.
 */
final class CallKnowledge {
  private final RecorderConfiguration configuration;
  private final SipRequest invite;
  private final String node;
  private final RecordingId id;
  private final MetadataState metadata = new MetadataState();
  private final Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
  private List<@Nullable String> labels = new ArrayList<>();
  private boolean anyMetadata;
  private @Nullable String rawMetadata;
  private TenantMatcher.@Nullable Match decided;
  private boolean stranger;

  CallKnowledge(RecorderConfiguration configuration, SipRequest invite, String node) {
    this.configuration = configuration;
    this.invite = invite;
    this.node = node;
    this.id = RecordingId.draw(invite.received());
  }

  RecordingId id() {
    return id;
  }

  Set<CallFlag> flags() {
    return flags;
  }

  void flag(CallFlag flag) {
    flags.add(flag);
  }

  /** The INVITE comes from no known SRC: what it claims puts it into no tenant. */
  void ofStranger() {
    stranger = true;
  }

  /** The m-lines' labels as now offered. */
  void labels(List<? extends @Nullable String> offered) {
    labels = new ArrayList<>(offered);
  }

  /** Takes in a metadata document; whatever is wrong with it becomes a flag. */
  List<MetadataChange> metadata(byte[] document) {
    RecordingMetadata parsed = MetadataParser.parse(document);
    anyMetadata = true;
    if (parsed.malformed()) {
      flags.add(CallFlag.METADATA_MALFORMED);
      if (rawMetadata == null) {
        rawMetadata = new String(document, StandardCharsets.UTF_8);
      }
    }
    return metadata.apply(parsed);
  }

  /** Compares labels once offer and metadata of a message are both taken in (RFC 7866 §7.1.1). */
  void checkMetadata(List<StreamDescription> streams) {
    if (!anyMetadata) {
      flags.add(CallFlag.METADATA_MISSING);
      return;
    }
    Set<@Nullable String> offered = new HashSet<>();
    streams.stream()
        .filter(stream -> stream.remotePort() != 0)
        .forEach(stream -> offered.add(stream.label()));
    boolean damaged = flags.contains(CallFlag.METADATA_MALFORMED);
    if (!damaged && !offered.equals(metadata.labels())) {
      flags.add(CallFlag.METADATA_LABEL_MISMATCH);
    }
  }

  /** Whether the metadata says that somebody is on hold, so that there may be no media. */
  boolean isAnybodyOnHold() {
    return metadata.isAnybodyOnHold();
  }

  /** The m-line with this label; null if there is none. */
  @Nullable Side side(@Nullable String label) {
    int index = label == null ? -1 : labels.indexOf(label);
    return index < 0 || index > 255 ? null : new Side(index);
  }

  /** Whose call it is, as far as is known now. */
  TenantSlug tenant() {
    return match().tenant();
  }

  CallSummary live() {
    return summary(CallState.LIVE, null, null);
  }

  CallSummary closed(Instant end) {
    return summary(CallState.CLOSED, end, null);
  }

  CallSummary refused(Refusal refusal) {
    return summary(CallState.REFUSED, invite.received(), refusal);
  }

  private CallSummary summary(CallState state, @Nullable Instant end, @Nullable Refusal refusal) {
    TenantMatcher.Match match = match();
    TenantSlug owner = match.tenant();
    return new CallSummary(
        id,
        owner,
        state,
        invite.received(),
        end,
        configuration.zone(owner),
        match.direction(),
        match.parties(),
        flags,
        callIds(),
        node,
        match.rule(),
        configuration.snapshot().version(),
        refusal,
        rawMetadata);
  }

  /**
   * Whose call it is, and who its parties are to that tenant. Later metadata may lead a call out of
   * quarantine (some SRCs name the parties only after the INVITE), but never from one tenant to
   * another.
   */
  private TenantMatcher.Match match() {
    TenantMatcher matcher = configuration.matcher();
    TenantMatcher.Attributes attributes =
        new TenantMatcher.Attributes(invite.source().getAddress(), invite.requestUri(), parties());
    TenantMatcher.Match match =
        stranger
            ? matcher.decided(TenantSlug.PLATFORM, "no known SRC", attributes)
            : matcher.match(attributes);
    TenantMatcher.Match first = decided;
    if (first == null || first.tenant().equals(TenantSlug.PLATFORM)) {
      decided = match;
    } else if (!first.tenant().equals(match.tenant())) {
      match = matcher.decided(first.tenant(), first.rule(), attributes);
    }
    if (match.tenant().equals(TenantSlug.PLATFORM)) {
      flags.add(CallFlag.TENANT_UNKNOWN);
    } else {
      flags.remove(CallFlag.TENANT_UNKNOWN);
    }
    return match;
  }

  private List<String> callIds() {
    Collection<String> ids = new LinkedHashSet<>();
    ids.add(invite.callId());
    ids.addAll(metadata.callIds());
    invite.headers().first("Cisco-Guid").ifPresent(ids::add);
    return List.copyOf(ids);
  }

  private List<Party> parties() {
    List<MetadataParty> known = metadata.parties(labels);
    boolean nobodyHeard = known.stream().map(MetadataParty::side).allMatch(Objects::isNull);
    List<Party> parties = new ArrayList<>();
    for (MetadataParty one : known) {
      Party party = one.toParty();
      int position = parties.size();
      // Without any association that leads to an m-line, the order is the best guess there is
      parties.add(
          nobodyHeard && position < labels.size()
              ? new Party(
                  new Side(position), party.number(), party.name(), party.aor(), null, List.of())
              : party);
    }
    return parties;
  }
}

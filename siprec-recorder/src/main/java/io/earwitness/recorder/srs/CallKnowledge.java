package io.earwitness.recorder.srs;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.Deviations;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.SrcFindings;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
  private Map<String, List<String>> cnames = Map.of();
  private boolean anyMetadata;
  private boolean partiesFromHeaders;
  private String metadataType = "application/rs-metadata+xml";
  private @Nullable String rawMetadata;
  private TenantMatcher.@Nullable Match decided;
  private RecorderSnapshot.@Nullable Src src;
  private @Nullable String untrusted;
  private final Deviations deviations = new Deviations();
  private final Map<TenantSlug, RecordingId> shared = new HashMap<>();
  private final Map<TenantSlug, RecordingDecision> settled = new HashMap<>();

  CallKnowledge(RecorderConfiguration configuration, SipRequest invite, String node) {
    this.configuration = configuration;
    this.invite = invite;
    this.node = node;
    this.id = RecordingId.draw(invite.received());
  }

  RecordingId id() {
    return id;
  }

  /** What was in force when the call began. */
  RecorderConfiguration configuration() {
    return configuration;
  }

  Set<CallFlag> flags() {
    return flags;
  }

  void flag(CallFlag flag) {
    flags.add(flag);
  }

  /** The INVITE comes from this SRC. */
  void of(RecorderSnapshot.Src known) {
    src = known;
  }

  /**
   * The INVITE comes from no known SRC, or has not proven to: what it claims puts it into no
   * tenant.
   *
   * @param why in place of the rule that found the tenant
   */
  void untrusted(String why) {
    untrusted = why;
  }

  Deviations deviations() {
    return deviations;
  }

  /** Which SRC sent the call, and in what it deviated since this was asked last. */
  Optional<SrcFindings> freshFindings() {
    List<DeviationFound> fresh = deviations.takeFresh();
    return Optional.ofNullable(src).map(known -> new SrcFindings(known.name(), fresh));
  }

  /** The m-lines as now offered. */
  void offered(Offer offer) {
    labels = new ArrayList<>(offer.labels());
    metadata.silentLabels(offer.silentLabels());
    cnames = offer.cnames();
  }

  /** The labels of what we offered ourselves, as far as the answer leaves them. */
  void labels(List<? extends @Nullable String> offered) {
    labels = new ArrayList<>(offered);
    cnames = Map.of();
  }

  /**
   * What a request told of the call.
   *
   * @param changes what it changed
   * @param isWhole whether it brought the whole state as metadata, which could be read
   * @param hole why something is not known now that should be; null if nothing is
   */
  record Learnt(List<MetadataChange> changes, boolean isWhole, @Nullable String hole) {
    static final Learnt NOTHING = new Learnt(List.of(), false, null);
  }

  /** Takes in a request's metadata, if it has any, and what its headers tell of the call. */
  Learnt learn(RecordingRequest request) {
    byte[] document = request.metadata().orElse(null);
    Learnt told =
        document == null
            ? Learnt.NOTHING
            : metadata(document, request.metadataType(), mayNameLabels(request));
    String method = request.sip().method();
    if (!method.equals("INVITE") && !method.equals("UPDATE")) {
      return told;
    }
    List<MetadataChange> changes = new ArrayList<>(told.changes());
    changes.addAll(headers(request.sip()));
    return new Learnt(changes, told.isWhole(), told.hole());
  }

  /**
   * Labels are those of an offer (RFC 7866 §9.1); in a BYE, which has none, those of the last one.
   */
  private static boolean mayNameLabels(RecordingRequest request) {
    return request.sdp().isPresent() || request.sip().method().equals("BYE");
  }

  private List<MetadataChange> headers(SipRequest message) {
    List<MetadataChange> changes =
        new ArrayList<>(metadata.headers(InviteHeaders.vendorData(message.headers())));
    Optional<RecordingMetadata> participants =
        anyMetadata ? Optional.empty() : InviteHeaders.participants(message.headers());
    if (participants.isPresent()) {
      partiesFromHeaders = true;
      changes.addAll(metadata.apply(participants.get()));
    }
    return changes;
  }

  /** Whatever is wrong with the document becomes a flag. */
  private Learnt metadata(byte[] document, String type, boolean mayNameLabels) {
    metadataType = type;
    RecordingMetadata parsed = MetadataParser.parse(document);
    anyMetadata = true;
    partiesFromHeaders = false;
    deviations.addAll(parsed.deviations());
    if (!mayNameLabels && parsed.streams().stream().anyMatch(stream -> stream.label() != null)) {
      deviations.add(Deviation.LABELS_WITHOUT_OFFER, "a stream of the metadata");
    }
    String hole = metadata.unknownReference(parsed);
    if (parsed.malformed()) {
      hole = "metadata could not be read in full";
      flags.add(CallFlag.METADATA_MALFORMED);
      if (rawMetadata == null) {
        rawMetadata = new String(document, StandardCharsets.UTF_8);
      }
    }
    boolean whole = parsed.dataMode() == RecordingMetadata.DataMode.COMPLETE && !parsed.malformed();
    return new Learnt(metadata.apply(parsed), whole, hole);
  }

  /** Under which media type the SRC sends metadata; the one of RFC 9806 until it has sent some. */
  String metadataType() {
    return metadataType;
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
    // A persistent recording session between two calls (RFC 7866 §10) has streams of nobody
    if (!damaged && !metadata.isIdle() && !offered.equals(metadata.labels())) {
      flags.add(CallFlag.METADATA_LABEL_MISMATCH);
      checkLabels(streams);
    }
  }

  private void checkLabels(List<StreamDescription> streams) {
    Set<String> named = metadata.labels();
    Set<@Nullable String> present = new HashSet<>();
    streams.forEach(stream -> present.add(stream.label()));
    for (StreamDescription stream : streams) {
      String label = stream.label();
      if (stream.remotePort() != 0 && label != null && !named.contains(label)) {
        deviations.add(Deviation.STREAM_NOT_IN_METADATA, "m-line %d".formatted(stream.index() + 1));
      }
    }
    if (!present.containsAll(named)) {
      deviations.add(
          Deviation.LABEL_UNKNOWN,
          "the metadata names %d labels, the offer %d".formatted(named.size(), streams.size()));
    }
  }

  /** For people: what contradicts itself in all that was taken in, as far as it is new. */
  List<String> contradictions() {
    List<String> lines = metadata.contradictions(cnames);
    if (!lines.isEmpty()) {
      flags.add(CallFlag.ATTRIBUTION_CONTRADICTED);
    }
    return lines;
  }

  /** Whether the metadata says that somebody is on hold, so that there may be no media. */
  boolean isAnybodyOnHold() {
    return metadata.isAnybodyOnHold();
  }

  /** The m-line with this label; null if there is none. */
  @Nullable Side side(@Nullable String label) {
    int index = label == null ? -1 : streamLabels().indexOf(label);
    return index < 0 || index > 255 ? null : new Side(index);
  }

  private List<@Nullable String> streamLabels() {
    if (!partiesFromHeaders) {
      return labels;
    }
    List<@Nullable String> counted = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      counted.add(InviteHeaders.label(i));
    }
    return counted;
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
        rawMetadata,
        metadata.vendorData(),
        null,
        refusal == null ? shares(owner) : List.of(),
        recording(owner, match));
  }

  /**
   * Whether the call is recorded for a tenant. Once both sides are known that is settled, whoever
   * joins or leaves; before, only a decision against recording is, since it waits for nothing more
   * that is to be known.
   */
  private @Nullable RecordingDecision recording(TenantSlug tenant, TenantMatcher.Match match) {
    RecordingDecision before = settled.get(tenant);
    if (before != null || tenant.equals(TenantSlug.PLATFORM)) {
      return before;
    }
    RecordingPolicy.Call call =
        new RecordingPolicy.Call(
            invite.callId(),
            invite.received(),
            configuration.zone(tenant),
            match.direction(),
            match.parties());
    RecordingDecision decision =
        configuration.recording(tenant).decide(call, configuration.countries());
    if (call.isComplete() || !decision.recorded()) {
      settled.put(tenant, decision);
    }
    return decision;
  }

  /**
   * The call for other tenants whose parties take part. Whoever was one stays one: what was
   * recorded is that tenant's, too.
   */
  private List<CallSummary.Share> shares(TenantSlug owner) {
    if (untrusted != null) {
      return List.of();
    }
    TenantMatcher matcher = configuration.matcher();
    TenantMatcher.Attributes attributes = attributes(matcher);
    Map<TenantSlug, TenantMatcher.Match> matches = new TreeMap<>();
    matcher.others(owner, attributes).forEach(match -> matches.put(match.tenant(), match));
    shared
        .keySet()
        .forEach(
            tenant ->
                matches.computeIfAbsent(
                    tenant, was -> matcher.decided(was, "also an earlier party", attributes)));
    matches.remove(owner);
    List<CallSummary.Share> shares = new ArrayList<>();
    matches.forEach(
        (tenant, match) ->
            shares.add(
                new CallSummary.Share(
                    shared.computeIfAbsent(tenant, _ -> RecordingId.draw(invite.received())),
                    tenant,
                    configuration.zone(tenant),
                    match.direction(),
                    match.parties(),
                    match.rule(),
                    match.foreignNumber() == null ? Set.of() : Set.of(CallFlag.NUMBER_NOT_OWNED),
                    recording(tenant, match))));
    return shares;
  }

  /**
   * Whose call it is, and who its parties are to that tenant. Later metadata may lead a call out of
   * quarantine (some SRCs name the parties only after the INVITE), but never from one tenant to
   * another.
   */
  private TenantMatcher.Match match() {
    TenantMatcher matcher = configuration.matcher();
    TenantMatcher.Attributes attributes = attributes(matcher);
    TenantMatcher.Match match =
        untrusted != null
            ? matcher.decided(TenantSlug.PLATFORM, untrusted, attributes)
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
    if (match.foreignNumber() == null) {
      flags.remove(CallFlag.NUMBER_NOT_OWNED);
    } else {
      flags.add(CallFlag.NUMBER_NOT_OWNED);
    }
    return match;
  }

  private TenantMatcher.Attributes attributes(TenantMatcher matcher) {
    return new TenantMatcher.Attributes(
        invite.source().getAddress(),
        invite.certificate(),
        invite.requestUri(),
        parties(),
        headers(matcher));
  }

  /** Those of the INVITE's header fields that decide whose call it may be. */
  private Map<String, List<String>> headers(TenantMatcher matcher) {
    Map<String, List<String>> values = new HashMap<>();
    for (String name : matcher.headers()) {
      values.put(name, invite.headers().all(name));
    }
    return values;
  }

  private List<String> callIds() {
    Collection<String> ids = new LinkedHashSet<>();
    ids.add(invite.callId());
    ids.addAll(metadata.callIds());
    return List.copyOf(ids);
  }

  private List<Party> parties() {
    List<MetadataParty> known = metadata.parties(streamLabels());
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

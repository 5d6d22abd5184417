package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.CALL;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.generated.tables.records.CallArchiveRecord;
import io.earwitness.archive.catalog.generated.tables.records.CallRecord;
import io.earwitness.call.Announcement;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Interactions;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.VendorDatum;
import io.earwitness.call.WireName;
import io.earwitness.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Calls as rows and rows as calls. Instants are kept to the microsecond, as PostgreSQL does. */
final class CallRows {
  /** What a report may change. */
  static final List<Field<?>> REPORTED =
      List.of(
          CALL.STATE,
          CALL.STARTED_AT,
          CALL.ENDED_AT,
          CALL.ZONE,
          CALL.DIRECTION,
          CALL.PARTIES,
          CALL.FLAGS,
          CALL.CALL_IDS,
          CALL.NODE,
          CALL.MATCHED_RULE,
          CALL.CONFIGURATION_VERSION,
          CALL.REFUSAL,
          CALL.RAW_METADATA,
          CALL.VENDOR_DATA,
          CALL.CAPTURE,
          CALL.POLICY,
          CALL.HELD_UNTIL);

  private CallRows() {}

  static CallRecord row(CallSummary call) {
    CallRecord row = new CallRecord();
    row.setId(call.id().value());
    row.setTenant(call.tenant().value());
    row.setState(call.state().wireName());
    row.setVersion(1L);
    row.setStartedAt(micros(call.start()));
    row.setEndedAt(microsOrNull(call.end()));
    row.setZone(call.zone().getId());
    row.setDirection(call.direction().wireName());
    row.setParties(json(call.parties().stream().map(CallRows::clean).toList()));
    row.setFlags(names(call.flags()));
    row.setCallIds(call.callIds().stream().map(Text::clean).toArray(String[]::new));
    row.setNode(Text.clean(call.node()));
    row.setMatchedRule(Text.clean(call.matchedRule()));
    row.setConfigurationVersion(Text.clean(call.configurationVersion()));
    Refusal refusal = call.refusal();
    row.setRefusal(
        refusal == null
            ? null
            : json(
                new Refusal(
                    refusal.status(),
                    Text.clean(refusal.reason()),
                    Text.cleanOrNull(refusal.message()))));
    row.setRawMetadata(Text.cleanOrNull(call.rawMetadata()));
    row.setVendorData(json(call.vendorData().stream().map(CallRows::clean).toList()));
    row.setCapture(call.capture() == null ? null : call.capture().value());
    row.setPolicy(call.policy() == null ? null : json(clean(call.policy())));
    row.setHeldUntil(heldUntil(call));
    return row;
  }

  /** Until when an on-demand call that has ended may be marked; null for others. */
  private static @Nullable Instant heldUntil(CallSummary call) {
    return call.state() == CallState.CLOSED ? heldUntil(call.end(), call.policy()) : null;
  }

  /** Until when a call may be marked that ended then; null if it need not be. */
  static @Nullable Instant heldUntil(@Nullable Instant end, @Nullable RecordingDecision policy) {
    return policy == null || end == null || policy.keepMinutes() == null
        ? null
        : micros(end).plus(Duration.ofMinutes(policy.keepMinutes()));
  }

  private static RecordingDecision clean(RecordingDecision decision) {
    return new RecordingDecision(
        decision.policyVersion(),
        decision.action(),
        decision.recorded(),
        Text.cleanOrNull(decision.rule()),
        decision.keepMinutes(),
        Text.clean(decision.reason()));
  }

  private static CallCatalog.@Nullable Keeping keeping(CallRecord row) {
    return row.getHeldUntil() == null && row.getKeptAt() == null
        ? null
        : new CallCatalog.Keeping(
            row.getHeldUntil(), row.getKeptAt(), row.getKeptBy(), row.getKeptReason());
  }

  private static VendorDatum clean(VendorDatum datum) {
    return new VendorDatum(Text.clean(datum.name()), Text.clean(datum.value()));
  }

  static Party clean(Party party) {
    return new Party(
        party.side(),
        Text.cleanOrNull(party.number()),
        Text.cleanOrNull(party.name()),
        Text.cleanOrNull(party.aor()),
        Text.cleanOrNull(party.userId()),
        party.teamIds().stream().map(Text::clean).toList());
  }

  /**
   * As readers are given it. The flags of what was archived are shown with those that the recorder
   * reported; of a call that is blocked, nothing is left by which it could be found.
   */
  static CallCatalog.CallEntry entry(
      CallRecord row, @Nullable ArchivedCall archive, Set<CallFlag> further) {
    CallCatalog.CallEntry whole = whole(row, archive, further);
    if (whole.block() == null) {
      return whole;
    }
    CallSummary call = whole.summary();
    CallSummary bare =
        new CallSummary(
            call.id(),
            call.tenant(),
            call.state(),
            call.start(),
            call.end(),
            call.zone(),
            Direction.UNKNOWN,
            List.of(),
            Set.of(CallFlag.WRONG_TENANT),
            List.of(),
            call.node(),
            "",
            call.configurationVersion(),
            null,
            null);
    return new CallCatalog.CallEntry(
        bare, whole.version(), archive == null ? null : bare(archive), null, null, whole.block());
  }

  private static ArchivedCall bare(ArchivedCall archive) {
    return new ArchivedCall(
        archive.id(),
        archive.tenant(),
        archive.outcome(),
        archive.generation(),
        archive.attempt(),
        archive.manifestKey(),
        archive.manifestVersionId(),
        archive.archivedAt(),
        archive.keepUntil(),
        archive.audioStart(),
        archive.durationMs(),
        archive.channels(),
        archive.codec(),
        archive.mediaBytes(),
        List.of(),
        Set.of(),
        archive.verifiedAt());
  }

  /**
   * With all that the catalog has of it, be it blocked.
   *
   * @param further flags that other rows say
   */
  static CallCatalog.CallEntry whole(
      CallRecord row, @Nullable ArchivedCall archive, Set<CallFlag> further) {
    Set<CallFlag> flags = flags(row.getFlags());
    if (archive != null) {
      flags.addAll(archive.flags());
    }
    Interactions.Place place = place(row);
    if (place != null && place.duplicateOf() != null) {
      flags.add(CallFlag.DUPLICATE);
    }
    flags.addAll(further);
    JSONB refusal = row.getRefusal();
    JSONB policy = row.getPolicy();
    CallSummary summary =
        new CallSummary(
            new RecordingId(row.getId()),
            new TenantSlug(row.getTenant()),
            WireName.parse(CallState.class, row.getState()),
            row.getStartedAt(),
            row.getEndedAt(),
            ZoneId.of(row.getZone()),
            WireName.parse(Direction.class, row.getDirection()),
            read(row.getParties(), new TypeReference<List<Party>>() {}),
            flags,
            List.of(row.getCallIds()),
            row.getNode(),
            row.getMatchedRule(),
            row.getConfigurationVersion(),
            refusal == null ? null : read(refusal, new TypeReference<Refusal>() {}),
            row.getRawMetadata(),
            read(row.getVendorData(), new TypeReference<List<VendorDatum>>() {}),
            row.getCapture() == null ? null : new RecordingId(row.getCapture()),
            List.of(),
            policy == null ? null : read(policy, new TypeReference<RecordingDecision>() {}));
    JSONB blocked = row.getBlocked();
    return new CallCatalog.CallEntry(
        summary,
        row.getVersion(),
        archive,
        place,
        keeping(row),
        blocked == null ? null : read(blocked, new TypeReference<CallCatalog.Block>() {}),
        List.of(row.getTags()));
  }

  private static Interactions.@Nullable Place place(CallRecord row) {
    UUID interaction = row.getInteraction();
    UUID duplicateOf = row.getDuplicateOf();
    return interaction == null
        ? null
        : new Interactions.Place(
            new RecordingId(interaction),
            duplicateOf == null ? null : new RecordingId(duplicateOf));
  }

  static CallArchiveRecord row(ArchivedCall archived) {
    CallArchiveRecord row = new CallArchiveRecord();
    row.setId(archived.id().value());
    row.setGeneration(archived.generation());
    row.setTenant(archived.tenant().value());
    row.setOutcome(archived.outcome().wireName());
    row.setAttempt(archived.attempt());
    row.setManifestKey(archived.manifestKey());
    row.setManifestVersionId(archived.manifestVersionId());
    row.setArchivedAt(micros(archived.archivedAt()));
    row.setKeepUntil(micros(archived.keepUntil()));
    row.setAudioStart(microsOrNull(archived.audioStart()));
    row.setDurationMs(archived.durationMs());
    row.setChannels(archived.channels());
    row.setCodec(archived.codec());
    row.setMediaBytes(archived.mediaBytes());
    row.setQuality(json(archived.quality()));
    row.setFlags(names(archived.flags()));
    row.setVerifiedAt(microsOrNull(archived.verifiedAt()));
    row.setAnnouncement(archived.announcement() == null ? null : json(archived.announcement()));
    row.setRetention(archived.retention() == null ? null : json(archived.retention()));
    return row;
  }

  static ArchivedCall archive(CallArchiveRecord row) {
    JSONB announcement = row.getAnnouncement();
    return new ArchivedCall(
        new RecordingId(row.getId()),
        new TenantSlug(row.getTenant()),
        WireName.parse(CallState.class, row.getOutcome()),
        row.getGeneration(),
        row.getAttempt(),
        row.getManifestKey(),
        row.getManifestVersionId(),
        row.getArchivedAt(),
        row.getKeepUntil(),
        row.getAudioStart(),
        row.getDurationMs(),
        row.getChannels(),
        row.getCodec(),
        row.getMediaBytes(),
        read(row.getQuality(), new TypeReference<List<StreamQuality>>() {}),
        flags(row.getFlags()),
        row.getVerifiedAt(),
        announcement == null ? null : read(announcement, new TypeReference<Announcement>() {}),
        PostgresRetentionPolicies.basis(row.getRetention()));
  }

  static String[] names(Collection<? extends WireName> constants) {
    return constants.stream().map(WireName::wireName).sorted().toArray(String[]::new);
  }

  private static Set<CallFlag> flags(String[] names) {
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    Arrays.stream(names).map(name -> WireName.parse(CallFlag.class, name)).forEach(flags::add);
    return flags;
  }

  static Instant micros(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS);
  }

  static @Nullable Instant microsOrNull(@Nullable Instant instant) {
    return instant == null ? null : micros(instant);
  }

  static JSONB json(Object value) {
    return JSONB.valueOf(Json.text(value));
  }

  static <T> T read(JSONB json, TypeReference<T> type) {
    try {
      return Json.mapper().readValue(json.data(), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a call's row holds unexpected JSON", e);
    }
  }
}

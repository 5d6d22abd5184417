package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Interactions;
import io.earwitness.call.Mark;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import io.earwitness.call.VendorDatum;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls as the API shows them. Members without a value are null, never left out. */
final class CallViews {
  private CallViews() {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record PartyView(
      @Nullable Side side,
      @Nullable String number,
      @Nullable String name,
      @Nullable String userId,
      List<String> teamIds) {
    static PartyView of(Party party) {
      return new PartyView(
          party.side(), party.number(), party.name(), party.userId(), party.teamIds());
    }
  }

  /** Why nothing of a recording is shown. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record BlockView(Instant at, String by, String reason, boolean byPlatform, boolean handedOver) {
    static @Nullable BlockView of(CallCatalog.@Nullable Block block) {
      return block == null
          ? null
          : new BlockView(
              block.at(), block.actor(), block.reason(), block.byPlatform(), block.handedOver());
    }
  }

  /** A call as it is listed. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RecordingView(
      RecordingId id,
      CallState state,
      Instant start,
      OffsetDateTime startLocal,
      @Nullable Instant end,
      @Nullable Long durationMs,
      ZoneId zone,
      Direction direction,
      List<PartyView> parties,
      List<CallFlag> flags) {
    static RecordingView of(CallEntry entry) {
      CallSummary call = entry.summary();
      Duration duration = call.duration();
      return new RecordingView(
          call.id(),
          call.state(),
          call.start(),
          call.start().truncatedTo(ChronoUnit.MILLIS).atZone(call.zone()).toOffsetDateTime(),
          call.end(),
          duration == null ? null : duration.toMillis(),
          call.zone(),
          call.direction(),
          call.parties().stream().map(PartyView::of).toList(),
          call.flags().stream().sorted().toList());
    }
  }

  /** A page of calls. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record PageView(List<RecordingView> items, @Nullable String next, TotalView total) {}

  record TotalView(long value, boolean exact) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ArchiveView(
      int generation,
      String attempt,
      Instant archivedAt,
      Instant keepUntil,
      @Nullable Instant audioStart,
      long durationMs,
      int channels,
      String codec,
      long mediaBytes,
      String manifestKey,
      String manifestVersionId) {
    static ArchiveView of(ArchivedCall archive) {
      return new ArchiveView(
          archive.generation(),
          archive.attempt(),
          archive.archivedAt(),
          archive.keepUntil(),
          archive.audioStart(),
          archive.durationMs(),
          archive.channels(),
          archive.codec(),
          archive.mediaBytes(),
          archive.manifestKey(),
          archive.manifestVersionId());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record QualityView(
      Side side,
      long packets,
      long expected,
      long lost,
      long duplicates,
      long reordered,
      long foreign,
      long overflow,
      @Nullable Double jitterMillis,
      @Nullable String sourceAddress) {
    static QualityView of(StreamQuality quality) {
      return new QualityView(
          new Side(quality.index()),
          quality.packets(),
          quality.expected(),
          quality.lost(),
          quality.duplicates(),
          quality.reordered(),
          quality.foreign(),
          quality.overflow(),
          quality.jitterMillis(),
          quality.sourceAddress());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record EventView(
      Instant at,
      @Nullable Long offsetMs,
      TimelineEvent.Type type,
      @Nullable Side side,
      String text) {
    /** An event before the audio began is shown at its beginning, one after its end at the end. */
    static EventView of(TimelineEvent event, @Nullable ArchivedCall archive) {
      Instant audioStart = archive == null ? null : archive.audioStart();
      Long offset =
          audioStart == null || archive == null
              ? null
              : Math.clamp(
                  Duration.between(audioStart, event.at()).toMillis(), 0, archive.durationMs());
      return new EventView(event.at(), offset, event.type(), event.side(), event.text());
    }
  }

  record MarkView(Side side, long fromMs, long toMs, Mark.Cause cause) {
    static MarkView of(Mark mark) {
      return new MarkView(mark.side(), mark.from().toMillis(), mark.to().toMillis(), mark.cause());
    }
  }

  /** What the encrypted call record holds. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record EvidenceView(
      @Nullable String audioSha256, List<EventView> timeline, List<MarkView> marks) {
    static EvidenceView of(CallRecord call, @Nullable ArchivedCall archive) {
      return new EvidenceView(
          call.audioSha256(),
          call.timeline().stream().map(event -> EventView.of(event, archive)).toList(),
          call.marks().stream().map(MarkView::of).toList());
    }
  }

  /**
   * The conversation that several recordings are of.
   *
   * @param recordings those that this person may see, by start, this one among them
   * @param duplicateOf the better copy of the same; null if there is none that this person may see
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record InteractionView(
      RecordingId id, List<RecordingView> recordings, @Nullable RecordingId duplicateOf) {
    static InteractionView of(Interactions.Place place, List<CallEntry> visible) {
      RecordingId better = place.duplicateOf();
      boolean shown =
          better != null && visible.stream().anyMatch(e -> e.summary().id().equals(better));
      return new InteractionView(
          place.interaction(),
          visible.stream().map(RecordingView::of).toList(),
          shown ? better : null);
    }
  }

  /** One call with all that is known of it. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record DetailView(
      @JsonUnwrapped RecordingView call,
      List<String> callIds,
      List<VendorDatum> vendorData,
      @Nullable InteractionView interaction,
      String node,
      String matchedRule,
      String configurationVersion,
      @Nullable Refusal refusal,
      List<RecordingId> recordedAs,
      List<RecordingId> refusedAttempts,
      @Nullable String rawMetadata,
      @Nullable ArchiveView archive,
      List<MediaAccess.AudioPart> parts,
      List<QualityView> quality,
      @Nullable EvidenceView evidence,
      @Nullable String evidenceProblem,
      List<Permission> permissions,
      boolean playReasonRequired,
      @Nullable AnnouncementView announcement,
      @Nullable RecordingPolicyView policy,
      @Nullable BlockView blocked) {
    static DetailView of(
        CallEntry entry,
        @Nullable InteractionView interaction,
        List<RecordingId> otherAttempts,
        List<MediaAccess.AudioPart> parts,
        @Nullable EvidenceView evidence,
        @Nullable String evidenceProblem,
        Set<Permission> permissions,
        boolean playReasonRequired) {
      CallSummary call = entry.summary();
      ArchivedCall archive = entry.block() == null ? entry.archive() : null;
      boolean refused = call.state() == CallState.REFUSED;
      return new DetailView(
          RecordingView.of(entry),
          call.callIds(),
          call.vendorData(),
          interaction,
          call.node(),
          call.matchedRule(),
          call.configurationVersion(),
          call.refusal(),
          refused ? otherAttempts : List.of(),
          refused ? List.of() : otherAttempts,
          call.rawMetadata(),
          archive == null ? null : ArchiveView.of(archive),
          parts,
          archive == null ? List.of() : archive.quality().stream().map(QualityView::of).toList(),
          evidence,
          evidenceProblem,
          permissions.stream().sorted().toList(),
          playReasonRequired,
          archive == null ? null : AnnouncementView.of(archive.announcement()),
          RecordingPolicyView.of(entry),
          BlockView.of(entry.block()));
    }
  }
}

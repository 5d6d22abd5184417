package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.call.Announcement;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a recording shows of its announcement. Members without a value are null. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record AnnouncementView(
    AnnouncementVerdict verdict,
    int policyVersion,
    @Nullable String rule,
    AnnouncementMode mode,
    List<PartyView> parties) {
  /** The verdict on one party. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record PartyView(
      @Nullable Side side,
      AnnouncementVerdict verdict,
      String reason,
      @Nullable Side heardOn,
      @Nullable String prompt,
      @Nullable Long offsetMs,
      @Nullable Double score,
      @Nullable Double from,
      @Nullable Double to) {
    static PartyView of(Announcement.OfParty party) {
      Announcement.Heard heard = party.heard();
      return new PartyView(
          party.side(),
          party.verdict(),
          party.reason(),
          heard == null ? null : heard.side(),
          heard == null ? null : heard.prompt(),
          heard == null ? null : heard.offsetMs(),
          heard == null ? null : heard.score(),
          heard == null ? null : heard.from(),
          heard == null ? null : heard.to());
    }
  }

  static @Nullable AnnouncementView of(@Nullable Announcement announcement) {
    return announcement == null
        ? null
        : new AnnouncementView(
            announcement.verdict(),
            announcement.policyVersion(),
            announcement.rule(),
            announcement.mode(),
            announcement.parties().stream().map(PartyView::of).toList());
  }
}

package io.earwitness.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for as to the announcement of a call, and what its recording shows of it.
 *
 * @param policyVersion the version of the tenant's policy that applied at the call's start
 * @param rule the rule of it that decided, for people; null if none did
 * @param parties one for each party of the call, in the call's order
 */
public record Announcement(
    int policyVersion, @Nullable String rule, AnnouncementMode mode, List<OfParty> parties) {
  public Announcement {
    parties = List.copyOf(parties);
  }

  /**
   * The verdict on one party.
   *
   * @param side where that party speaks; null if no channel is known as its own
   * @param verdict what is shown
   * @param reason for people
   * @param heard where a prompt was found; null if none was
   */
  public record OfParty(
      @Nullable Side side, AnnouncementVerdict verdict, String reason, @Nullable Heard heard) {}

  /**
   * A prompt that was found in a channel.
   *
   * @param side the channel
   * @param prompt its name, such as {@code recording/en/v2}
   * @param offsetMs from the start of the audio; negative if its beginning is cut off
   * @param score the share of its landmarks that were found, 0 to 1
   * @param from the share of the prompt before what was heard first, 0 to 1
   * @param to the share up to the end of what was heard last, 0 to 1
   */
  public record Heard(
      Side side, String prompt, long offsetMs, double score, double from, double to) {}

  /** The worst verdict on a party; exempt if there is no party. */
  public AnnouncementVerdict verdict() {
    AnnouncementVerdict worst = AnnouncementVerdict.EXEMPT;
    for (OfParty party : parties) {
      worst = worst.or(party.verdict());
    }
    return worst;
  }
}

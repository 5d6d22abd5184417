package io.earwitness.call;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which parties of a call are the tenant's own and which are others, as far as announcements are
 * concerned, and recording policies too. Pure.
 */
public final class AnnouncedParties {
  private AnnouncedParties() {}

  /** A country of a number: ISO 3166-1 alpha-2, or null. */
  @FunctionalInterface
  public interface Countries {
    @Nullable String of(@Nullable String number);
  }

  /**
   * Whether a party is one of the tenant's own: it is known as a person of the tenant, or the
   * direction says so of the caller (the first party) or the called one (the second).
   */
  public static boolean isOwn(CallSummary call, int party) {
    return isOwn(call.parties(), call.direction(), party);
  }

  /** The same of parties of a call in this direction. */
  public static boolean isOwn(List<Party> parties, Direction direction, int party) {
    return parties.get(party).userId() != null
        || switch (direction) {
          case INTERNAL -> true;
          case OUTBOUND -> party == 0;
          case INBOUND -> party == 1;
          case UNKNOWN -> false;
        };
  }

  /** For each party whether it is to hear the announcement that was decided on. */
  public static List<Boolean> hearers(CallSummary call, AnnouncementPolicy.Decision decision) {
    List<Boolean> hearers = new ArrayList<>();
    AnnouncementRule rule = decision.rule();
    for (int i = 0; i < call.parties().size(); i++) {
      hearers.add(
          rule != null
              && rule.mode() != AnnouncementMode.NONE
              && (rule.allParties() || !isOwn(call, i)));
    }
    return hearers;
  }

  /** What the policy is asked about a recorded call. */
  public static AnnouncementPolicy.Question question(CallSummary call, Countries countries) {
    String own = null;
    String other = null;
    Set<String> teams = new HashSet<>();
    for (int i = 0; i < call.parties().size(); i++) {
      Party party = call.parties().get(i);
      teams.addAll(party.teamIds());
      // Of an internal call the caller is asked about as the own party
      boolean asOther = !isOwn(call, i) || (call.direction() == Direction.INTERNAL && i > 0);
      if (asOther) {
        other = other == null ? party.number() : other;
      } else {
        own = own == null ? party.number() : own;
      }
    }
    return new AnnouncementPolicy.Question(
        call.direction(), own, teams, other, countries.of(other), null);
  }
}

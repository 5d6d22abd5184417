package io.earwitness.search;

import io.earwitness.access.CallScope;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds calls. The caller's scope is part of the query itself, so totals leak nothing. */
public interface CallSearch {
  /** The orders of results; ties are broken by id. */
  enum Sort {
    NEWEST_FIRST,
    OLDEST_FIRST,
    LONGEST_FIRST
  }

  /**
   * Asks for tags.
   *
   * @param seenOn on which calls the person who asks may see tags; none is found by them elsewhere
   */
  record Tagged(Set<String> tags, CallScope seenOn) {
    public Tagged {
      tags = Set.copyOf(tags);
    }
  }

  /**
   * A query; every part that is null or empty does not restrict.
   *
   * @param text words of names (prefixes too), numbers as people write them (their beginning or
   *     last digits, with or without {@code *}; a national one by its digits behind the zero), or
   *     ids
   * @param from earliest start, inclusive
   * @param to latest start, exclusive
   * @param number a whole number, a prefix ({@code +4930*}) or last digits ({@code *4711})
   * @param person user id
   * @param team team id
   * @param announcements any of these as the worst verdict on a party's announcement
   * @param callId one of the call's ids
   * @param limit 1 to 500
   * @param cursor from an earlier page
   * @param tagged all of these tags
   */
  record Query(
      @Nullable String text,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String number,
      @Nullable String person,
      @Nullable String team,
      @Nullable Direction direction,
      @Nullable Duration minDuration,
      @Nullable Duration maxDuration,
      Set<CallState> states,
      Set<CallFlag> flags,
      Set<AnnouncementVerdict> announcements,
      @Nullable String callId,
      Sort sort,
      int limit,
      @Nullable String cursor,
      @Nullable Tagged tagged) {
    /** Whatever tags calls have. */
    public Query(
        @Nullable String text,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String number,
        @Nullable String person,
        @Nullable String team,
        @Nullable Direction direction,
        @Nullable Duration minDuration,
        @Nullable Duration maxDuration,
        Set<CallState> states,
        Set<CallFlag> flags,
        Set<AnnouncementVerdict> announcements,
        @Nullable String callId,
        Sort sort,
        int limit,
        @Nullable String cursor) {
      this(
          text,
          from,
          to,
          number,
          person,
          team,
          direction,
          minDuration,
          maxDuration,
          states,
          flags,
          announcements,
          callId,
          sort,
          limit,
          cursor,
          null);
    }

    /**
     * Whether it looks for what nobody is told of a recording that is blocked: an index that is
     * behind the catalog would still find it by that.
     */
    public boolean asksWhatIsHidden(RecordingId blocked) {
      return (text != null && !text.strip().equalsIgnoreCase(blocked.toString()))
          || number != null
          || person != null
          || team != null
          || direction != null
          || callId != null
          || tagged != null
          || flags.stream().anyMatch(flag -> flag != CallFlag.WRONG_TENANT);
    }
  }

  /**
   * A page.
   *
   * @param ids in order
   * @param next cursor of the next page; null on the last
   * @param total number of hits
   * @param exact whether {@code total} is exact or a lower bound
   */
  record Page(List<RecordingId> ids, @Nullable String next, long total, boolean exact) {}

  /**
   * Runs a query.
   *
   * @throws IllegalArgumentException if a part of it is malformed, saying which and what would do
   */
  Page search(CallScope scope, Query query);

  /** Whether the scope includes this call (for opening one by its id). */
  boolean includes(CallScope scope, RecordingId id);
}

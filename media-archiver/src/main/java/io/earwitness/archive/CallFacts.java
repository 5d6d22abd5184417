package io.earwitness.archive;

import io.earwitness.call.Announcement;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.StreamQuality;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog is told of an archived call beyond what its manifest says. Every archiver of the
 * same capture comes to the same facts, so one that adopts another's manifest can tell them too.
 *
 * @param outcome one that {@linkplain CallState#hasCallRecord() has a call record}
 * @param audioStart the instant that offset 0 of the audio stands for
 * @param channels of the audio; 0 if there is none
 * @param announcement what the recording shows of the announcement; null where there was no policy
 */
public record CallFacts(
    CallState outcome,
    @Nullable Instant audioStart,
    int channels,
    List<StreamQuality> quality,
    Set<CallFlag> flags,
    @Nullable Announcement announcement) {
  public CallFacts {
    if (!outcome.hasCallRecord()) {
      throw new IllegalArgumentException(
          "a call with objects can't end as '%s'".formatted(outcome.wireName()));
    }
    quality = List.copyOf(quality);
    flags = Set.copyOf(flags);
  }

  /** Of a call without a policy of announcement. */
  public CallFacts(
      CallState outcome,
      @Nullable Instant audioStart,
      int channels,
      List<StreamQuality> quality,
      Set<CallFlag> flags) {
    this(outcome, audioStart, channels, quality, flags, null);
  }
}

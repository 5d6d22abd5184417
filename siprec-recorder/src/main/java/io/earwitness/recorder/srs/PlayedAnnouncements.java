package io.earwitness.recorder.srs;

import io.earwitness.call.CallSummary;
import io.earwitness.call.PlayedAnnouncement;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Announcements that were played of late, for recordings that begin later or whose ids become known
 * later. Bounded in number and time. Thread-safe.
 */
final class PlayedAnnouncements {
  /** The oldest are forgotten; what other nodes or the archiver know is joined by the catalog. */
  static final int MOST = 10_000;

  private final Deque<PlayedAnnouncement> all = new ArrayDeque<>();
  private final Set<UUID> known = new HashSet<>();
  private final Map<String, List<PlayedAnnouncement>> byKey = new HashMap<>();

  /** Remembers one; false if it is known already, or too old. */
  synchronized boolean add(PlayedAnnouncement play, Instant now) {
    Instant oldest = now.minus(PlayedAnnouncement.BEFORE_BY_ID);
    while (all.size() >= MOST || (!all.isEmpty() && all.getFirst().to().isBefore(oldest))) {
      forget(all.removeFirst());
    }
    if (play.to().isBefore(oldest) || !known.add(play.id())) {
      return false;
    }
    all.addLast(play);
    keys(play).forEach(key -> byKey.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(play));
    return true;
  }

  private void forget(PlayedAnnouncement play) {
    known.remove(play.id());
    for (String key : keys(play)) {
      List<PlayedAnnouncement> plays = byKey.get(key);
      if (plays != null) {
        plays.remove(play);
        if (plays.isEmpty()) {
          byKey.remove(key);
        }
      }
    }
  }

  /** Those that share an id or a number with a call; whether they are of it is to be seen. */
  synchronized Set<PlayedAnnouncement> maybeOf(CallSummary call) {
    if (all.isEmpty()) {
      return Set.of();
    }
    Set<PlayedAnnouncement> found = new LinkedHashSet<>();
    for (String key : keys(call.callIds(), PlayedAnnouncement.numbersOf(call))) {
      found.addAll(byKey.getOrDefault(key, List.of()));
    }
    return found;
  }

  private static List<String> keys(PlayedAnnouncement play) {
    return keys(play.callIds(), play.numbers());
  }

  private static List<String> keys(Collection<String> callIds, Collection<String> numbers) {
    List<String> keys = new ArrayList<>();
    callIds.forEach(id -> keys.add("id " + PlayedAnnouncement.comparable(id)));
    PlayedAnnouncement.digits(numbers).forEach(number -> keys.add("number " + number));
    return keys;
  }
}

package io.earwitness.call;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins recordings of one conversation into one interaction, and finds those that are copies of one
 * another. A transfer, a consultation, a parked call may each be a recording session of its own,
 * and two session recording servers may get the same call. Pure: the same recordings give the same
 * answer, in whatever order they come.
 *
 * <p>Two recordings belong together if they are of one tenant, share an identifier (sipSessionID,
 * session or group id, UCID, GUID and the like), and no more than {@link #WINDOW} lies between
 * them; so do those that are joined by a third. Calls that matched no tenant are never joined.
 */
public final class Interactions {
  /** Between the end of one recording and the start of the next. */
  public static final Duration WINDOW = Duration.ofHours(2);

  /** An identifier that so many recordings share at a time tells nothing of a conversation. */
  public static final int TOO_MANY = 50;

  /** Shorter identifiers are counters that soon come again. */
  private static final int SHORTEST_ID = 6;

  /** Of the longer of two copies, the part in which both must have run. */
  private static final double COMMON_PART = 0.8;

  /** The better copy first: more sides heard, less lost, longer, and then the older id. */
  private static final Comparator<Recording> BEST =
      Comparator.comparingInt(Recording::sidesHeard)
          .reversed()
          .thenComparingDouble(Recording::loss)
          .thenComparing(Recording::length, Comparator.reverseOrder())
          .thenComparing(Recording::id);

  private Interactions() {}

  /**
   * What of a recording decides.
   *
   * @param people everybody who took part, by number or else by address or name
   * @param heard those of them who are heard on some side
   * @param sidesHeard on how many sides there was media
   * @param loss the lost part, from 0 to 1, as far as it is known
   */
  public record Recording(
      RecordingId id,
      TenantSlug tenant,
      Instant start,
      Instant end,
      Set<String> callIds,
      Set<String> people,
      Set<String> heard,
      int sidesHeard,
      double loss) {
    public Recording {
      callIds = Set.copyOf(callIds);
      people = Set.copyOf(people);
      heard = Set.copyOf(heard);
    }

    /**
     * A call that has ended.
     *
     * @param quality what was received; empty as long as that is not known
     */
    public static Recording of(CallSummary call, List<StreamQuality> quality) {
      Set<String> people = new HashSet<>();
      Set<String> heard = new HashSet<>();
      Set<Side> sides = new HashSet<>();
      for (Party party : call.parties()) {
        String person = person(party);
        people.add(person);
        if (party.side() != null) {
          heard.add(person);
          sides.add(party.side());
        }
      }
      long expected = quality.stream().mapToLong(StreamQuality::expected).sum();
      long lost = quality.stream().mapToLong(q -> q.lost() + q.overflow()).sum();
      boolean flawed =
          call.flags().contains(CallFlag.PACKET_LOSS)
              || call.flags().contains(CallFlag.RECORDER_OVERLOAD);
      int oneWay = call.flags().contains(CallFlag.ONE_WAY) ? 1 : 0;
      Instant end = call.end();
      return new Recording(
          call.id(),
          call.tenant(),
          call.start(),
          end == null || end.isBefore(call.start()) ? call.start() : end,
          Set.copyOf(call.callIds()),
          people,
          heard,
          quality.isEmpty()
              ? sides.size() - oneWay
              : (int) quality.stream().filter(q -> q.packets() > 0).count(),
          expected > 0 ? (double) lost / expected : flawed ? 1 : 0);
    }

    private static String person(Party party) {
      if (party.number() != null) {
        return "number " + party.number();
      }
      return party.aor() != null ? "address " + party.aor() : "name " + party.name();
    }

    Duration length() {
      return Duration.between(start, end);
    }
  }

  /**
   * Where a recording belongs.
   *
   * @param interaction the id of its earliest recording
   * @param duplicateOf the better copy of the same; null if there is none
   */
  public record Place(RecordingId interaction, @Nullable RecordingId duplicateOf) {}

  /** Whether an identifier may join recordings. */
  public static boolean isTelling(String callId) {
    return callId.length() >= SHORTEST_ID;
  }

  /** The places of all recordings that are not alone. */
  public static Map<RecordingId, Place> places(Collection<Recording> recordings) {
    Map<RecordingId, Recording> byId = new TreeMap<>();
    recordings.forEach(recording -> byId.put(recording.id(), recording));
    Groups interactions = new Groups();
    byTenantAndId(byId.values()).values().forEach(some -> join(some, interactions));
    Map<RecordingId, Place> places = new HashMap<>();
    for (List<RecordingId> ids : interactions.groups(byId.keySet())) {
      if (ids.size() > 1) {
        List<Recording> members = ids.stream().map(byId::get).toList();
        places(members, places);
      }
    }
    return places;
  }

  private static Map<String, List<Recording>> byTenantAndId(Collection<Recording> recordings) {
    Map<String, List<Recording>> sharing = new TreeMap<>();
    for (Recording recording : recordings) {
      if (recording.tenant().equals(TenantSlug.PLATFORM)) {
        continue;
      }
      for (String callId : recording.callIds()) {
        if (isTelling(callId)) {
          String key = recording.tenant().value() + " " + callId;
          sharing.computeIfAbsent(key, any -> new ArrayList<>()).add(recording);
        }
      }
    }
    return sharing;
  }

  /** Joins those with one identifier between which there is no longer gap. */
  private static void join(List<Recording> sharing, Groups interactions) {
    sharing.sort(Comparator.comparing(Recording::start).thenComparing(Recording::id));
    List<Recording> near = new ArrayList<>();
    Instant last = Instant.MIN;
    for (Recording recording : sharing) {
      if (!near.isEmpty() && recording.start().isAfter(last.plus(WINDOW))) {
        joinAll(near, interactions);
        near.clear();
      }
      last = near.isEmpty() || recording.end().isAfter(last) ? recording.end() : last;
      near.add(recording);
    }
    joinAll(near, interactions);
  }

  private static void joinAll(List<Recording> near, Groups interactions) {
    if (near.size() <= TOO_MANY) {
      near.forEach(recording -> interactions.join(near.getFirst().id(), recording.id()));
    }
  }

  private static void places(List<Recording> members, Map<RecordingId, Place> places) {
    RecordingId interaction = members.getFirst().id();
    Groups copies = new Groups();
    Map<RecordingId, Recording> byId = new HashMap<>();
    for (int i = 0; i < members.size(); i++) {
      byId.put(members.get(i).id(), members.get(i));
      for (int j = 0; j < i; j++) {
        if (isCopy(members.get(i), members.get(j))) {
          copies.join(members.get(i).id(), members.get(j).id());
        }
      }
    }
    for (List<RecordingId> same : copies.groups(byId.keySet())) {
      RecordingId best = same.stream().map(byId::get).min(BEST).orElseThrow().id();
      for (RecordingId id : same) {
        places.put(id, new Place(interaction, id.equals(best) ? null : best));
      }
    }
  }

  /** Whether two recordings are of the same people, heard alike, at the same time. */
  private static boolean isCopy(Recording one, Recording other) {
    Instant from = one.start().isAfter(other.start()) ? one.start() : other.start();
    Instant to = one.end().isBefore(other.end()) ? one.end() : other.end();
    Duration longer = one.length().compareTo(other.length()) > 0 ? one.length() : other.length();
    return from.isBefore(to)
        && Duration.between(from, to).toMillis() >= COMMON_PART * longer.toMillis()
        && !one.people().isEmpty()
        && one.people().equals(other.people())
        && one.heard().equals(other.heard())
        && one.callIds().stream().anyMatch(id -> isTelling(id) && other.callIds().contains(id));
  }

  /** Sets that are joined step by step; each is named by its smallest id. */
  private static final class Groups {
    private final Map<RecordingId, RecordingId> parents = new HashMap<>();

    private RecordingId root(RecordingId id) {
      RecordingId root = id;
      for (RecordingId up = parents.get(root); up != null; up = parents.get(root)) {
        root = up;
      }
      return root;
    }

    void join(RecordingId one, RecordingId other) {
      RecordingId a = root(one);
      RecordingId b = root(other);
      if (!a.equals(b)) {
        boolean first = a.compareTo(b) < 0;
        parents.put(first ? b : a, first ? a : b);
      }
    }

    /** Each group in the order of its ids. */
    Collection<List<RecordingId>> groups(Collection<RecordingId> ids) {
      Map<RecordingId, List<RecordingId>> groups = new TreeMap<>();
      ids.stream()
          .sorted()
          .forEach(id -> groups.computeIfAbsent(root(id), any -> new ArrayList<>()).add(id));
      return groups.values();
    }
  }
}

package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Interactions.Place;
import io.earwitness.call.Interactions.Recording;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InteractionsTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final TenantSlug ACME = new TenantSlug("acme");

  private static Recording recording(
      TenantSlug tenant, int minute, int minutes, Set<String> ids, Set<String> people) {
    return recording(tenant, minute, minutes, ids, people, 2, 0);
  }

  private static Recording recording(
      TenantSlug tenant,
      int minute,
      int minutes,
      Set<String> ids,
      Set<String> people,
      int sides,
      double loss) {
    Instant start = NOON.plus(Duration.ofMinutes(minute));
    return new Recording(
        RecordingId.draw(start),
        tenant,
        start,
        start.plus(Duration.ofMinutes(minutes)),
        ids,
        people,
        people,
        sides,
        loss);
  }

  private static Recording acme(int minute, int minutes, String... ids) {
    return recording(ACME, minute, minutes, Set.of(ids), Set.of("number +" + minute));
  }

  private static Map<RecordingId, Place> places(Recording... recordings) {
    return Interactions.places(List.of(recordings));
  }

  @Test
  void recordingsThatShareAnIdAreOneInteractionNamedByTheEarliest() {
    Recording first = acme(0, 3, "group-1", "session-1");
    Recording second = acme(4, 3, "group-1", "00042000811790762736");
    Recording third = acme(8, 3, "00042000811790762736");
    Recording stranger = acme(1, 3, "group-2");
    Place place = new Place(first.id(), null);
    assertThat(places(third, stranger, first, second))
        .isEqualTo(Map.of(first.id(), place, second.id(), place, third.id(), place));
  }

  @Test
  void nothingIsJoinedOverTenantsNorInQuarantine() {
    TenantSlug other = new TenantSlug("globex");
    Set<String> ids = Set.of("group-1");
    assertThat(
            places(
                recording(ACME, 0, 3, ids, Set.of()),
                recording(other, 0, 3, ids, Set.of()),
                recording(TenantSlug.PLATFORM, 0, 3, ids, Set.of()),
                recording(TenantSlug.PLATFORM, 1, 3, ids, Set.of())))
        .isEmpty();
  }

  @Test
  void theSameIdHoursLaterIsAnotherConversation() {
    Recording first = acme(0, 10, "group-1");
    assertThat(places(first, acme(10 + 120, 1, "group-1"))).hasSize(2);
    assertThat(places(first, acme(10 + 121, 1, "group-1"))).isEmpty();
    // One that bridges the gap joins both
    assertThat(places(first, acme(10 + 121, 1, "group-1"), acme(60, 1, "group-1"))).hasSize(3);
  }

  @Test
  void shortIdsAndThoseThatAllCallsShareJoinNothing() {
    assertThat(places(acme(0, 3, "12345"), acme(1, 3, "12345"))).isEmpty();
    List<Recording> many = new ArrayList<>();
    for (int i = 0; i < Interactions.TOO_MANY; i++) {
      many.add(acme(i, 3, "always the same"));
    }
    assertThat(Interactions.places(many)).hasSize(Interactions.TOO_MANY);
    many.add(acme(7, 3, "always the same"));
    assertThat(Interactions.places(many)).isEmpty();
  }

  @Test
  void theBestOfTwoCopiesHasBothSidesLostLessAndRanLonger() {
    Set<String> ids = Set.of("session-1");
    Set<String> people = Set.of("number +1", "number +2");
    Recording oneSided = recording(ACME, 0, 100, ids, people, 1, 0);
    Recording lossy = recording(ACME, 0, 100, ids, people, 2, 0.01);
    Recording shorter = recording(ACME, 1, 98, ids, people, 2, 0);
    Recording best = recording(ACME, 1, 99, ids, people, 2, 0);
    Map<RecordingId, Place> places = places(oneSided, lossy, shorter, best);
    RecordingId interaction = smaller(oneSided, lossy);
    assertThat(places.get(best.id())).isEqualTo(new Place(interaction, null));
    for (Recording worse : List.of(oneSided, lossy, shorter)) {
      assertThat(places.get(worse.id())).isEqualTo(new Place(interaction, best.id()));
    }
    assertThat(places(oneSided, lossy).get(oneSided.id()))
        .isEqualTo(new Place(interaction, lossy.id()));
    assertThat(places(lossy, shorter))
        .containsEntry(lossy.id(), new Place(smaller(lossy, shorter), shorter.id()));
    assertThat(places(shorter, best))
        .containsEntry(shorter.id(), new Place(smaller(shorter, best), best.id()));
  }

  private static RecordingId smaller(Recording one, Recording other) {
    return one.id().compareTo(other.id()) < 0 ? one.id() : other.id();
  }

  @Test
  void otherPeopleAnotherTimeOrTheOtherEndIsNoCopy() {
    Set<String> ids = Set.of("session-1");
    Set<String> people = Set.of("number +1", "number +2");
    Recording call = recording(ACME, 0, 10, ids, people);
    assertThat(places(call, recording(ACME, 0, 10, ids, Set.of("number +1"))).values())
        .hasSize(2)
        .allMatch(place -> place.duplicateOf() == null);
    assertThat(places(call, recording(ACME, 10, 10, ids, people)).values())
        .hasSize(2)
        .allMatch(place -> place.duplicateOf() == null);
    assertThat(places(call, recording(ACME, 3, 7, ids, people)).values())
        .hasSize(2)
        .allMatch(place -> place.duplicateOf() == null);
    // A built-in bridge: each of two recordings has the voice of one end
    Recording near =
        new Recording(
            call.id(), ACME, call.start(), call.end(), ids, people, Set.of("number +1"), 1, 0);
    Recording far =
        new Recording(
            RecordingId.draw(NOON), ACME, NOON, call.end(), ids, people, Set.of("number +2"), 1, 0);
    assertThat(places(near, far).values())
        .hasSize(2)
        .allMatch(place -> place.duplicateOf() == null);
  }

  /** Against pairs joined step by step until nothing changes, and in every order alike. */
  @Test
  void whateverTheOrderTheAnswerIsThatOfBruteForce() {
    Random random = new Random(7866);
    int joined = 0;
    for (int round = 0; round < 300; round++) {
      List<Recording> recordings = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Set<String> ids = new HashSet<>();
        for (int k = random.nextInt(3); k >= 0; k--) {
          ids.add("id-number-" + random.nextInt(9));
        }
        recordings.add(
            recording(
                new TenantSlug(random.nextInt(4) == 0 ? "globex" : "acme"),
                random.nextInt(900),
                random.nextInt(60),
                ids,
                Set.of("number +" + random.nextInt(2))));
      }
      Map<RecordingId, Place> places = Interactions.places(recordings);
      Map<RecordingId, RecordingId> expected = bruteForce(recordings);
      Map<RecordingId, RecordingId> found = new HashMap<>();
      places.forEach((id, place) -> found.put(id, place.interaction()));
      assertThat(found).isEqualTo(expected);
      joined += found.size();
      for (int k = 0; k < 5; k++) {
        Collections.shuffle(recordings, random);
        assertThat(Interactions.places(recordings)).isEqualTo(places);
      }
    }
    assertThat(joined).as("recordings that are not alone").isBetween(300, 3_300);
  }

  private static Map<RecordingId, RecordingId> bruteForce(List<Recording> recordings) {
    Map<RecordingId, RecordingId> smallest = new HashMap<>();
    recordings.forEach(one -> smallest.put(one.id(), one.id()));
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Recording one : recordings) {
        for (Recording other : recordings) {
          RecordingId a = Objects.requireNonNull(smallest.get(one.id()));
          RecordingId b = Objects.requireNonNull(smallest.get(other.id()));
          if (belongTogether(one, other) && a.compareTo(b) < 0) {
            smallest.put(other.id(), a);
            changed = true;
          }
        }
      }
    }
    Map<RecordingId, RecordingId> together = new HashMap<>();
    smallest.forEach(
        (id, name) -> {
          if (Collections.frequency(smallest.values(), name) > 1) {
            together.put(id, name);
          }
        });
    return together;
  }

  private static boolean belongTogether(Recording one, Recording other) {
    Duration gap =
        one.start().isAfter(other.start())
            ? Duration.between(other.end(), one.start())
            : Duration.between(one.end(), other.start());
    return one.tenant().equals(other.tenant())
        && !Collections.disjoint(one.callIds(), other.callIds())
        && gap.compareTo(Interactions.WINDOW) <= 0;
  }
}

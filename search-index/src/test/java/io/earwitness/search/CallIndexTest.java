package io.earwitness.search;

import static io.earwitness.search.Calls.ACME;
import static io.earwitness.search.Calls.ALL;
import static io.earwitness.search.Calls.NOON;
import static io.earwitness.search.Calls.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.CallScope;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.Announcement;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.VendorDatum;
import io.earwitness.search.CallSearch.Page;
import io.earwitness.search.CallSearch.Query;
import io.earwitness.search.CallSearch.Sort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallIndexTest {
  private static final CallScope WHOLE = new CallScope.WholeTenant(ACME);

  @TempDir private Path folder;
  private CallIndex index;
  private long position;

  @BeforeEach
  void open() throws IOException {
    index = new CallIndex(folder);
    position = index.position("epoch-1");
  }

  @AfterEach
  void close() throws IOException {
    index.close();
  }

  private void add(CallEntry... calls) throws IOException {
    List<CallEntry> entries = List.of(calls);
    index.apply(entries.stream().map(c -> c.summary().id()).toList(), entries, ++position);
  }

  private List<RecordingId> find(@Nullable String text, @Nullable String number) {
    return index.search(WHOLE, with(text, number)).ids();
  }

  private static Query with(@Nullable String text, @Nullable String number) {
    return new Query(
        text,
        null,
        null,
        number,
        null,
        null,
        null,
        null,
        null,
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        Sort.NEWEST_FIRST,
        50,
        null);
  }

  @Test
  void numbersAreFoundWholeByTheirBeginningAndByTheirLastDigits() throws IOException {
    CallEntry call = Calls.call("Anna Berg", "+49 (30) 123-4711");
    add(call, Calls.call("Somebody Else", "+12025550111"));
    List<RecordingId> expected = List.of(call.summary().id());

    assertThat(find(null, "+49301234711")).isEqualTo(expected);
    assertThat(find(null, "+49 30 1234711")).isEqualTo(expected);
    assertThat(find(null, "+4930*")).isEqualTo(expected);
    assertThat(find(null, "*4711")).isEqualTo(expected);
    assertThat(find("4711", null)).isEqualTo(expected);
    assertThat(find(null, "4711")).isEmpty();
    assertThat(find(null, "*471")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4930901820",
        "+4930901820",
        "+49 30 901820",
        "+49 (30) 901820",
        "+49 (0)30 901820",
        "+49 (0) 30 / 901 820",
        "(+49) 30-901820",
        "+49\u00a030\u2011901820",
        "0049 30 901820",
        "(030) 901820",
        "030 / 901820",
        "030901820",
        "0 30 90 18 20",
        "*1820",
        "*18 20",
        "4930*",
        "+49 30*",
        "1820",
        "+49 30",
        "Anna +49 30 901820",
        "+49 30 901820 berg",
        "(030) 901820 anna berg",
        "*1820 4930*",
        "+49 30 901820 +1 202 5550111",
      })
  void theFreeTextFindsANumberHoweverItIsWritten(String text) throws IOException {
    CallEntry call =
        Calls.call(
            ACME,
            NOON,
            Duration.ZERO,
            List.of(
                Calls.party("Anna Berg", "+4930901820"), Calls.party("Ben Smith", "+12025550111")),
            CallState.CLOSED);
    add(call, Calls.call("Carol Desk", "+4930901821"), Calls.call("Dan Desk", "+4989901820"));
    assertThat(find(text, null)).contains(call.summary().id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+49 30 901821",
        "(040) 901820",
        "030 90182",
        "*182",
        "49 31*",
        "*1820*",
        "+49 30 901820 +1 202 5550112",
        "Carol +49 30 901820",
      })
  void theFreeTextDoesNotFindAnotherNumber(String text) throws IOException {
    add(Calls.call("Anna Berg", "+4930901820"));
    assertThat(find(text, null)).isEmpty();
  }

  @Test
  void aNumberInTheFreeTextFindsNoMoreThanItSays() throws IOException {
    CallEntry berlin = Calls.call("Anna Berg", "+4930901820");
    add(berlin, Calls.call("Ben Smith", "+4989901820"), Calls.call("Carol", "+49309018201"));
    assertThat(find("(030) 901820", null)).containsExactly(berlin.summary().id());
    assertThat(find("0049 89 901820", null)).hasSize(1);
    assertThat(find("*901820", null)).hasSize(2);
  }

  @Test
  void digitsInNamesAndIdsAreNotTakenForPartsOfANumber() throws IOException {
    CallEntry call =
        Calls.call(
            ACME,
            NOON,
            Duration.ZERO,
            List.of(
                Calls.party("Studio 54", "+4930901820"), Calls.party("Room 12 7", "+12025550111")),
            CallState.CLOSED);
    add(call, Calls.call("Studio 55", "+3"));
    List<RecordingId> expected = List.of(call.summary().id());
    assertThat(find("studio 54", null)).isEqualTo(expected);
    assertThat(find("studio 54 901820", null)).isEqualTo(expected);
    assertThat(find("901820 54 studio", null)).isEqualTo(expected);
    assertThat(find("room 12 7", null)).isEqualTo(expected);
    assertThat(find("12 +49 30 901820", null)).isEqualTo(expected);
    assertThat(find("54 " + call.summary().callIds().getFirst(), null)).isEqualTo(expected);
    assertThat(find(call.summary().id() + " (030) 901820", null)).isEqualTo(expected);
  }

  @Test
  void namesAreFoundByWordsAndTheirBeginningsWhateverTheCaseAndAccents() throws IOException {
    CallEntry call = Calls.call("Chloé O'Neill-Müller", "+1");
    add(call, Calls.call("Anna Berg", "+2"));
    List<RecordingId> expected = List.of(call.summary().id());

    assertThat(find("chloe", null)).isEqualTo(expected);
    assertThat(find("MULL chl", null)).isEqualTo(expected);
    assertThat(find("O'Neill-Müller", null)).isEqualTo(expected);
    assertThat(find("chloe berg", null)).isEmpty();
  }

  @Test
  void whatTheSrcToldIsFoundByItsValue() throws IOException {
    CallEntry call =
        Calls.telling(
            Calls.call("Anna Berg", "+1"),
            new VendorDatum("ucid", "00FA0800A1B2C36AE0D1F2;encoding=hex"),
            new VendorDatum("realm", "Access-London"),
            new VendorDatum("Diversion", "<sip:carol@acme.example>;reason=no-answer"));
    add(call);
    add(Calls.telling(Calls.call("Bo Chen", "+2"), new VendorDatum("realm", "access-paris")));
    List<RecordingId> expected = List.of(call.summary().id());
    for (String text :
        List.of(
            "00fa0800a1b2c36ae0d1f2",
            "00FA0800A1B2C36AE0D1F2;encoding=hex",
            "access-london",
            "sip:carol@acme.example",
            "<sip:carol@acme.example>",
            "anna access-london")) {
      assertThat(find(text, null)).as(text).isEqualTo(expected);
    }
    assertThat(find("00fa0800a1b2c36ae0d1f3", null)).isEmpty();
  }

  @Test
  void callIdsAndRecordingIdsAreFound() throws IOException {
    CallEntry call = Calls.call("Anna Berg", "+1");
    add(call);
    String callId = call.summary().callIds().getFirst();
    assertThat(find(callId.toUpperCase(java.util.Locale.ROOT), null)).hasSize(1);
    assertThat(find(call.summary().id().toString(), null)).hasSize(1);
    Query byCallId =
        new Query(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Set.of(),
            Set.of(),
            Set.of(),
            callId,
            Sort.NEWEST_FIRST,
            50,
            null);
    assertThat(index.search(WHOLE, byCallId).ids()).hasSize(1);
  }

  @Test
  void anotherTenantsCallIsNeitherFoundNorCountedNorIncluded() throws IOException {
    CallEntry mine = Calls.call("Anna Berg", "+1");
    CallEntry other =
        Calls.call(
            OTHER, NOON, Duration.ZERO, List.of(Calls.party("Anna Berg", "+1")), CallState.CLOSED);
    add(mine, other);
    Page page = index.search(WHOLE, ALL);
    assertThat(page.ids()).containsExactly(mine.summary().id());
    assertThat(page.total()).isEqualTo(1);
    assertThat(index.includes(WHOLE, mine.summary().id())).isTrue();
    assertThat(index.includes(WHOLE, other.summary().id())).isFalse();
  }

  @Test
  void aScopeOfUsersAndTeamsShowsTheirCallsOnlyAndAnEmptyOneNone() throws IOException {
    CallEntry anna =
        Calls.call(
            ACME,
            NOON,
            Duration.ZERO,
            List.of(Calls.holder("Anna", "+1", "anna", List.of("sales"))),
            CallState.CLOSED);
    CallEntry ben =
        Calls.call(
            ACME,
            NOON,
            Duration.ZERO,
            List.of(Calls.holder("Ben", "+2", "ben", List.of("desk"))),
            CallState.CLOSED);
    add(anna, ben);
    assertThat(index.search(new CallScope.Of(ACME, Set.of("anna"), Set.of()), ALL).ids())
        .containsExactly(anna.summary().id());
    assertThat(index.search(new CallScope.Of(ACME, Set.of(), Set.of("desk")), ALL).ids())
        .containsExactly(ben.summary().id());
    assertThat(index.search(new CallScope.Of(ACME, Set.of("anna"), Set.of("desk")), ALL).ids())
        .hasSize(2);
    assertThat(index.search(new CallScope.Of(ACME, Set.of(), Set.of()), ALL).total()).isZero();
    assertThat(index.search(new CallScope.Of(OTHER, Set.of("anna"), Set.of()), ALL).total())
        .isZero();
  }

  @Test
  void aCallThatChangesIsReplacedAndOneThatIsGoneIsRemoved() throws IOException {
    CallEntry call = Calls.call("Anna Berg", "+1");
    add(call);
    CallSummary s = call.summary();
    CallEntry renamed =
        new CallEntry(
            new CallSummary(
                s.id(),
                s.tenant(),
                CallState.ARCHIVED,
                s.start(),
                s.end(),
                s.zone(),
                Direction.OUTBOUND,
                List.of(Calls.party("Carol Desk", "+3")),
                Set.of(),
                List.of(),
                s.node(),
                s.matchedRule(),
                "2",
                null,
                null),
            2,
            null);
    add(renamed);
    assertThat(find("anna", null)).isEmpty();
    assertThat(find("carol", null)).containsExactly(s.id());
    index.apply(List.of(s.id()), List.of(), ++position);
    assertThat(index.search(WHOLE, ALL).total()).isZero();

    add(renamed);
    assertThat(find("carol", null)).containsExactly(s.id());
    CallSummary disposed =
        renamed.summary().withState(CallState.DISPOSED, s.end(), renamed.summary().flags());
    add(new CallEntry(disposed, 3, null));
    assertThat(index.search(WHOLE, ALL).total()).as("disposed of").isZero();
  }

  @Test
  void everyQueryAgreesWithABruteForceEvaluationAndPagesJoinWithoutGapOrRepeat()
      throws IOException {
    List<CallEntry> calls = Calls.random(2_000, 7);
    add(calls.toArray(CallEntry[]::new));
    Random random = new Random(11);
    for (int i = 0; i < 150; i++) {
      Instant from = random.nextBoolean() ? NOON.plusSeconds(random.nextInt(80)) : null;
      Instant to =
          random.nextBoolean()
              ? (from == null ? NOON : from).plusSeconds(1 + random.nextInt(50))
              : null;
      Duration min = random.nextBoolean() ? Duration.ofSeconds(random.nextInt(30)) : null;
      Duration max =
          random.nextBoolean()
              ? (min == null ? Duration.ZERO : min).plusSeconds(random.nextInt(30))
              : null;
      String digits = "4930100" + (100 + random.nextInt(100));
      String number =
          switch (random.nextInt(4)) {
            case 0 -> "+" + digits.substring(0, 8) + "*";
            case 1 -> "*" + digits.substring(7);
            case 2 -> "+" + digits;
            default -> null;
          };
      String team = random.nextInt(4) == 0 ? "team-" + random.nextInt(5) : null;
      Set<CallState> states = random.nextBoolean() ? Set.of(CallState.ARCHIVED) : Set.of();
      Sort sort = Sort.values()[random.nextInt(3)];
      Predicate<CallSummary> matches =
          c ->
              c.tenant().equals(ACME)
                  && (from == null || !c.start().isBefore(from))
                  && (to == null || c.start().isBefore(to))
                  && (min == null || length(c).compareTo(min) >= 0)
                  && (max == null || length(c).compareTo(max) <= 0)
                  && (states.isEmpty() || states.contains(c.state()))
                  && (team == null
                      || c.parties().stream().anyMatch(p -> p.teamIds().contains(team)))
                  && (number == null
                      || c.parties().stream().anyMatch(p -> numberMatches(p, number)));
      List<RecordingId> expected =
          calls.stream()
              .map(CallEntry::summary)
              .filter(matches)
              .sorted(order(sort))
              .map(CallSummary::id)
              .toList();

      List<RecordingId> found = new ArrayList<>();
      String cursor = null;
      do {
        Page page =
            index.search(
                WHOLE,
                new Query(
                    null, from, to, number, null, team, null, min, max, states, Set.of(), Set.of(),
                    null, sort, 37, cursor));
        assertThat(page.total()).isEqualTo(expected.size());
        assertThat(page.exact()).isTrue();
        found.addAll(page.ids());
        cursor = page.next();
      } while (cursor != null);
      assertThat(found).isEqualTo(expected);
    }
  }

  private static Duration length(CallSummary call) {
    return Objects.requireNonNull(call.duration());
  }

  private static boolean numberMatches(Party party, String number) {
    String plain = party.number();
    if (plain == null) {
      return false;
    }
    if (number.endsWith("*")) {
      return plain.startsWith(number.substring(0, number.length() - 1));
    }
    return number.startsWith("*") ? plain.endsWith(number.substring(1)) : plain.equals(number);
  }

  private static Comparator<CallSummary> order(Sort sort) {
    return switch (sort) {
      case NEWEST_FIRST ->
          Comparator.comparing(CallSummary::start).thenComparing(c -> c.id().toString()).reversed();
      case OLDEST_FIRST ->
          Comparator.comparing(CallSummary::start).thenComparing(c -> c.id().toString());
      case LONGEST_FIRST ->
          Comparator.comparing(CallIndexTest::length)
              .thenComparing(c -> c.id().toString())
              .reversed();
    };
  }

  @Test
  void aNewCallBetweenTwoPagesNeitherRepeatsNorSkipsAnything() throws IOException {
    List<CallEntry> calls = Calls.random(100, 3);
    add(calls.toArray(CallEntry[]::new));
    Page first = index.search(WHOLE, limit(10, null));
    add(Calls.call(ACME, NOON.plusSeconds(1_000), Duration.ZERO, List.of(), CallState.CLOSED));
    Page second = index.search(WHOLE, limit(10, first.next()));
    List<RecordingId> expected =
        calls.stream()
            .map(CallEntry::summary)
            .filter(c -> c.tenant().equals(ACME))
            .sorted(order(Sort.NEWEST_FIRST))
            .map(CallSummary::id)
            .limit(20)
            .toList();
    List<RecordingId> both = new ArrayList<>(first.ids());
    both.addAll(second.ids());
    assertThat(both).isEqualTo(expected);
  }

  @Test
  void tagsAreFoundOnCallsWhereTheyMayBeSeen() throws IOException {
    CallEntry both = tagged(call("u-anna"), "complaint", "vip");
    CallEntry one = tagged(call("u-bert"), "vip");
    add(both, one, call("u-anna"));

    assertThat(tagged(WHOLE, "vip")).containsExactlyInAnyOrder(id(both), id(one));
    assertThat(tagged(WHOLE, "vip", "complaint")).containsExactly(id(both));
    assertThat(tagged(WHOLE, "vi")).isEmpty();
    CallScope annas = new CallScope.Of(ACME, Set.of("u-anna"), Set.of());
    assertThat(tagged(annas, "vip")).containsExactly(id(both));
    add(tagged(one, "other"));
    assertThat(tagged(WHOLE, "vip")).containsExactly(id(both));
  }

  private static RecordingId id(CallEntry entry) {
    return entry.summary().id();
  }

  private static CallEntry call(String user) {
    return Calls.call(
        ACME,
        Calls.NOON,
        Duration.ofMinutes(1),
        List.of(Calls.holder("Agent", "+1202555", user, List.of())),
        CallState.CLOSED);
  }

  private static CallEntry tagged(CallEntry entry, String... tags) {
    return new CallEntry(entry.summary(), 1, null, null, null, null, List.of(tags));
  }

  private List<RecordingId> tagged(CallScope seenOn, String... tags) {
    Query any = with(null, null);
    return index
        .search(
            WHOLE,
            new Query(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                any.sort(),
                any.limit(),
                null,
                new CallSearch.Tagged(Set.of(tags), seenOn)))
        .ids();
  }

  private static Query limit(int limit, @Nullable String cursor) {
    return new Query(
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        Sort.NEWEST_FIRST,
        limit,
        cursor);
  }

  private static CallEntry judged(CallEntry entry, AnnouncementVerdict... verdicts) {
    List<Announcement.OfParty> parties = new ArrayList<>();
    for (AnnouncementVerdict verdict : verdicts) {
      parties.add(new Announcement.OfParty(null, verdict, "", null));
    }
    CallSummary call = entry.summary();
    return new CallEntry(
        call,
        entry.version(),
        new ArchivedCall(
            call.id(),
            call.tenant(),
            CallState.ARCHIVED,
            0,
            "a",
            "k",
            "v",
            call.start(),
            call.start(),
            null,
            1,
            2,
            "flac",
            1,
            List.of(),
            Set.of(),
            null,
            new Announcement(1, "everybody", AnnouncementMode.ANNOUNCE, parties),
            null));
  }

  private List<RecordingId> announced(AnnouncementVerdict... verdicts) {
    Query all = limit(50, null);
    return index
        .search(
            WHOLE,
            new Query(
                all.text(),
                all.from(),
                all.to(),
                all.number(),
                all.person(),
                all.team(),
                all.direction(),
                all.minDuration(),
                all.maxDuration(),
                all.states(),
                all.flags(),
                Set.of(verdicts),
                all.callId(),
                all.sort(),
                all.limit(),
                all.cursor()))
        .ids();
  }

  @Test
  void callsAreFoundByTheWorstVerdictOnTheirAnnouncement() throws IOException {
    Map<AnnouncementVerdict, RecordingId> byVerdict = new EnumMap<>(AnnouncementVerdict.class);
    for (AnnouncementVerdict verdict : AnnouncementVerdict.values()) {
      CallEntry entry = judged(Calls.call("Anna Berg", "+1"), AnnouncementVerdict.EXEMPT, verdict);
      byVerdict.put(verdict, entry.summary().id());
      add(entry);
    }
    add(Calls.call("Anna Berg", "+1"));
    byVerdict.forEach(
        (verdict, id) -> assertThat(announced(verdict)).as(verdict.toString()).containsExactly(id));
    assertThat(announced(AnnouncementVerdict.MISSING, AnnouncementVerdict.INTERRUPTED)).hasSize(2);
    assertThat(announced()).hasSize(6);
  }

  @Test
  void malformedQueriesSayWhatIsWrong() {
    assertThatThrownBy(() -> find(null, "abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'abc' is no number");
    assertThatThrownBy(() -> find(null, "*12*")).hasMessageContaining("one end only");
    assertThatThrownBy(() -> index.search(WHOLE, limit(0, null))).hasMessageContaining("1..500");
    assertThatThrownBy(() -> index.search(WHOLE, limit(10, "nonsense")))
        .hasMessageContaining("cursor");
  }

  @Test
  void positionAndCallsSurviveACloseAndANewEpochBeginsAnew() throws IOException {
    add(Calls.call("Anna Berg", "+1"));
    index.close();
    index = new CallIndex(folder);
    assertThat(index.position("epoch-1")).isEqualTo(1);
    assertThat(find("anna", null)).hasSize(1);
    assertThat(index.position("epoch-2")).isZero();
  }

  @Test
  void aDamagedIndexIsBuiltAnew() throws IOException {
    add(Calls.call("Anna Berg", "+1"));
    index.close();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("seg")).toList()) {
        Files.writeString(file, "not an index");
      }
    }
    index = new CallIndex(folder);
    assertThat(index.position("epoch-1")).isZero();
    add(Calls.call("Anna Berg", "+1"));
    assertThat(find("anna", null)).hasSize(1);
  }

  @Test
  void aSecondProcessOnTheSameFolderIsToldSo() {
    assertThatThrownBy(() -> new CallIndex(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use by another process");
  }

  @Test
  void anIndexWhoseDiskWasFullGoesOnFromItsLastCommit() throws IOException {
    index.close();
    DiskThatFills disk = new DiskThatFills(folder);
    index = new CallIndex(disk);
    position = index.position("epoch-1");
    CallEntry committed = Calls.call("Anna Berg", "+1");
    CallEntry uncommitted = Calls.call("Ben Smith", "+2");
    CallEntry refused = Calls.call("Carol Desk", "+3");
    add(committed);
    index.commit();
    add(uncommitted);
    disk.full = true;
    for (int round = 0; round < 3; round++) {
      assertThatThrownBy(() -> add(refused)).isInstanceOf(IOException.class);
      assertThat(find("anna", null)).hasSize(1);
      position = index.position("epoch-1");
      assertThat(position).isEqualTo(1);
    }
    assertThat(find("ben", null)).isEmpty();
    disk.full = false;
    add(uncommitted);
    add(refused);
    assertThat(index.search(WHOLE, ALL).total()).isEqualTo(3);
    index.close();
    index = new CallIndex(folder);
    assertThat(index.position("epoch-1")).isEqualTo(3);
    assertThat(index.search(WHOLE, ALL).total()).isEqualTo(3);
  }

  @Test
  void anIndexThatCannotBeWrittenWhenItClosesIsLetGoAllTheSame() throws IOException {
    index.close();
    DiskThatFills disk = new DiskThatFills(folder);
    CallIndex failing = new CallIndex(disk);
    disk.full = true;
    assertThatThrownBy(failing::close).isInstanceOf(IOException.class);
    index = new CallIndex(folder);
  }
}

package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.Announcements.ConflictException;
import io.earwitness.archive.catalog.Announcements.Prompt;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.archive.catalog.generated.Tables;
import io.earwitness.call.Announcement;
import io.earwitness.call.AnnouncementFallback;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnnouncementsTest {
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final Announcements announcements = database.announcements();

  AnnouncementsTest() throws Exception {}

  @BeforeAll
  void tenants() {
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "test");
    }
  }

  @AfterAll
  void close() {
    database.close();
  }

  private Prompt add(String name, String language, String digit) {
    return announcements.add(
        ACME,
        new Prompt(
            new PromptKey(name, language, 1),
            "what it says",
            digit.repeat(64),
            3400,
            Instant.EPOCH,
            "",
            null,
            null),
        key -> "sealed " + key,
        "user:rita@acme");
  }

  private long journalled(TenantSlug tenant, String kind) {
    return database
        .transactions()
        .inTenant(
            tenant,
            sql ->
                (long)
                    sql.fetchCount(
                        Tables.JOURNAL_ENTRY,
                        Tables.JOURNAL_ENTRY
                            .TENANT
                            .eq(tenant.value())
                            .and(Tables.JOURNAL_ENTRY.KIND.eq(kind))));
  }

  @Test
  void eachSoundIsTheNextVersionAndTheSameOneIsNone() {
    long before = journalled(ACME, "announcement-prompt.add");
    Prompt first = add("greeting", "en", "a");
    assertThat(first.key().version()).isEqualTo(1);
    assertThat(first.addedBy()).isEqualTo("user:rita@acme");
    assertThat(add("greeting", "en", "a")).isEqualTo(first);
    assertThat(add("greeting", "en", "b").key().version()).isEqualTo(2);
    assertThat(add("greeting", "de", "c").key().version()).isEqualTo(1);
    assertThat(journalled(ACME, "announcement-prompt.add")).isEqualTo(before + 3);
    assertThat(announcements.sound(ACME, new PromptKey("greeting", "en", 2)))
        .hasValue("sealed greeting/en/v2");
    assertThat(announcements.sound(GLOBEX, new PromptKey("greeting", "en", 2))).isEmpty();
    assertThat(announcements.prompts(GLOBEX)).isEmpty();
  }

  @Test
  void whatIsWithdrawnStaysAndIsCurrentNoMore() {
    PromptKey key = add("old", "en", "d").key();
    assertThat(announcements.withdraw(ACME, key, "user:rita@acme")).isTrue();
    assertThat(announcements.withdraw(ACME, key, "user:rita@acme")).isFalse();
    Prompt withdrawn =
        announcements.prompts(ACME).stream()
            .filter(each -> each.key().equals(key))
            .findFirst()
            .orElseThrow();
    assertThat(withdrawn.withdrawnBy()).isEqualTo("user:rita@acme");
    assertThat(withdrawn.isCurrent(Instant.now().plusSeconds(1))).isFalse();
    assertThat(withdrawn.isCurrent(withdrawn.addedAt().minusNanos(1))).isFalse();
    // The same sound again is a new version, since the old one is out of use
    assertThat(add("old", "en", "d").key().version()).isEqualTo(2);
  }

  @Test
  void wrongNamesAndLanguagesAreRefused() {
    assertThatThrownBy(() -> add("Not a name", "en", "e"))
        .hasMessageContaining("no name of a prompt");
    assertThatThrownBy(() -> add("right", "xx", "e")).hasMessageContaining("'xx' is no language");
  }

  private static AnnouncementRule rule(String name) {
    return new AnnouncementRule(
        name,
        Set.of("t-1"),
        List.of("+49*"),
        Set.of(Direction.INBOUND),
        Set.of("DE"),
        Set.of("de"),
        AnnouncementMode.ANNOUNCE,
        "greeting",
        "en",
        true,
        AnnouncementFallback.DO_NOT_CONNECT);
  }

  @Test
  void aPolicyIsReadAsItWasWrittenAndEveryVersionStays() {
    List<AnnouncementRule> rules = List.of(rule("a"), rule("b"));
    var table = AnnouncementPolicy.usualJurisdictions();
    AnnouncementPolicy first = announcements.setPolicy(GLOBEX, 0, table, rules, "user:rg@globex");
    assertThat(first).isEqualTo(new AnnouncementPolicy(1, table, rules));
    assertThat(announcements.setPolicy(GLOBEX, 1, table, rules, "x")).isEqualTo(first);
    announcements.setPolicy(GLOBEX, 1, List.of(), List.of(rule("b")), "user:rg@globex");
    assertThat(announcements.policies(GLOBEX))
        .extracting(Announcements.PolicyVersion::policy)
        .containsExactly(new AnnouncementPolicy(2, List.of(), List.of(rule("b"))), first);
    assertThat(journalled(GLOBEX, "announcement-policy.set")).isEqualTo(2);
    assertThatThrownBy(() -> announcements.setPolicy(GLOBEX, 1, table, rules, "x"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("at version 2 by now, not 1");
    assertThat(announcements.policies(ACME)).isEmpty();
  }

  @Test
  void theVerdictOnACallIsKeptWithItsArchive() {
    CallSummary call = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    database.calls().report(call);
    CallCatalog.ArchivedCall plain = TestCalls.archived(call, 0, CallState.ARCHIVED);
    Announcement announcement =
        new Announcement(
            3,
            "a",
            AnnouncementMode.ANNOUNCE,
            List.of(
                new Announcement.OfParty(
                    Side.LEFT,
                    AnnouncementVerdict.INTERRUPTED,
                    "cut",
                    new Announcement.Heard(Side.RIGHT, "greeting/en/v2", 1200, 0.4, 0, 0.6)),
                new Announcement.OfParty(null, AnnouncementVerdict.EXEMPT, "own", null)));
    database
        .calls()
        .archived(
            new CallCatalog.ArchivedCall(
                plain.id(),
                plain.tenant(),
                plain.outcome(),
                plain.generation(),
                plain.attempt(),
                plain.manifestKey(),
                plain.manifestVersionId(),
                plain.archivedAt(),
                plain.keepUntil(),
                plain.audioStart(),
                plain.durationMs(),
                plain.channels(),
                plain.codec(),
                plain.mediaBytes(),
                plain.quality(),
                plain.flags(),
                plain.verifiedAt(),
                announcement,
                null));
    CallCatalog.ArchivedCall kept =
        Objects.requireNonNull(database.calls().find(ACME, call.id()).orElseThrow().archive());
    assertThat(kept.announcement()).isEqualTo(announcement);
  }

  private static PlayedAnnouncement played(TenantSlug tenant, String node, String callId) {
    Instant now = Instant.now();
    return new PlayedAnnouncement(
        UUID.randomUUID(),
        tenant,
        node,
        "recording/en/v1",
        now.minusSeconds(4),
        now,
        true,
        "played to its end, PCMA",
        List.of(callId),
        List.of("12025550101", "4930123456"));
  }

  private static CallSummary call(TenantSlug tenant, Instant start, String id, String... numbers) {
    return new CallSummary(
        RecordingId.draw(start),
        tenant,
        CallState.CLOSED,
        start,
        start.plusSeconds(60),
        ZoneOffset.UTC,
        Direction.INBOUND,
        Stream.of(numbers)
            .map(number -> new Party(null, number, null, null, null, List.of()))
            .toList(),
        Set.of(),
        List.of(id),
        "node-1",
        "rule",
        "1",
        null,
        null);
  }

  @Test
  void what_was_played_is_found_for_its_call_by_id_or_by_both_numbers_and_by_nobody_elses() {
    AnnouncementPlays plays = database.announcementPlays();
    Instant since = Instant.now().minusSeconds(60);
    PlayedAnnouncement play = played(ACME, "node-2", "Call-7@SBC");
    assertThat(plays.enter(play)).isTrue();
    assertThat(plays.enter(play)).isTrue();
    Instant start = play.to();
    assertThat(plays.of(call(ACME, start, "call-7@sbc")))
        .singleElement()
        .satisfies(found -> assertThat(found.line()).isEqualTo(play.line()));
    assertThat(plays.of(call(ACME, start, "x", "+49 30 123456", "0012025550101"))).hasSize(1);
    assertThat(plays.of(call(ACME, start, "x", "+4930123456", "+1202"))).isEmpty();
    assertThat(plays.of(call(GLOBEX, start, "call-7@sbc"))).isEmpty();
    assertThat(plays.of(call(ACME, start.plusSeconds(7200), "call-7@sbc"))).isEmpty();
    assertThat(plays.of(call(ACME, start.plusSeconds(900), "x", "+4930123456", "+12025550101")))
        .isEmpty();
    assertThat(plays.enteredByOthers("node-1", since, 100).plays())
        .extracting(PlayedAnnouncement::id)
        .contains(play.id());
    assertThat(plays.enteredByOthers("node-2", since, 100).plays())
        .extracting(PlayedAnnouncement::id)
        .doesNotContain(play.id());
    assertThat(plays.enter(played(new TenantSlug("nobody"), "node-2", "x"))).isFalse();
  }

  @Test
  void prompts_of_all_tenants_in_use_are_known_to_recorders() {
    AnnouncementPlays plays = database.announcementPlays();
    String before = plays.promptsVersion();
    Prompt prompt = add("played-by-recorders", "en", "9");
    assertThat(plays.promptsVersion()).isNotEqualTo(before);
    assertThat(plays.promptsInUse())
        .contains(new AnnouncementPlays.OwnedPrompt(ACME, prompt.key(), prompt.sha256()));
    String between = plays.promptsVersion();
    announcements.withdraw(ACME, prompt.key(), "test");
    assertThat(plays.promptsVersion()).isNotEqualTo(between);
    assertThat(plays.promptsInUse())
        .noneMatch(each -> each.key().name().equals("played-by-recorders"));
  }
}

package io.earwitness.archive;

import static io.earwitness.archive.media.Spoken.NEAR_MISS;
import static io.earwitness.archive.media.Spoken.PROMPT;
import static io.earwitness.archive.media.Spoken.TALK;
import static io.earwitness.archive.media.Spoken.join;
import static io.earwitness.archive.media.Spoken.part;
import static io.earwitness.archive.media.Spoken.silence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.media.FlacEncoder;
import io.earwitness.archive.media.G711;
import io.earwitness.archive.media.PromptPrint;
import io.earwitness.call.Announcement;
import io.earwitness.call.AnnouncementFallback;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.Side;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an archived call shows of its announcement. Left is a customer, right the tenant's own. */
class AnnouncementCheckTest {
  private static final byte[] MU_LAW = muLaw();

  @TempDir private Path folder;
  private ArchiverWorld world;
  private final CallSummary call = TestCalls.call(parties());
  private final FakeDuties duties = new FakeDuties();

  @BeforeEach
  void open() throws Exception {
    world = new ArchiverWorld(folder);
    world.announcements = duties;
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static List<Party> parties() {
    return List.of(
        new Party(Side.LEFT, "+14155550123", "Carol", null, null, List.of()),
        new Party(Side.RIGHT, "+4930123", "Emma", null, "u-1", List.of()));
  }

  /** Asks for the prompt in every call of the other parties, or of all. */
  private static final class FakeDuties implements AnnouncementDuties {
    private boolean allParties;
    private boolean policy = true;
    private List<KnownPrompt> prompts =
        List.of(new KnownPrompt("recording/en/v1", PromptPrint.of(PROMPT)));
    private List<PlayedAnnouncement> played = List.of();
    private @Nullable Announcement judged;

    @Override
    public Optional<Duty> of(CallSummary call) {
      AnnouncementRule rule =
          new AnnouncementRule(
              "everywhere",
              Set.of(),
              List.of(),
              Set.of(),
              Set.of(),
              Set.of(),
              AnnouncementMode.ANNOUNCE,
              "recording",
              null,
              allParties,
              AnnouncementFallback.CONNECT_FLAGGED);
      return policy
          ? Optional.of(
              new Duty(
                  new AnnouncementPolicy.Decision(4, AnnouncementMode.ANNOUNCE, rule, "a rule"),
                  prompts))
          : Optional.empty();
    }

    @Override
    public List<PlayedAnnouncement> played(CallSummary call) {
      return played;
    }

    @Override
    public void judged(CallSummary call, Announcement announcement) {
      judged = announcement;
    }
  }

  private static byte[] muLaw() {
    short[] decoded = new short[256];
    byte[] codes = new byte[256];
    for (int i = 0; i < 256; i++) {
      codes[i] = (byte) i;
    }
    G711.decodeMuLaw(codes, 0, 256, decoded, 0);
    byte[] nearest = new byte[0x10000];
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      int best = 0;
      for (int code = 1; code < 256; code++) {
        if (Math.abs(decoded[code] - sample) < Math.abs(decoded[best] - sample)) {
          best = code;
        }
      }
      nearest[sample & 0xffff] = (byte) best;
    }
    return nearest;
  }

  private static void send(CaptureWriter.Session session, int stream, short[] samples) {
    for (int i = 0; i * 160 + 160 <= samples.length; i++) {
      ByteBuffer rtp =
          ByteBuffer.allocate(172)
              .put((byte) 0x80)
              .put((byte) 0)
              .putShort((short) i)
              .putInt(i * 160)
              .putInt(stream + 1);
      for (int k = 0; k < 160; k++) {
        rtp.put(MU_LAW[samples[i * 160 + k] & 0xffff]);
      }
      long arrival = TestCalls.START.toEpochMilli() * 1_000_000 + i * 20_000_000L;
      assertThat(session.packet(stream, arrival, MemorySegment.ofArray(rtp.array()), 0, 172))
          .isTrue();
    }
  }

  private Announcement archived(short[] left, short[] right, TimelineEvent... events)
      throws Exception {
    CaptureWriter.Session session = world.open(call);
    for (TimelineEvent event : events) {
      session.append(new CaptureEvent.Timeline(event.at(), event));
    }
    send(session, 0, left);
    send(session, 1, right);
    ArchiverWorld.close(session, left.length / 160);
    world.archiver().archive(world.take());
    Announcement announcement = Objects.requireNonNull(world.archive(call.id()).announcement());
    assertThat(world.record(TestCalls.TENANT, call.id()).announcement()).isEqualTo(announcement);
    assertThat(duties.judged).isEqualTo(announcement);
    return announcement;
  }

  @Test
  void aPromptOnTheOtherChannelIsVerifiedForThePartyThatHearsIt() throws Exception {
    Announcement announcement =
        archived(join(silence(6000), TALK), join(silence(1000), PROMPT, silence(500), TALK));
    assertThat(announcement.policyVersion()).isEqualTo(4);
    assertThat(announcement.rule()).isEqualTo("everywhere");
    assertThat(announcement.verdict()).isEqualTo(AnnouncementVerdict.VERIFIED);
    Announcement.OfParty customer = announcement.parties().get(0);
    assertThat(customer.verdict()).isEqualTo(AnnouncementVerdict.VERIFIED);
    Announcement.Heard heard = Objects.requireNonNull(customer.heard());
    assertThat(heard.side()).isEqualTo(Side.RIGHT);
    assertThat(heard.prompt()).isEqualTo("recording/en/v1");
    assertThat(heard.offsetMs()).isCloseTo(1000, within(100L));
    Announcement.OfParty own = announcement.parties().get(1);
    assertThat(own.verdict()).isEqualTo(AnnouncementVerdict.EXEMPT);
    assertThat(own.reason()).contains("own people need not hear it");
    assertThat(world.archive(call.id()).flags())
        .doesNotContain(CallFlag.ANNOUNCEMENT_MISSING, CallFlag.ANNOUNCEMENT_INTERRUPTED);
  }

  @Test
  void whereTheRuleSaysSoTheTenantsOwnPeopleAreToHearItToo() throws Exception {
    duties.allParties = true;
    Announcement announcement = archived(join(silence(3000), TALK), join(PROMPT, TALK));
    assertThat(announcement.parties().get(0).verdict()).isEqualTo(AnnouncementVerdict.VERIFIED);
    assertThat(announcement.parties().get(1).verdict()).isEqualTo(AnnouncementVerdict.MISSING);
    assertThat(announcement.verdict()).isEqualTo(AnnouncementVerdict.MISSING);
  }

  @Test
  void aPromptOnThePartysOwnChannelDidNotReachIt() throws Exception {
    Announcement announcement = archived(join(PROMPT, TALK), join(silence(4000), TALK));
    assertThat(announcement.parties().get(0).verdict()).isEqualTo(AnnouncementVerdict.MISSING);
  }

  @Test
  void withoutThePromptItIsMissingAndTheRecordingSaysSo() throws Exception {
    Announcement announcement = archived(join(silence(3000), TALK), join(TALK, silence(3000)));
    assertThat(announcement.verdict()).isEqualTo(AnnouncementVerdict.MISSING);
    assertThat(world.archive(call.id()).flags()).contains(CallFlag.ANNOUNCEMENT_MISSING);
    assertThat(world.record(TestCalls.TENANT, call.id()).summary().flags())
        .contains(CallFlag.ANNOUNCEMENT_MISSING);
  }

  @Test
  void aSignalWithoutThePromptIsASignalOnly() throws Exception {
    Instant at = TestCalls.START.plusSeconds(3);
    Announcement announcement =
        archived(
            join(silence(3000), TALK),
            join(TALK, silence(3000)),
            new TimelineEvent(at, TimelineEvent.Type.ANNOUNCEMENT_ENDED, null, "announced"));
    assertThat(announcement.verdict()).isEqualTo(AnnouncementVerdict.SIGNALLED_ONLY);
    assertThat(world.archive(call.id()).flags()).contains(CallFlag.ANNOUNCEMENT_SIGNALLED_ONLY);
  }

  @Test
  void whatAnotherNodeHasPlayedStandsOnTheTimeLineAndIsASignalIfItWasWhole() throws Exception {
    PlayedAnnouncement cut = played(false);
    PlayedAnnouncement whole = played(true);
    duties.played = List.of(cut, whole);
    // The capture knows of the first one already
    Announcement announcement =
        archived(
            join(silence(3000), TALK),
            join(TALK, silence(3000)),
            new TimelineEvent(TestCalls.START, TimelineEvent.Type.NOTE, null, cut.line()));
    assertThat(announcement.verdict()).isEqualTo(AnnouncementVerdict.SIGNALLED_ONLY);
    assertThat(
            world.record(TestCalls.TENANT, call.id()).timeline().stream().map(TimelineEvent::text))
        .containsOnlyOnce(cut.line(), whole.line())
        .contains("the announcement has ended, as told by the announcement service of node-2");
  }

  @Test
  void whatWasPlayedInPartIsNoSignal() throws Exception {
    duties.played = List.of(played(false));
    Announcement announcement = archived(join(silence(3000), TALK), join(TALK, silence(3000)));
    assertThat(announcement.verdict()).isEqualTo(AnnouncementVerdict.MISSING);
  }

  private static PlayedAnnouncement played(boolean complete) {
    return new PlayedAnnouncement(
        UUID.randomUUID(),
        TestCalls.TENANT,
        "node-2",
        "recording/en/v1",
        TestCalls.START.minusSeconds(4),
        TestCalls.START.minusSeconds(1),
        complete,
        complete ? "played to its end, PCMA" : "ended by the peer, PCMA",
        List.of("some-id"),
        List.of());
  }

  @Test
  void aCutPromptOrAnotherWordingOfItIsInterrupted() throws Exception {
    Announcement cut =
        archived(join(silence(3000), TALK), join(part(PROMPT, 0, 0.6), silence(500), TALK));
    assertThat(cut.verdict()).isEqualTo(AnnouncementVerdict.INTERRUPTED);
    assertThat(cut.parties().get(0).reason()).contains("is heard up to");
    assertThat(world.archive(call.id()).flags()).contains(CallFlag.ANNOUNCEMENT_INTERRUPTED);
  }

  @Test
  void anotherWordingIsInterruptedToo() throws Exception {
    Announcement other = archived(join(silence(3000), TALK), join(NEAR_MISS, TALK));
    assertThat(other.verdict()).isEqualTo(AnnouncementVerdict.INTERRUPTED);
  }

  @Test
  void withoutAPromptThatCouldBeRecognisedItIsMissingAndTheReasonSaysWhy() throws Exception {
    duties.prompts = List.of();
    Announcement announcement = archived(TALK, TALK);
    assertThat(announcement.parties().get(0).verdict()).isEqualTo(AnnouncementVerdict.MISSING);
    assertThat(announcement.parties().get(0).reason()).contains("no prompt 'recording'");
  }

  @Test
  void withoutAPolicyNothingIsSaid() throws Exception {
    duties.policy = false;
    CaptureWriter.Session session = world.open(call);
    send(session, 0, TALK);
    ArchiverWorld.close(session, TALK.length / 160);
    world.archiver().archive(world.take());
    assertThat(world.archive(call.id()).announcement()).isNull();
    assertThat(world.record(TestCalls.TENANT, call.id()).announcement()).isNull();
  }

  @Test
  void theAudioAsArchivedIsJudgedToo() {
    short[] left = join(silence(6000), TALK);
    short[] right = join(silence(1000), PROMPT, silence(500), TALK);
    int length = Math.min(left.length, right.length);
    byte[] file;
    try (FlacEncoder encoder = new FlacEncoder(2)) {
      encoder.accept(new short[][] {left, right}, 0, length);
      file = encoder.finish().content().toByteArray();
    }
    int half = length - 8000;
    short[][] beginning =
        FlacDecoder.decodeBeginning(Arrays.copyOf(file, file.length - 1000), half);
    assertThat(beginning[0]).isEqualTo(Arrays.copyOf(left, half));
    assertThat(beginning[1]).isEqualTo(Arrays.copyOf(right, half));

    Announcement announcement =
        AnnouncementCheck.judge(call, duties.of(call).orElseThrow(), beginning, List.of());
    assertThat(announcement.parties().get(0).verdict()).isEqualTo(AnnouncementVerdict.VERIFIED);
    assertThat(beginning[1]).as("cleared").containsOnly((short) 0);
  }
}

package io.earwitness.archive;

import io.earwitness.archive.AnnouncementDuties.Duty;
import io.earwitness.archive.AnnouncementDuties.KnownPrompt;
import io.earwitness.archive.media.AudioPrint;
import io.earwitness.archive.media.AudioTimeline;
import io.earwitness.archive.media.PromptFinding;
import io.earwitness.archive.media.SampleSink;
import io.earwitness.archive.media.TimelineRenderer;
import io.earwitness.call.AnnouncedParties;
import io.earwitness.call.Announcement;
import io.earwitness.call.Announcement.Heard;
import io.earwitness.call.Announcement.OfParty;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Searches the beginning of a call for the announcement that it should have, and judges for each
 * party. One more reading of the capture, only for calls that should have one. Plain audio is in
 * memory only. Not thread-safe.
 *
 * <p>A channel holds what one party says or what is said in its place, so what is heard on it
 * reached the parties on the other channels: that is where a party's announcement is looked for.
 */
final class AnnouncementCheck implements CaptureReader.Visitor, SampleSink {
  /** An announcement that comes later is none: five minutes. */
  static final int WINDOW_SAMPLES = 300 * AudioTimeline.SAMPLE_RATE;

  private final short[][] channels;
  private final TimelineRenderer renderer;
  private int filled;

  private AnnouncementCheck(AudioTimeline audio) {
    int length = (int) Math.min(WINDOW_SAMPLES, audio.samples());
    channels = new short[audio.channels()][length];
    renderer = audio.renderer(this);
  }

  /**
   * Judges a call.
   *
   * @param timeline what happened in it
   * @throws IOException if the capture can't be read
   */
  static Announcement judge(
      CallSummary call,
      Duty duty,
      AudioTimeline audio,
      List<TimelineEvent> timeline,
      CaptureReader source)
      throws IOException {
    List<Found> found = List.of();
    if (isHeard(call, duty) && !audio.isEmpty()) {
      AnnouncementCheck check = new AnnouncementCheck(audio);
      source.read(call.captured(), new TenantView(call.tenant(), check));
      check.end();
      found = search(check.channels, duty.prompts(), sounding(audio));
    }
    return judge(call, duty, found, timeline);
  }

  /**
   * Judges a call by its audio as archived.
   *
   * @param channels at most {@link #WINDOW_SAMPLES} from its beginning; cleared afterwards
   * @param timeline what happened in it
   */
  static Announcement judge(
      CallSummary call, Duty duty, short[][] channels, List<TimelineEvent> timeline) {
    Set<Integer> sounding =
        IntStream.range(0, channels.length)
            .filter(
                i -> IntStream.range(0, channels[i].length).anyMatch(at -> channels[i][at] != 0))
            .boxed()
            .collect(Collectors.toSet());
    return judge(
        call,
        duty,
        isHeard(call, duty) ? search(channels, duty.prompts(), sounding) : List.of(),
        timeline);
  }

  /** Whether a prompt is to be looked for. */
  private static boolean isHeard(CallSummary call, Duty duty) {
    return AnnouncedParties.hearers(call, duty.decision()).contains(true)
        && !duty.prompts().isEmpty();
  }

  /** The flag that a recording gets by what it shows; null if nothing is amiss. */
  static @Nullable CallFlag flag(@Nullable Announcement announcement) {
    return switch (announcement == null ? AnnouncementVerdict.EXEMPT : announcement.verdict()) {
      case EXEMPT, VERIFIED -> null;
      case SIGNALLED_ONLY -> CallFlag.ANNOUNCEMENT_SIGNALLED_ONLY;
      case INTERRUPTED -> CallFlag.ANNOUNCEMENT_INTERRUPTED;
      case MISSING -> CallFlag.ANNOUNCEMENT_MISSING;
    };
  }

  private static Announcement judge(
      CallSummary call, Duty duty, List<Found> found, List<TimelineEvent> timeline) {
    List<Boolean> hearers = AnnouncedParties.hearers(call, duty.decision());
    boolean signalled =
        timeline.stream().anyMatch(event -> event.type() == TimelineEvent.Type.ANNOUNCEMENT_ENDED);
    List<OfParty> parties = new ArrayList<>();
    for (int i = 0; i < hearers.size(); i++) {
      Party party = call.parties().get(i);
      parties.add(
          hearers.get(i)
              ? judge(party, duty, found, signalled)
              : new OfParty(party.side(), AnnouncementVerdict.EXEMPT, exempt(call, duty, i), null));
    }
    AnnouncementRule rule = duty.decision().rule();
    return new Announcement(
        duty.decision().policyVersion(),
        rule == null ? null : rule.name(),
        duty.decision().mode(),
        parties);
  }

  private static String exempt(CallSummary call, Duty duty, int party) {
    AnnouncementRule rule = duty.decision().rule();
    return rule != null && rule.prompt() != null && AnnouncedParties.isOwn(call, party)
        ? "the tenant's own people need not hear it"
        : duty.decision().reason();
  }

  private static Set<Integer> sounding(AudioTimeline audio) {
    return audio.counts().stream()
        .filter(counts -> counts.decoded() > 0)
        .map(AudioTimeline.StreamCounts::stream)
        .collect(Collectors.toSet());
  }

  @Override
  public void event(CaptureEvent event) {}

  @Override
  public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
    if (filled < channels[0].length) {
      renderer.packet(stream, packet, offset, length);
    }
  }

  @Override
  public void accept(short[][] samples, int offset, int length) {
    int taken = Math.min(length, channels[0].length - filled);
    for (int i = 0; i < channels.length; i++) {
      System.arraycopy(samples[i], offset, channels[i], filled, taken);
    }
    filled += taken;
  }

  private void end() {
    if (filled < channels[0].length) {
      renderer.finish();
    }
  }

  /** A prompt in a channel. */
  private record Found(Side side, KnownPrompt prompt, PromptFinding finding) {
    /** How much of it was heard; what is whole comes before all else. */
    double rank() {
      return finding.isComplete() ? 2 : finding.to() - finding.from();
    }
  }

  private static List<Found> search(
      short[][] channels, List<KnownPrompt> prompts, Set<Integer> sounding) {
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < channels.length; i++) {
      if (!sounding.contains(i)) {
        continue;
      }
      AudioPrint print = AudioPrint.of(channels[i]);
      for (KnownPrompt prompt : prompts) {
        PromptFinding finding = print.find(prompt.print());
        if (finding.isFound()) {
          found.add(new Found(new Side(i), prompt, finding));
        }
      }
    }
    Arrays.stream(channels).forEach(channel -> Arrays.fill(channel, (short) 0));
    return found;
  }

  private static OfParty judge(Party party, Duty duty, List<Found> found, boolean signalled) {
    Found best = null;
    for (Found each : found) {
      boolean reached = party.side() == null || !party.side().equals(each.side);
      if (reached && (best == null || each.rank() > best.rank())) {
        best = each;
      }
    }
    if (best != null) {
      AnnouncementVerdict verdict =
          best.finding.isComplete()
              ? AnnouncementVerdict.VERIFIED
              : AnnouncementVerdict.INTERRUPTED;
      return new OfParty(party.side(), verdict, reason(best), heard(best));
    }
    if (signalled) {
      return new OfParty(
          party.side(),
          AnnouncementVerdict.SIGNALLED_ONLY,
          "its end was signalled, but it is not heard in the recording",
          null);
    }
    return new OfParty(party.side(), AnnouncementVerdict.MISSING, missing(duty), null);
  }

  private static String missing(Duty duty) {
    AnnouncementRule rule = duty.decision().rule();
    return duty.prompts().isEmpty() && rule != null
        ? "there is no prompt '%s' that could be recognised".formatted(rule.prompt())
        : "no such prompt is heard on another channel in the first five minutes";
  }

  private static Heard heard(Found found) {
    PromptFinding finding = found.finding;
    return new Heard(
        found.side,
        found.prompt.name(),
        finding.offsetMillis(),
        rounded(finding.score()),
        rounded(finding.from()),
        rounded(finding.to()));
  }

  private static double rounded(double share) {
    return Math.round(share * 1000) / 1000.0;
  }

  private static String part(PromptFinding finding) {
    return switch (finding.extent()) {
      case COMPLETE -> "the whole prompt is heard";
      case BEGINNING_MISSING -> "the beginning of the prompt is not heard";
      case END_MISSING -> "the prompt is heard up to %.0f %%".formatted(finding.to() * 100);
      case ALTERED ->
          "%.1f s within the prompt sound otherwise"
              .formatted(finding.longestHoleMillis() / 1000.0);
      case NOT_FOUND -> throw new IllegalStateException("nothing was found");
    };
  }

  private static String reason(Found found) {
    return "%s (%s, on the %s channel at %.1f s)"
        .formatted(
            part(found.finding),
            found.prompt.name(),
            found.side.wireName(),
            // A match may begin a little before the recording does
            Math.max(0, found.finding.offsetMillis()) / 1000.0);
  }
}

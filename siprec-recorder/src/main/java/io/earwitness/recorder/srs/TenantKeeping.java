package io.earwitness.recorder.srs;

import io.earwitness.call.AnnouncedParties;
import io.earwitness.call.AnnouncementGate;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.KeyConsent;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What of a running call may be kept for one of its tenants now: a pause, the gate that waits for
 * an announcement's end, and consent by key. Each tenant of a call has its own. Not thread-safe.
 */
final class TenantKeeping {
  /** Keys of one code follow one another within so long. */
  private static final Duration CODE_PATIENCE = Duration.ofSeconds(5);

  private static final int LONGEST_CODE = 8;

  /** Whether the parties agree. */
  private enum Consent {
    NOT_ASKED,
    AWAITED,
    GIVEN,
    WITHDRAWN
  }

  /** Where the gate is. */
  private enum Gate {
    NONE,
    CLOSED,
    OPEN,
    /** The end was not signalled in time, and nothing is kept. */
    WITHHOLDING
  }

  /** Keys pressed on one stream that may become a code. */
  private static final class Typed {
    private final StringBuilder keys = new StringBuilder();
    private Instant last = Instant.EPOCH;
  }

  private final TenantSlug tenant;
  private final PauseSettings settings;
  private final @Nullable AnnouncementPolicy policy;
  private final AnnouncedParties.Countries countries;
  private final Consumer<TimelineEvent> lines;
  private final Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
  private final Map<Integer, Typed> typed = new HashMap<>();
  private CallSummary call;
  private RunningRecording.@Nullable Pause pause;
  private @Nullable AnnouncementRule rule;
  private Gate gate = Gate.NONE;
  private Consent consent = Consent.NOT_ASKED;
  private boolean announced;

  /** Whether all of the conversation could be kept at some moment. */
  private boolean everOpen;

  /**
   * @param call as this tenant has it
   * @param configuration with the tenant's settings
   * @param lines where lines for the tenant alone go
   */
  TenantKeeping(
      CallSummary call, RecorderConfiguration configuration, Consumer<TimelineEvent> lines) {
    this.tenant = call.tenant();
    this.call = call;
    this.lines = lines;
    this.countries = configuration.countries();
    RecorderSnapshot.Tenant known = configuration.tenant(tenant);
    this.settings = known == null ? PauseSettings.DEFAULT : known.pause();
    this.policy = known == null ? null : known.announcements();
    decide(call.start());
  }

  TenantSlug tenant() {
    return tenant;
  }

  RecordingId id() {
    return call.id();
  }

  CallSummary call() {
    return call;
  }

  /**
   * What the call's flags for this tenant are beside the others.
   *
   * @param ended whether the call has ended, so that nobody will consent any more
   */
  Set<CallFlag> flags(boolean ended) {
    Set<CallFlag> now = EnumSet.noneOf(CallFlag.class);
    now.addAll(flags);
    if ((ended && consent == Consent.AWAITED) || (consent == Consent.WITHDRAWN && !everOpen)) {
      now.add(CallFlag.NO_CONSENT);
    }
    return now;
  }

  /** The call is now known so; the policy decides anew until a rule with a gate applies. */
  void know(CallSummary now, Instant at) {
    call = now;
    decide(at);
  }

  private void decide(Instant at) {
    AnnouncementRule before = rule;
    if (policy == null || consent == Consent.WITHDRAWN || (before != null && gate != Gate.CLOSED)) {
      return;
    }
    AnnouncementPolicy.Decision decision =
        policy.decide(AnnouncedParties.question(call, countries));
    AnnouncementRule now = decision.rule();
    boolean anybody = AnnouncedParties.hearers(call, decision).contains(true);
    // Nobody is known yet: who may have to hear it may still turn out
    boolean applies =
        now != null && (anybody || call.parties().isEmpty()) && (now.gate() != null || reads(now));
    if (applies && now != null && !now.equals(before)) {
      begin(now, at);
    } else if (!applies && before != null && consent != Consent.GIVEN) {
      rule = null;
      gate = Gate.NONE;
      consent = Consent.NOT_ASKED;
      note("as is known now, no announcement is to be waited for: " + decision.reason(), at);
    }
  }

  private static boolean reads(AnnouncementRule rule) {
    return rule.consent() != null;
  }

  private void begin(AnnouncementRule now, Instant at) {
    rule = now;
    AnnouncementGate wanted = now.gate();
    KeyConsent asked = now.consent();
    boolean late = wanted != null && !at.isBefore(call.start().plusSeconds(wanted.limitSeconds()));
    gate = wanted == null || announced || late ? Gate.NONE : Gate.CLOSED;
    consent =
        asked != null && asked.kind() == KeyConsent.Kind.OPT_IN
            ? Consent.AWAITED
            : Consent.NOT_ASKED;
    String until =
        consent == Consent.AWAITED
            ? "until a party consents by key"
            : "until the announcement has ended";
    if (wanted != null && gate == Gate.CLOSED) {
      String kept =
          wanted.keep() == AnnouncementGate.Keep.NOTHING
              ? "nothing is kept"
              : "only what carries the announcement is kept";
      note("%s, %s (rule '%s')".formatted(until, kept, now.name()), at);
    } else if (consent == Consent.AWAITED) {
      note("%s, nothing is kept (rule '%s')".formatted(until, now.name()), at);
    }
  }

  /**
   * Which streams may not be kept now.
   *
   * @param streams indexes of all streams of the call
   */
  SortedSet<Integer> withheld(Collection<Integer> streams) {
    boolean open = isOpen();
    everOpen |= open;
    SortedSet<Integer> withheld = new TreeSet<>();
    if (pause == null && open) {
      return withheld;
    }
    withheld.addAll(streams);
    if (pause == null && isAnnouncementKept()) {
      withheld.removeAll(announcementChannels());
    }
    return withheld;
  }

  /** Whether neither gate nor consent withholds anything. */
  boolean isOpen() {
    return gate != Gate.CLOSED
        && gate != Gate.WITHHOLDING
        && consent != Consent.AWAITED
        && consent != Consent.WITHDRAWN;
  }

  private boolean isAnnouncementKept() {
    AnnouncementRule now = rule;
    return gate == Gate.CLOSED
        && consent != Consent.WITHDRAWN
        && now != null
        && now.gate() != null
        && now.gate().keep() == AnnouncementGate.Keep.ANNOUNCEMENT_CHANNEL;
  }

  /**
   * Channels that those who are to hear the announcement don't speak on: what is played to a party
   * is on the channels of the others. Where every known party is one of the tenant's own, none.
   */
  private Set<Integer> announcementChannels() {
    Set<Integer> own = new TreeSet<>();
    boolean others = false;
    for (int i = 0; i < call.parties().size(); i++) {
      Side side = call.parties().get(i).side();
      if (!AnnouncedParties.isOwn(call, i)) {
        others = true;
        continue;
      }
      if (side != null) {
        own.add(side.channel());
      }
    }
    for (int i = 0; i < call.parties().size(); i++) {
      Side side = call.parties().get(i).side();
      if (!AnnouncedParties.isOwn(call, i) && side != null) {
        own.remove(side.channel());
      }
    }
    return others && call.direction() != Direction.INTERNAL ? own : Set.of();
  }

  /** Why nothing of the call may be kept, as it stands; null if something may. */
  @Nullable String notKept() {
    AnnouncementRule now = rule;
    if (consent == Consent.AWAITED && !everOpen) {
      return "nobody consented to the recording by key";
    }
    if (consent == Consent.WITHDRAWN && !everOpen) {
      return "a party objected to the recording by key";
    }
    if (gate == Gate.WITHHOLDING && !everOpen) {
      return "the end of the announcement was not signalled in time";
    }
    boolean nothing =
        gate == Gate.CLOSED
            && now != null
            && now.gate() != null
            && now.gate().keep() == AnnouncementGate.Keep.NOTHING;
    return nothing && !everOpen ? "the call ended before its announcement had ended" : null;
  }

  /** Whether digits must not be kept. */
  boolean masksDigits() {
    return !settings.keepDigits()
        || pause != null
        || consent != Consent.NOT_ASKED
        || (rule != null && reads(rule));
  }

  /** Whether keys that are pressed mean anything. */
  boolean wantsKeys() {
    return settings.pauseCode() != null
        || settings.resumeCode() != null
        || (rule != null && reads(rule));
  }

  RunningRecording.@Nullable Pause pause() {
    return pause;
  }

  /** False if it was paused already. */
  boolean pause(String by, @Nullable String reason, Instant at) {
    if (pause != null) {
      return false;
    }
    pause = new RunningRecording.Pause(by, reason, at);
    return true;
  }

  /** False if it was not paused. */
  boolean resume() {
    boolean was = pause != null;
    pause = null;
    return was;
  }

  /** Takes over the pause of the tenant whose call this was taken for before. */
  void inherit(TenantKeeping before) {
    pause = before.pause;
    announced |= before.announced;
    flags.addAll(before.flags);
  }

  /**
   * The announcement has ended.
   *
   * @return false if that was known
   */
  boolean announcementEnded(String by, Instant at) {
    if (announced) {
      return false;
    }
    announced = true;
    line(
        at,
        TimelineEvent.Type.ANNOUNCEMENT_ENDED,
        null,
        "the announcement has ended, as told by " + by);
    if (gate == Gate.CLOSED || gate == Gate.WITHHOLDING) {
      gate = Gate.OPEN;
      note(
          consent == Consent.AWAITED
              ? "until a party consents by key, nothing is kept"
              : consent == Consent.WITHDRAWN ? "nothing is kept" : "from here on all is kept",
          at);
    }
    return true;
  }

  /** Whether the end of an announcement is waited for. */
  boolean awaitsAnnouncement() {
    return gate == Gate.CLOSED || gate == Gate.WITHHOLDING;
  }

  /**
   * Looks whether time is over for a pause or an announcement.
   *
   * @return whether something changed
   */
  boolean look(Instant now) {
    boolean changed = false;
    RunningRecording.Pause present = pause;
    if (present != null && !now.isBefore(present.since().plusSeconds(settings.limitSeconds()))) {
      pause = null;
      flags.add(CallFlag.PAUSE_TIMED_OUT);
      line(
          now,
          TimelineEvent.Type.STREAM_RESUMED,
          null,
          "recording resumed by itself: a pause lasts at most %d s"
              .formatted(settings.limitSeconds()));
      changed = true;
    }
    AnnouncementGate closed = rule == null || gate != Gate.CLOSED ? null : rule.gate();
    if (closed != null && !now.isBefore(call.start().plusSeconds(closed.limitSeconds()))) {
      flags.add(CallFlag.ANNOUNCEMENT_TIMED_OUT);
      boolean keep = closed.onTimeout() == AnnouncementGate.OnTimeout.KEEP_AND_FLAG;
      gate = keep ? Gate.OPEN : Gate.WITHHOLDING;
      note(
          "the end of the announcement was not signalled within %d s; %s"
              .formatted(
                  closed.limitSeconds(),
                  !keep
                      ? "nothing is kept until it is"
                      : consent == Consent.AWAITED
                          ? "until a party consents by key, nothing is kept"
                          : "from here on all is kept"),
          now);
      changed = true;
    }
    return changed;
  }

  /**
   * A key was pressed.
   *
   * @param stream on which; null if it is not known who pressed it
   * @return whether something changed
   */
  boolean key(@Nullable Integer stream, char key, Instant at) {
    boolean changed = consent(stream, key, at);
    if (settings.pauseCode() == null && settings.resumeCode() == null) {
      return changed;
    }
    if (!mayPause(stream)) {
      return changed;
    }
    Typed one = typed.computeIfAbsent(stream == null ? -1 : stream, _ -> new Typed());
    if (at.isAfter(one.last.plus(CODE_PATIENCE))) {
      one.keys.setLength(0);
    }
    one.last = at;
    one.keys.append(key);
    if (one.keys.length() > LONGEST_CODE) {
      one.keys.deleteCharAt(0);
    }
    return code(one.keys, stream, at) || changed;
  }

  private boolean code(StringBuilder keys, @Nullable Integer stream, Instant at) {
    String typedKeys = keys.toString();
    String by = who(stream) + " by key";
    Side side = stream == null ? null : new Side(stream);
    if (settings.pauseCode() != null && typedKeys.endsWith(settings.pauseCode())) {
      keys.setLength(0);
      if (pause(by, null, at)) {
        line(at, TimelineEvent.Type.STREAM_PAUSED, side, "recording paused by " + by);
        return true;
      }
    } else if (settings.resumeCode() != null && typedKeys.endsWith(settings.resumeCode())) {
      keys.setLength(0);
      if (resume()) {
        line(at, TimelineEvent.Type.STREAM_RESUMED, side, "recording resumed by " + by);
        return true;
      }
    }
    return false;
  }

  private boolean mayPause(@Nullable Integer stream) {
    Boolean own = isOwn(stream);
    return switch (settings.codeSide()) {
      case ANY -> true;
      case OWN -> own != null && own;
      case OTHER -> own != null && !own;
    };
  }

  /** Whether the tenant's own people speak on a stream; null if nobody knows. */
  private @Nullable Boolean isOwn(@Nullable Integer stream) {
    Boolean own = null;
    for (int i = 0; i < call.parties().size(); i++) {
      Side side = call.parties().get(i).side();
      if (stream != null && side != null && side.channel() == stream) {
        boolean one = AnnouncedParties.isOwn(call, i);
        // A stream that both speak on is nobody's
        own = own == null || own == one ? one : null;
        if (own == null) {
          return null;
        }
      }
    }
    return own;
  }

  /** Consent counts only from a party that is to be asked; an objection from anybody else too. */
  private boolean consent(@Nullable Integer stream, char key, Instant at) {
    KeyConsent asked = rule == null ? null : rule.consent();
    if (asked == null || rule == null) {
      return false;
    }
    Boolean own = isOwn(stream);
    boolean internal = call.direction() == Direction.INTERNAL;
    boolean asksOwn = rule.allParties();
    String pressed = String.valueOf(key);
    Side side = stream == null ? null : new Side(stream);
    if (pressed.equals(asked.key()) && consent == Consent.AWAITED) {
      boolean counts = own != null && (!own || internal);
      if (counts) {
        consent = Consent.GIVEN;
        line(at, TimelineEvent.Type.CONSENT_GIVEN, side, "consent given by " + who(stream));
        if (gate == Gate.CLOSED) {
          // Who answers it has heard what was asked
          gate = Gate.OPEN;
        }
        return true;
      }
      note("a key of consent was pressed by nobody whose consent is asked for", at);
      return false;
    }
    boolean mayObject = own == null || !own || asksOwn || internal;
    if (pressed.equals(asked.withdrawalKey()) && consent != Consent.WITHDRAWN && mayObject) {
      boolean was = everOpen;
      consent = Consent.WITHDRAWN;
      if (was) {
        flags.add(CallFlag.CONSENT_WITHDRAWN);
      }
      line(
          at,
          TimelineEvent.Type.CONSENT_WITHDRAWN,
          side,
          "%s by %s; from here on nothing is kept"
              .formatted(was ? "consent withdrawn" : "consent refused", who(stream)));
      return true;
    }
    return false;
  }

  /** For people. */
  private String who(@Nullable Integer stream) {
    List<Integer> speakers = new ArrayList<>();
    for (int i = 0; i < call.parties().size(); i++) {
      Side side = call.parties().get(i).side();
      if (stream != null && side != null && side.channel() == stream) {
        speakers.add(i);
      }
    }
    if (speakers.size() != 1) {
      return "a party";
    }
    return switch (speakers.getFirst()) {
      case 0 -> "the caller";
      case 1 -> "the called party";
      default -> "party " + (speakers.getFirst() + 1);
    };
  }

  private void note(String text, Instant at) {
    line(at, TimelineEvent.Type.NOTE, null, text);
  }

  private void line(Instant at, TimelineEvent.Type type, @Nullable Side side, String text) {
    lines.accept(new TimelineEvent(at, type, side, text));
  }
}

package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Plays;
import io.earwitness.archive.catalog.Plays.Play;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How plays end, and what the trail says then: which spans the player says were heard, and which
 * bytes left this server, whatever a player says. A play that no player closes ends by itself when
 * it is over. Thread-safe.
 */
final class PlayEnds {
  private static final Logger LOG = LoggerFactory.getLogger(PlayEnds.class);
  static final String PLAY = "recording.play";

  /** Plays whose sent bytes are known; the one without a request for the longest is forgotten. */
  private static final int MAX_KNOWN = 10_000;

  /** A play of another node is left to that node, which knows what it sent, for so long. */
  private static final Duration OTHERS = Duration.ofMinutes(10);

  private static final int OVERDUE = 200;

  /** What left the server of one part of the audio. */
  private static final class Sent {
    private final long size;
    private final Spans bytes = new Spans();

    Sent(long size) {
      this.size = size;
    }
  }

  private final Plays plays;
  private final CallCatalog calls;
  private final Acts acts;
  private final Clock clock;
  private final Map<UUID, Map<Integer, Sent>> sent = new RecentMap<>(MAX_KNOWN);

  PlayEnds(PortalParts parts, Acts acts) {
    this.plays = parts.plays();
    this.calls = parts.calls();
    this.acts = acts;
    this.clock = parts.clock();
  }

  /** How long a play may stay open: long enough to hear it three times over with breaks. */
  static Duration lasts(ArchivedCall archive) {
    return lasts(Duration.ofMillis(archive.durationMs()));
  }

  /**
   * Notes that bytes of a part left this server.
   *
   * @param size of the part
   */
  void sent(UUID play, int part, long size, long offset, long length) {
    synchronized (sent) {
      sent.computeIfAbsent(play, _ -> new TreeMap<>())
          .computeIfAbsent(part, _ -> new Sent(size))
          .bytes
          .add(offset, offset + length);
    }
  }

  /**
   * Enters the end of a play, once, whoever asks for it and however often, and ends it.
   *
   * @param heard in milliseconds of the call, as the player says; empty if it said nothing
   */
  void close(Play play, String actor, Spans heard) {
    Map<String, String> details = new TreeMap<>();
    if (!heard.isEmpty()) {
      details.put("heard", heard.text(PlayEnds::clock));
    }
    synchronized (sent) {
      Map<Integer, Sent> parts = sent.remove(play.id());
      if (parts == null) {
        details.put("sent", "nothing that this server knows of");
      } else {
        parts.forEach(
            (part, bytes) ->
                details.put(
                    part == 1 ? "sent" : "sent." + part,
                    "bytes %s of %d".formatted(bytes.bytes.text(Long::toString), bytes.size)));
      }
    }
    acts.endOnce(
        new Acts.Act(play.id(), play.tenant(), actor, PLAY, "recording:" + play.recording()),
        "closed",
        details);
    plays.close(play.tenant(), play.id());
  }

  /** Ends what is over. */
  void closeOverdue() {
    Instant now = clock.instant();
    for (Plays.Overdue overdue : plays.openedBefore(now.minus(lasts(Duration.ZERO)), OVERDUE)) {
      Play play = overdue.play();
      Optional<ArchivedCall> archive =
          calls.find(play.tenant(), play.recording()).map(CallEntry::archive);
      Instant over = play.opened().plus(archive.map(PlayEnds::lasts).orElse(lasts(Duration.ZERO)));
      boolean known;
      synchronized (sent) {
        known = sent.containsKey(play.id());
      }
      if ((known ? over : over.plus(OTHERS)).isBefore(now)) {
        try {
          close(play, Principal.actor(play.tenant(), overdue.userName()), new Spans());
        } catch (RuntimeException e) {
          LOG.warn("the end of play {} could not be entered yet", play.id(), e);
        }
      }
    }
  }

  private static Duration lasts(Duration audio) {
    return Duration.ofHours(1).plus(audio.multipliedBy(3));
  }

  /** As in {@code 00:01:02.5}. */
  private static String clock(long millis) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%d",
        millis / 3_600_000,
        millis / 60_000 % 60,
        millis / 1000 % 60,
        millis / 100 % 10);
  }
}

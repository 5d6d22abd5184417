package io.earwitness.recorder.announcement;

import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.recorder.announcement.PromptLibrary.StoredPrompt;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One prompt that is played to one peer. {@link #tick} is called every 20 ms by the pacer; all else
 * comes from the threads of the call. Thread-safe.
 */
final class AnnouncementPlay {
  static final int TICK_MILLIS = 20;

  /** Whoever buffers what comes has played it before the BYE: 200 ms. */
  private static final int TAIL_TICKS = 10;

  private static final int HEADER_BYTES = 12;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final StoredPrompt prompt;
  private final AnnouncementRequest request;
  private final List<String> callIds;
  private final List<String> numbers;
  private final AnnouncementPorts ports;
  private final long sessionId = RANDOM.nextInt(Integer.MAX_VALUE);
  private final int ssrc = RANDOM.nextInt();

  /** In the lower half: none that is as long as may be gets to a wrap. */
  private int sequence = RANDOM.nextInt(1 << 15);

  private int timestamp = RANDOM.nextInt();
  private long version = 1;
  private @Nullable MediaTerms terms;
  private @Nullable SrtpSender protection;
  private Map<AnnouncementCodec, List<byte[]>> encoded;
  private ByteBuffer packet = ByteBuffer.allocate(0);
  private @Nullable SipCall call;
  private boolean offered;
  private boolean playing;
  private boolean ended;
  private long ticks;
  private int next;
  private int waiting;
  private int timesPlayed;
  private boolean wholeSoFar = true;
  private boolean talkSpurt = true;
  private long wholeTimes;
  private long sent;
  private long unsent;
  private @Nullable Instant firstSent;
  private @Nullable Instant lastSent;

  AnnouncementPlay(
      StoredPrompt prompt,
      AnnouncementRequest request,
      List<String> callIds,
      List<String> numbers,
      AnnouncementPorts ports) {
    this.prompt = prompt;
    this.request = request;
    this.callIds = List.copyOf(callIds);
    this.numbers = List.copyOf(numbers);
    this.ports = ports;
    this.encoded = Map.of();
  }

  StoredPrompt prompt() {
    return prompt;
  }

  int port() {
    return ports.port();
  }

  long sessionId() {
    return sessionId;
  }

  synchronized long nextVersion() {
    return version++;
  }

  synchronized @Nullable MediaTerms terms() {
    return terms;
  }

  /** From now on it is played so. */
  synchronized void agree(MediaTerms agreed, List<byte[]> packets) {
    MediaTerms before = terms;
    SrtpKey key = agreed.key();
    if (key == null) {
      protection = null;
    } else if (before == null || !key.equals(before.key())) {
      protection = new SrtpSender(key, ssrc);
    }
    encoded = Map.of(agreed.codec(), packets);
    int largest = packets.stream().mapToInt(one -> one.length).max().orElse(0);
    packet = ByteBuffer.allocate(HEADER_BYTES + largest + SrtpSender.MAX_TAG);
    terms = agreed;
    offered = false;
  }

  synchronized void answered(SipCall made) {
    call = made;
  }

  synchronized @Nullable SipCall call() {
    return call;
  }

  /** Our session was offered once more; the answer comes in the ACK. */
  synchronized void offered() {
    offered = true;
  }

  /** Whether the next ACK holds an answer of the peer's. */
  synchronized boolean isAnswerAwaited() {
    return offered || terms == null;
  }

  /** Whether it begins now: it did not before, and how it is to be played is known. */
  synchronized boolean begin() {
    if (playing || ended || terms == null) {
      return false;
    }
    playing = true;
    return true;
  }

  /**
   * Sends what is due.
   *
   * @return why it is over; null if it is not
   */
  synchronized @Nullable String tick(Instant now) {
    MediaTerms current = terms;
    if (ended || current == null) {
      return "ended";
    }
    List<byte[]> packets = encoded.getOrDefault(current.codec(), List.of());
    ticks++;
    timestamp += current.codec().timestampStep();
    if (ticks * TICK_MILLIS > request.durationMillis() + (long) TAIL_TICKS * TICK_MILLIS) {
      return "its longest duration was over";
    }
    if (current.held()) {
      wholeSoFar &= next == 0;
      talkSpurt = true;
      return null;
    }
    if (waiting > 0) {
      waiting--;
      return waiting == 0 && timesPlayed >= request.times() ? "played to its end" : null;
    }
    if (ticks * TICK_MILLIS > request.durationMillis()) {
      return null;
    }
    send(current, packets.get(next++), now);
    if (next == packets.size()) {
      timesPlayed++;
      wholeTimes += wholeSoFar ? 1 : 0;
      next = 0;
      wholeSoFar = true;
      talkSpurt = true;
      waiting = timesPlayed >= request.times() ? TAIL_TICKS : request.delayMillis() / TICK_MILLIS;
    }
    return null;
  }

  private void send(MediaTerms current, byte[] payload, Instant now) {
    packet.clear();
    packet.put((byte) 0x80).put((byte) (current.payloadType() | (talkSpurt ? 0x80 : 0)));
    packet.putShort((short) sequence++).putInt(timestamp).putInt(ssrc);
    packet.put(payload).flip();
    talkSpurt = false;
    if (protection != null) {
      packet.limit(protection.protect(packet.array(), packet.limit()));
    }
    try {
      // Never blocks: what the kernel does not take is lost, as it would be on the way
      if (ports.rtp().send(packet, current.remote()) == 0) {
        unsent++;
        wholeSoFar = false;
      } else {
        sent++;
      }
    } catch (IOException e) {
      // Such as a peer's port that is closed
      unsent++;
      wholeSoFar = false;
    }
    firstSent = firstSent == null ? now : firstSent;
    lastSent = now.plusMillis(TICK_MILLIS);
  }

  /** Ends it, and frees its ports; false if it has ended before. */
  synchronized boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    try {
      ports.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }

  /**
   * What is known of it once it has ended; null if nothing was sent.
   *
   * @param why it ended, for people
   */
  synchronized @Nullable PlayedAnnouncement played(String node, String why) {
    if (firstSent == null || lastSent == null || terms == null) {
      return null;
    }
    String lost = unsent == 0 ? "" : ", %d not taken by the network".formatted(unsent);
    return new PlayedAnnouncement(
        UUID.randomUUID(),
        prompt.tenant(),
        node,
        prompt.toString(),
        firstSent,
        lastSent,
        wholeTimes > 0,
        "%s, %s%s, %d packets%s"
            .formatted(why, terms.codec(), terms.key() == null ? "" : " by SRTP", sent, lost),
        callIds,
        numbers);
  }
}

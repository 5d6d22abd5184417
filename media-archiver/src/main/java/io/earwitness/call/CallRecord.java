package io.earwitness.call;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The call record as archived in {@code call.cms}.
 *
 * @param audioStart the instant that offset 0 of the audio stands for
 * @param audioSha256 SHA-256 of the plain audio file (what {@code media.cms} decrypts to), hex;
 *     null if there is no audio
 * @param furtherAudioSha256 those of {@code media-2.cms}, {@code media-3.cms} …, in order; empty
 *     but for very long calls
 * @param timeline in order of time
 * @param marks spans in which silence stands for something
 * @param announcement what the recording shows of the announcement; null where there was no policy,
 *     and in what was written before there was such a thing
 */
public record CallRecord(
    String format,
    CallSummary summary,
    @Nullable Instant audioStart,
    @Nullable String audioSha256,
    List<String> furtherAudioSha256,
    List<TimelineEvent> timeline,
    List<Mark> marks,
    List<StreamDescription> streams,
    List<StreamQuality> quality,
    List<RawMessage> messages,
    @Nullable Announcement announcement) {
  public static final String FORMAT = "earwitness-call-1";

  public CallRecord {
    furtherAudioSha256 = List.copyOf(furtherAudioSha256);
    timeline = List.copyOf(timeline);
    marks = List.copyOf(marks);
    streams = List.copyOf(streams);
    quality = List.copyOf(quality);
    messages = List.copyOf(messages);
  }

  /**
   * A SIP message with its secrets replaced; {@code text} in ISO-8859-1, so that no byte is lost.
   *
   * @param identity who has proven over TLS to have sent it; null if nobody has, and in what was
   *     written before that was kept
   */
  public record RawMessage(
      Instant at,
      boolean received,
      String transport,
      String peer,
      String text,
      @Nullable TlsIdentity identity) {
    /** Of which nobody has proven to have sent it. */
    public RawMessage(Instant at, boolean received, String transport, String peer, String text) {
      this(at, received, transport, peer, text, null);
    }
  }
}

package io.earwitness.capture;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a capture holds beside media packets, in the order in which it happened. In JSON the member
 * {@code kind} names the kind.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = CaptureEvent.Opened.class, name = "opened"),
  @JsonSubTypes.Type(value = CaptureEvent.Updated.class, name = "updated"),
  @JsonSubTypes.Type(value = CaptureEvent.Message.class, name = "message"),
  @JsonSubTypes.Type(value = CaptureEvent.Streams.class, name = "streams"),
  @JsonSubTypes.Type(value = CaptureEvent.Timeline.class, name = "timeline"),
  @JsonSubTypes.Type(value = CaptureEvent.Conformance.class, name = "conformance"),
  @JsonSubTypes.Type(value = CaptureEvent.Statistics.class, name = "statistics"),
  @JsonSubTypes.Type(value = CaptureEvent.Rtcp.class, name = "rtcp"),
  @JsonSubTypes.Type(value = CaptureEvent.Dropped.class, name = "dropped"),
  @JsonSubTypes.Type(value = CaptureEvent.Closed.class, name = "closed"),
  @JsonSubTypes.Type(value = CaptureEvent.Refused.class, name = "refused"),
})
public sealed interface CaptureEvent {
  /** When, by the recorder's clock. */
  Instant at();

  /** The first event of every capture, written before the 200: whose call it is. */
  record Opened(Instant at, CallSummary summary) implements CaptureEvent {}

  /**
   * The call as now known; written whenever parties, direction, flags or ids change. The last one
   * counts.
   */
  record Updated(Instant at, CallSummary summary) implements CaptureEvent {}

  /**
   * A SIP message as received or sent, with secrets replaced (SRTP keys by hash and length,
   * credentials by {@code masked}).
   */
  record Message(Instant at, boolean received, String transport, String peer, byte[] text)
      implements CaptureEvent {}

  /** All streams as agreed by the latest offer and answer. The last one before a packet counts. */
  record Streams(Instant at, List<StreamDescription> streams) implements CaptureEvent {}

  /** A line of the call's timeline. */
  record Timeline(Instant at, TimelineEvent event) implements CaptureEvent {}

  /**
   * Which SRC sent the call, and in what it deviated that no event before said. The first comes
   * soon after {@link Opened}, also where there is no deviation.
   */
  record Conformance(Instant at, SrcFindings findings) implements CaptureEvent {}

  /** Statistics so far; written every ten seconds and at the end, so that a crash keeps them. */
  record Statistics(Instant at, List<StreamQuality> streams) implements CaptureEvent {}

  /**
   * A compound RTCP packet (RFC 3550 §6.1) as received for a stream, decrypted if it was SRTCP;
   * {@code at} is its arrival.
   */
  record Rtcp(Instant at, int stream, byte[] packet) implements CaptureEvent {}

  /** Packets of a stream that our own buffers dropped; {@code at} is when this was noticed. */
  record Dropped(Instant at, int stream, long packets) implements CaptureEvent {}

  /** The last event of a capture that ended in order. */
  record Closed(Instant at, String reason, List<CallFlag> flags) implements CaptureEvent {}

  /**
   * An INVITE that was refused; the only event of a refusal record.
   *
   * @param findings null if it came from no known SRC
   */
  record Refused(Instant at, CallSummary summary, @Nullable SrcFindings findings)
      implements CaptureEvent {}
}

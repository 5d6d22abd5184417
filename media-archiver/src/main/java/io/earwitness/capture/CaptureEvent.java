package io.earwitness.capture;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TimelineEvent;
import io.earwitness.call.TlsIdentity;
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
  @JsonSubTypes.Type(value = CaptureEvent.Withheld.class, name = "withheld"),
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
   *
   * @param identity who has proven over TLS to have sent it; null if nobody has, and in what was
   *     written before that was kept
   */
  record Message(
      Instant at,
      boolean received,
      String transport,
      String peer,
      byte[] text,
      @Nullable TlsIdentity identity)
      implements CaptureEvent {
    /** Of which nobody has proven to have sent it. */
    public Message(Instant at, boolean received, String transport, String peer, byte[] text) {
      this(at, received, transport, peer, text, null);
    }
  }

  /** All streams as agreed by the latest offer and answer. The last one before a packet counts. */
  record Streams(Instant at, List<StreamDescription> streams) implements CaptureEvent {}

  /**
   * A line of the call's timeline.
   *
   * @param tenant for whom alone it is; null if it is for all tenants of the call
   */
  record Timeline(Instant at, TimelineEvent event, @Nullable TenantSlug tenant)
      implements CaptureEvent {
    /** A line for all tenants. */
    public Timeline(Instant at, TimelineEvent event) {
      this(at, event, null);
    }
  }

  /**
   * What may not be kept for one tenant of the call, from this event on until the tenant's next
   * one: packets of these streams that follow in the capture are there for other tenants only.
   *
   * @param streams indexes, ascending; empty if all may be kept
   * @param notKept why, as it stands, nothing of the call may be kept for the tenant; null if
   *     something may. The last one counts
   */
  record Withheld(Instant at, TenantSlug tenant, List<Integer> streams, @Nullable String notKept)
      implements CaptureEvent {
    public Withheld {
      streams = List.copyOf(streams);
    }
  }

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

package io.earwitness.archive.report;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviations;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call as its capture tells it: takes the events in their order and knows what the catalog is to
 * know. Not thread-safe.
 */
public final class CapturedCall {
  private final RecordingId id;
  private final Map<Integer, Set<Integer>> offeredPorts = new HashMap<>();
  private final Set<Integer> audioStreams = new HashSet<>();
  private @Nullable CallSummary summary;
  private CaptureEvent.@Nullable Closed closed;
  private @Nullable Instant lastEvent;
  private List<StreamDescription> streams = List.of();
  private List<StreamQuality> quality = List.of();
  private final Deviations deviations = new Deviations();
  private @Nullable String src;
  private boolean overflowed;
  private boolean damaged;

  public CapturedCall(RecordingId id) {
    this.id = id;
  }

  /** Takes the next event. */
  public void event(CaptureEvent event) {
    if (lastEvent == null || event.at().isAfter(lastEvent)) {
      lastEvent = event.at();
    }
    switch (event) {
      case CaptureEvent.Opened opened -> summary = opened.summary();
      case CaptureEvent.Updated updated -> summary = updated.summary();
      case CaptureEvent.Streams agreed -> takeStreams(agreed.streams());
      case CaptureEvent.Statistics statistics -> quality = statistics.streams();
      case CaptureEvent.Dropped ignored -> overflowed = true;
      case CaptureEvent.Closed end -> closed = end;
      case CaptureEvent.Message ignored -> {}
      case CaptureEvent.Rtcp ignored -> {}
      case CaptureEvent.Timeline ignored -> {}
      case CaptureEvent.Withheld ignored -> {}
      case CaptureEvent.Conformance conformance -> {
        src = conformance.findings().src();
        deviations.addAll(conformance.findings().deviations());
      }
      case CaptureEvent.Refused ignored -> {}
    }
  }

  private void takeStreams(List<StreamDescription> agreed) {
    streams = List.copyOf(agreed);
    for (StreamDescription stream : agreed) {
      offeredPorts
          .computeIfAbsent(stream.index(), index -> new HashSet<>())
          .add(stream.remotePort());
      if (stream.media().equals("audio") && stream.localPort() != 0) {
        audioStreams.add(stream.index());
      }
    }
  }

  /** Notes that part of the capture could not be read. */
  public void damaged() {
    damaged = true;
  }

  /** Whether the capture ended in order. */
  public boolean isClosed() {
    return closed != null;
  }

  /** Whether part of the capture could not be read. */
  public boolean isDamaged() {
    return damaged;
  }

  /** Whether packets were dropped by our own buffers. */
  public boolean isOverflowed() {
    return overflowed || quality.stream().anyMatch(stream -> stream.overflow() > 0);
  }

  /** Which SRC sent the call and in what it deviated, so far; empty until the recorder told. */
  public Optional<SrcFindings> findings() {
    return src == null ? Optional.empty() : Optional.of(new SrcFindings(src, deviations.list()));
  }

  /** The streams as agreed last. */
  public List<StreamDescription> streams() {
    return streams;
  }

  /** The latest statistics of the recorder. */
  public List<StreamQuality> quality() {
    return quality;
  }

  /** The call while it runs; empty until its first event was read. */
  public Optional<CallSummary> live() {
    return Optional.ofNullable(summary)
        .map(known -> known.withState(CallState.LIVE, null, flags(known)));
  }

  /**
   * The call once nobody writes its capture any more.
   *
   * @param lastPacket arrival of the last packet; needed only where the capture was not closed in
   *     order, whose end is then the last thing that it holds
   */
  public CallSummary ended(@Nullable Instant lastPacket) {
    CallSummary known = summary == null ? unknown() : summary;
    Set<CallFlag> flags = flags(known);
    if (damaged) {
      flags.add(CallFlag.CAPTURE_DAMAGED);
    }
    if (closed == null) {
      flags.add(CallFlag.RECORDER_INTERRUPTED);
    } else {
      flags.addAll(closed.flags());
    }
    if (isOneWay()) {
      flags.add(CallFlag.ONE_WAY);
    }
    return known.withState(CallState.CLOSED, end(known, lastPacket), flags);
  }

  private Instant end(CallSummary known, @Nullable Instant lastPacket) {
    Instant end = known.start();
    if (known.end() != null) {
      return known.end();
    }
    if (closed != null) {
      return closed.at();
    }
    for (Instant sign : new @Nullable Instant[] {lastEvent, lastPacket}) {
      if (sign != null && sign.isAfter(end)) {
        end = sign;
      }
    }
    return end;
  }

  /** Nothing can be read of whose call it was; it is kept in quarantine. */
  private CallSummary unknown() {
    long millis = id.value().getMostSignificantBits() >>> 16;
    return new CallSummary(
        id,
        TenantSlug.PLATFORM,
        CallState.CLOSED,
        Instant.ofEpochMilli(millis),
        null,
        ZoneOffset.UTC,
        Direction.UNKNOWN,
        List.of(),
        Set.of(CallFlag.CAPTURE_DAMAGED),
        List.of(),
        "unknown",
        "none: the capture's beginning can't be read",
        "unknown",
        null,
        null);
  }

  private Set<CallFlag> flags(CallSummary known) {
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    flags.addAll(known.flags());
    if (known.tenant().equals(TenantSlug.PLATFORM)) {
      flags.add(CallFlag.TENANT_UNKNOWN);
    }
    if (isOverflowed()) {
      flags.add(CallFlag.RECORDER_OVERLOAD);
    }
    List<StreamQuality> received = quality.stream().filter(q -> q.packets() > 0).toList();
    if (!received.isEmpty() && received.stream().allMatch(q -> q.jitterMillis() == null)) {
      flags.add(CallFlag.JITTER_NOT_MEASURED);
    }
    if (received.stream().anyMatch(this::isFromAnotherPort)) {
      flags.add(CallFlag.SOURCE_PORT_MISMATCH);
    }
    return flags;
  }

  private boolean isFromAnotherPort(StreamQuality stream) {
    String source = stream.sourceAddress();
    Set<Integer> offered = offeredPorts.get(stream.index());
    if (source == null || offered == null) {
      return false;
    }
    try {
      int port = Integer.parseInt(source.substring(source.lastIndexOf(':') + 1));
      return !offered.contains(port);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private boolean isOneWay() {
    Set<Integer> heard = new HashSet<>();
    for (StreamQuality stream : quality) {
      if (stream.packets() > 0) {
        heard.add(stream.index());
      }
    }
    return isOneWay(heard);
  }

  /**
   * Whether some audio streams carried media and others did not.
   *
   * @param heard indexes of the streams that carried media
   */
  public boolean isOneWay(Set<Integer> heard) {
    return !heard.isEmpty() && !heard.containsAll(audioStreams);
  }
}

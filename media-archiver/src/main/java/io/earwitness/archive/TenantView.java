package io.earwitness.archive;

import io.earwitness.call.CallSummary;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A capture as one of its call's tenants may have it: without what was withheld for that tenant
 * while another one's recording went on, and without lines that are for others. What is withheld
 * looks as if the stream were paused. A tenant that the capture does not know gets what none of its
 * tenants withholds. Not thread-safe.
 */
final class TenantView implements CaptureReader.Visitor {
  private final TenantSlug tenant;
  private final CaptureReader.Visitor visitor;
  private final Set<TenantSlug> known = new HashSet<>();
  private final Map<TenantSlug, CaptureEvent.Withheld> withheld = new HashMap<>();
  private final Set<Integer> streamsWithheld = new HashSet<>();
  private List<StreamDescription> agreed = List.of();

  /**
   * @param visitor is shown what the tenant may have
   */
  TenantView(TenantSlug tenant, CaptureReader.Visitor visitor) {
    this.tenant = tenant;
    this.visitor = visitor;
  }

  @Override
  public void event(CaptureEvent event) {
    switch (event) {
      case CaptureEvent.Opened opened -> {
        visitor.event(event);
        know(opened.summary(), opened.at());
      }
      case CaptureEvent.Updated updated -> {
        visitor.event(event);
        know(updated.summary(), updated.at());
      }
      case CaptureEvent.Streams streams -> {
        agreed = streams.streams();
        visitor.event(streamsAt(streams.at()));
      }
      case CaptureEvent.Withheld now -> {
        withheld.put(now.tenant(), now);
        look(now.at());
        if (now.tenant().equals(tenant)) {
          visitor.event(now);
        }
      }
      case CaptureEvent.Timeline line -> {
        if (line.tenant() == null
            || line.tenant().equals(tenant)
            || line.tenant().equals(TenantSlug.PLATFORM)) {
          visitor.event(line);
        }
      }
      default -> visitor.event(event);
    }
  }

  private void know(CallSummary summary, Instant at) {
    known.add(summary.tenant());
    summary.shares().forEach(share -> known.add(share.tenant()));
    look(at);
  }

  /** Whether something else is withheld than before; then the streams have changed. */
  private void look(Instant at) {
    Set<Integer> before = Set.copyOf(streamsWithheld);
    streamsWithheld.clear();
    withheld.forEach(
        (of, one) -> {
          if (of.equals(tenant) || !known.contains(tenant)) {
            streamsWithheld.addAll(one.streams());
          }
        });
    if (!streamsWithheld.equals(before) && !agreed.isEmpty()) {
      visitor.event(streamsAt(at));
    }
  }

  private CaptureEvent.Streams streamsAt(Instant at) {
    return new CaptureEvent.Streams(
        at,
        agreed.stream()
            .map(
                stream ->
                    streamsWithheld.contains(stream.index()) && !stream.paused()
                        ? stream.withPaused(true)
                        : stream)
            .toList());
  }

  @Override
  public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
    if (!streamsWithheld.contains(stream)) {
      visitor.packet(stream, arrivalNanos, packet, offset, length);
    }
  }
}
